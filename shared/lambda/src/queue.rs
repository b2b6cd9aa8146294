//! Puts messages into an SQS queue, ten a request.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use jiff::SignedDuration;
use serde::Serialize;
use thiserror::Error;

/// SQS takes ten messages in one request.
const BATCH: usize = 10;
/// Seconds: SQS's longest delay of a message.
const LONGEST_DELAY: i32 = 900;

/// Why messages were not queued. A retry helps, and may queue some of them twice.
#[derive(Debug, Error)]
pub enum QueueError {
    /// The queue could not be reached.
    #[error("the queue did not answer: {0}")]
    Unavailable(String),
    /// Some messages of a batch were refused.
    #[error("{0} messages were refused by the queue")]
    Refused(usize),
    /// A message could not be written as JSON.
    #[error("a message could not be written: {0}")]
    Unwritable(#[from] serde_json::Error),
}

/// One queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// The queue of that URL.
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }

    /// Queues every message, as JSON.
    ///
    /// # Errors
    /// Where some could not be queued; the others are.
    pub async fn send_all<M: Serialize>(&self, messages: &[M]) -> Result<(), QueueError> {
        self.send_later(messages, SignedDuration::ZERO).await
    }

    /// Queues every message, as JSON, to be seen after a delay: whole seconds, at most 15 minutes.
    ///
    /// # Errors
    /// Where some could not be queued; the others are.
    pub async fn send_later<M: Serialize>(&self, messages: &[M], delay: SignedDuration) -> Result<(), QueueError> {
        let delay = i32::try_from(delay.as_secs()).unwrap_or(LONGEST_DELAY).clamp(0, LONGEST_DELAY);
        for batch in messages.chunks(BATCH) {
            let mut request = self.client.send_message_batch().queue_url(&self.url);
            for (number, message) in batch.iter().enumerate() {
                let body = serde_json::to_string(message)?;
                let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
                let entry = if delay > 0 { entry.delay_seconds(delay) } else { entry }.build();
                request = request.entries(entry.map_err(|error| QueueError::Unavailable(error.to_string()))?);
            }
            let answer = request.send().await.map_err(|error| QueueError::Unavailable(code(&error)))?;
            if !answer.failed().is_empty() {
                return Err(QueueError::Refused(answer.failed().len()));
            }
        }
        Ok(())
    }

    pub(crate) fn client(&self) -> (&Client, &str) {
        (&self.client, &self.url)
    }
}

/// The service's own word for an error: what is safe to log.
pub fn code<E, R>(error: &aws_sdk_sqs::error::SdkError<E, R>) -> String
where
    E: aws_sdk_sqs::error::ProvideErrorMetadata,
{
    use aws_sdk_sqs::error::SdkError;
    match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("an unnamed error").to_owned(),
        SdkError::TimeoutError(_) => "time-out".to_owned(),
        SdkError::DispatchFailure(_) => "connection failed".to_owned(),
        SdkError::ResponseError(_) => "unreadable reply".to_owned(),
        _ => "the request could not be made".to_owned(),
    }
}
