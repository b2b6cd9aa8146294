//! The ledger: every journal line of a person for ever, and what became of each of their mails.
//!
//! It is made from the table's stream, which repeats and reorders; every write here may happen again and changes
//! nothing then. Nothing is decided by it.

use std::future::Future;

use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Unwritten;
use crate::error::StoreError;

/// Keeps journals and the outcomes of sends.
pub trait Ledger: Clone + Send + Sync + 'static {
    /// Keeps what several decisions about a person noted. Doing it again changes nothing.
    fn append(&self, noted: &[Noted]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// A person's journal, in the order in which it was decided. What is in the ledger and what only the person has yet is
    /// one, here and in everything below.
    fn read(&self, person: &str) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Notes how far a send is that is not [plain](SendRow::is_plain), unless it is known to be further already. `version` is the person's by which it came so
    /// far. Whether it is the first by which the send came to [`SendStage::mark`], however often it is noted.
    fn put_send(&self, row: &SendRow, version: u64) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Every mark that a send of a person ever came to, as often as it was counted.
    fn marks(&self, person: &str) -> impl Future<Output = Result<Vec<(SendRow, String)>, StoreError>> + Send;

    /// One send of a person.
    fn send(&self, person: &str, send_id: &str) -> impl Future<Output = Result<Option<SendRow>, StoreError>> + Send;

    /// Every send of a person, by `send_id`.
    fn sends(&self, person: &str) -> impl Future<Output = Result<Vec<SendRow>, StoreError>> + Send;

    /// At most `limit` sends of unknown outcome of all people, the oldest first. A hint that may lag behind: what is so is
    /// in the person.
    fn unknown(&self, limit: u32) -> impl Future<Output = Result<Vec<UnknownSend>, StoreError>> + Send;

    /// Keeps an answer to a survey, unless one of a later version of the person is known on that occasion.
    fn put_answer(&self, row: &AnswerRow) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The newest answer of every person and occasion to a survey of a campaign, by entry and person.
    fn answers(&self, campaign: &str, survey: &str) -> impl Future<Output = Result<Vec<AnswerRow>, StoreError>> + Send;

    /// Everything that a person ever said about consent, in the order in which it was recorded.
    fn consents(&self, person: &str) -> impl Future<Output = Result<Vec<ConsentEntry>, StoreError>> + Send;

    /// Every answer of a person, by campaign and survey.
    fn answers_of(&self, person: &str) -> impl Future<Output = Result<Vec<AnswerRow>, StoreError>> + Send;

    /// Every code that a person ever claimed.
    fn codes_of(&self, person: &str) -> impl Future<Output = Result<Vec<ClaimedCode>, StoreError>> + Send;

    /// Removes everything about a person but the person's own item: journal, sends, answers, consents, claimed codes
    /// and notes.
    fn erase(&self, person: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What some decisions about one person noted, for the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Noted {
    /// About whom.
    pub person: String,
    /// The version that the last of them made.
    pub version: u64,
    /// The number of the first line among all of the person's.
    pub first: u64,
    /// What they noted.
    pub what: Unwritten,
}

/// What a person answered on one occasion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// Who.
    pub person: String,
    /// The campaign that asked.
    pub campaign: String,
    /// The survey.
    pub survey: String,
    /// The entry in which it was asked.
    pub entry: u64,
    /// As the event gave it.
    pub score: Value,
    /// In words, where there were any.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub comment: Value,
    /// When it was given.
    pub at: Instant,
    /// The person's version by it: of two answers the higher one is the newer.
    pub version: u64,
}

/// A code that a person claimed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClaimedCode {
    /// The campaign that offers it.
    pub campaign: String,
    /// The offer.
    pub offer: String,
    /// The entry for which it was claimed.
    pub entry: u32,
    /// The code.
    pub code: String,
}

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
