//! The codes that a person was issued, for as long as anybody may ask about them.
//!
//! An enrolment knows its own codes only until it ends; a code may be used long after. Whether one was used is decided
//! here, in the person's one version, so that of several who redeem it at once exactly one does.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::IssuedOffer;
use crate::time::Instant;

/// How long a code is known here after it was used or ran out. The table's directory of codes knows it for ever.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// One issued code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldCode {
    /// The campaign that issued it.
    #[serde(rename = "k")]
    pub campaign: Arc<str>,
    /// The offer, which is the step's id.
    #[serde(rename = "f")]
    pub offer: Arc<str>,
    /// The entry for which it was issued.
    #[serde(rename = "n")]
    pub entry: u32,
    /// The code and what it gives; its `redeemed` is what [`HeldCode::used`] says.
    #[serde(rename = "i")]
    pub issued: IssuedOffer,
    /// Its use, once there was one.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// How a code was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// When, by the clock of the event that said so.
    #[serde(rename = "t")]
    pub at: Instant,
    /// The shop's own id of the order, where it said which.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

impl HeldCode {
    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        self.issued.runs_out_at.is_some_and(|end| now >= end)
    }

    fn matters(&self, now: Instant) -> bool {
        let over = self.used.as_ref().map(|used| used.at).or(self.issued.runs_out_at);
        over.is_none_or(|over| over.plus_seconds(KEPT) > now)
    }
}

/// Forgets codes that were used or ran out long ago.
pub(crate) fn forget_old(codes: &mut Vec<HeldCode>, now: Instant) {
    codes.retain(|code| code.matters(now));
}
