//! A table's changes to a handler: in order, at least once, the position kept after the handler
//! succeeded.
//!
//! A failed batch is tried again later, then record by record, so that a poisonous one is found. When it has
//! failed too often its position goes to the dead-letter queue, never its content, as on Lambda.

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::json;
use tokio::sync::Mutex;

use super::{Handler, HandlerError, invoke};
use crate::error::{AwsError, LocalError};
use crate::sqs::{self, Attribute, Attributes};
use crate::stream::{self, Change, Filter, Position, Read};
use crate::wake::Source;
use crate::world::World;

/// Settings of a mapping from a table's stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamMapping {
    /// Names the mapping; its position is kept under this name.
    pub name: String,
    /// The table.
    pub table: String,
    /// Most changes of a batch.
    pub batch_size: usize,
    /// How often a change may fail before it is given up.
    pub max_attempts: u32,
    /// The queue that learns of changes that were given up.
    pub dead_letter: Option<String>,
    /// Which changes are wanted; all, where there is none.
    pub filter: Option<Filter>,
}

impl StreamMapping {
    /// Batches of 100 changes, 10 attempts, no dead-letter queue, no filter.
    #[must_use]
    pub fn new(name: impl Into<String>, table: impl Into<String>) -> Self {
        let (name, table) = (name.into(), table.into());
        Self { name, table, batch_size: 100, max_attempts: 10, dead_letter: None, filter: None }
    }
}

/// Records between two trims; each trim is a write.
const TRIM_EVERY: usize = 1000;
/// Longest pause between two attempts, in milliseconds.
const LONGEST_PAUSE: i64 = 60_000;

pub(super) struct StreamWork {
    settings: StreamMapping,
    handler: Handler<Event, DynamoDbEventResponse>,
    /// One batch at a time keeps the order; counts the records since the last trim.
    turn: Mutex<usize>,
}

impl StreamWork {
    pub(super) fn new(settings: StreamMapping, handler: Handler<Event, DynamoDbEventResponse>) -> Self {
        Self { settings, handler, turn: Mutex::new(0) }
    }

    pub(super) fn next_at(&self, world: &World) -> Result<Option<i64>, LocalError> {
        let position = world.state.read(|db| stream::position(db, &self.settings.name))?;
        Ok((position.retry_at > world.now()).then_some(position.retry_at))
    }

    pub(super) async fn poll(&self, world: &World) -> Result<usize, LocalError> {
        let mut since_trim = self.turn.lock().await;
        let before = world.state.read(|db| stream::position(db, &self.settings.name))?;
        if before.retry_at > world.now() {
            return Ok(0);
        }
        let limit = if before.attempts == 0 { self.settings.batch_size } else { 1 };
        let StreamMapping { table, filter, .. } = &self.settings;
        let Read { mut changes, reached, looked_at } =
            stream::read(world, table, before.sequence, limit, filter.as_ref())?;
        let Some(reached) = reached else { return Ok(0) };
        if changes.is_empty() {
            self.remember(world, Position { sequence: reached, ..Position::default() })?;
            return Ok(looked_at);
        }
        let mut event = Event::default();
        event.records = changes.iter_mut().map(|change| std::mem::take(&mut change.record)).collect();
        let result = invoke((self.handler)(event)).await;
        let handled = self.settle(world, before, reached, &changes, result)?;
        *since_trim += handled;
        if *since_trim >= TRIM_EVERY {
            stream::trim(world, &self.settings.table)?;
            *since_trim = 0;
        }
        Ok(looked_at)
    }

    /// Moves the position past what is done with; returns how many changes that are.
    fn settle(
        &self,
        world: &World,
        before: Position,
        reached: i64,
        changes: &[Change],
        result: Result<DynamoDbEventResponse, HandlerError>,
    ) -> Result<usize, LocalError> {
        let done = match result {
            Ok(response) => succeeded(changes, &response),
            Err(error) => {
                let table = &self.settings.table;
                tracing::warn!(table, %error, "a handler failed its whole batch");
                0
            }
        };
        let Some(failed) = changes.get(done) else {
            self.remember(world, Position { sequence: reached, ..Position::default() })?;
            return Ok(done);
        };
        let last = done.checked_sub(1).and_then(|last| changes.get(last));
        let sequence = last.map_or(before.sequence, |change| change.sequence);
        let attempts = if done == 0 { before.attempts + 1 } else { 1 };
        if attempts >= self.settings.max_attempts {
            self.give_up(world, failed, attempts)?;
            return Ok(done + 1);
        }
        let pause = (1000_i64 << attempts.min(16)).min(LONGEST_PAUSE);
        self.remember(world, Position { sequence, attempts, retry_at: world.now() + pause })?;
        Ok(done)
    }

    fn remember(&self, world: &World, position: Position) -> Result<(), LocalError> {
        let StreamMapping { name, table, .. } = &self.settings;
        Ok(world.state.write(|db| stream::remember(db, name, table, position))?)
    }

    /// Passes a change over and says so, in one commit.
    fn give_up(&self, world: &World, failed: &Change, attempts: u32) -> Result<(), LocalError> {
        let StreamMapping { name, table, dead_letter, .. } = &self.settings;
        tracing::error!(table, sequence = failed.sequence, "a change was given up");
        let number = stream::public_sequence(failed.sequence);
        let body = json!({
            "requestContext": {
                "functionArn": name, "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": world.clock.now().to_string(),
            "DDBStreamBatchInfo": {
                "shardId": stream::shard(table), "startSequenceNumber": number, "endSequenceNumber": number,
                "batchSize": 1, "streamArn": stream::arn(world, table),
            },
        })
        .to_string();
        let reason = Attributes::from([("reason".to_owned(), Attribute::string(format!("failed {attempts} times")))]);
        let position = Position { sequence: failed.sequence, ..Position::default() };
        let queue = world.state.write(|db| {
            stream::remember(db, name, table, position)?;
            let Some(queue) = dead_letter else { return Ok(None) };
            let queue = sqs::find(db, queue)?;
            let message = sqs::Outgoing { body: &body, attributes: &reason, delay: None };
            let (message, _) = message.check(&queue)?;
            sqs::insert(db, &queue, &message, world.now())?;
            Ok::<_, AwsError>(Some(queue.id))
        })?;
        if let Some(queue) = queue {
            world.wakes.ring(Source::Queue(queue));
        }
        Ok(())
    }
}

/// How many changes come before the first that the handler named as failed. A name that is not in
/// the batch fails all of it, as on Lambda.
fn succeeded(changes: &[Change], response: &DynamoDbEventResponse) -> usize {
    let place = |id: &Option<String>| {
        let id = id.as_deref().unwrap_or_default();
        changes.iter().position(|change| stream::public_sequence(change.sequence) == id)
    };
    response
        .batch_item_failures
        .iter()
        .map(|failure| place(&failure.item_identifier).unwrap_or(0))
        .min()
        .unwrap_or(changes.len())
}
