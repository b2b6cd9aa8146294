//! What a report means to a person: an event of theirs (SPEC.md section 11, "Mail feedback is an event too"), and how far it
//! brings the send in the ledger.
//!
//! The event's id says which mail and what happened to it, and nothing of how the report came: the same report by both
//! paths, repeated, days later, is applied once.

use rekindle_engine::event::Event;
use rekindle_engine::ids::short_hash;
use rekindle_engine::time::Instant;
use rekindle_lambda::machine;
use rekindle_store::{SendRow, SendStage};
use serde_json::{Map, Value, json};

use crate::report::{Report, What};
use crate::verdict::{Bounce, Complaint};

/// An event that a report makes.
pub struct Notice {
    /// For the person.
    pub event: Event,
    /// The same as it goes into the archive.
    pub envelope: String,
    /// How far the send is then; `None` where that says nothing about the send.
    pub stage: Option<SendStage>,
    /// Why, in the service's words.
    pub reason: Option<String>,
}

/// What a report makes of a person's mail.
pub enum Notices {
    /// It only proves that SES took the mail.
    Nothing,
    /// This, whatever address the person has now.
    One(Box<Notice>),
    /// This, unless the person does not want to be watched reading.
    Reading(Box<Notice>),
}

/// What `report` makes of a mail to `person`.
#[must_use]
pub fn notices(report: &Report, person: &str) -> Notices {
    let notice = |what: &str, once: &str, at, stage, fields: &[(&str, &str)]| {
        Box::new(notice(report, person, (what, once), at, stage, fields))
    };
    match &report.what {
        What::Accepted | What::Complained(_, Complaint::None, _) => Notices::Nothing,
        What::Delivered(at) => {
            Notices::One(notice("email.delivered", "delivered", *at, Some(SendStage::Delivered), &[]))
        }
        What::Bounced(at, Bounce::Soft, why) => {
            let fields = [("bounce", "soft"), ("reason", why)];
            Notices::One(notice("email.bounced", "bounced/soft", *at, Some(SendStage::SoftBounced), &fields))
        }
        What::Bounced(at, bounce, why) => {
            let stage = if *bounce == Bounce::Hard { SendStage::Bounced } else { SendStage::Rejected };
            // Suppression belongs to the address, which they may not have any more.
            let fields = [("bounce", "hard"), ("address", &*report.address), ("reason", why)];
            Notices::One(notice("email.bounced", "bounced/hard", *at, Some(stage), &fields))
        }
        What::Complained(at, complaint, why) => {
            let stage = if *complaint == Complaint::Spam { SendStage::Complained } else { SendStage::Rejected };
            let fields = [("address", &*report.address), ("reason", why)];
            Notices::One(notice("email.complained", "complained", *at, Some(stage), &fields))
        }
        What::Rejected(at, why) => {
            Notices::One(notice("email.rejected", "rejected", *at, Some(SendStage::Rejected), &[("reason", why)]))
        }
        What::Opened(visitor) if machine::opened(visitor, report.accepted_at) => {
            Notices::Reading(notice("email.opened_by_machine", "opened/machine", visitor.at, None, &[]))
        }
        What::Opened(visitor) => {
            Notices::Reading(notice("email.opened", "opened", visitor.at, Some(SendStage::Opened), &[]))
        }
        What::Clicked(visitor, _) if machine::clicked(visitor, report.accepted_at) => {
            Notices::Reading(notice("email.clicked_by_machine", "clicked/machine", visitor.at, None, &[]))
        }
        What::Clicked(visitor, link) => {
            // A link is followed or not, as on our own pages; a mail has few links, so this grows no further.
            let once = format!("clicked/{}", short_hash(link, 10));
            Notices::Reading(notice("email.clicked", &once, visitor.at, Some(SendStage::Clicked), &[("url", link)]))
        }
    }
}

fn notice(
    report: &Report,
    person: &str,
    (kind, once): (&str, &str),
    at: Instant,
    stage: Option<SendStage>,
    fields: &[(&str, &str)],
) -> Notice {
    let tags = &report.tags;
    let mut detail = Map::from_iter([
        ("person".to_owned(), json!({ "id": person })),
        ("campaign".to_owned(), json!(tags.campaign)),
        ("step".to_owned(), json!(tags.step)),
        ("entry".to_owned(), json!(tags.entry)),
    ]);
    detail.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
    let id = format!("{}/{once}", tags.send_id);
    let envelope = json!({ "id": id, "source": "rekindle", "detail-type": kind, "time": at, "detail": detail });
    let event = Event {
        id,
        kind: kind.into(),
        time: at,
        received_at: None,
        person: person.to_owned(),
        detail: detail.into(),
        consent: rekindle_engine::event::ConsentChange::default(),
        history: false,
    };
    let reason = fields.iter().find(|(name, _)| *name == "reason").map(|(_, why)| (*why).to_owned());
    Notice { event, envelope: envelope.to_string(), stage, reason }
}

/// The send in the ledger as a report leaves it.
#[must_use]
pub fn row(report: &Report, person: &str, stage: SendStage, at: Instant, reason: Option<&str>) -> SendRow {
    let tags = &report.tags;
    SendRow {
        person: person.to_owned(),
        send_id: tags.send_id.clone(),
        campaign: tags.campaign.clone(),
        version: tags.version,
        step: tags.step.clone(),
        entry: tags.entry,
        mail: tags.mail.clone(),
        stage,
        at,
        message_id: Some(report.message_id.clone()),
        reason: reason.map(str::to_owned),
        was_unknown: false,
    }
}
