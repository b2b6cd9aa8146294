//! What a decision hands on to whatever reads the table's stream: mails to queue, lines for the ledger, events for the bus.
//!
//! It lies in the person's item, so that it is written with the person or not at all.

use rekindle_engine::person::ConsentEntry;
use serde::{Deserialize, Serialize};

use super::{AddressNote, RedemptionRow, SendRow, SuppressedAddress};

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
    pub left: Option<Box<SuppressedAddress>>,
    /// The envelope of the event that was applied as JSON, with `received_at`, for the archive.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Whether it is about leaving and nothing else: then it is written up to what the table takes, beyond the bounds of
    /// the person's item.
    #[serde(skip)]
    pub leaving: bool,
}
