//! ReceiveMessage: long polling, and what a client is shown of a message.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::name_of;
use super::attributes::{Attributes, checksum};
use super::message_id;
use super::queues::{Queue, find};
use super::receive::{Message, Received, receive};
use crate::error::AwsError;
use crate::wake::Source;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveCall {
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

pub(super) async fn receive_messages(world: &World, call: &ReceiveCall) -> Result<Value, AwsError> {
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
    let messages = received.messages.iter().map(|message| describe(message, call)).collect::<Result<Vec<_>, _>>()?;
    Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
}

fn take(world: &World, queue: &Queue, limit: usize, visibility: Option<u32>) -> Result<Received, AwsError> {
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
    let Some(fields) = answer.as_object_mut() else {
        return Ok(answer);
    };
    let asked = |name: &str| call.message_system_attribute_names.iter().any(|asked| asked == "All" || asked == name);
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
            asked == "All" || asked == name || asked.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
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
