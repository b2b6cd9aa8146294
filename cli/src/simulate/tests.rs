//! What people read: the summary of a small made-up case and of the invented shop, and two versions compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use rekindle_engine::event::Event;
use rekindle_engine::lang::{Files, load};
use rekindle_engine::simulate::journal;
use rekindle_workbench::simulate::Scope;
use serde_json::json;

use super::*;
use crate::sample::shop::{Shop, Size};

const WORKSPACE: &str = "
name: Han River Coffee
timezone: Asia/Seoul
currency: KRW
senders: [ { id: shop, name: Shop, email: hello@example.com } ]
cap: { max: 2, per: 7d }
window: { from: \"08:00\", to: \"21:00\" }
prices: { ses_per_1000: 0.10 }
";

const CAMPAIGN: &str = "
name: 안부 인사
purpose: marketing
trigger: { lapsed: { likely_gone: 0.2, within: 90d, fallback: 3d, since: order.completed } }
audience: person.orders.count >= 1
entry: every
holdout: 20
goal: { event: order.completed, within: 30d, value: event.order.total, exit: false }
steps:
  - split: { id: way }
    arms:
      - { name: offer, weight: 60, steps: [ { offer: { id: ten, percent_off: 10, expires: 7d, budget: 3 } } ] }
      - { name: plain, weight: 40, steps: [] }
  - branch:
      - when: person.attributes.vip
        steps: [ { send: hello-vip, id: hello-vip } ]
      - otherwise: [ { set: { attributes: { greeted: true } }, id: greeted } ]
    id: by-tier
  - send: hello
    id: hello
  - wait_for: { event: order.completed, timeout: 10d }
    id: order
    then: [ { exit: 다시 주문함, id: came-back } ]
    else: [ { wait: 5d, id: five-days }, { send: again, id: again } ]
";

fn catalog(campaign: &str) -> Catalog {
    let mail = |name: &str| (format!("hello/{name}.mjml"), "---\nsubject: Hi\n---\n".to_owned());
    let mut files: Files = ["hello", "hello-vip", "again"].into_iter().map(mail).collect();
    files.insert("workspace.yaml".to_owned(), WORKSPACE.to_owned());
    files.insert("hello/campaign.yaml".to_owned(), campaign.to_owned());
    let loaded = load(&files);
    Catalog::of(loaded.definitions.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
}

/// Twenty people who order once, some again, and whose mails are refused here and there.
fn events() -> Vec<Event> {
    let mut events = Vec::new();
    let mut add = |at: String, kind: &str, detail: serde_json::Value| {
        let envelope = json!({ "id": format!("e{}", events.len()), "detail-type": kind, "time": at, "detail": detail });
        events.push(Event::from_value(envelope).unwrap());
    };
    for person in 1..=20 {
        let attributes = match person % 5 {
            0 => json!({}),
            1 => json!({ "vip": true }),
            _ => json!({ "vip": false }),
        };
        let fields = json!({ "id": format!("p{person:02}"), "email": "a@example.com", "attributes": attributes, "consent": { "marketing": person % 7 != 0 } });
        add(
            format!("2026-03-01T{person:02}:00:00Z"),
            "order.completed",
            json!({ "person": fields, "order": { "total": 10_000 } }),
        );
        if person % 4 == 0 {
            let fields = json!({ "id": format!("p{person:02}") });
            add(
                format!("2026-03-08T{person:02}:00:00Z"),
                "order.completed",
                json!({ "person": fields, "order": { "total": 12_345.5 } }),
            );
        }
    }
    events
}

/// Everybody's lines, by id.
fn lives(catalog: &Catalog, events: Vec<Event>, until: Instant) -> BTreeMap<Arc<str>, Vec<Line>> {
    let mut lives: BTreeMap<Arc<str>, Vec<Line>> =
        events.iter().map(|event| (event.person.as_str().into(), Vec::new())).collect();
    for (person, line) in journal(catalog, Vec::new(), events, Some(until)) {
        lives.entry(person).or_default().push(line);
    }
    lives
}

fn report(catalog: &Catalog, events: Vec<Event>, until: Instant) -> String {
    let from = events.iter().map(Event::arrival).min();
    let count = events.len() as u64;
    let lives = lives(catalog, events, until);
    let mut summary = Summary::new(catalog);
    for (person, lines) in &lives {
        summary.add(person, lines);
    }
    summary::write(
        &summary,
        &Scope { events: count, people: lives.len() as u64, malformed: 1, refused: 0, from, until },
    )
}

#[test]
fn a_summary_tells_what_happened_at_each_step() {
    let until = Instant::parse("2026-03-25T00:00:00Z").unwrap();
    insta::assert_snapshot!(report(&catalog(CAMPAIGN), events(), until));
}

#[test]
fn the_invented_shop_meets_every_recipe() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns");
    let loaded = load(&rekindle_workbench::files::read(&folder).unwrap());
    let from = Instant::parse("2025-01-01T00:00:00Z").unwrap();
    let shop = Shop::new(Size { events: 8_000, people: 500, from, days: 500 }, 1);
    let events: Vec<Event> = shop.map(|event| Event::from_value(event).unwrap()).collect();
    let until = events.last().unwrap().arrival();
    let report = report(&Catalog::of(loaded.definitions.unwrap()), events, until);
    assert!(report.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 100), "{report}");
    assert!(!report.contains("entered       0\n"), "{report}");
    insta::assert_snapshot!(report);
}

