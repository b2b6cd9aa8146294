//! How far each send of a person is, as the ledger keeps it. Stages have an order, and a send never goes back.

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

/// How far one send is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRow {
    /// To whom.
    pub person: String,
    /// The send's id.
    pub send_id: String,
    /// The campaign that sends it.
    pub campaign: String,
    /// The version whose mail it is.
    pub version: u32,
    /// The step that planned it.
    pub step: String,
    /// The entry that planned it.
    pub entry: u32,
    /// The name of the mail.
    pub mail: String,
    /// How far it is.
    pub stage: SendStage,
    /// Since when.
    pub at: Instant,
    /// SES's id of the message, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Why, in the service's word: of a refusal, a bounce, a withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether nobody knew its outcome until now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_unknown: bool,
}

impl SendRow {
    /// Whether it says what is to be expected of a mail, once: that SES took it, and that the receiving server did. That is
    /// noted beside the lines of the journal. Anything else has a row of its own, in which the furthest stage stays: it may
    /// come several times, or has to be found without looking at the person.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self.stage, SendStage::Accepted | SendStage::Delivered) && !self.was_unknown
    }
}

/// A send of whose outcome nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownSend {
    /// Since when.
    pub since: Instant,
    /// To whom.
    pub person: String,
    /// Which.
    pub send_id: String,
}

/// How far a send is. Stages have an order; a send never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendStage {
    /// It waits to be made; so many tries were refused definitely.
    Planned {
        /// Tries so far.
        attempt: u32,
    },
    /// A worker may be calling SES.
    Armed {
        /// This try's number, from 1.
        attempt: u32,
    },
    /// Nobody knows whether SES took it.
    Unknown {
        /// The try's number.
        attempt: u32,
    },
    /// It will not be made: consent, suppression or an operator stood in the way, or it was refused for good.
    Withdrawn,
    /// SES took it.
    Accepted,
    /// SES took it and then would not send it: it found a virus, or could not render it.
    Rejected,
    /// It came back for a passing reason.
    SoftBounced,
    /// The receiving server took it.
    Delivered,
    /// It was opened.
    Opened,
    /// A link was followed.
    Clicked,
    /// It came back for good.
    Bounced,
    /// The receiver called it spam.
    Complained,
}

impl SendStage {
    /// Under what it is counted; `None` while it is under way.
    #[must_use]
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Planned { .. } | Self::Armed { .. } => None,
            Self::Unknown { .. } => Some("unknown"),
            Self::Withdrawn => Some("withdrawn"),
            Self::Accepted => Some("accepted"),
            Self::Rejected => Some("rejected"),
            Self::SoftBounced => Some("soft_bounced"),
            Self::Delivered => Some("delivered"),
            Self::Opened => Some("opened"),
            Self::Clicked => Some("clicked"),
            Self::Bounced => Some("bounced"),
            Self::Complained => Some("complained"),
        }
    }

    /// Its place in the order: planned, armed, unknown, planned again, …, withdrawn, accepted, rejected, soft
    /// bounced, delivered, opened, clicked, bounced, complained.
    #[must_use]
    pub fn rank(self) -> u64 {
        /// Above every stage that has tries.
        const SETTLED: u64 = 1 << 40;
        match self {
            Self::Planned { attempt } => u64::from(attempt) * 3,
            Self::Armed { attempt } => (u64::from(attempt) * 3).saturating_sub(2),
            Self::Unknown { attempt } => (u64::from(attempt) * 3).saturating_sub(1),
            Self::Withdrawn => SETTLED,
            Self::Accepted => SETTLED + 1,
            Self::Rejected => SETTLED + 2,
            // Servers and readers answer that they are away after they have taken it.
            Self::SoftBounced => SETTLED + 3,
            Self::Delivered => SETTLED + 4,
            Self::Opened => SETTLED + 5,
            Self::Clicked => SETTLED + 6,
            Self::Bounced => SETTLED + 7,
            Self::Complained => SETTLED + 8,
        }
    }
}
