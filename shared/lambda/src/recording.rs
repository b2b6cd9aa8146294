//! What a decision hands on: the record that goes into the one write, as the table's stream, the archive and the bus want it.
//!
//! Nothing is decided here, and nothing is read or written.

use rekindle_engine::decide::{Decision, Redeemed, RedemptionProblem};
use rekindle_engine::event::Event;
use rekindle_engine::ids::short_hash;
use rekindle_engine::journal::{Line, Mark};
use rekindle_engine::person::{ConsentEntry, Outgoing, Person, SendState};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::units;
use rekindle_store::{Record, RedemptionDoubt, RedemptionRow, SendRow, SendStage};
use serde_json::{Value, json};

use crate::envelope::with_field;

/// A send as it stands in the outbox, for the ledger.
#[must_use]
pub fn send_row(person: &Person, send_id: &str, outgoing: &Outgoing, at: Instant, reason: Option<&str>) -> SendRow {
    let stage = match outgoing.state {
        SendState::Planned { attempt } => SendStage::Planned { attempt },
        SendState::Armed { attempt, .. } => SendStage::Armed { attempt },
        SendState::Unknown { attempt, .. } => SendStage::Unknown { attempt },
    };
    SendRow {
        person: person.id.to_string(),
        send_id: send_id.to_owned(),
        campaign: outgoing.campaign.to_string(),
        version: outgoing.version,
        step: outgoing.step.to_string(),
        entry: outgoing.entry,
        mail: outgoing.mail.to_string(),
        stage,
        at,
        message_id: None,
        reason: reason.map(str::to_owned),
        was_unknown: matches!(outgoing.state, SendState::Unknown { .. }),
    }
}

/// Whether the input, where it was an event, was neither dropped nor refused.
pub(crate) fn is_applied(decision: &Decision) -> bool {
    !decision.dropped && decision.refused.is_none()
}

/// Moves what a decision made into the person, and into the record that the stream hands on; its lines come back.
pub(crate) fn record(person: &mut Person, decision: Decision, envelope: Option<&str>) -> (Record, Vec<Line>) {
    let at = decision.at.unwrap_or_default();
    let applied = is_applied(&decision);
    let lines: Vec<String> = decision.lines.iter().map(|line| line.to_json(&person.id)).collect();
    let version = |mark: &Mark| if mark.held_out { -i64::from(mark.version) } else { i64::from(mark.version) };
    let mut record = Record {
        lines,
        versions: decision.marks.iter().map(version).collect(),
        consents: sourced(decision.consents, envelope),
        redeemed: decision.redeemed.iter().map(|used| redemption(person, used)).collect(),
        emitted: decision.emitted.iter().map(|event| bus_entry(event).to_string()).collect(),
        event: envelope.filter(|_| applied).and_then(|envelope| decided_on(envelope, at)),
        ..Record::default()
    };
    for (send_id, outgoing) in decision.sends {
        record.sends.push(send_row(person, &send_id, &outgoing, outgoing.planned_at, None));
        person.outbox.insert(send_id, outgoing);
    }
    (record, decision.lines)
}

/// The use of a code, under a name that only it has and that tells nobody's.
fn redemption(person: &Person, used: &Redeemed) -> RedemptionRow {
    let Redeemed { campaign, offer, code, order, total, at, doubt } = used.clone();
    let parts = [&*person.id, &campaign, &offer, code.as_deref().unwrap_or_default()];
    // A code is used once; what is in doubt may come several times, and the clock tells them apart well enough.
    let again = doubt.map(|_| at.to_string() + order.as_deref().unwrap_or_default()).unwrap_or_default();
    let name = short_hash(&(parts.join("/") + &again), 20);
    let doubt = doubt.map(|doubt| match doubt {
        RedemptionProblem::NotTheirs => RedemptionDoubt::NotTheirs,
        RedemptionProblem::Again => RedemptionDoubt::Again,
    });
    RedemptionRow { name, campaign, offer, code, order, total: total.map(units), at, doubt }
}

/// The envelope with the instant that was decided on, so that the recorded past replays exactly (SPEC.md section 11).
fn decided_on(envelope: &str, at: Instant) -> Option<String> {
    with_field(envelope, "received_at", &at)
}

/// What was said about consent, with the source of the envelope where the statement names none. What came by no envelope
/// was emitted here.
fn sourced(mut consents: Vec<ConsentEntry>, envelope: Option<&str>) -> Vec<ConsentEntry> {
    if consents.is_empty() {
        return consents;
    }
    let envelope: Value = envelope.and_then(|envelope| serde_json::from_str(envelope).ok()).unwrap_or_default();
    let ids = [envelope.get("id"), envelope.pointer("/detail/event_id")].map(|id| id.and_then(Value::as_str));
    for said in consents.iter_mut().filter(|said| said.source.is_empty()) {
        let source = envelope.get("source").filter(|_| ids.contains(&Some(&said.event))).and_then(Value::as_str);
        source.unwrap_or("rekindle").clone_into(&mut said.source);
    }
    consents
}

/// An emitted event for the bus. Its id goes into the detail, so that the person who made it recognises it again.
fn bus_entry(event: &Event) -> Value {
    let mut detail = (*event.detail).clone();
    detail.insert("event_id".to_owned(), json!(event.id));
    json!({ "source": "rekindle", "detail-type": &*event.kind, "time": event.time, "detail": detail })
}
