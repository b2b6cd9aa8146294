//! Whether a person is within their bounds. Each bound, and what happens at it, is described in
//! [`rekindle_engine::person::bounds`]; here they are held, before anything is written.

use rekindle_engine::person::{Enrolment, Person, bounds};
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
    const DAY: i64 = 24 * 60 * 60;
    let profile = &person.profile;
    let enrolments = || person.standings.values().flat_map(|standing| &standing.enrolments);
    let day_ago = person.clock.map(|clock| clock.plus_seconds(-DAY));
    let in_a_day = person.applied.iter().filter(|event| day_ago.is_none_or(|day_ago| event.1 >= day_ago)).count();
    let keys = person.standings.values().map(|standing| standing.last_entries.len()).max().unwrap_or(0);
    let attributes = if profile.attributes.is_empty() { 0 } else { json_bytes(&profile.attributes) };
    within("bytes of the person's id", person.id.len(), PERSON_ID_BYTES, "Give the person a shorter id.")?;
    within(
        "events of one day",
        in_a_day,
        bounds::APPLIED_IN_A_DAY,
        "Find out what sends so many events about one person.",
    )?;
    within(
        "event types",
        profile.events.len(),
        bounds::EVENT_TYPES,
        "Use fewer event types; put what differs into the detail.",
    )?;
    within("bytes of attributes", attributes, bounds::ATTRIBUTE_BYTES, "Remove attributes that no campaign uses.")?;
    within("mails waiting to be made", person.outbox.len(), bounds::OUTBOX, "Settle the held sends of this person.")?;
    within("values of a campaign's key", keys, bounds::KEYS, "Use `entry: every`, or a key with fewer values.")?;
    within(
        "active enrolments",
        enrolments().filter(|own| own.is_active()).count(),
        bounds::ENROLMENTS,
        "End enrolments, or narrow the campaign's `key`.",
    )?;
    within("codes that may be used", person.codes.len(), bounds::CODES, "Give the offer an `expires`.")?;
    let watched = enrolments().filter(|own: &&Enrolment| !own.is_active()).count();
    within("open goal windows", watched, bounds::WATCHED_GOALS, "Shorten the goal's `within`.")?;
    // An order's total is any JSON number; a sum of large ones leaves what a table and JSON can hold.
    let total = profile.orders.total.abs();
    within("digits of the sum of all orders", if total < 1e100 { 0 } else { 101 }, 100, "Correct the orders' totals.")
}

fn within(list: &'static str, have: usize, bound: usize, remedy: &'static str) -> Result<(), OverBounds> {
    if have > bound { Err(OverBounds { list, have, bound, remedy }) } else { Ok(()) }
}

/// The length of a value as JSON.
fn json_bytes(value: &impl serde::Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |json| json.len())
}
