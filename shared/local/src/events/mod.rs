//! EventBridge: buses, rules with event patterns, queues as targets.
//!
//! Reproduced: PutEvents with partial failures and its limits, the envelope, all pattern operators
//! but `cidr`, one delivery for each rule that matches. Divergences: an event is in its queues when the call is answered (AWS:
//! soon after, at least once, unordered); an entry for a bus that no rule names fails, so that a
//! typo is seen; a queue that does not exist loses the event, as on AWS, but without a retry.

mod api;
mod operators;
mod pattern;
mod rules;

pub(crate) use api::handle;
pub(crate) use pattern::Pattern;
pub(crate) use rules::{Event, Rules};
