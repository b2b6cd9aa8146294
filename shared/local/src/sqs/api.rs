//! The operations of SQS, as JSON in and JSON out.

use serde::Deserialize;
use serde_json::{Value, json};

use super::admin::{create_queue, get_attributes, list_queues, set_attributes};
use super::attributes::checksum;
use super::batch::{self, Entry};
use super::message_id;
use super::messages::{Outgoing, change_visibility, delete, insert, move_all, purge};
use super::poll::receive_messages;
use super::queues::find;
use super::receive::parse_receipt;
use crate::error::AwsError;
use crate::wake::Source;
use crate::world::World;

/// Answers one call of `operation`; `host` is the authority that queue URLs are made with.
pub(crate) async fn handle(
    world: &World,
    operation: &str,
    body: &[u8],
    host: Option<&str>,
) -> Result<String, AwsError> {
    let answer = match operation {
        "CreateQueue" => create_queue(world, parse(body)?, host)?,
        "GetQueueUrl" => {
            let call: NameCall = parse(body)?;
            let queue = world.state.read(|db| find(db, &call.queue_name))?;
            json!({ "QueueUrl": url(world, &queue.name, host) })
        }
        "ListQueues" => list_queues(world, &parse(body)?, host)?,
        "GetQueueAttributes" => get_attributes(world, &parse(body)?)?,
        "SetQueueAttributes" => set_attributes(world, &parse(body)?)?,
        "SendMessage" => send(world, &parse(body)?)?,
        "ReceiveMessage" => receive_messages(world, &parse(body)?).await?,
        "DeleteMessage" => {
            let call: HandleCall = parse(body)?;
            delete_one(world, name_of(&call.queue_url), &call.receipt_handle)?;
            json!({})
        }
        "ChangeMessageVisibility" => {
            let call: HandleCall = parse(body)?;
            hide_one(world, name_of(&call.queue_url), &call.receipt_handle, call.visibility_timeout)?;
            json!({})
        }
        "SendMessageBatch" | "DeleteMessageBatch" | "ChangeMessageVisibilityBatch" => {
            batch::handle(world, operation, &parse(body)?)?
        }
        "PurgeQueue" => {
            let call: QueueCall = parse(body)?;
            world.state.write(|db| {
                let queue = find(db, name_of(&call.queue_url))?;
                purge(db, &queue).map_err(AwsError::from)
            })?;
            json!({})
        }
        "StartMessageMoveTask" => move_task(world, &parse(body)?)?,
        other => {
            return Err(AwsError::client(
                "UnsupportedOperation",
                format!("The local SQS does not know the operation {other}."),
            ));
        }
    };
    Ok(answer.to_string())
}

/// Reads the body of a call.
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            AwsError::client("InvalidParameterValueException", error.to_string())
        } else {
            AwsError::client("SerializationException", "The request is not JSON.")
        }
    })
}

/// The queue's name in its URL or ARN.
pub(super) fn name_of(address: &str) -> &str {
    address.rsplit(['/', ':']).next().unwrap_or(address)
}

/// The queue's URL for a client that used `host`.
pub(super) fn url(world: &World, name: &str, host: Option<&str>) -> String {
    format!("http://{}/{}/{name}", host.unwrap_or("localhost"), world.account)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NameCall {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueCall {
    queue_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HandleCall {
    queue_url: String,
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendCall {
    queue_url: String,
    #[serde(flatten)]
    entry: Entry,
}

fn send(world: &World, call: &SendCall) -> Result<Value, AwsError> {
    let now = world.now();
    let (queue, n) = world.state.write(|db| {
        let queue = find(db, name_of(&call.queue_url))?;
        let (message, _) = outgoing(&call.entry).check(&queue)?;
        let n = insert(db, &queue, &message, now)?;
        Ok::<_, AwsError>((queue.id, n))
    })?;
    world.wakes.ring(Source::Queue(queue));
    sent(n, &call.entry)
}

/// The message in an entry of a send.
pub(super) fn outgoing(entry: &Entry) -> Outgoing<'_> {
    Outgoing { body: &entry.message_body, attributes: &entry.message_attributes, delay: entry.delay_seconds }
}

/// What a client is told about a message that it sent.
pub(super) fn sent(n: i64, entry: &Entry) -> Result<Value, AwsError> {
    let mut answer = json!({
        "MessageId": message_id(n),
        "MD5OfMessageBody": format!("{:x}", md5::compute(&entry.message_body)),
    });
    if let (Some(sum), Some(fields)) = (checksum(&entry.message_attributes)?, answer.as_object_mut()) {
        fields.insert("MD5OfMessageAttributes".to_owned(), sum.into());
    }
    Ok(answer)
}

/// Deletes what a receipt handle names.
pub(super) fn delete_one(world: &World, queue: &str, handle: &str) -> Result<(), AwsError> {
    let (n, received) = parse_receipt(handle)?;
    world.state.write(|db| {
        let queue = find(db, queue)?;
        delete(db, &queue, n, received).map_err(AwsError::from)
    })
}

/// Hides what a receipt handle names for `seconds`.
pub(super) fn hide_one(world: &World, queue: &str, handle: &str, seconds: i64) -> Result<(), AwsError> {
    let receipt = parse_receipt(handle)?;
    if !(0..=43_200).contains(&seconds) {
        return Err(AwsError::client(
            "InvalidParameterValueException",
            "VisibilityTimeout must be between 0 and 43200 seconds.",
        ));
    }
    let now = world.now();
    let id = world.state.write(|db| {
        let queue = find(db, queue)?;
        change_visibility(db, &queue, receipt, seconds, now)?;
        Ok::<_, AwsError>(queue.id)
    })?;
    world.wakes.ring(Source::Queue(id));
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MoveCall {
    source_arn: String,
    #[serde(default)]
    destination_arn: Option<String>,
}

fn move_task(world: &World, call: &MoveCall) -> Result<Value, AwsError> {
    let to = call.destination_arn.as_deref().map(name_of);
    world.move_messages(name_of(&call.source_arn), to)?;
    Ok(json!({ "TaskHandle": call.source_arn }))
}

impl World {
    /// Moves all messages of a queue to another, or back to where each came from; returns how many.
    pub(crate) fn move_messages(&self, from: &str, to: Option<&str>) -> Result<usize, AwsError> {
        let now = self.now();
        let (queues, moved) = self.state.write(|db| {
            let from = find(db, from)?;
            let to = to.map(|name| find(db, name)).transpose()?;
            move_all(db, &from, to.as_ref(), now).map_err(AwsError::from)
        })?;
        for queue in queues {
            self.wakes.ring(Source::Queue(queue));
        }
        Ok(moved)
    }
}
