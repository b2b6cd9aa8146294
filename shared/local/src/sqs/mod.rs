//! SQS standard queues.
//!
//! Reproduced: AWS JSON 1.0 protocol, visibility time-outs, delays, receive counts, redrive to a
//! dead-letter queue and back, AWS's size limits, batches with partial failures, long polling, the chains by which
//! Lambda stops functions that feed themselves, and at-least-once delivery with in-flight messages that survive the process.
//!
//! Divergences: messages are received in the order in which they became visible, without gaps and
//! without the duplicates that AWS permits (tests inject those); they never expire, because virtual
//! time passes months in seconds; a message move is finished when it is answered; no FIFO queues, tags or
//! permissions.

mod admin;
mod api;
mod attributes;
mod batch;
mod chain;
mod messages;
mod poll;
mod queues;
mod receive;

pub use queues::{DeadLetter, QueueSettings};

pub(crate) use api::handle;
pub(crate) use attributes::{Attribute, Attributes};
pub(crate) use chain::{Chain, LONGEST};
pub(crate) use messages::{NewMessage, Outgoing, count, delete, insert, next_visible, peek, purge};
pub(crate) use queues::{Queue, create, find, list};
pub(crate) use receive::{Message, receive};

/// Kind of the ids of messages.
const MESSAGE: u16 = 1;

/// The id of message number `n`.
pub(crate) fn message_id(n: i64) -> String {
    crate::state::uuid(MESSAGE, n)
}
