//! One customer: profile, consent, counters, and where they stand in every campaign.
//!
//! Everything that decides what happens to a person is in here, so that one conditional write keeps it consistent. A
//! list that can grow has a bound (see [`bounds`]); nothing here is ever silently cut.

pub mod bounds;
mod codes;
mod consent;
mod enrolment;
mod kept;
mod ledger;
mod outbox;
mod place;
mod profile;
mod standings;
mod suppression;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub(crate) use codes::forget_old;
pub use codes::{HeldCode, Used};
pub use consent::{Consent, Statement, TRACKING};
pub use enrolment::{Enrolment, IssuedOffer, LastEntry, LateLapse, MailFlags, OwnYear, Standing};
pub use ledger::ConsentEntry;
pub use outbox::{Outgoing, SendState};
pub use place::{Place, Stage};
pub use profile::{Answer, Applied, Counter, Occasion, Orders, Profile, Suppressed};
pub use standings::Standings;

use crate::time::{Instant, zone_named};

/// A person as the engine decides about them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The shop's own id of them.
    pub id: Arc<str>,
    /// The newest instant decided for them; decisions never go back (SPEC.md section 11).
    #[serde(rename = "clk", default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Instant>,
    /// What is known about them.
    #[serde(rename = "pro", default)]
    pub profile: Profile,
    /// Event ids that were applied, oldest first.
    #[serde(rename = "ids", default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// Where they stand, by campaign id.
    #[serde(rename = "in", default, skip_serializing_if = "Standings::is_empty")]
    pub standings: Standings,
    /// When marketing mails were planned, oldest first, as far as a cap can still count them.
    #[serde(rename = "cap", default, skip_serializing_if = "Vec::is_empty")]
    pub recent_sends: Vec<Instant>,
    /// Mails that are still to be made, by `send_id`.
    #[serde(rename = "out", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outbox: BTreeMap<String, Outgoing>,
    /// The codes that they were issued, oldest first, as far as anybody may ask about them.
    #[serde(rename = "cod", default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<HeldCode>,
    /// When their consent to marketing is to be confirmed next, where a policy wants that.
    #[serde(rename = "cfm", default, skip_serializing_if = "Option::is_none")]
    pub confirm_at: Option<Instant>,
    /// How many notices about consent were planned for them: the entry number of the last.
    #[serde(rename = "ntc", default, skip_serializing_if = "is_zero")]
    pub notices: u32,
    /// How many journal lines were ever written about them: the number of the next one.
    #[serde(rename = "jn", default)]
    pub lines: u64,
    /// The person before this one was erased at that instant; older events are dropped (SPEC.md section 11).
    #[serde(rename = "era", default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Instant>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Person {
    /// Somebody of whom nothing is known yet.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Their zone if it is a valid one, else the workspace's.
    #[must_use]
    pub fn zone(&self, workspace: &TimeZone) -> TimeZone {
        self.profile.timezone.as_deref().and_then(zone_named).unwrap_or_else(|| workspace.clone())
    }

    /// Whether anything was ever decided about them.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.clock.is_some() && self.erased_at != self.clock
    }

    /// Whether they were erased, and nothing has happened to them since.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.erased_at.is_some() && self.profile.created_at.is_none() && self.outbox.is_empty()
    }

    /// Forgets everything but that, and when, they were erased, and fingerprints of suppressed addresses: erasing somebody
    /// does not lift what was said of their address.
    pub fn erase(&mut self, at: Instant) {
        self.profile.put_suppression_aside();
        let profile = Profile { suppressed: std::mem::take(&mut self.profile.suppressed), ..Profile::default() };
        *self = Self { id: Arc::clone(&self.id), clock: Some(at), erased_at: Some(at), profile, ..Self::default() };
    }
}
