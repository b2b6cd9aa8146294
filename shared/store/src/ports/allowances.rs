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

    /// Grants all that is wanted by one write, which no other worker's can come in the way of. Where that does not fit what
    /// is there, nothing changes. Where an error leaves doubt, it is as with [`Allowances::put_allowance`].
    fn reserve(&self, reserve: &Reserve) -> impl Future<Output = Result<Reserved, StoreError>> + Send;
}

/// A grant that needs no version: it fits whatever level there is within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// When SES was asked by whose answer it was worked out: by another one it would not fit.
    pub asked_at: i64,
    /// So many mails, which must be left of today's quota where there is one.
    pub mails: i64,
    /// Whether that answer told a quota.
    pub has_quota: bool,
    /// From where the level rises.
    pub from: ReserveFrom,
    /// By so much.
    pub by: i64,
}

/// The level that a [`Reserve`] begins at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReserveFrom {
    /// What is there, where that is neither before `least` nor after `most`.
    Level {
        /// The instant of the grant.
        least: i64,
        /// As far as there is room.
        most: i64,
    },
    /// The instant of the grant, where the level is before it.
    Now(i64),
}

/// What came of a [`Reserve`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reserved {
    /// It is granted, and this is the level.
    Level(i64),
    /// It does not fit what is there, and whose version is this.
    Not(Allowance, u64),
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
