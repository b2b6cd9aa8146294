//! Passes over everyone, which a crash does not begin anew.

use std::collections::BTreeMap;
use std::future::Future;

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Pages through all people and keeps where a pass is.
pub trait Passes: Clone + Send + Sync + 'static {
    /// Where the pass of that name is.
    fn pass(&self, name: &str) -> impl Future<Output = Result<Option<Pass>, StoreError>> + Send;

    /// Keeps where a pass is.
    fn put_pass(&self, name: &str, pass: &Pass) -> impl Future<Output = Result<(), StoreError>> + Send;

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
}

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
