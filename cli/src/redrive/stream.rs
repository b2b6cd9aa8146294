//! Reads changes of a table's stream again. The stream has each for a day.

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record, ShardIteratorType};
use rekindle_lambda::queue::code;

use super::pointer::Pointer;

/// Pages without a change, one after another, after which the rest of a batch counts as not there. A page may be empty
/// although more follows (DynamoDB Streams API reference, "GetRecords").
const EMPTY_PAGES: usize = 50;

/// The changes of people that a pointer points to, in their order; else why there are none.
pub async fn read(client: &Client, pointer: &Pointer) -> Result<Vec<EventRecord>, String> {
    let request = client.get_shard_iterator().stream_arn(&pointer.stream_arn).shard_id(&pointer.shard_id);
    let request = request.shard_iterator_type(ShardIteratorType::AtSequenceNumber);
    let request = request.sequence_number(&pointer.start_sequence_number);
    let mut next = request.send().await.map_err(|error| why(&error))?.shard_iterator;
    let (mut records, mut empty) = (Vec::new(), 0);
    while let Some(iterator) = next {
        let page = client.get_records().shard_iterator(iterator).send().await.map_err(|error| why(&error))?;
        let found = page.records.unwrap_or_default();
        empty = if found.is_empty() { empty + 1 } else { 0 };
        for record in found {
            let number = record.dynamodb.as_ref().and_then(|change| change.sequence_number.clone());
            let number = number.unwrap_or_default();
            if pointer.ends_before(&number) {
                return Ok(records);
            }
            records.extend(of_a_person(record));
            if pointer.ends_with(&number) {
                return Ok(records);
            }
        }
        if empty == EMPTY_PAGES {
            break;
        }
        next = page.next_shard_iterator;
    }
    Err("the stream ends before the last of them".to_owned())
}

/// What an error of the stream means: whether it is too late, or another try may do.
fn why<E: ProvideErrorMetadata>(error: &SdkError<E>) -> String {
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("TrimmedDataAccessException" | "ResourceNotFoundException") => {
            "the stream does not have them any more: what they noted in the ledger is lost; see docs/runbook/undelivered.md"
                .to_owned()
        }
        _ => format!("the stream did not answer ({}); try again", code(error)),
    }
}

/// The change as Lambda gives it to `relay`; `None` where its mapping's filter would leave it out.
fn of_a_person(record: Record) -> Option<EventRecord> {
    let wanted = matches!(record.event_name, Some(OperationType::Insert | OperationType::Modify));
    let change = record.dynamodb.filter(|_| wanted)?;
    let of_a_person = change.keys.as_ref()?.get("sk") == Some(&AttributeValue::S("P".to_owned()));
    let mut stream_image = EventRecord::default();
    stream_image.change.sequence_number = change.sequence_number;
    stream_image.change.new_image = change.new_image.filter(|_| of_a_person)?.into();
    let made = change.approximate_creation_date_time.and_then(|at| chrono::DateTime::from_timestamp(at.secs(), 0));
    stream_image.change.approximate_creation_date_time = made?;
    Some(stream_image)
}
