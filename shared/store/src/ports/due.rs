//! Who has something due. What is read here is a hint that may lag behind; decisions are made on a loaded person only.

use std::future::Future;

use rekindle_engine::time::Instant;
use sha2::{Digest, Sha256};

use crate::error::StoreError;

/// Reads the index of due people.
pub trait Due: Clone + Send + Sync + 'static {
    /// All shards.
    fn shards(&self) -> Shards;

    /// The first person of a shard and the instant at which they are due, which may lie ahead.
    fn head(&self, shard: Shard) -> impl Future<Output = Result<Option<DuePerson>, StoreError>> + Send;

    /// At most `limit` people of a shard who are due at or before `until`, earliest first, from where `after` ended.
    fn due(
        &self,
        shard: Shard,
        until: Instant,
        limit: u32,
        after: Option<&DueCursor>,
    ) -> impl Future<Output = Result<DuePage, StoreError>> + Send;

    /// Sets somebody aside who is due and whom nobody can write, and keeps why: nobody finds them due any more, until
    /// anybody writes them. False, and nothing changes, where they are not due at that instant.
    fn set_aside(&self, person: &DuePerson, why: &str) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// At most `limit` people who are set aside, whoever has been due for longest first. A hint that may lag behind.
    fn all_aside(&self, limit: u32) -> impl Future<Output = Result<Vec<DuePerson>, StoreError>> + Send;

    /// Since when somebody is due who is set aside, and why; `None` where they are not.
    fn aside(&self, person: &str) -> impl Future<Output = Result<Option<Aside>, StoreError>> + Send;
}

/// Why somebody is set aside who is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Since when they are due.
    pub since: Instant,
    /// Why nobody can write them, and what helps.
    pub why: String,
}

/// One of the parts into which the index of due people is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(pub u16);

/// How many parts there are. Changing it moves each person with their next commit; until then those of the old shards
/// must still be looked at, so it may only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shards(u16);

impl Default for Shards {
    /// 16: each takes 1,000 changes of a due instant a second.
    fn default() -> Self {
        Self(16)
    }
}

impl Shards {
    /// This many, at least one.
    #[must_use]
    pub fn new(count: u16) -> Self {
        Self(count.max(1))
    }

    /// The shard of a person, for ever the same.
    #[must_use]
    pub fn of(self, person: &str) -> Shard {
        let digest = Sha256::digest(person.as_bytes());
        let hash = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Shard(u16::try_from(hash % u64::from(self.0)).unwrap_or(0))
    }

    /// All of them.
    pub fn all(self) -> impl Iterator<Item = Shard> {
        (0..self.0).map(Shard)
    }
}

/// Somebody who has something due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePerson {
    /// When.
    pub at: Instant,
    /// Their id.
    pub id: String,
}

/// A page of due people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DuePage {
    /// Earliest first.
    pub people: Vec<DuePerson>,
    /// Where the next page begins; `None` where there is none.
    pub next: Option<DueCursor>,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCursor(pub(crate) DuePerson);
