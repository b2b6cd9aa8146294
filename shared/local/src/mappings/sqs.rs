//! A queue's messages to a handler, with partial batch failures.

use std::collections::{BTreeSet, HashMap};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage, SqsMessageAttribute};

use super::{Handler, invoke};
use crate::error::{AwsError, LocalError};
use crate::sqs::{self, Attributes, Message, Queue};
use crate::wake::Source;
use crate::world::World;

/// Settings of a mapping from a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqsMapping {
    /// The queue's name.
    pub queue: String,
    /// Most messages of a batch.
    pub batch_size: usize,
    /// How many batches are handled at the same time.
    pub workers: usize,
    /// Whether the function may feed itself, as `RecursiveLoop: Allow` says; otherwise Lambda invokes it about 16 times in
    /// one chain of messages and no more.
    pub may_loop: bool,
}

impl SqsMapping {
    /// Batches of 10 messages, two at a time, of a function that does not feed itself.
    #[must_use]
    pub fn new(queue: impl Into<String>) -> Self {
        Self { queue: queue.into(), batch_size: 10, workers: 2, may_loop: false }
    }
}

pub(super) struct SqsWork {
    pub settings: SqsMapping,
    pub handler: Handler<SqsEvent, SqsBatchResponse>,
}

impl SqsWork {
    fn queue(&self, world: &World) -> Result<Queue, AwsError> {
        world.state.read(|db| sqs::find(db, &self.settings.queue))
    }

    pub(super) fn source(&self, world: &World) -> Result<Source, LocalError> {
        Ok(Source::Queue(self.queue(world)?.id))
    }

    pub(super) fn next_at(&self, world: &World) -> Result<Option<i64>, LocalError> {
        let queue = self.queue(world)?;
        Ok(world.state.read(|db| sqs::next_visible(db, Some(queue.id), world.now()))?)
    }

    pub(super) async fn poll(&self, world: &World) -> Result<usize, LocalError> {
        let now = world.now();
        let (queue, received) = world.state.write(|db| {
            let queue = sqs::find(db, &self.settings.queue)?;
            let hide = i64::from(queue.settings.visibility);
            let received = sqs::receive(db, &queue, self.settings.batch_size, hide, now)?;
            Ok::<_, AwsError>((queue, received))
        })?;
        let buried = usize::from(received.dead_letters.is_some());
        if let Some(dead_letters) = received.dead_letters {
            world.wakes.ring(Source::Queue(dead_letters));
        }
        if received.messages.is_empty() {
            return Ok(buried);
        }
        let messages = received.messages;
        let mut event = SqsEvent::default();
        let arn = world.queue_arn(&queue.name);
        event.records = messages.iter().map(|message| record(world, &arn, message)).collect();
        let mut chain = world.state.read(|db| sqs::Chain::of(db, messages.iter().map(|message| message.n)))?;
        if chain.invoke(&queue.name) > sqs::LONGEST && !self.settings.may_loop {
            // They come again when their time-out is over, and are not handled then either.
            tracing::warn!(
                queue = queue.name,
                "a function feeds itself (RecursiveInvocationException): it is not invoked"
            );
            return Ok(messages.len());
        }
        match invoke(Box::pin(chain.go_on((self.handler)(event)))).await {
            Ok(response) => settle(world, &queue, &messages, &response)?,
            // The messages come again when their time-out is over.
            Err(error) => {
                tracing::warn!(queue = queue.name, %error, "a handler failed its whole batch");
            }
        }
        Ok(messages.len())
    }
}

/// Deletes what succeeded. An id that is not in the batch fails all of it, as on Lambda.
fn settle(world: &World, queue: &Queue, messages: &[Message], response: &SqsBatchResponse) -> Result<(), LocalError> {
    let failed: BTreeSet<&str> =
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
    let done: Vec<&Message> =
        messages.iter().filter(|message| !failed.contains(sqs::message_id(message.n).as_str())).collect();
    if messages.len() - done.len() != failed.len() {
        tracing::warn!(queue = queue.name, "a handler named a message that was not in its batch");
        return Ok(());
    }
    world.state.write(|db| done.iter().try_for_each(|message| sqs::delete(db, queue, message.n, message.received)))?;
    Ok(())
}

fn record(world: &World, arn: &str, message: &Message) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = Some(sqs::message_id(message.n));
    record.receipt_handle = Some(message.receipt());
    record.md5_of_body = Some(format!("{:x}", md5::compute(&message.body)));
    record.body = Some(message.body.clone());
    record.event_source_arn = Some(arn.to_owned());
    record.event_source = Some("aws:sqs".to_owned());
    record.aws_region = Some(world.region.clone());
    record.attributes = HashMap::from([
        ("ApproximateReceiveCount".to_owned(), message.received.to_string()),
        ("SentTimestamp".to_owned(), message.sent_at.to_string()),
        ("SenderId".to_owned(), "local".to_owned()),
        ("ApproximateFirstReceiveTimestamp".to_owned(), message.first_received.unwrap_or_default().to_string()),
    ]);
    let attributes: Attributes =
        message.attributes.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    record.message_attributes = attributes
        .into_iter()
        .map(|(name, kept)| {
            let mut attribute = SqsMessageAttribute::default();
            attribute.data_type = Some(kept.data_type);
            attribute.string_value = kept.string_value;
            (name, attribute)
        })
        .collect();
    record
}
