//! A stream of changes: six people, six changes each, over some days.

use std::ops::Range;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use futures_util::FutureExt;
use rekindle_engine::time::Instant;
use rekindle_store::{Change, Keyed, Memory, Record, SendRow, SendStage, Shards, update};
use serde_json::{Value, json};

const PEOPLE: u64 = 6;
const CHANGES: u64 = 6;

pub struct Stream(Vec<EventRecord>);

impl Stream {
    /// Each person signs up, gets a mail that is accepted, delivered and opened twice, and orders.
    pub fn new() -> Self {
        let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::default());
        let mut records = Vec::new();
        for change in 0..CHANGES {
            for person in 0..PEOPLE {
                let id = format!("person-{person}");
                commit(&store, &id, change);
                let image = store.take_stream().pop().unwrap();
                let number = change * PEOPLE + person;
                // A day passes with every second round.
                let made = 1_772_323_200 + change / 2 * 86_400 + person;
                let text = json!({
                    "awsRegion": "r", "eventID": number.to_string(), "eventName": "MODIFY", "eventVersion": "1.1",
                    "eventSource": "aws:dynamodb", "eventSourceARN": "arn",
                    "dynamodb": {
                        "ApproximateCreationDateTime": made, "Keys": {}, "SequenceNumber": number.to_string(),
                        "SizeBytes": 1, "StreamViewType": "NEW_IMAGE",
                    },
                });
                let mut record: EventRecord = serde_json::from_value(text).unwrap();
                record.change.new_image = image;
                records.push(record);
            }
        }
        Self(records)
    }

    /// A store that knows the people, as the table does when its stream is read.
    pub fn fresh_copy(&self) -> Memory {
        let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::default());
        for change in 0..CHANGES {
            (0..PEOPLE).for_each(|person| commit(&store, &format!("person-{person}"), change));
        }
        store
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn batch(&self, range: Range<usize>) -> Event {
        let mut event = Event::default();
        event.records = self.0[range].to_vec();
        event
    }

    /// Where the record of that number stands.
    pub fn place_of(&self, number: Option<&str>) -> usize {
        self.0.iter().position(|record| record.change.sequence_number.as_deref() == number).unwrap()
    }
}

fn commit(store: &Memory, id: &str, change: u64) {
    let record = record(id, change);
    let decide = |_: &mut _, _: &mut _| Change::Commit { due: None, record: record.clone(), outcome: () };
    update(store, id, decide).now_or_never().unwrap().unwrap();
}

/// What the change of a number does to somebody: one life, from the first mail to a purchase.
#[expect(clippy::too_many_lines, reason = "a table of changes, one after the other")]
fn record(id: &str, change: u64) -> Record {
    let line = |kind: &str, rest: Value| {
        // So long that some of what is noted is worth a page of the ledger before the last change, and some is not.
        let long = "x".repeat(500);
        let mut line = json!({ "at": "2026-03-01T00:00:00Z", "person": id, "campaign": "welcome", "entry": 1, "kind": kind, "long": long });
        line.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
        line.to_string()
    };
    let event = |kind: &str| {
        let received = format!("2026-03-{:02}T00:00:00Z", 1 + change);
        let detail = json!({ "person": { "id": id } });
        Some(json!({ "id": change.to_string(), "detail-type": kind, "time": received, "received_at": received, "detail": detail }).to_string())
    };
    let send = |stage| SendRow {
        person: id.to_owned(),
        send_id: format!("send-{id}"),
        campaign: "welcome".to_owned(),
        version: 3,
        step: "hello".to_owned(),
        entry: 1,
        mail: "hello".to_owned(),
        stage,
        at: Instant::from_seconds(0),
        message_id: None,
        reason: None,
        was_unknown: false,
    };
    let held_out = id.ends_with('5');
    let sends = |stages: &[SendStage]| stages.iter().map(|stage| send(*stage)).collect();
    let accepted = sends(&[SendStage::Accepted]);
    let value = json!({ "value": 0.1 });
    let base = Record::default();
    match (change, held_out) {
        (0, true) => Record { lines: vec![line("held_out", json!({}))], versions: vec![-3], event: event("x"), ..base },
        (0, false) => Record {
            lines: vec![
                line("entered", json!({})),
                line("sent", json!({ "step": "hello", "mail": "hello", "send_id": "s" })),
                line("split", json!({ "step": "which", "arm": if id.ends_with('1') { "a" } else { "b" } })),
            ],
            versions: vec![3, 3, 3],
            sends: sends(&[SendStage::Planned { attempt: 0 }]),
            event: event("x"),
            ..base
        },
        (1, false) => Record { sends: sends(&[SendStage::Armed { attempt: 1 }]), ..base },
        (2, false) => Record { sends: accepted, ..base },
        (3, false) => Record { sends: sends(&[SendStage::Opened]), event: event("email.opened"), ..base },
        // Delivery is told late, and the mail is opened again.
        (4, false) => Record {
            sends: sends(&[SendStage::Delivered, SendStage::Opened]),
            emitted: vec![
                json!({ "source": "rekindle", "detail-type": "y", "time": "2026-03-01T00:00:00Z", "detail": {} })
                    .to_string(),
            ],
            ..base
        },
        (5, _) => Record {
            lines: vec![line("converted", value), line("completed", json!({}))],
            versions: if held_out { vec![-3, -3] } else { vec![3, 4] },
            event: event("order.completed"),
            ..base
        },
        _ => base,
    }
}
