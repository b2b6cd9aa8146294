//! Whether a person can be written. Bounds that the contract names are held by `decide`; these are of the item alone.
//! They must never keep out a statement about leaving: a decision that is [about nothing else](crate::Record::leaving) is
//! held only against what the table itself takes.

use rekindle_engine::person::{Person, bounds};
use thiserror::Error;

/// Bytes that one item may have, below DynamoDB's 400 KB so that what the index copies fits as well.
pub const ITEM_BYTES: usize = 350 * 1024;
/// Bytes of an item that a decision about leaving may fill: DynamoDB's 400 KB, less a margin.
pub(crate) const LEAVING_ITEM_BYTES: usize = 395 * 1024;
/// Bytes of a person's id; DynamoDB's limit of a partition key is 2,048.
pub const PERSON_ID_BYTES: usize = 1_024;

/// A list of a person that is over its bound. A retry does not help; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{list}: {have}, the bound is {bound}. {remedy}")]
pub struct OverBounds {
    /// What is too many or too long.
    pub list: &'static str,
    /// How many there would be.
    pub have: usize,
    /// How many there may be.
    pub bound: usize,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Holds a person against their bounds; where the decision is about leaving, only against that of their id.
///
/// # Errors
/// The first list that is over its bound.
pub fn check(person: &Person, leaving: bool) -> Result<(), OverBounds> {
    within("bytes of the person's id", person.id.len(), PERSON_ID_BYTES, "Give the person a shorter id.")?;
    if leaving {
        return Ok(());
    }
    let profile = &person.profile;
    let attributes = if profile.attributes.is_empty() { 0 } else { json_bytes(&profile.attributes) };
    within("bytes of attributes", attributes, bounds::ATTRIBUTE_BYTES, "Remove attributes that no campaign uses.")?;
    within("mails waiting to be made", person.outbox.len(), bounds::OUTBOX, "Settle the held sends of this person.")?;
    within("codes that may be used", person.codes.len(), bounds::CODES, "Give the offer an `expires`.")
}

fn within(list: &'static str, have: usize, bound: usize, remedy: &'static str) -> Result<(), OverBounds> {
    if have > bound { Err(OverBounds { list, have, bound, remedy }) } else { Ok(()) }
}

/// The length of a value as JSON.
fn json_bytes(value: &impl serde::Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |json| json.len())
}
