//! The directory of codes, and the uses of them: what a checkout asks by a code, and what an offer's report counts.
//!
//! Whether a code was used is decided in its person's one version, never here; this is made from the table's stream, which
//! repeats, and every write may happen again.

use std::future::Future;

use rekindle_engine::decide::Request;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Knows whose a code is, and keeps the uses of codes.
pub trait Redemptions: Clone + Send + Sync + 'static {
    /// Whose a code is, letter case and blanks around it aside; `None` where no such code was issued.
    fn whose(&self, code: &str) -> impl Future<Output = Result<Option<CodeRow>, StoreError>> + Send;

    /// Keeps the use of a code, for ever at the code and without the person for the offer's report.
    fn put_redemption(&self, row: &RedemptionRow) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Every use of an offer's codes, those in doubt included, in no order.
    fn redemptions(
        &self,
        campaign: &str,
        offer: &str,
    ) -> impl Future<Output = Result<Vec<RedemptionRow>, StoreError>> + Send;
}

/// Whose a code is. It is made with the code and erased with its person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRow {
    /// The code as it was issued.
    pub code: String,
    /// Whose it is.
    pub person: String,
    /// The campaign that issued it.
    pub campaign: String,
    /// The offer.
    pub offer: String,
    /// The entry for which it was issued.
    pub entry: u32,
    /// When it was used, once that is known here, some seconds after it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Instant>,
    /// The order that it was used for, where the shop said which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

impl CodeRow {
    /// A code that was just issued.
    pub(crate) fn of(request: &Request, code: &str) -> Self {
        Self {
            code: code.to_owned(),
            person: request.person.to_string(),
            campaign: request.campaign.to_string(),
            offer: request.offer.to_string(),
            entry: request.entry,
            used_at: None,
            order: None,
        }
    }
}

/// One use of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionRow {
    /// A name of its own, from which nobody learns who it was.
    #[serde(rename = "n")]
    pub name: String,
    /// The campaign that the event named.
    #[serde(rename = "k")]
    pub campaign: String,
    /// The offer that the event named.
    #[serde(rename = "f")]
    pub offer: String,
    /// The code that was used; it is not kept in the offer's report.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The shop's own id of the order, where it said which; not kept in the offer's report.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// What the order came to, in the parts that [`crate::statistics::UNITS`] says, where the shop said it.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// When, by the event's own time.
    #[serde(rename = "a")]
    pub at: Instant,
    /// Why it does not count, if it does not.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<RedemptionDoubt>,
}

/// Why the use of a code does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedemptionDoubt {
    /// The person whom the event was about has no such code.
    NotTheirs,
    /// The code was used before.
    Again,
}
