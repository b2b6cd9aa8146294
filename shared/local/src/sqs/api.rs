//! The operations of SQS, as JSON in and JSON out.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::attributes::{Attributes, checksum};
use super::batch::{self, Entry};
use super::messages::{Outgoing, change_visibility, count, delete, insert, move_all, purge};
use super::queues::{DeadLetter, Queue, QueueSettings, create, find, list};
use super::receive::{Message, Received, parse_receipt, receive};
use super::message_id;
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

fn url(world: &World, name: &str, host: Option<&str>) -> String {
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
struct CreateCall {
    queue_name: String,
    #[serde(default)]
    attributes: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributesCall {
    queue_url: String,
    #[serde(default)]
    attributes: std::collections::BTreeMap<String, String>,
}

fn apply(
    mut settings: QueueSettings,
    attributes: &std::collections::BTreeMap<String, String>,
) -> Result<QueueSettings, AwsError> {
    let bad = |name: &str| {
        AwsError::client("InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
    };
    for (name, value) in attributes {
        let number = || value.parse::<u32>().map_err(|_| bad(name));
        match name.as_str() {
            "VisibilityTimeout" => settings.visibility = number()?,
            "DelaySeconds" => settings.delay = number()?,
            "ReceiveMessageWaitTimeSeconds" => settings.wait = number()?,
            "MaximumMessageSize" => settings.max_size = number()?,
            "RedrivePolicy" if value.is_empty() => settings.dead_letter = None,
            "RedrivePolicy" => {
                let policy: Value = serde_json::from_str(value).map_err(|_| bad(name))?;
                let arn = policy.get("deadLetterTargetArn").and_then(Value::as_str);
                let most = policy.get("maxReceiveCount").and_then(|count| {
                    count.as_u64().or_else(|| count.as_str()?.parse().ok())
                });
                let (Some(arn), Some(most)) = (arn, most) else { return Err(bad(name)) };
                settings.dead_letter = Some(DeadLetter {
                    queue: name_of(arn).to_owned(),
                    max_receive: u32::try_from(most).map_err(|_| bad(name))?,
                });
            }
            // Nothing here expires, and there are no permissions or keys.
            "MessageRetentionPeriod" | "Policy" | "RedriveAllowPolicy" | "SqsManagedSseEnabled"
            | "KmsMasterKeyId" | "KmsDataKeyReusePeriodSeconds" => {}
            _ => {
                return Err(AwsError::client(
                    "InvalidAttributeName",
                    format!("Unknown Attribute {name}."),
                ));
            }
        }
    }
    Ok(settings)
}

fn create_queue(world: &World, call: CreateCall, host: Option<&str>) -> Result<Value, AwsError> {
    let settings = apply(QueueSettings::default(), &call.attributes)?;
    let now = world.now();
    world.state.write(|db| match find(db, &call.queue_name) {
        Ok(existing) if existing.settings == settings || call.attributes.is_empty() => Ok(()),
        Ok(_) => Err(AwsError::client(
            "QueueNameExists",
            "A queue already exists with the same name and different attributes.",
        )),
        Err(_) => create(db, &call.queue_name, &settings, now).map(drop),
    })?;
    Ok(json!({ "QueueUrl": url(world, &call.queue_name, host) }))
}

fn set_attributes(world: &World, call: &AttributesCall) -> Result<Value, AwsError> {
    let now = world.now();
    world.state.write(|db| {
        let queue = find(db, name_of(&call.queue_url))?;
        let settings = apply(queue.settings, &call.attributes)?;
        create(db, &queue.name, &settings, now)
    })?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListCall {
    #[serde(default)]
    queue_name_prefix: Option<String>,
}

fn list_queues(world: &World, call: &ListCall, host: Option<&str>) -> Result<Value, AwsError> {
    let prefix = call.queue_name_prefix.as_deref().unwrap_or_default();
    let urls: Vec<String> = world
        .state
        .read(list)?
        .iter()
        .filter(|queue| queue.name.starts_with(prefix))
        .map(|queue| url(world, &queue.name, host))
        .collect();
    Ok(json!({ "QueueUrls": urls }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAttributesCall {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

fn get_attributes(world: &World, call: &GetAttributesCall) -> Result<Value, AwsError> {
    let now = world.now();
    let (queue, depth) = world.state.read(|db| {
        let queue = find(db, name_of(&call.queue_url))?;
        let depth = count(db, &queue, now)?;
        Ok::<_, AwsError>((queue, depth))
    })?;
    let seconds = (queue.created_at / 1000).to_string();
    let mut all = vec![
        ("QueueArn", world.queue_arn(&queue.name)),
        ("ApproximateNumberOfMessages", depth.visible.to_string()),
        ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
        ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
        ("CreatedTimestamp", seconds.clone()),
        ("LastModifiedTimestamp", seconds),
        ("VisibilityTimeout", queue.settings.visibility.to_string()),
        ("DelaySeconds", queue.settings.delay.to_string()),
        ("ReceiveMessageWaitTimeSeconds", queue.settings.wait.to_string()),
        ("MaximumMessageSize", queue.settings.max_size.to_string()),
    ];
    if let Some(to) = &queue.settings.dead_letter {
        let policy = json!({
            "deadLetterTargetArn": world.queue_arn(&to.queue),
            "maxReceiveCount": to.max_receive,
        });
        all.push(("RedrivePolicy", policy.to_string()));
    }
    let wanted = |name: &str| call.attribute_names.iter().any(|asked| asked == "All" || asked == name);
    let attributes: serde_json::Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    Ok(json!({ "Attributes": attributes }))
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
    Outgoing {
        body: &entry.message_body,
        attributes: &entry.message_attributes,
        delay: entry.delay_seconds,
    }
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
pub(super) fn hide_one(
    world: &World,
    queue: &str,
    handle: &str,
    seconds: i64,
) -> Result<(), AwsError> {
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
struct ReceiveCall {
    queue_url: String,
    #[serde(default)]
    max_number_of_messages: Option<usize>,
    #[serde(default)]
    visibility_timeout: Option<u32>,
    #[serde(default)]
    wait_time_seconds: Option<u32>,
    #[serde(default, alias = "AttributeNames")]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

async fn receive_messages(world: &World, call: &ReceiveCall) -> Result<Value, AwsError> {
    let limit = call.max_number_of_messages.unwrap_or(1);
    if !(1..=10).contains(&limit) {
        return Err(AwsError::client(
            "InvalidParameterValueException",
            "MaxNumberOfMessages must be between 1 and 10.",
        ));
    }
    let queue = world.state.read(|db| find(db, name_of(&call.queue_url)))?;
    let wait = call.wait_time_seconds.unwrap_or(queue.settings.wait).min(20);
    let mut arrivals = world.wakes.listen(Source::Queue(queue.id));
    let attempt = || take(world, &queue, limit, call.visibility_timeout);
    let mut received = attempt()?;
    if received.messages.is_empty() && wait > 0 {
        // The wait belongs to the connection, so it passes in real time.
        let waited = tokio::time::timeout(Duration::from_secs(wait.into()), async {
            loop {
                world.arrival_or_next_visible(&mut arrivals, queue.id).await?;
                let found = attempt()?;
                if !found.messages.is_empty() {
                    return Ok::<_, AwsError>(found);
                }
            }
        });
        if let Ok(found) = waited.await {
            received = found?;
        }
    }
    let messages = received
        .messages
        .iter()
        .map(|message| describe(message, call))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
}

fn take(
    world: &World,
    queue: &Queue,
    limit: usize,
    visibility: Option<u32>,
) -> Result<Received, AwsError> {
    let now = world.now();
    let hide = i64::from(visibility.unwrap_or(queue.settings.visibility));
    let received = world.state.write(|db| receive(db, queue, limit, hide, now))?;
    if let Some(dead_letters) = received.dead_letters {
        world.wakes.ring(Source::Queue(dead_letters));
    }
    Ok(received)
}

fn describe(message: &Message, call: &ReceiveCall) -> Result<Value, AwsError> {
    let mut answer = json!({
        "MessageId": message_id(message.n),
        "ReceiptHandle": message.receipt(),
        "MD5OfBody": format!("{:x}", md5::compute(&message.body)),
        "Body": message.body,
    });
    let Some(fields) = answer.as_object_mut() else { return Ok(answer) };
    let asked = |name: &str| {
        call.message_system_attribute_names.iter().any(|asked| asked == "All" || asked == name)
    };
    let mut system = vec![
        ("SentTimestamp", message.sent_at.to_string()),
        ("ApproximateReceiveCount", message.received.to_string()),
        ("SenderId", "local".to_owned()),
    ];
    if let Some(first) = message.first_received {
        system.push(("ApproximateFirstReceiveTimestamp", first.to_string()));
    }
    let system: serde_json::Map<String, Value> = system
        .into_iter()
        .filter(|(name, _)| asked(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    if !system.is_empty() {
        fields.insert("Attributes".to_owned(), system.into());
    }
    let named = |name: &str| {
        call.message_attribute_names.iter().any(|asked| {
            asked == "All"
                || asked == name
                || asked.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
        })
    };
    let kept: Attributes =
        message.attributes.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let shown: Attributes = kept.into_iter().filter(|(name, _)| named(name)).collect();
    if let Some(sum) = checksum(&shown)? {
        fields.insert("MD5OfMessageAttributes".to_owned(), sum.into());
        fields.insert("MessageAttributes".to_owned(), json!(shown));
    }
    Ok(answer)
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
