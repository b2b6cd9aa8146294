//! What `rekindle dev` says while it runs: a line for each event, each decision, each mail that moved, and each message that
//! nobody could handle.
//!
//! It reads what the table's stream and the dead-letter queues have anyway, and must never hold work up: what cannot be read
//! is left out, and a reader of the terminal who has left changes nothing.

use std::collections::HashSet;
use std::time::Duration;

use aws_lambda_events::dynamodb::Event as StreamEvent;
use rekindle_engine::time::Instant;
use rekindle_local::LocalAws;
use rekindle_store::{StreamImage, stream_image};
use rekindle_workbench::plain::plain;
use serde_json::{Value, json};

use crate::output::{self, Output, View};
use crate::person::{Times, rows, stage};
use crate::words::Words;

/// How often the dead-letter queues are looked at, in real time.
const PAUSE: Duration = Duration::from_secs(1);
/// Letters of one queue that are looked at; a queue with more says so by its number.
const LETTERS: usize = 1_000;

/// What says it, and how.
#[derive(Clone)]
pub struct Teller {
    out: Output,
    zone: String,
}

impl Teller {
    /// As a command's options want it; instants are in this zone.
    pub fn new(out: Output, zone: &str) -> Self {
        Self { out, zone: zone.to_owned() }
    }

    /// Says what a batch of the table's stream tells.
    pub fn changes(&self, batch: &StreamEvent) {
        for change in batch.records.iter().filter_map(|record| stream_image(record.change.new_image.clone()).ok()?) {
            self.say(|view| told(&change, &self.zone, view.words), || objects(&change));
        }
    }

    /// Nothing is lost where it cannot be written: it stands in the ledger.
    fn say(&self, text: impl FnOnce(View) -> String, objects: impl FnOnce() -> Vec<Value>) {
        let _left = match self.out.is_text() {
            true => output::print(&text(self.out.view())),
            // Nobody can close an array that never ends.
            false => output::print(&objects().iter().map(|object| format!("{object}\n")).collect::<String>()),
        };
    }

    /// Says what comes into dead-letter queues, until it is dropped.
    pub async fn dead_letters(&self, aws: &LocalAws, queues: &[&str]) {
        let words = self.out.words();
        let dead: Vec<String> = queues.iter().map(|queue| format!("{queue}-dead")).collect();
        let mut known: HashSet<String> = HashSet::new();
        let mut lying: Option<u64> = None;
        loop {
            let depths = aws.queues().unwrap_or_default();
            let now = depths.iter().filter(|queue| dead.contains(&queue.name)).map(|queue| queue.visible).sum();
            // The letters themselves are read only where their number has changed.
            if lying != Some(now) {
                for queue in &dead {
                    for letter in aws.peek(queue, LETTERS).unwrap_or_default() {
                        let reason = letter.reason.unwrap_or_else(|| words.a_handler_failed());
                        if known.insert(letter.id) && lying.is_some() {
                            let at = letter.sent_at;
                            let text = || {
                                format!("{}  {at}  {}\n", words.dev_refused(), words.refused_in(queue, &plain(&reason)))
                            };
                            self.say(
                                |_| text(),
                                || vec![json!({ "kind": "refused", "at": at, "queue": queue, "reason": reason })],
                            );
                        }
                    }
                }
                lying = Some(now);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The lines about one change: the event, what was decided, how far mails came.
fn told(change: &StreamImage, zone: &str, words: Words) -> String {
    let (person, times) = (plain(&change.person), Times::in_zone(zone, words));
    let mut out = String::new();
    if let Some(event) = change.record.event.as_deref().and_then(|event| serde_json::from_str::<Value>(event).ok()) {
        let field = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let at = Instant::parse(field("received_at")).map_or_else(|| field("time").to_owned(), |at| times.at(at));
        out.push_str(&format!("{}  {at}  {person}  {}\n", words.dev_event(), plain(field("detail-type"))));
    }
    for row in rows(&change.record.lines, &times) {
        let mut cells = row.iter().map(|cell| plain(cell)).filter(|cell| !cell.is_empty());
        let at = cells.next().unwrap_or_default();
        out.push_str(&format!("{}  {at}  {person}  {}\n", words.dev_decision(), cells.collect::<Vec<_>>().join("  ")));
    }
    for row in change.record.sends.iter().filter(|row| row.stage.mark().is_some()) {
        let reason = row.reason.as_deref().map(|reason| format!(": {}", plain(reason))).unwrap_or_default();
        let moved = words.mail_moved(&plain(&row.mail), &plain(&row.campaign), &stage(row.stage, words));
        out.push_str(&format!("{}  {}  {person}  {moved}{reason}\n", words.dev_mail(), times.at(row.at)));
    }
    out
}

/// The same for machines.
fn objects(change: &StreamImage) -> Vec<Value> {
    let (person, record) = (&change.person, &change.record);
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| text.into());
    let event = record.event.as_deref().map(|event| json!({ "kind": "event", "person": person, "event": read(event) }));
    let decisions = record.lines.iter().map(|line| json!({ "kind": "decision", "person": person, "line": read(line) }));
    let moved = record.sends.iter().filter(|row| row.stage.mark().is_some());
    let mails = moved.map(|row| json!({ "kind": "mail", "person": person, "send": row }));
    event.into_iter().chain(decisions).chain(mails).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use rekindle_lambda::clock::{Clock, ManualClock};
    use rekindle_system::{BUS, Start, System};
    use rekindle_workbench::publish::compiled;

    use super::*;

    /// The whole system in memory; what it said, and what lies in the queue of refused events.
    #[tokio::test]
    async fn an_event_its_decisions_and_its_mail_have_a_line_each() {
        let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
        let start = Start { folder: None, clock: Arc::clone(&clock) as Arc<dyn Clock>, speed: 1 };
        let mut system = System::open(start).await.unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns");
        let publication = compiled(&folder, &["welcome".to_owned()]).unwrap();
        system.publish(&publication).await.unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let into = Arc::clone(&said);
        system.watch = Some(Arc::new(move |batch| {
            let changes =
                batch.records.iter().filter_map(|record| stream_image(record.change.new_image.clone()).unwrap());
            into.lock().unwrap().extend(changes.map(|change| told(&change, "Asia/Seoul", View::english().words)));
        }));
        let bus = aws_sdk_eventbridge::Client::new(&system.aws.sdk_config());
        for detail in [
            r#"{"person":{"id":"ann","email":"ann@example.com","locale":"en","consent":{"marketing":true}}}"#,
            r#"{"persn":{"id":"bob"}}"#,
        ] {
            let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder()
                .event_bus_name(BUS)
                .source("shop")
                .detail_type("customer.signed_up")
                .detail(detail)
                .build();
            bus.put_events().entries(entry).send().await.unwrap();
        }
        system.mappings().unwrap().run_until_quiet().await.unwrap();
        let letters = system.aws.peek("intake-dead", 10).unwrap();
        assert_eq!(letters.len(), 1);
        assert!(letters[0].reason.as_deref().is_some_and(|reason| reason.contains("person")), "{letters:?}");
        insta::assert_snapshot!(said.lock().unwrap());
    }
}
