//! Puts aside what can never be handled, with the reason beside it, so that nothing is lost and nothing is retried in vain.
//!
//! A letter is the whole message, never a part: once the reason is gone it is redriven as it is. Where the message leaves no
//! room for its reason, the reason is what is cut.

use thiserror::Error;

use crate::limits::SQS_MESSAGE;
use crate::queue::{Queue, QueueError};

/// The longest reason.
const LONGEST_REASON: usize = 1_000;
/// Bytes that the attribute takes beside its value: its name and its type.
const ATTRIBUTE: usize = "reason".len() + "String".len();

/// The dead-letter queue did not take a message. A retry helps.
#[derive(Debug, Error)]
#[error("a dead letter was not taken: {0}")]
pub struct Undeliverable(#[from] QueueError);

/// A dead-letter queue.
#[derive(Debug, Clone)]
pub struct DeadLetters(Queue);

impl DeadLetters {
    /// Letters go into this queue.
    #[must_use]
    pub fn new(queue: Queue) -> Self {
        Self(queue)
    }

    /// Puts a body aside as it is; `reason` becomes the message attribute of that name.
    ///
    /// # Errors
    /// Where the queue does not answer.
    pub async fn put(&self, body: &str, reason: &str) -> Result<(), Undeliverable> {
        let body = if body.is_empty() { "(empty)" } else { body };
        let room = SQS_MESSAGE.saturating_sub(body.len() + ATTRIBUTE);
        let mut kept = String::new();
        for letter in reason.chars().filter(|letter| !letter.is_control()).take(LONGEST_REASON) {
            if kept.len() + letter.len_utf8() > room {
                break;
            }
            kept.push(letter);
        }
        Ok(self.0.put_aside(body, &kept).await?)
    }
}
