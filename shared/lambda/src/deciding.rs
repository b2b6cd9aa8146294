//! Load, decide, commit: the three things that every function does to a person.
//!
//! What a decision makes goes into the person and into the record that the stream hands on, in the one write.

use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Decision, Input, decide, next_due};
use rekindle_engine::event::Event;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_store::{
    Change, CommitError, Due, Ledger, Offers, Passes, People, Publications, Record, SendRow, SendStage, update,
};
use serde_json::{Value, json};
use thiserror::Error;

use crate::campaigns::{Campaigns, CampaignsError};
use crate::clock::Clock;

/// Everything that the functions ask of a store.
pub trait Store: People + Due + Ledger + Offers + Publications + Passes {}

impl<S: People + Due + Ledger + Offers + Publications + Passes> Store for S {}

/// Why nothing was decided; nothing was changed then.
#[derive(Debug, Error)]
pub enum DecideError {
    /// The live campaigns are not known.
    #[error(transparent)]
    Campaigns(#[from] CampaignsError),
    /// The person could not be read or written.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl DecideError {
    /// Whether the same record may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            // Whatever is wrong with a publication, the next one may mend it; the event must not be lost for it.
            Self::Campaigns(_) => true,
            Self::Commit(error) => error.is_retryable(),
        }
    }
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// Journal lines that were written.
    pub lines: usize,
    /// Mails that were planned.
    pub planned: usize,
    /// Whether the person was written at all.
    pub committed: bool,
}

/// Decides about people in a store, by the live campaigns.
pub struct Deciding<S> {
    store: S,
    campaigns: Arc<Campaigns<S>>,
    clock: Arc<dyn Clock>,
}

impl<S: Clone> Clone for Deciding<S> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), campaigns: Arc::clone(&self.campaigns), clock: Arc::clone(&self.clock) }
    }
}

impl<S: Store> Deciding<S> {
    /// Decides by what is live in `store`.
    pub fn new(store: S, campaigns: Arc<Campaigns<S>>, clock: Arc<dyn Clock>) -> Self {
        Self { store, campaigns, clock }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The live campaigns.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn catalog(&self) -> Result<Arc<Catalog>, CampaignsError> {
        self.campaigns.current(self.clock.now()).await
    }

    /// Decides about `person`, whose input arrived at `now`. `envelope` is the event as it came, for the archive.
    ///
    /// # Errors
    /// Where the decision could not be made or written; nothing is changed then.
    pub async fn decide(
        &self,
        person: &str,
        input: &Input<'_>,
        now: Instant,
        envelope: Option<&str>,
    ) -> Result<Decided, DecideError> {
        let catalog = self.catalog().await?;
        let decided = update(&self.store, person, |person, answers| {
            let due_before = next_due(person, &catalog);
            let decision = decide(person, input, &catalog, now, answers);
            if !decision.claims.is_empty() {
                return Change::Ask(decision.claims);
            }
            let due = next_due(person, &catalog);
            if is_idle(&decision, input) && due == due_before && !is_stale(input, due, now) {
                return Change::Keep(Decided::default());
            }
            let outcome = Decided { lines: decision.lines.len(), planned: decision.sends.len(), committed: true };
            Change::Commit { due, record: record(person, decision, envelope), outcome }
        });
        Ok(decided.await?)
    }
}

/// Whether there is nothing to write: a duplicate, or nothing due after all.
fn is_idle(decision: &Decision, input: &Input<'_>) -> bool {
    let quiet = decision.lines.is_empty() && decision.sends.is_empty() && decision.emitted.is_empty();
    quiet && (decision.dropped || matches!(input, Input::Due))
}

/// Whether the index still shows a person as due who is not, so that it must be written anew.
fn is_stale(input: &Input<'_>, due: Option<Instant>, now: Instant) -> bool {
    matches!(input, Input::Due) && due.is_none_or(|due| due > now)
}

/// Moves what a decision made into the person, and into the record that the stream hands on.
fn record(person: &mut Person, decision: Decision, envelope: Option<&str>) -> Record {
    let at = decision.at.unwrap_or_default();
    let lines: Vec<String> = decision.lines.iter().map(|line| line.to_json(&person.id)).collect();
    let mut record = Record {
        lines,
        emitted: decision.emitted.iter().map(|event| bus_entry(event).to_string()).collect(),
        event: envelope.filter(|_| !decision.dropped).and_then(|envelope| decided_on(envelope, at)),
        ..Record::default()
    };
    for (send_id, outgoing) in decision.sends {
        record.sends.push(SendRow {
            person: person.id.to_string(),
            send_id: send_id.clone(),
            campaign: outgoing.campaign.to_string(),
            version: outgoing.version,
            step: outgoing.step.to_string(),
            entry: outgoing.entry,
            mail: outgoing.mail.to_string(),
            stage: SendStage::Planned { attempt: 0 },
            at: outgoing.planned_at,
            message_id: None,
            reason: None,
        });
        person.outbox.insert(send_id, outgoing);
    }
    record
}

/// The envelope with the instant that was decided on, so that the recorded past replays exactly (SPEC.md section 11).
fn decided_on(envelope: &str, at: Instant) -> Option<String> {
    let mut envelope: Value = serde_json::from_str(envelope).ok()?;
    envelope.as_object_mut()?.insert("received_at".to_owned(), json!(at));
    Some(envelope.to_string())
}

/// An emitted event for the bus. Its id goes into the detail, so that the person who made it recognises it again.
fn bus_entry(event: &Event) -> Value {
    let mut detail = (*event.detail).clone();
    detail.insert("event_id".to_owned(), json!(event.id));
    json!({ "source": "rekindle", "detail-type": &*event.kind, "time": event.time, "detail": detail })
}
