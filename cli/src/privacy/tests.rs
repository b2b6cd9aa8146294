//! What whoever answers for the shop reads.

use rekindle_engine::event::Event;
use rekindle_engine::person::{Consent, ConsentEntry, Person};
use rekindle_engine::time::Instant;
use rekindle_workbench::person::Address;
use serde_json::{Value, json};

use super::consent;
use crate::output::View;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn said(id: &str, kind: &str, time: &str, source: &str, detail: Value) -> ConsentEntry {
    let event = json!({ "id": id, "detail-type": kind, "time": time, "detail": detail });
    let entry = ConsentEntry::of(&Event::from_value(event).unwrap(), at("2026-03-05T00:00:00Z")).unwrap();
    ConsentEntry { source: source.to_owned(), ..entry }
}

#[test]
fn a_consent_ledger_says_who_said_what_when_how_and_from_where() {
    let ann = json!({ "id": "ann" });
    let agreed = json!({ "person": { "id": "ann", "consent": { "marketing": true, "how": "checkbox", "text": "v3 \u{1b}[2J" } } });
    let left = json!({
        "person": ann, "consent": { "marketing": false, "topics": { "@tracking": false } }, "how": "one-click",
        "campaign": "welcome", "step": "hello",
    });
    let entries = [
        said("1", "customer.signed_up", "2026-03-01T00:00:00Z", "shop", agreed),
        said("2", "consent.changed", "2026-03-05T00:00:00Z", "rekindle", left),
    ];
    let mut person = Person::new("ann");
    person.profile.consent = Consent::fold(&entries);
    let behind = consent::text(&person, &Address::default(), &entries[..1], "Asia/Seoul", &View::english());
    let nobody = consent::text(&Person::new("bob"), &Address::default(), &[], "Asia/Seoul", &View::english());
    let whole = consent::text(&person, &Address::default(), &entries, "Asia/Seoul", &View::english());
    assert!(behind.contains("on its way") && !whole.contains("on its way"));
    let korean = consent::text(&person, &Address::default(), &entries, "Asia/Seoul", &View::korean());
    insta::assert_snapshot!(format!("{whole}\n{nobody}\n{korean}"));
}
