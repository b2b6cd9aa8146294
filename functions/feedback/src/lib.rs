//! SES's reports: what they prove about sends, and what they mean to people.
//!
//! They come by EventBridge and, as a second path, by SNS, into one queue; each may come several times, in any order, days
//! later, and from others. Whatever a report proves and changes is one conditional write of one person. Presence proves
//! that SES took a mail, absence proves nothing: nothing here ever concludes from a report that did not come.

mod batch;
mod notice;
pub mod report;
#[cfg(test)]
mod tests;
pub mod verdict;

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::person::{Person, SendState, TRACKING};
use rekindle_engine::sends::settle_by_report;
use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::for_others;
use rekindle_lambda::batch::{each_record, received_at};
use rekindle_lambda::clock::Clock;
use rekindle_lambda::dead_letters::{DeadLetters, Undeliverable};
use rekindle_lambda::deciding::{Before, DecideError, Deciding, Store};
use rekindle_lambda::logging::person_tag;
use rekindle_store::{AddressNote, SendRow, SendStage, StoreError};
use thiserror::Error;
use tracing::{debug, info, warn};

use batch::Batch;
use notice::{Notice, Notices, notices, row};
use report::{Message, Report};

/// Why a record stays in the queue.
#[derive(Debug, Error)]
pub enum FeedbackError {
    /// The person could not be looked for.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person could not be written.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The dead-letter queue could not be reached.
    #[error(transparent)]
    DeadLetters(#[from] Undeliverable),
}

/// Handles batches of SES's reports.
pub struct Feedback<S> {
    deciding: Deciding<S>,
    dead_letters: DeadLetters,
    configuration_set: Option<String>,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Feedback<S> {
    /// A handler over a store. Reports about mails of another configuration set than `configuration_set` are left alone.
    pub fn new(
        deciding: Deciding<S>,
        dead_letters: DeadLetters,
        configuration_set: Option<String>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { deciding, dead_letters, configuration_set, clock }
    }

    /// Handles one batch; what failed stays in the queue.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        let read = |record: &SqsMessage| {
            report::read(record.body.as_deref().unwrap_or_default(), self.configuration_set.as_deref())
        };
        let (batch, records) = Batch::new(event.records, read);
        let batch = &batch;
        let store = self.deciding.store();
        let people = batch.reports().filter_map(|report| store.behind(report.tags.person.as_deref()?));
        let deciding = &self.deciding.prefetching(people.collect::<Vec<_>>()).await;
        // Two reports on one mail would only conflict with each other; others come in no order anyway.
        each_record(records, |record| batch.group(record), |record| self.take(record, batch, deciding)).await
    }

    async fn take(&self, record: SqsMessage, batch: &Batch, deciding: &Deciding<S>) -> Result<(), FeedbackError> {
        let report = match batch.message(&record) {
            Some(Ok(Message::Ours(_))) if batch.is_redundant(&record) => return Ok(()),
            Some(Ok(Message::Ours(report))) => report,
            Some(Ok(Message::Foreign(what))) => {
                foreign(&record, what);
                return Ok(());
            }
            Some(Err(malformed)) => return self.put_aside(&record, &malformed.to_string()).await,
            None => return Ok(()),
        };
        let Some(person) = self.person_of(report).await? else {
            foreign(&record, "a report about nobody here");
            return Ok(());
        };
        let now = Instant::from(received_at(&record).unwrap_or_else(|| self.clock.now()));
        match apply(deciding, &person, report, now).await {
            Err(FeedbackError::Decide(error)) if !error.is_retryable() => {
                self.put_aside(&record, &error.to_string()).await
            }
            outcome => outcome,
        }
    }

    async fn put_aside(&self, record: &SqsMessage, reason: &str) -> Result<(), FeedbackError> {
        warn!(message_id = record.message_id.as_deref(), reason, "a report was refused");
        Ok(self.dead_letters.put(record.body.as_deref().unwrap_or_default(), reason).await?)
    }

    /// Whom a report is about: behind the pseudonym, or among the people of that address where the id is too long for one.
    /// Either way, the `send_id` must be that of this very person.
    async fn person_of(&self, report: &Report) -> Result<Option<String>, StoreError> {
        let tags = &report.tags;
        let store = self.deciding.store();
        let candidates = match &tags.person {
            Some(pseudonym) => store.behind(pseudonym).into_iter().collect(),
            None => store.having(&store.address_hash(&report.address)).await?,
        };
        let is_theirs = |person: &String| ids::send_id(&tags.campaign, &tags.step, person, tags.entry) == tags.send_id;
        Ok(candidates.into_iter().find(is_theirs))
    }
}

async fn apply<S: Store>(
    deciding: &Deciding<S>,
    person: &str,
    report: &Report,
    now: Instant,
) -> Result<(), FeedbackError> {
    let notices = notices(report, person);
    let store = deciding.store();
    let note = report.fact().map(|fact| AddressNote { hash: store.address_hash(&report.address), fact, at: now });
    let mut is_known = true;
    let at_once = |known: &mut Person, _: &_| {
        // Of somebody erased, reports go on coming for a while; they bring nobody back.
        is_known = known.is_known();
        if !is_known {
            return Before::default();
        }
        let mut before = Before::default();
        let was = known.outbox.get(&report.tags.send_id).map(|outgoing| outgoing.state);
        if settle_by_report(known, &report.tags.send_id, report.tags.attempt) {
            let was_unknown = matches!(was, Some(SendState::Unknown { .. }));
            before.sends.push(SendRow { was_unknown, ..row(report, person, SendStage::Accepted, now, None) });
        }
        if let Some(Notice { event, envelope, stage, reason }) = notices.for_person(known) {
            before.input = Some(Input::Event(event));
            before.applied = stage.map(|stage| row(report, person, stage, event.time, reason.as_deref()));
            before.envelope = Some(envelope);
            // Of the address that it came from, which may be theirs no more.
            before.addresses.extend(note.clone());
        }
        before
    };
    let decided = deciding.decide_after(person, now, at_once).await?;
    if let Some(note) = note.filter(|_| !is_known) {
        tell_without(deciding, person, &note, now).await?;
    }
    debug!(
        person = person_tag(person),
        send_id = report.tags.send_id,
        report = report.what.name(),
        settled = decided.settled,
        lines = decided.lines.len(),
        changed = decided.committed,
        "a report was applied"
    );
    Ok(())
}

/// Notes what a report on somebody who was erased says of their address, and tells whoever has it: there is no commit of
/// theirs that could hand it on. The report stays in the queue until all of it is done.
async fn tell_without<S: Store>(
    deciding: &Deciding<S>,
    erased: &str,
    note: &AddressNote,
    now: Instant,
) -> Result<(), FeedbackError> {
    let store = deciding.store();
    store.note_address(&note.hash, note.fact, note.at).await?;
    for envelope in for_others(store, note, erased, now).await? {
        let text = envelope.to_string();
        // What `for_others` writes can be read.
        let Ok(event) = Event::from_value(envelope) else { continue };
        deciding.decide(&event.person, &Input::Event(&event), now, Some(&text)).await?;
    }
    Ok(())
}

impl Notices {
    /// What of it is for the person as they are now.
    fn for_person(&self, person: &Person) -> Option<&Notice> {
        match self {
            Self::Nothing => None,
            Self::One(notice) => Some(notice),
            Self::Reading(notice) => Some(&**notice).filter(|_| !person.profile.consent.has_left(TRACKING)),
        }
    }
}

fn foreign(record: &SqsMessage, what: &'static str) {
    info!(message_id = record.message_id.as_deref(), what, "a foreign message was left alone");
}
