//! Who else learns what became known about an address, and as which event of their own (SPEC.md section 11, **Addresses**).
//!
//! What is to be told stands in the commit that it comes from, and the table's stream hands it on as often as it takes; each
//! event has an id that only says who learns what, so that telling somebody twice changes nothing. It names the address by its
//! keyed hash, and is applied to nobody who has another one by then. It must never make anything known in its turn: it would
//! go round for ever.

use rekindle_engine::address::is_same;
use rekindle_engine::decide::Input;
use rekindle_engine::event::SUPPRESSED_BEFORE;
use rekindle_engine::ids::short_hash;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_store::{AddressFact, AddressNote, Addresses, StoreError, Suppression};
use serde_json::{Value, json};

/// The source of these events.
pub const SOURCE: &str = "rekindle.address";

/// The field that names the address by its keyed hash; `address` would be the address itself.
const HASH: &str = "address_hash";

/// How a refusal was said that somebody learns by their address.
const HOW: &str = "refused-at-this-address";

/// The events by which everybody but `except` who has the address learns what a decision made known about it.
///
/// A bounce and a complaint are told as of `now`: whoever has the address today may have come back since from an erasure, and
/// would drop an event from before it. A refusal keeps its time: consent goes by the last word.
///
/// # Errors
/// Where the table does not answer. A retry helps.
pub async fn for_others<S: Addresses>(
    store: &S,
    note: &AddressNote,
    except: &str,
    now: Instant,
) -> Result<Vec<Value>, StoreError> {
    let people = store.having(&note.hash).await?;
    let occasion = note.at.to_string();
    let at = match note.fact {
        AddressFact::Bounced | AddressFact::Complained => note.at.max(now),
        AddressFact::Refused | AddressFact::Erased { .. } => note.at,
    };
    let others = people.iter().filter(|person| *person != except);
    Ok(others.filter_map(|person| event(person, &note.hash, note.fact, at, &occasion)).collect())
}

/// The events by which somebody learns what was known already about the address that they have: nothing that they know
/// themselves. `occasion` names by what they came to have it; they have not had it before `had_since`. What suppressed the
/// address by then says so: nobody exits by it.
#[must_use]
pub fn for_newcomer(
    person: &Person,
    hash: &str,
    known: &Suppression,
    had_since: Instant,
    occasion: &str,
) -> Vec<Value> {
    let profile = &person.profile;
    let mut events = Vec::new();
    if known.is_hard() && profile.suppressed_at.is_none() {
        let by_complaint = known.complained_at.is_some() && known.bounced_at.is_none();
        let fact = if by_complaint { AddressFact::Complained } else { AddressFact::Bounced };
        // It is theirs from now on, whatever was before them: an event from before an erasure would be dropped.
        let at = person.clock.max(profile.created_at).unwrap_or_default();
        let mut told = event(&person.id, hash, fact, at, occasion);
        if known.hard_since().is_none_or(|since| since <= had_since)
            && let Some(detail) = told.as_mut().and_then(|event| event.get_mut("detail")?.as_object_mut())
        {
            detail.insert(SUPPRESSED_BEFORE.to_owned(), json!(true));
        }
        events.extend(told);
    }
    if let Some(at) = known.refused_at.filter(|_| known.outweighs(&profile.consent)) {
        events.extend(event(&person.id, hash, AddressFact::Refused, at, occasion));
    }
    events
}

/// One event as an envelope; `None` for what concerns nobody but the sender.
fn event(person: &str, hash: &str, fact: AddressFact, at: Instant, occasion: &str) -> Option<Value> {
    let (kind, mut detail) = match fact {
        AddressFact::Bounced => ("email.bounced", json!({ "bounce": "hard" })),
        AddressFact::Complained => ("email.complained", json!({})),
        AddressFact::Refused => ("consent.changed", json!({ "consent": { "marketing": false }, "how": HOW })),
        AddressFact::Erased { .. } => return None,
    };
    let id = short_hash(&format!("address/{kind}/{hash}/{occasion}/{person}"), 20);
    let fields = detail.as_object_mut()?;
    fields.insert("person".to_owned(), json!({ "id": person }));
    fields.insert(HASH.to_owned(), json!(hash));
    fields.insert("event_id".to_owned(), json!(id));
    Some(json!({ "id": id, "source": SOURCE, "detail-type": kind, "time": at, "detail": detail }))
}

/// The keyed hash of the address that such an event is about; `None` where an envelope is none of them.
#[must_use]
pub fn told_about(envelope: &str) -> Option<String> {
    // Hardly any event is one, and each would have to be read once more.
    if !envelope.contains(SOURCE) {
        return None;
    }
    let envelope: Value = serde_json::from_str(envelope).ok()?;
    let is_told = envelope.get("source").and_then(Value::as_str) == Some(SOURCE);
    is_told.then(|| envelope.get("detail").and_then(|detail| detail.get(HASH)?.as_str()).unwrap_or_default().to_owned())
}

