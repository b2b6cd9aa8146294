//! PutEvents: which entries are taken and which are not.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::rules::Event;
use crate::error::AwsError;
use crate::world::World;

/// Most bytes of all entries of a call together (PutEvents, API reference).
const MAX_CALL: usize = 1_048_576;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    source: String,
    #[serde(default)]
    detail_type: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    event_bus_name: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    /// Epoch seconds with a fraction.
    #[serde(default)]
    time: Option<f64>,
}

/// Answers one call.
pub(crate) fn handle(world: &World, operation: &str, body: &[u8]) -> Result<String, AwsError> {
    if operation != "PutEvents" {
        return Err(AwsError::client(
            "UnknownOperationException",
            format!("The local EventBridge does not know the operation {operation}."),
        ));
    }
    let call: PutEvents = serde_json::from_slice(body).map_err(|error| {
        let code = if error.is_data() { "ValidationException" } else { "SerializationException" };
        AwsError::client(code, "The request cannot be read.")
    })?;
    let size: usize = call.entries.iter().map(Entry::size).sum();
    if call.entries.is_empty() || call.entries.len() > 10 || size >= MAX_CALL {
        return Err(AwsError::client("ValidationException", "A call has 1 to 10 entries of less than 1 MB together."));
    }
    let now = world.clock.now();
    let checked: Vec<_> = call.entries.iter().map(|entry| entry.check(world, now)).collect();
    let mut results = Vec::with_capacity(checked.len());
    let mut events = Vec::new();
    for entry in checked {
        results.push(entry.map(|event| events.push(event)));
    }
    let mut ids = world.publish(events)?.into_iter();
    let failed = results.iter().filter(|result| result.is_err()).count();
    let entries: Vec<Value> = results
        .into_iter()
        .map(|result| match result {
            Ok(()) => json!({ "EventId": ids.next() }),
            Err(error) => json!({ "ErrorCode": error.code, "ErrorMessage": error.message }),
        })
        .collect();
    Ok(json!({ "FailedEntryCount": failed, "Entries": entries }).to_string())
}

impl Entry {
    /// As "Calculating PutEvents event entry size" counts.
    fn size(&self) -> usize {
        let resources: usize = self.resources.iter().map(String::len).sum();
        let time = if self.time.is_some() { 14 } else { 0 };
        self.source.len() + self.detail_type.len() + self.detail.len() + resources + time
    }

    fn check(&self, world: &World, now: Timestamp) -> Result<Event<'_>, AwsError> {
        let required = [("Source", &self.source), ("DetailType", &self.detail_type), ("Detail", &self.detail)];
        for (name, value) in required {
            if value.is_empty() {
                return Err(AwsError::client(
                    "InvalidArgument",
                    format!("Parameter {name} is not valid. Reason: {name} is a required argument."),
                ));
            }
        }
        if self.source.starts_with("aws.") {
            return Err(AwsError::client("NotAuthorizedForSourceException", "Not authorized for the source."));
        }
        let detail: Value = serde_json::from_str(&self.detail).unwrap_or_default();
        if !detail.is_object() {
            return Err(AwsError::client("MalformedDetail", "Detail is malformed."));
        }
        let bus = self.event_bus_name.as_deref().unwrap_or("default");
        let bus = bus.rsplit('/').next().unwrap_or(bus);
        if !world.rules.knows(bus) {
            return Err(AwsError::client("ResourceNotFoundException", format!("Event bus {bus} does not exist.")));
        }
        let time = self.time.map_or(Ok(now), |seconds| {
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked by the type")]
            Timestamp::from_millisecond((seconds * 1000.0).round() as i64)
        });
        Ok(Event {
            bus,
            source: &self.source,
            detail_type: &self.detail_type,
            time: time.map_err(|_| AwsError::client("InvalidArgument", "Parameter Time is not valid."))?,
            resources: &self.resources,
            detail,
            text: self.detail.as_str().into(),
        })
    }
}
