//! Puts aside what can never be handled, with the reason beside it, so that nothing is lost and nothing is retried in vain.

use thiserror::Error;

use crate::queue::{Queue, QueueError};

/// SQS's bound on a message with its attributes; a longer body is cut, which the reason then says.
const LARGEST: usize = 250 * 1024;
/// The longest reason.
const LONGEST_REASON: usize = 1_000;

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

    /// Puts a body aside; `reason` becomes the message attribute of that name.
    ///
    /// # Errors
    /// Where the queue does not answer.
    pub async fn put(&self, body: &str, reason: &str) -> Result<(), Undeliverable> {
        let mut reason: String = reason.chars().filter(|letter| !letter.is_control()).take(LONGEST_REASON).collect();
        let mut body = if body.is_empty() { "(empty)" } else { body };
        if body.len() > LARGEST {
            let end = (0..=LARGEST).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
            reason.push_str(&format!(" (the first {end} of {} bytes are kept)", body.len()));
            body = body.get(..end).unwrap_or_default();
        }
        Ok(self.0.put_aside(body, &reason).await?)
    }
}
