//! A state of the model as the person whom production knows, and back.

use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Files, load_published};
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::time::Instant;

use super::Stage;

/// The one mail.
pub(super) const ID: &str = "id";

pub(super) fn instant(step: u8) -> Instant {
    Instant::from_seconds(i64::from(step))
}

fn seconds(instant: Instant) -> u8 {
    u8::try_from(instant.seconds()).unwrap_or(u8::MAX)
}

pub(super) fn stage_of(person: &Person) -> Option<Stage> {
    Some(match person.outbox.get(ID)?.state {
        SendState::Planned { attempt } => Stage::Planned(attempt),
        SendState::Armed { attempt, lease } => Stage::Armed(attempt, seconds(lease)),
        SendState::Unknown { attempt, since } => Stage::Unknown(attempt, seconds(since)),
    })
}

pub(super) fn person(stage: Stage, consent: bool) -> Person {
    let mut person = Person::new("ann");
    person.profile.email = Some("ann@example.com".to_owned());
    person.profile.consent.say_marketing(consent, instant(0));
    let state = match stage {
        Stage::Planned(attempt) => SendState::Planned { attempt },
        Stage::Armed(attempt, lease) => SendState::Armed { attempt, lease: instant(lease) },
        Stage::Unknown(attempt, since) => SendState::Unknown { attempt, since: instant(since) },
        Stage::Accepted | Stage::Withdrawn => return person,
    };
    let outgoing = Outgoing {
        campaign: "w".into(),
        version: 1,
        step: "a".into(),
        entry: 1,
        mail: "m".into(),
        planned_at: instant(0),
        detail: Arc::default(),
        offers: std::collections::BTreeMap::new(),
        released: false,
        seen_at: None,
        chain: None,
        state,
    };
    person.outbox.insert(ID.to_owned(), outgoing);
    person
}

pub(super) fn catalog() -> Catalog {
    let workspace = "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
    let campaign = "name: w\npurpose: marketing\ntrigger: { event: x }\nsteps: [ { id: a, send: m } ]\n";
    let files = Files::from([
        ("workspace.yaml".to_owned(), workspace.to_owned()),
        ("w/campaign.yaml".to_owned(), campaign.to_owned()),
    ]);
    let loaded = load_published(&files);
    Catalog::of(loaded.definitions.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}
