//! What a list of people comes to, and what is wrong in one.

use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;

use super::import;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[test]
fn a_list_says_where_it_comes_from_and_never_more_than_it_can_know() {
    let line = r#"{"id":"c1","email":"a@example.com","consent":{"marketing":true,"at":"2025-06-01T10:00:00+09:00","how":"form"}}"#;
    let as_of = at("2026-01-01T00:00:00Z");
    let events = import::events(&format!("{line}\n\n{{\"id\":\"c2\"}}\n"), "counter", as_of).unwrap();
    let entry = ConsentEntry::of(&events[0].0, as_of).unwrap();
    assert_eq!((entry.source.as_str(), entry.said_at), ("import: counter", at("2025-06-01T01:00:00Z")));
    assert_eq!((events[1].0.time, ConsentEntry::of(&events[1].0, as_of)), (as_of, None));
    let again = import::events(line, "counter", as_of).unwrap();
    assert_eq!(again[0].0.id, events[0].0.id, "the same line is the same event");
    let wrong = "{\"id\":7}\n[]\n{\"id\":\"a\",\"consent\":{\"marketing\":true,\"at\":\"2027-01-01T00:00:00Z\"}}\n\
                 {\"id\":\"a\",\"consent\":{\"marketing\":\"yes\"}}\n{\"id\":\"a\",\"consent\":{\"at\":\"1 May\"}}";
    insta::assert_snapshot!(import::events(wrong, " ", as_of).unwrap_err().join("\n"));
}
