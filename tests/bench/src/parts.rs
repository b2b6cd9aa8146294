//! The parts of a decision and of a mail, each measured on its own.

use std::path::Path;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Claim, Claims, Input, Request, decide};
use rekindle_engine::event::Event;
use rekindle_engine::lang::{Files, load};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_mail::{Key, Links, PreparedMail, Purpose};
use serde_json::json;

use crate::cpu::{Runs, each};

/// Three of the shop's campaigns, which most people stand in.
const CAMPAIGNS: [&str; 3] = ["welcome", "win-back", "newsletter"];
const RUNS: u32 = 9;

struct Nothing;

impl Claims for Nothing {
    fn claim(&mut self, _: &Request) -> Claim {
        Claim::Unavailable
    }
}

fn files() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let mut files = Files::new();
    let mut add = |path: String| {
        files.insert(path.clone(), std::fs::read_to_string(root.join(&path)).unwrap_or_else(|e| panic!("{path}: {e}")));
    };
    add("workspace.yaml".to_owned());
    for folder in CAMPAIGNS.iter().chain(&["layouts"]) {
        for file in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let name = file.expect("a file").file_name().into_string().expect("a name");
            if name.ends_with(".yaml") || name.ends_with(".mjml") {
                add(format!("{folder}/{name}"));
            }
        }
    }
    files
}

fn event(kind: &str, second: i64) -> Event {
    let at = Instant::from_seconds(second);
    let detail = json!({
        "person": { "id": "ann", "email": "ann@example.com", "locale": "ko", "consent": { "marketing": true },
                    "attributes": { "first_name": "지우" } },
        "order": { "id": format!("o-{second}"), "total": 18_000 },
    });
    let envelope = json!({ "id": format!("e-{second}"), "detail-type": kind, "time": at, "detail": detail });
    Event::from_value(envelope).expect("an event")
}

/// Seconds of one decision about somebody who stands in three campaigns and did a dozen things.
#[must_use]
pub fn deciding() -> Runs {
    let loaded = load(&files());
    let catalog = Catalog::of(loaded.runnable().cloned().expect("the shop's campaigns run"));
    let start = Instant::parse("2026-03-02T01:00:00Z").expect("an instant").seconds();
    let mut person = Person::new("ann");
    let decided = |person: &mut Person, kind: &str, second: i64| {
        decide(person, &Input::Event(&event(kind, second)), &catalog, Instant::from_seconds(second), &mut Nothing)
    };
    decided(&mut person, "customer.signed_up", start);
    for day in 1..12 {
        decided(&mut person, "order.completed", start + day * 86_400);
    }
    let next = event("page.viewed", start + 13 * 86_400);
    let at = Instant::from_seconds(start + 13 * 86_400);
    // A decision changes the person, so each is about a copy; the copy alone is measured too, and taken off.
    let copies = each(RUNS, 200_000, || drop(std::hint::black_box(person.clone()))).median();
    let both = each(RUNS, 200_000, || {
        let mut person = person.clone();
        drop(std::hint::black_box(decide(&mut person, &Input::Event(&next), &catalog, at, &mut Nothing)));
    });
    let mut own = Runs::default();
    own.push(both.spread().0 - copies);
    own.push(both.median() - copies);
    own.push(both.spread().1 - copies);
    own
}

/// Seconds of rendering the welcome mail.
#[must_use]
pub fn rendering() -> Runs {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let publication = rekindle::publish::compiled(&root, &["welcome".to_owned()]).expect("the welcome compiles");
    let mails = &publication.campaigns["welcome"].mails;
    let compiled = mails.get(&("hello".to_owned(), "ko".to_owned())).cloned().expect("the welcome mail");
    let compiled = serde_json::from_value(compiled).expect("a compiled mail");
    let mail = PreparedMail::new(&compiled).expect("a mail");
    let data = json!({
        "person": { "id": "ann", "email": "ann@example.com", "attributes": { "first_name": "지우" } },
        "workspace": { "name": "Han River Coffee" }, "sender": { "name": "Han River Coffee", "email": "hello@example.com", "address": "1 Teheran-ro", "phone": "+82" },
        "unsubscribe_url": "https://mail.example.com/u/x", "preferences_url": "https://mail.example.com/p/x",
        "view_url": "https://mail.example.com/v/x", "entry": {}, "offers": {}, "event": {},
    });
    mail.render(&data).expect("it renders");
    each(RUNS, 10_000, || drop(std::hint::black_box(mail.render(&data))))
}

/// Seconds of checking a link's token.
#[must_use]
pub fn checking() -> Runs {
    let key = Key::new(1, vec![7; 32]).expect("a key");
    let links = Links::new("https://mail.example.com", key, None).expect("an address");
    let claim = rekindle_mail::Claim {
        person: "ann".to_owned(),
        campaign: "welcome".to_owned(),
        ..rekindle_mail::Claim::default()
    };
    let token = links.sign(Purpose::Preferences, &claim);
    assert!(links.verify(Purpose::Preferences, &token).is_ok(), "the token holds");
    each(RUNS, 200_000, || drop(std::hint::black_box(links.verify(Purpose::Preferences, &token))))
}
