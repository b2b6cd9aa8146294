//! People: load one, commit one. There is no other way to change a person.

use std::future::Future;

use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::pending_ledger::PendingLedger;
use super::record::Record;
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
    pub unwritten: PendingLedger,
    /// The token of the last commit.
    pub token: Option<CommitToken>,
}

impl Loaded {
    /// Somebody of whom nothing is known.
    pub(crate) fn unknown(id: &str) -> Self {
        Self { person: Person::new(id), version: 0, unwritten: PendingLedger::default(), token: None }
    }

    /// Somebody of whom a tombstone is left.
    pub(crate) fn erased(id: &str, at: Instant, version: u64) -> Self {
        let mut person = Person::new(id);
        person.erase(at);
        Self { person, version, unwritten: PendingLedger::default(), token: None }
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
    pub unwritten: PendingLedger,
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
    pub fn leaves(&self) -> PendingLedger {
        if self.person.is_erased() || self.is_written() {
            return PendingLedger::default();
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

impl CommitToken {
    /// The token of a worker's n-th commit.
    pub(crate) fn of(worker: u128, n: u64) -> Self {
        Self(rekindle_engine::ids::short_hash(&format!("{worker:032x}/{n}"), 10))
    }
}
