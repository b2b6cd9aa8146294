//! Somebody who is due and whom nobody can write: the entry of their item in the index `due` stands in a part of its own.
//!
//! Only the attributes that the index looks at change, and why; the version and what the last decision hands on stay. So the
//! next write, whoever makes it, replaces these as well, and they are aside no more.

use rekindle_engine::time::Instant;
use serde_dynamo::{AttributeValue, Item};

use crate::ports::Aside;

/// The part of the index in which they stand; people's own parts have numbers.
pub(crate) const ASIDE: &str = "aside";

/// Whether the person in an item is set aside.
pub(super) fn is_aside(item: &Item) -> bool {
    matches!(item.get("shard"), Some(AttributeValue::S(part)) if part == ASIDE)
}

/// Since when and why the person in an item is set aside; `None` where they are not.
pub(crate) fn aside(item: &Item) -> Option<Aside> {
    let Some(AttributeValue::N(since)) = item.get("due_at").filter(|_| is_aside(item)) else { return None };
    let why = match item.get("why") {
        Some(AttributeValue::S(why)) => why.clone(),
        _ => String::new(),
    };
    Some(Aside { since: Instant::from_seconds(since.parse().ok()?), why })
}
