//! Batches: every entry succeeds or fails on its own.

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{delete_one, hide_one, name_of, outgoing, sent};
use super::attributes::Attributes;
use super::messages::insert;
use super::queues::find;
use crate::error::AwsError;
use crate::wake::Source;
use crate::world::World;

/// An entry of any batch, and the body of a single send.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    #[serde(default)]
    id: String,
    #[serde(default)]
    pub(super) message_body: String,
    #[serde(default)]
    pub(super) message_attributes: Attributes,
    #[serde(default)]
    pub(super) delay_seconds: Option<u32>,
    #[serde(default)]
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchCall {
    queue_url: String,
    entries: Vec<Entry>,
}

/// Most bytes of all messages of one batch together (SQS quotas).
const MAX_BATCH: usize = 1_048_576;

pub(super) fn handle(world: &World, operation: &str, call: &BatchCall) -> Result<Value, AwsError> {
    check(&call.entries)?;
    let queue = name_of(&call.queue_url);
    let results = match operation {
        "SendMessageBatch" => send(world, queue, &call.entries)?,
        "DeleteMessageBatch" => each(&call.entries, |entry| delete_one(world, queue, &entry.receipt_handle)),
        _ => each(&call.entries, |entry| hide_one(world, queue, &entry.receipt_handle, entry.visibility_timeout)),
    };
    let mut successful = Vec::new();
    let mut failed = Vec::new();
    for (entry, result) in call.entries.iter().zip(results) {
        match result {
            Ok(mut answer) => {
                if let Some(fields) = answer.as_object_mut() {
                    fields.insert("Id".to_owned(), entry.id.as_str().into());
                }
                successful.push(answer);
            }
            Err(error) if error.status >= 500 || error.code == "QueueDoesNotExist" => {
                return Err(error);
            }
            Err(error) => failed.push(json!({
                "Id": entry.id, "SenderFault": true, "Code": error.code, "Message": error.message,
            })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

fn each(entries: &[Entry], work: impl Fn(&Entry) -> Result<(), AwsError>) -> Vec<Result<Value, AwsError>> {
    entries.iter().map(|entry| work(entry).map(|()| json!({}))).collect()
}

fn send(world: &World, queue: &str, entries: &[Entry]) -> Result<Vec<Result<Value, AwsError>>, AwsError> {
    let now = world.now();
    let (queue, results) = world.state.write(|db| {
        let queue = find(db, queue)?;
        let mut results = Vec::with_capacity(entries.len());
        let mut total = 0;
        for entry in entries {
            results.push(match outgoing(entry).check(&queue) {
                Ok((message, size)) => {
                    total += size;
                    sent(insert(db, &queue, &message, now)?, entry)
                }
                Err(error) => Err(error),
            });
        }
        if total > MAX_BATCH {
            return Err(AwsError::client(
                "BatchRequestTooLong",
                "The length of all the messages put together is more than the limit.",
            ));
        }
        Ok((queue, results))
    })?;
    world.wakes.ring(Source::Queue(queue.id));
    Ok(results)
}

fn check(entries: &[Entry]) -> Result<(), AwsError> {
    if entries.is_empty() {
        return Err(AwsError::client("EmptyBatchRequest", "There should be at least one entry."));
    }
    if entries.len() > 10 {
        return Err(AwsError::client("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10."));
    }
    let ids: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if ids.len() < entries.len() {
        return Err(AwsError::client("BatchEntryIdsNotDistinct", "Two or more batch entries have the same id."));
    }
    Ok(())
}
