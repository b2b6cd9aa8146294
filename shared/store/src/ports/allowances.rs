//! What all workers together may still send: one record that they share.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Keeps the allowance under a version.
pub trait Allowances: Clone + Send + Sync + 'static {
    /// The allowance and its version; a fresh one of version 0 where none was ever kept.
    fn allowance(&self) -> impl Future<Output = Result<(Allowance, u64), StoreError>> + Send;

    /// Keeps an allowance if nobody else has since that version was read; whether it was kept. Where an error leaves
    /// doubt, or a repetition by the SDK meets its own first try, it may have been kept all the same: what it grants is
    /// then granted to nobody.
    fn put_allowance(&self, allowance: &Allowance, seen: u64) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// How much may be sent, and how much of it is used up. Instants are microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Allowance {
    /// Mails a second.
    pub per_second: f64,
    /// Mails that are left of today's quota; `None` where there is none.
    pub left: Option<i64>,
    /// When both were asked for.
    pub asked_at: i64,
    /// When all that was granted so far would have gone at an even pace.
    pub level: i64,
    /// Until when mails that found nothing were told to come back.
    pub promised: i64,
}
