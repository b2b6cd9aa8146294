//! Puts messages into a queue, ten a request.
//!
//! What a handler holds is a [`Queue`]; behind it is [`Messages`], which production gives with SQS and the tests with a
//! queue in memory whose faults they choose.

use std::fmt;
use std::sync::Arc;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use serde::Serialize;
use thiserror::Error;

use crate::limits::{SQS_BATCH, SQS_DELAY};

/// Messages of one request at most.
pub const BATCH: usize = SQS_BATCH;
/// The longest delay of a message.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(SQS_DELAY);

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

/// A queue as the service offers it: each call is one request.
pub trait Messages: Send + Sync + 'static {
    /// Queues at most [`BATCH`] bodies, to be seen after a delay of whole seconds, at most 15 minutes. On an error, some of
    /// them may have been queued.
    fn put<'a>(&'a self, bodies: &'a [String], delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>>;

    /// Queues one body with the attribute `reason`, unless that is empty.
    fn put_aside<'a>(&'a self, body: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>>;
}

/// One queue.
#[derive(Clone)]
pub struct Queue(Arc<dyn Messages>);

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Queue {
    /// The SQS queue of that URL.
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self::over(Arc::new(Sqs { client, url: url.into() }))
    }

    /// A queue over any service.
    #[must_use]
    pub fn over(messages: Arc<dyn Messages>) -> Self {
        Self(messages)
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
        let delay = delay.clamp(SignedDuration::ZERO, LONGEST_DELAY);
        let bodies = messages.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        for batch in bodies.chunks(BATCH) {
            self.0.put(batch, delay).await?;
        }
        Ok(())
    }

    /// Queues one body as it is, with the attribute `reason`.
    ///
    /// # Errors
    /// Where the queue does not answer.
    pub async fn put_aside(&self, body: &str, reason: &str) -> Result<(), QueueError> {
        self.0.put_aside(body, reason).await
    }
}

/// A queue of SQS.
struct Sqs {
    client: Client,
    url: String,
}

impl Messages for Sqs {
    fn put<'a>(&'a self, bodies: &'a [String], delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        async move {
            let delay = i32::try_from(delay.as_secs()).ok().filter(|delay| *delay > 0);
            let mut request = self.client.send_message_batch().queue_url(&self.url);
            for (number, body) in bodies.iter().enumerate() {
                let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
                let entry = entry.set_delay_seconds(delay).build();
                request = request.entries(entry.map_err(|error| QueueError::Unavailable(error.to_string()))?);
            }
            let answer = request.send().await.map_err(|error| QueueError::Unavailable(code(&error)))?;
            match answer.failed().len() {
                0 => Ok(()),
                refused => Err(QueueError::Refused(refused)),
            }
        }
        .boxed()
    }

    fn put_aside<'a>(&'a self, body: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        async move {
            let mut request = self.client.send_message().queue_url(&self.url).message_body(body);
            if !reason.is_empty() {
                let reason = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
                let reason = reason.map_err(|error| QueueError::Unavailable(error.to_string()))?;
                request = request.message_attributes("reason", reason);
            }
            let sent = request.send().await;
            sent.map(|_| ()).map_err(|error| QueueError::Unavailable(code(&error)))
        }
        .boxed()
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
