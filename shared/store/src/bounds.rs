//! Whether a person can be written. Bounds that the contract names are held by `decide`; these are of the item alone.

use rekindle_engine::person::{Person, bounds};
use thiserror::Error;

/// Bytes that one item may have, below DynamoDB's 400 KB so that what the index copies fits as well.
pub const ITEM_BYTES: usize = 350 * 1024;
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

/// Holds a person against their bounds.
///
/// # Errors
/// The first list that is over its bound.
pub fn check(person: &Person) -> Result<(), OverBounds> {
    let profile = &person.profile;
    let attributes = if profile.attributes.is_empty() { 0 } else { json_bytes(&profile.attributes) };
    within("bytes of the person's id", person.id.len(), PERSON_ID_BYTES, "Give the person a shorter id.")?;
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
