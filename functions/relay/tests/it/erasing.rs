//! A batch in which somebody is erased: nothing of what came before it is lost, whatever fails.

use std::sync::Arc;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use futures_util::FutureExt;
use rekindle_engine::time::Instant;
use rekindle_lambda::deadline::Deadline;
use rekindle_store::{Change, Keyed, Ledger, Memory, Record, Shards, update};
use serde_json::json;

use crate::crashing::{Crashing, Outside};
use crate::stream::Stream;
use crate::{Outcome, outcome, relay};

/// The changes of some people, and somebody's erasure among them.
fn records(stream: &Stream) -> Vec<EventRecord> {
    let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::default());
    let erased = update(&store, "gone", |person, _| {
        person.erase(Instant::from_seconds(0));
        Change::Commit { due: None, record: Record::default(), outcome: () }
    });
    erased.now_or_never().unwrap().unwrap();
    let mut records = stream.batch(0..stream.len()).records;
    let mut erasure = records[12].clone();
    erasure.change.sequence_number = Some("erasure".to_owned());
    erasure.change.new_image = store.take_stream().pop().unwrap();
    records.insert(12, erasure);
    records
}

fn batch(records: &[EventRecord]) -> Event {
    let mut event = Event::default();
    event.records = records.to_vec();
    event
}

/// What comes of it where the call of that number fails, and whether one did.
async fn with_a_failure(stream: &Stream, records: &[EventRecord], call: usize) -> (Outcome, bool) {
    let store = Crashing::new(stream.fresh_copy());
    let outside = Arc::new(Outside::over(&store));
    store.fail_at(call);
    let response = relay(&store, &outside).handle(batch(records), Deadline::NONE).await;
    store.crash_never();
    let failed = response.batch_item_failures.first().map(|failure| failure.item_identifier.clone());
    if let Some(number) = &failed {
        let place = records.iter().position(|record| record.change.sequence_number == *number).unwrap();
        let rest = relay(&store, &outside).handle(batch(&records[place..]), Deadline::NONE).await;
        assert!(rest.batch_item_failures.is_empty());
    }
    (outcome(store.inner(), &outside).await, failed.is_some())
}

#[tokio::test]
async fn a_stream_that_repeats_a_life_and_its_end_leaves_nothing_of_it() {
    let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::default());
    let lived = update(&store, "gone", |_, _| {
        let line = json!({ "at": "2026-03-01T00:00:00Z", "person": "gone", "campaign": "c", "entry": 1, "kind": "entered", "long": "x".repeat(4_000) });
        Change::Commit {
            due: None,
            record: Record { lines: vec![line.to_string()], versions: vec![1], ..Record::default() },
            outcome: (),
        }
    });
    lived.now_or_never().unwrap().unwrap();
    let ended = update(&store, "gone", |person, _| {
        person.erase(Instant::from_seconds(0));
        Change::Commit { due: None, record: Record::default(), outcome: () }
    });
    ended.now_or_never().unwrap().unwrap();
    let images = store.take_stream();
    let template = Stream::new().batch(0..1).records.remove(0);
    let records: Vec<EventRecord> = images
        .into_iter()
        .enumerate()
        .map(|(number, image)| {
            let mut record = template.clone();
            record.change.sequence_number = Some(number.to_string());
            record.change.new_image = image;
            record
        })
        .collect();
    let crashing = Crashing::new(store.clone());
    let outside = Arc::new(Outside::over(&crashing));
    for time in 0..2 {
        let response = relay(&crashing, &outside).handle(batch(&records), Deadline::NONE).await;
        assert!(response.batch_item_failures.is_empty());
        assert_eq!(store.read("gone").await.unwrap().len(), 0, "time {time}");
    }
}

#[tokio::test]
async fn what_came_before_an_erasure_and_could_not_be_kept_comes_again() {
    let stream = Stream::new();
    let records = records(&stream);
    let (expected, _) = with_a_failure(&stream, &records, usize::MAX).await;
    let mut failures = 0;
    for call in 0..60 {
        let (outcome, has_failed) = with_a_failure(&stream, &records, call).await;
        assert_eq!(outcome, expected, "call {call}");
        failures += usize::from(has_failed);
    }
    assert!(failures > 20, "{failures}");
}