/// What an event from the bus that suppresses somebody makes known about their address.
pub(crate) fn learnt<S: Addresses>(
    store: &S,
    person: &Person,
    input: &Input<'_>,
    envelope: Option<&str>,
) -> Option<AddressNote> {
    let Input::Event(event) = input else { return None };
    let fact = match &*event.kind {
        "email.bounced" if event.text("bounce") == Some("hard") => AddressFact::Bounced,
        "email.complained" => AddressFact::Complained,
        _ => return None,
    };
    if envelope.and_then(told_about).is_some() {
        return None;
    }
    // The report may be about an address that they had before.
    let hash = match event.text("address").filter(|address| !address.is_empty()) {
        Some(address) => store.address_hash(address),
        None => hash_of(store, person)?,
    };
    Some(AddressNote { hash, fact, at: person.clock.unwrap_or_default() })
}

/// The keyed hash of the address that somebody has; `None` where they have none.
pub fn hash_of<S: Addresses>(store: &S, person: &Person) -> Option<String> {
    address_of(person).map(|address| store.address_hash(address))
}

/// Whether somebody has an address that was not theirs before.
pub(crate) fn has_moved(before: Option<&str>, person: &Person) -> bool {
    address_of(person).is_some_and(|now| !before.is_some_and(|before| is_same(before, now)))
}

/// The address that somebody has; `None` where they have none.
pub(crate) fn address_of(person: &Person) -> Option<&str> {
    person.profile.email.as_deref().filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use rekindle_engine::event::Event;

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_seconds(seconds)
    }

    fn kinds(events: &[Value]) -> Vec<&str> {
        events.iter().filter_map(|event| event["detail-type"].as_str()).collect()
    }

    #[test]
    fn a_newcomer_learns_what_they_do_not_know_and_each_event_can_be_read() {
        let mut ann = Person::new("ann");
        ann.clock = Some(at(100));
        ann.profile.consent.say_marketing(true, at(50));
        let known = Suppression { bounced_at: Some(at(10)), refused_at: Some(at(60)), ..Suppression::default() };
        let events = for_newcomer(&ann, "h", &known, at(100), "x");
        assert_eq!(kinds(&events), ["email.bounced", "consent.changed"]);
        for event in &events {
            assert_eq!(told_about(&event.to_string()).as_deref(), Some("h"));
            let read = Event::from_value(event.clone()).unwrap();
            assert_eq!((read.person.as_str(), Some(read.id.as_str())), ("ann", event["id"].as_str()));
        }
        let times = events.iter().map(|event| Event::from_value(event.clone()).unwrap().time);
        assert_eq!(times.collect::<Vec<_>>(), [at(100), at(60)], "a refusal was said when it was said");
        assert_ne!(events, for_newcomer(&ann, "h", &known, at(100), "y"), "another occasion is another event");
        // Whoever knows is told nothing, nor whoever agreed since.
        ann.profile.suppressed_at = Some(at(90));
        ann.profile.consent.say_marketing(true, at(61));
        assert_eq!(for_newcomer(&ann, "h", &known, at(100), "x"), [] as [Value; 0]);
    }

    #[test]
    fn only_the_source_makes_an_event_one_of_these() {
        let detail = json!({ "person": { "id": "ann" }, "address_hash": "h", "note": SOURCE });
        let envelope = |source: &str| json!({ "id": "e", "source": source, "detail": detail }).to_string();
        assert_eq!((told_about(&envelope("shop")), told_about(&envelope(SOURCE))), (None, Some("h".to_owned())));
    }

    #[test]
    fn an_erasure_is_nobody_elses_news_and_a_complaint_is_told_as_one() {
        let ann = Person::new("ann");
        let erased = Suppression { erased_at: Some(at(10)), ..Suppression::default() };
        assert_eq!(kinds(&for_newcomer(&ann, "h", &erased, at(100), "x")), [""; 0]);
        let hard = Suppression { hard: true, ..erased };
        assert_eq!(kinds(&for_newcomer(&ann, "h", &hard, at(100), "x")), ["email.bounced"]);
        let complained = Suppression { complained_at: Some(at(10)), ..Suppression::default() };
        assert_eq!(kinds(&for_newcomer(&ann, "h", &complained, at(100), "x")), ["email.complained"]);
    }

    #[test]
    fn whoever_gets_an_address_that_is_suppressed_already_exits_by_nothing_of_it() {
        let ann = Person::new("ann");
        let is_of_before = |known: &Suppression, had_since: i64| {
            let events = for_newcomer(&ann, "h", known, at(had_since), "x");
            Event::from_value(events[0].clone()).unwrap().is_of_before()
        };
        let bounced = Suppression { bounced_at: Some(at(10)), ..Suppression::default() };
        assert!(is_of_before(&bounced, 10) && !is_of_before(&bounced, 9), "what came while they had it is about them");
        let both = Suppression { complained_at: Some(at(8)), ..bounced };
        assert!(is_of_before(&both, 8), "it was suppressed by the first of them");
        let erased = Suppression { erased_at: Some(at(10)), hard: true, ..Suppression::default() };
        assert!(is_of_before(&erased, 10));
    }
}
