//! People who stand at a bound (`rekindle_engine::person::bounds`), and leave: no bound keeps anybody from that.
//!
//! Nothing but what they say happens to them: they are in no campaign, or wait there for longer than any run, and their mails
//! are of a campaign that is gone. One of them is beyond a bound, as an earlier
//! release may have left them, and due: nobody can write that anything of theirs was done, so they are set aside.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use rekindle_engine::event::Event;
use rekindle_engine::person::{
    Applied, ConsentEntry, Counter, Enrolment, HeldCode, IssuedOffer, Outgoing, Person, Place, SendState, Suppressed,
    bounds,
};
use rekindle_engine::time::Instant;
use rekindle_store::{Commit, Memory, PendingLedger, People, Record};
use serde_json::{Value, json};

use crate::faults::Kind;
use crate::leaving::address_of;
use crate::rng::Rng;
use crate::shop::{Act, START, event};
use crate::web::Page;
use crate::world::{HOUR, SECOND, World};

/// The bounds at which somebody stands.
const BOUNDS: [(&str, Kind); 10] = [
    ("full-types", Kind::FullTypes),
    ("full-day", Kind::FullDay),
    ("full-attributes", Kind::FullAttributes),
    ("full-codes", Kind::FullCodes),
    ("full-suppressed", Kind::FullSuppressed),
    ("full-keys", Kind::FullKeys),
    ("full-enrolments", Kind::FullEnrolments),
    ("full-conversions", Kind::FullConversions),
    ("full-outbox", Kind::FullOutbox),
    (BEYOND, Kind::FullBeyond),
];
/// Somebody beyond a bound.
const BEYOND: &str = "full-beyond";
/// What they say.
const WAYS: [&str; 4] = ["one-click", "consent.changed", "email.bounced", "email.complained"];

/// Whether somebody is one of them.
#[must_use]
pub fn is_full(person: &str) -> bool {
    bound_of(person).is_some()
}

/// At which bound somebody stands.
#[must_use]
pub fn bound_of(person: &str) -> Option<Kind> {
    BOUNDS.iter().find(|(bound, _)| person.starts_with(bound)).map(|(_, kind)| *kind)
}

/// Somebody at a bound, who is known before the run begins, and what they do.
#[must_use]
pub fn acts(rng: &mut Rng) -> (Option<Person>, Vec<(i64, Act)>) {
    // They are large: few runs have one.
    if !rng.chance(600) {
        return (None, Vec::new());
    }
    let ((bound, _), way) = (*rng.pick(&BOUNDS), *rng.pick(&WAYS));
    let id = format!("{bound}-{way}");
    let at = START + rng.between(HOUR, 20 * HOUR);
    let about = json!({ "id": id });
    let act = match way {
        "one-click" => Act::Page(id.clone(), Page::OneClick),
        "consent.changed" => event(&id, way, json!({ "person": about, "consent": { "marketing": false } })),
        "email.bounced" => event(&id, way, json!({ "person": about, "bounce": "hard" })),
        other => event(&id, other, json!({ "person": about })),
    };
    (Some(person(bound, &id)), vec![(at, act)])
}

fn person(bound: &str, id: &str) -> Person {
    let at = Instant::from_seconds(START / SECOND);
    let mut person = Person::new(id);
    person.clock = Some(at);
    let profile = &mut person.profile;
    profile.created_at = Some(at);
    profile.email = Some(address_of(id));
    profile.consent.say_marketing(true, at);
    match bound {
        "full-types" => {
            let counter = Counter { count: 1, first_at: at, last_at: at };
            profile.events =
                (0..bounds::EVENT_TYPES).map(|n| (Arc::from(format!("viewed.sku-{n}")), counter)).collect();
        }
        "full-day" => {
            // The newest are a day old when the run ends, not before.
            let later = at.plus_seconds(20 * HOUR / SECOND);
            person.clock = Some(later);
            person.applied =
                (0..bounds::EVENTS_IN_A_DAY as u64).map(|n| Applied { event: n << 32 | 1, at: later }).collect();
        }
        "full-codes" => person.codes = (0..bounds::CODES).map(|n| code(n, at)).collect(),
        "full-suppressed" => {
            let since = at;
            profile.suppressed = (0..bounds::SUPPRESSED as u64).map(|address| Suppressed { address, since }).collect();
        }
        "full-keys" => person.standings.change(&Arc::from("gone"), |standing| {
            standing.entries = bounds::KEYS as u32;
            standing.former_keys = (0..bounds::KEYS as u64).collect();
        }),
        // In the welcome, which ends with what they say.
        "full-enrolments" => person.standings.change(&Arc::from("welcome"), |standing| {
            standing.entries = bounds::ENROLMENTS as u32;
            let place = Some(Place::waiting(&Arc::from("a-day"), later(at)));
            standing.enrolments = (1..=standing.entries).map(|entry| enrolment(entry, place.clone(), at)).collect();
        }),
        "full-conversions" => person.standings.change(&Arc::from("receipt"), |standing| {
            standing.entries = bounds::CONVERTIBLE as u32;
            standing.enrolments = (1..=standing.entries).map(|entry| enrolment(entry, None, at)).collect();
        }),
        "full-outbox" => {
            person.outbox =
                (0..bounds::OUTBOX as u32).map(|entry| (format!("{id}-{entry}"), mail(entry, at))).collect();
        }
        _ => {
            let bytes = if bound == BEYOND { bounds::ATTRIBUTE_BYTES + 100 } else { bounds::ATTRIBUTE_BYTES - 100 };
            let text = "x".repeat(bytes);
            profile.attributes.insert("note".to_owned(), json!(text));
        }
    }
    person
}

