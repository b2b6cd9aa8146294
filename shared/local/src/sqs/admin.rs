//! Making queues and looking at them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{name_of, url};
use super::messages::count;
use super::queues::{DeadLetter, QueueSettings, create, find, list};
use crate::error::AwsError;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateCall {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributesCall {
    queue_url: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

fn apply(mut settings: QueueSettings, attributes: &BTreeMap<String, String>) -> Result<QueueSettings, AwsError> {
    let bad =
        |name: &str| AwsError::client("InvalidAttributeValue", format!("Invalid value for the parameter {name}."));
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
                let most = policy
                    .get("maxReceiveCount")
                    .and_then(|count| count.as_u64().or_else(|| count.as_str()?.parse().ok()));
                let (Some(arn), Some(most)) = (arn, most) else {
                    return Err(bad(name));
                };
                settings.dead_letter = Some(DeadLetter {
                    queue: name_of(arn).to_owned(),
                    max_receive: u32::try_from(most).map_err(|_| bad(name))?,
                });
            }
            // Nothing here expires, and there are no permissions or keys.
            "MessageRetentionPeriod"
            | "Policy"
            | "RedriveAllowPolicy"
            | "SqsManagedSseEnabled"
            | "KmsMasterKeyId"
            | "KmsDataKeyReusePeriodSeconds" => {}
            _ => {
                return Err(AwsError::client("InvalidAttributeName", format!("Unknown Attribute {name}.")));
            }
        }
    }
    Ok(settings)
}

pub(super) fn create_queue(world: &World, call: CreateCall, host: Option<&str>) -> Result<Value, AwsError> {
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

pub(super) fn set_attributes(world: &World, call: &AttributesCall) -> Result<Value, AwsError> {
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
pub(super) struct ListCall {
    #[serde(default)]
    queue_name_prefix: Option<String>,
}

pub(super) fn list_queues(world: &World, call: &ListCall, host: Option<&str>) -> Result<Value, AwsError> {
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
pub(super) struct GetAttributesCall {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

pub(super) fn get_attributes(world: &World, call: &GetAttributesCall) -> Result<Value, AwsError> {
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
    let attributes: serde_json::Map<String, Value> =
        all.into_iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.to_owned(), value.into())).collect();
    Ok(json!({ "Attributes": attributes }))
}
