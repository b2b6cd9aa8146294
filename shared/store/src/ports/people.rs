//! People: load one, commit one. There is no other way to change a person.

use std::future::Future;

use rekindle_engine::person::{ConsentEntry, Person};
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::{AddressNote, Left, RedemptionRow, SendRow, Unwritten};
use crate::error::{CommitError, StoreError};

/// Reads and writes people, each under one version.
pub trait People: Clone + Send + Sync + 'static {
    /// The newest state of a person; of somebody unknown a fresh one with version 0.
    fn load(&self, id: &str) -> impl Future<Output = Result<Loaded, StoreError>> + Send;

    /// Several people at once, no id twice, as they were a moment ago. Whoever the answer leaves out must be loaded. A commit
    /// on a state that is too old is a conflict; that there is nothing to do is only said by [`People::load`].
    fn look(&self, ids: &[String]) -> impl Future<Output = Result<Vec<Loaded>, StoreError>> + Send;

    /// Writes a person if nobody else has since version `expected`, and gives the new version, which is one more.
    /// On a retryable [`CommitError::Store`] the write may have happened: load again, and it did if
    /// [`Loaded::token`] is the commit's own.
    fn commit(&self, commit: Commit<'_>) -> impl Future<Output = Result<u64, CommitError>> + Send;

    /// A token that no other commit has, of this process or another.
    fn token(&self) -> CommitToken;

    /// A person's id as only this store reads it: at most 256 of the letters `A-Z a-z 0-9 _ -`, always the same for the
    /// same id; `None` where the id is longer than 176 bytes.
    fn pseudonym(&self, id: &str) -> Option<String>;

    /// The id behind a pseudonym; `None` where it is not of this store.
    fn behind(&self, pseudonym: &str) -> Option<String>;
}

/// A person as they were read.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The person.
    pub person: Person,
    /// How often they were written; 0 where nothing is known of them.
    pub version: u64,
    /// What decisions have noted that the ledger lacks: the next commit takes it on.
    pub unwritten: Unwritten,
    /// The token of the last commit.
    pub token: Option<CommitToken>,
}

impl Loaded {
    /// Somebody of whom nothing is known.
    pub(crate) fn unknown(id: &str) -> Self {
        Self { person: Person::new(id), version: 0, unwritten: Unwritten::default(), token: None }
    }

    /// Somebody of whom a tombstone is left.
    pub(crate) fn erased(id: &str, at: Instant, version: u64) -> Self {
        let mut person = Person::new(id);
        person.erase(at);
        Self { person, version, unwritten: Unwritten::default(), token: None }
    }
}

/// One decision about a person, to be written.
#[derive(Debug, Clone)]
pub struct Commit<'a> {
    /// The person after the decision.
    pub person: &'a Person,
    /// The version that the decision was made on.
    pub expected: u64,
    /// What the ledger lacked at that version: [`Loaded::unwritten`].
    pub unwritten: Unwritten,
    /// When they have something to do next by themselves.
    pub due: Option<Instant>,
    /// What the decision hands on.
    pub record: Record,
    /// Which commit this is; a fresh one from [`People::token`] for each decision.
    pub token: CommitToken,
}

impl Commit<'_> {
    /// Whether the stream writes into the ledger now what it lacks after this commit. Of somebody who was erased nothing is
    /// noted any more.
    pub(crate) fn is_written(&self) -> bool {
        !self.person.is_erased() && self.unwritten.is_worth_a_write_with(&self.record)
    }

    /// What a commit on the version that this one makes has to take on.
    #[must_use]
    pub fn leaves(&self) -> Unwritten {
        if self.person.is_erased() || self.is_written() {
            return Unwritten::default();
        }
        let mut all = self.unwritten.clone();
        all.add(&self.record);
        all
    }
}

/// Recognises a commit whose reply was lost. Two commits of equal content by two workers differ in it, so that only one
/// of them takes an armed send for its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CommitToken(pub(crate) String);

/// What the last decision hands on to the table's stream. It lies in the person's item and is replaced by the next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Journal lines as JSON, in the order in which they were decided. The number of the first is `person.lines` less
    /// how many there are.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Of each line, the version of the campaign that decided; negative where the line is about a holdout.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<i64>,
    /// The mails that moved, and how far: a planned one is queued, all of them are noted in the ledger.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub sends: Vec<SendRow>,
    /// Sends that are planned again after their outcome was unknown: each is queued again.
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<String>,
    /// EventBridge entries as JSON, for the bus.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub emitted: Vec<String>,
    /// What was said about consent, in the order in which it was applied.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentEntry>,
    /// The uses of codes that the event, or one that it led to, told of.
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    pub redeemed: Vec<RedemptionRow>,
    /// What the decision makes known about addresses: whoever else has one of them learns it.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressNote>,
    /// Whether the person has an address that they had not before: what is known about it is theirs to learn.
    #[serde(rename = "n", default, skip_serializing_if = "std::ops::Not::not")]
    pub new_address: bool,
    /// What is kept of the address of somebody whom the decision erased.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Box<Left>>,
    /// The envelope of the event that was applied as JSON, with `received_at`, for the archive.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Whether it is about leaving and nothing else: then it is written up to what the table takes, beyond the bounds of
    /// the person's item.
    #[serde(skip)]
    pub leaving: bool,
}

impl CommitToken {
    /// The token of a worker's n-th commit.
    pub(crate) fn of(worker: u128, n: u64) -> Self {
        Self(rekindle_engine::ids::short_hash(&format!("{worker:032x}/{n}"), 10))
    }
}