/// Later than any run ends.
fn later(at: Instant) -> Instant {
    at.plus_seconds(365 * 24 * HOUR / SECOND)
}

/// An enrolment that waits, or has ended and can still convert.
fn enrolment(entry: u32, place: Option<Place>, at: Instant) -> Enrolment {
    let goal_until = place.is_none().then(|| later(at));
    Enrolment {
        entry,
        version: 1,
        key: Value::Null,
        detail: Arc::default(),
        place,
        held_out: false,
        started: at,
        goal_until,
        late_shift: 0,
        mails: BTreeMap::new(),
        offers: BTreeMap::new(),
    }
}

/// A mail of a campaign that is gone.
fn mail(entry: u32, at: Instant) -> Outgoing {
    Outgoing {
        campaign: "gone".into(),
        version: 1,
        step: "hello".into(),
        entry,
        mail: "hello".into(),
        planned_at: at,
        detail: Arc::default(),
        offers: BTreeMap::new(),
        released: false,
        seen_at: None,
        chain: None,
        state: SendState::Planned { attempt: 0 },
    }
}

/// A code of a campaign that is gone.
fn code(number: usize, at: Instant) -> HeldCode {
    let runs_out_at = Some(at.plus_seconds(90 * 24 * HOUR / SECOND));
    let code = format!("GONE-{number}");
    let issued = IssuedOffer { code, redeemed: false, runs_out_at, percent_off: Some(5.0), amount_off: None };
    HeldCode { campaign: "gone".into(), offer: "treat".into(), entry: 1, issued, used: None }
}

/// Puts somebody into the table, as they came to be before the run.
pub fn put(memory: &Memory, person: &Person) {
    let fields = json!({ "id": &*person.id, "email": person.profile.email, "consent": { "marketing": true } });
    let envelope = json!({
        "id": "before", "detail-type": "customer.signed_up", "time": person.profile.created_at, "detail": { "person": fields },
    });
    let said = Event::from_value(envelope).expect("a sign-up can be read");
    let consents: Vec<ConsentEntry> = ConsentEntry::of(&said, said.time).into_iter().collect();
    // What is about leaving is written beyond any bound.
    let leaving = person.id.starts_with(BEYOND);
    let record = Record { consents, leaving, ..Record::default() };
    let due = leaving.then(|| Instant::from_seconds((START + HOUR / 2) / SECOND));
    let (unwritten, token) = (PendingLedger::default(), memory.token());
    let commit = Commit { person, expected: 0, unwritten, due, record, token };
    memory.commit(commit).now_or_never().expect("memory answers at once").expect("they are within their bounds");
}

/// Whoever stood at a bound has left, by whatever they said.
pub(crate) fn judge(world: &mut World, people: &[Person]) {
    for person in people.iter().filter(|person| is_full(&person.id)) {
        let profile = &person.profile;
        let way = WAYS.iter().find(|way| person.id.ends_with(*way));
        let holds = match way {
            Some(&"one-click" | &"consent.changed") => !profile.consent.allows_marketing(),
            _ => profile.suppressed_at.is_some(),
        };
        if !holds {
            world.truth.violated("no bound keeps anybody from leaving", &person.id);
        }
    }
}
