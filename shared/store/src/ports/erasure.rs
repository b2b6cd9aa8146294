//! Forgetting somebody: what is left of them is a tombstone and an entry of the suppression list, each under a keyed hash
//! that nobody can read back.
//!
//! Somebody who was erased loses everything in the write that decides it, and their item stands under their id until the
//! rest is gone as well: it is by that item that an erasure which did not come to its end is found.

use std::future::Future;

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Erases people, and remembers no more than that it did.
pub trait Erasure: Clone + Send + Sync + 'static {
    /// The erasure that made the person's present item, if one did.
    fn pending_erasure(&self, person: &str) -> impl Future<Output = Result<Option<Erased>, StoreError>> + Send;

    /// The version of the person up to which everything beside the item is gone; 0 where they were never erased.
    fn tombstone(&self, person: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Whether somebody has been decided on since that erasure: then the rows beside their item may be of a later life.
    fn has_come_back(&self, person: &str, erased: &Erased) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Notes that everything beside the item is gone. Doing it again changes nothing.
    fn write_tombstone(&self, person: &str, erased: &Erased) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Leaves of the item of somebody who was erased and buried no more than that they were, if they have not come back
    /// since; whether it did.
    fn forget(&self, person: &str, erased: &Erased) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// One erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// When.
    pub at: Instant,
    /// The version of the person that it made.
    pub version: u64,
    /// What is kept of their address, if they had one.
    pub left: Option<SuppressedAddress>,
}

/// What is kept of the address of somebody who was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressedAddress {
    /// Its keyed hash.
    #[serde(rename = "a")]
    pub hash: String,
    /// Whether it bounced for good or was complained from.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub hard: bool,
}
