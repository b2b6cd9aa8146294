//! Everything about a person as one JSON object (GDPR, articles 15 and 20). A name that stands in its schema stays.

use anyhow::{Result, bail};
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::time::Instant;
use serde_json::{Value, json};

use super::holdings::Holdings;
use super::marks::Marks;
use super::{Around, consent, letters};
use crate::person::{enrolments, profile};

/// Everything that is kept about somebody; `schemas/export.schema.json` describes it.
///
/// # Errors
/// Where the system does not answer, or nothing is kept about anybody of that id.
pub async fn export(around: &Around<'_>, id: &str) -> Result<Value> {
    let held = Holdings::of(around, id).await?;
    let marks = Marks::of(around.store, id, held.person.profile.email.as_deref());
    let refused = letters::about(around, &marks, false).await?;
    if refused.count() == 0 && held.counts().iter().all(|(_, count)| *count == 0) {
        bail!("nothing is kept about the id {id:?}; ids are those of `detail.person.id`");
    }
    Ok(object(&held, &refused.theirs, Instant::from(around.clock.now())))
}

fn object(held: &Holdings, refused: &[Value], at: Instant) -> Value {
    let person = &held.person;
    let parsed = |lines: &[String]| -> Vec<Value> {
        lines.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.as_str().into())).collect()
    };
    json!({
        "export": 1,
        "exported_at": at,
        "id": &*person.id,
        "profile": profile(&person.profile),
        "suppressed_at": person.profile.suppressed_at,
        // Whose the others are is not theirs to be told.
        "address": held.address.json(false),
        "consent": { "now": consent::now(person), "ledger": held.consents },
        "enrolments": enrolments(person),
        "journal": parsed(&held.journal),
        "sends": held.sends.iter().map(|row| json!(row)).chain(pending(person)).collect::<Vec<_>>(),
        "answers": held.answers,
        "codes": held.codes,
        "notes": held.notes,
        "events": held.events.as_deref().map(parsed),
        "refused": refused,
    })
}

/// Mails that are still to be made, and of which the ledger may not know yet.
fn pending(person: &Person) -> impl Iterator<Item = Value> {
    person.outbox.iter().map(|(send_id, own)| {
        let stage = match own.state {
            SendState::Planned { .. } => "planned",
            SendState::Armed { .. } => "being sent",
            SendState::Unknown { .. } => "unknown",
        };
        json!({
            "person": &*person.id, "send_id": send_id, "campaign": &*own.campaign, "version": own.version,
            "step": &*own.step, "entry": own.entry, "mail": &*own.mail, "stage": { "waiting": stage }, "at": own.planned_at,
        })
    })
}
