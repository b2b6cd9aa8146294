//! Customer events: each is folded into its person, who may enter, exit and convert by it (SPEC.md section 4).
//!
//! What is malformed goes to the dead-letter queue with a reason, changes nothing, and never holds up the rest of the
//! batch. It decides nothing itself: `decide` does.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::{Instant, zone_named};
use rekindle_lambda::batch::{each_record, received_at};
use rekindle_lambda::clock::Clock;
use rekindle_lambda::dead_letters::{DeadLetters, Undeliverable};
use rekindle_lambda::deciding::{DecideError, Deciding, Store};
use rekindle_lambda::limits;
use rekindle_lambda::logging::person_tag;
use rekindle_lambda::metrics::{self, Unit};
use thiserror::Error;
use tracing::{debug, warn};

/// The largest event.
pub const LARGEST: usize = limits::EVENT;

/// Why a record stays in the queue.
#[derive(Debug, Error)]
pub enum IntakeError {
    /// The person could not be decided about.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The dead-letter queue could not be reached.
    #[error(transparent)]
    DeadLetters(#[from] Undeliverable),
}

/// The records of a batch by their ids: each as an event, or why it is none.
type Events = HashMap<String, Result<Event, String>>;

/// Handles batches of the intake queue.
pub struct Intake<S> {
    deciding: Deciding<S>,
    dead_letters: DeadLetters,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Intake<S> {
    /// A handler over a store.
    pub fn new(deciding: Deciding<S>, dead_letters: DeadLetters, clock: Arc<dyn Clock>) -> Self {
        Self { deciding, dead_letters, clock }
    }

    /// Handles one batch; what failed stays in the queue.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        let read = |record: &SqsMessage| (id(record).to_owned(), read(record.body.as_deref().unwrap_or_default()));
        let events: Events = event.records.iter().map(read).collect();
        let people = events.values().filter_map(|event| Some(event.as_ref().ok()?.person.clone()));
        let deciding = self.deciding.prefetching(people.collect::<Vec<_>>()).await;
        // Events of one person keep their order; what is malformed is on its own.
        let by_person = |record: &SqsMessage| match events.get(id(record)) {
            Some(Ok(event)) => event.person.clone(),
            _ => String::new(),
        };
        each_record(event.records, by_person, |record| self.take(record, &events, &deciding)).await
    }

    async fn take(&self, record: SqsMessage, events: &Events, deciding: &Deciding<S>) -> Result<(), IntakeError> {
        let body = record.body.as_deref().unwrap_or_default();
        let event = match events.get(id(&record)) {
            Some(Ok(event)) => event,
            refused => {
                let reason = refused.and_then(|refused| refused.as_ref().err()).map_or("unread", String::as_str);
                warn!(message_id = record.message_id.as_deref(), reason, "an event was refused");
                return self.put_aside(body, reason).await;
            }
        };
        let now = Instant::from(received_at(&record).unwrap_or_else(|| self.clock.now()));
        match deciding.decide(&event.person, &Input::Event(event), now, Some(body)).await {
            Ok(decided) => {
                note_unknown(event);
                debug!(
                    person = person_tag(&event.person),
                    kind = &*event.kind,
                    lines = decided.lines.len(),
                    "an event was applied"
                );
                Ok(())
            }
            Err(error) if !error.is_retryable() => {
                warn!(message_id = record.message_id.as_deref(), %error, "an event was refused");
                self.put_aside(body, &error.to_string()).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn put_aside(&self, body: &str, reason: &str) -> Result<(), IntakeError> {
        metrics::emit("EventsRefused", Unit::Count, 1, self.clock.now());
        Ok(self.dead_letters.put(body, reason).await?)
    }
}

/// Says once, when it comes, that a zone or a locale is taken as the workspace's (SPEC.md sections 3 and 11).
fn note_unknown(event: &Event) {
    let given = |field| event.text_change(field).flatten().filter(|value| !value.is_empty());
    if given("timezone").is_some_and(|zone| zone_named(&zone).is_none()) {
        warn!(person = person_tag(&event.person), "the time zone is unknown: the workspace's is used");
    }
    // BCP 47: letters, digits and hyphens, beginning with a language of two or three letters.
    let is_locale = |locale: &str| {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        (2..=3).contains(&language.len())
            && locale.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    if given("locale").is_some_and(|locale| !is_locale(&locale)) {
        warn!(person = person_tag(&event.person), "the locale is unknown: the workspace's first language is used");
    }
}

fn read(body: &str) -> Result<Event, String> {
    if body.len() > LARGEST {
        return Err(format!("the event has {} bytes; at most {LARGEST} are allowed", body.len()));
    }
    Event::parse(body).map_err(|error| error.to_string())
}

fn id(record: &SqsMessage) -> &str {
    record.message_id.as_deref().unwrap_or_default()
}
