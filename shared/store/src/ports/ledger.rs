//! The ledger: every journal line of a person for ever, and what became of each of their mails.
//!
//! It is made from the table's stream, which repeats and reorders; every write here may happen again and changes
//! nothing then. Nothing is decided by it.

use std::future::Future;

use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pending_ledger::PendingLedger;
use super::sends::{SendRow, UnknownSend};
use crate::error::StoreError;

/// Keeps journals and the outcomes of sends.
pub trait Ledger: Clone + Send + Sync + 'static {
    /// Keeps what several decisions about a person noted. Doing it again changes nothing.
    fn append(&self, noted: &[LedgerPage]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// A person's journal, in the order in which it was decided. What is in the ledger and what only the person has yet is
    /// one, here and in everything below.
    fn read(&self, person: &str) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Notes how far a send is that is not [plain](SendRow::is_plain), unless it is known to be further already. `version`
    /// is the person's by which it came so far. Gives whether that version is the first by which the send came to its
    /// [mark](super::SendStage::mark), however often it is noted.
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
pub struct LedgerPage {
    /// About whom.
    pub person: String,
    /// The version that the last of them made.
    pub version: u64,
    /// The number of the first line among all of the person's.
    pub first: u64,
    /// What they noted.
    pub what: PendingLedger,
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
