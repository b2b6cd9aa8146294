//! Passes over everyone, which a crash neither begins anew nor forgets.
//!
//! Invariants: a pass that is not through stands in an index with the instant at which somebody is to look whether it goes
//! on; each write of one worker is refused once another worker has written since, so that its position never goes back.

use std::collections::BTreeMap;
use std::future::Future;

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Pages through all people and keeps where a pass is.
pub trait Passes: Clone + Send + Sync + 'static {
    /// Where the pass of that name is.
    fn pass(&self, name: &str) -> impl Future<Output = Result<Option<Pass>, StoreError>> + Send;

    /// Keeps where a pass is, provided that nobody has written it since turn `pass.turn`; what is kept has the next turn.
    /// False, and nothing is kept, where somebody has: that worker goes on with it.
    fn put_pass(&self, name: &str, pass: &Pass) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The names of the passes that are not through and at which somebody is to look by `until`, earliest first; with
    /// [`Instant::MAX`] all that are not through. A hint that may lag behind.
    fn unfinished_passes(&self, until: Instant) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// People's ids from where `after` ended, each of those who were there all the time exactly once over all pages.
    /// Looks at no more than `limit` items, so a page may be short or empty and still have a next one.
    fn people_page(
        &self,
        after: Option<&ScanCursor>,
        limit: u32,
    ) -> impl Future<Output = Result<PeoplePage, StoreError>> + Send;
}

/// Where a pass is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The end of the last page that is done; `None` at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<ScanCursor>,
    /// People looked at.
    pub seen: u64,
    /// People changed.
    pub changed: u64,
    /// What was found, by reason, where the pass looks for something.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub found: BTreeMap<String, u64>,
    /// When it began.
    pub started: Instant,
    /// When it was through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Instant>,
    /// What is asked of it, as its queue takes it (JSON): whoever finds that it does not go on needs nothing else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request: String,
    /// How often it was written; 0 where nobody has begun it.
    #[serde(default)]
    pub turn: u64,
    /// How often it was taken up since it last got on.
    #[serde(default)]
    pub tries: u32,
    /// When somebody is to look whether it goes on.
    #[serde(default)]
    pub look_at: Instant,
}

/// A pass that a publication or a resumption owes. It is kept in the same write, so that neither is without the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedPass {
    /// Its name.
    pub name: String,
    /// What is asked of it, as its queue takes it (JSON).
    pub request: String,
}

impl Pass {
    /// A pass that nobody has begun, which is asked for at an instant.
    #[must_use]
    pub fn owed(request: &str, at: Instant) -> Self {
        Self {
            position: None,
            seen: 0,
            changed: 0,
            found: BTreeMap::new(),
            started: at,
            finished: None,
            request: request.to_owned(),
            turn: 0,
            tries: 0,
            look_at: at.plus_seconds(STILL_SECONDS),
        }
    }
}

/// A pass that has not got on for so many seconds stands still: each page is kept, and takes a few of them.
pub const STILL_SECONDS: i64 = 300;

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeoplePage {
    /// Their ids, in no order that means anything.
    pub ids: Vec<String>,
    /// Where the next page begins; `None` where there is none.
    pub next: Option<ScanCursor>,
}

/// Where a page ended: the key of the last item looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanCursor(pub(crate) String, pub(crate) String);