#[test]
fn a_comparison_says_who_would_get_something_different() {
    let until = Instant::parse("2026-03-25T00:00:00Z").unwrap();
    let now = lives(&catalog(CAMPAIGN), events(), until);
    let compared = CAMPAIGN
        .replace("budget: 3", "budget: 1")
        .replace("wait: 5d", "wait: 6d")
        .replace("fallback: 3d", "fallback: 8d");
    let compared = lives(&catalog(&compared), events(), until);
    let mut comparison = Comparison::default();
    for (person, lines) in now {
        let other = compared.get(&person).cloned().unwrap_or_default();
        comparison.add(&person, lines, other);
    }
    insta::assert_snapshot!(compare::write(&comparison, &jiff::tz::TimeZone::get("Asia/Seoul").unwrap()));
}

#[test]
fn values_that_a_date_cannot_read_are_counted_with_samples() {
    let dated =
        "name: Party\npurpose: marketing\ntrigger: { date: person.attributes.birthday, yearly: true }\nsteps: []\n";
    let catalog = catalog(dated);
    let mut summary = Summary::new(&catalog);
    let mut told = |birthday: serde_json::Value| {
        let detail = json!({ "person": { "id": "ann", "attributes": { "birthday": birthday } } });
        let envelope =
            json!({ "id": "e", "detail-type": "signed_up", "time": "2026-03-01T00:00:00Z", "detail": detail });
        let event = Event::from_value(envelope).unwrap();
        let person = rekindle_engine::decide::imported(event.person_fields().unwrap().clone()).unwrap();
        rekindle_workbench::unread::of(&person, &catalog, event.time)
            .for_each(|(id, value)| summary.add_unread(id, &value));
    };
    for birthday in ["1990-07-15", "07/15", "07/15/1990", "15.07.1990", "", "soon", "never"] {
        told(json!(birthday));
    }
    told(json!(null));
    told(json!(648_000_000));
    let from = Instant::parse("2026-03-01T00:00:00Z");
    let scope = Scope { events: 9, people: 9, malformed: 0, refused: 0, from, until: from.unwrap() };
    let shown = summary::write(&summary, &scope);
    let line = shown.lines().find(|line| line.contains("not a date")).unwrap();
    assert_eq!(
        line.trim(),
        "not a date    5 values do not read, and never fire: \"07/15/1990\" · \"15.07.1990\" · \"soon\""
    );
}
