//! What is measured of a decision, a mail, a link and an item, made ready. The command takes seconds of it, and
//! `benches/instructions.rs` counts instructions: both measure the same. Nothing here may depend on a clock or on chance.

use std::path::Path;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Claim, Claims, Input, Outcome, Request, decide};
use rekindle_engine::event::Event;
use rekindle_engine::lang::{Files, load};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_mail::{Key, LinkKind, Links, PreparedMail};
use rekindle_store::{Commit, Keyed, Memory, PendingLedger, People, Record, Shards};
use serde_dynamo::Item;
use serde_json::{Value, json};

/// Three of the shop's campaigns, which most people stand in.
const CAMPAIGNS: [&str; 3] = ["welcome", "win-back", "newsletter"];

struct Nothing;

impl Claims for Nothing {
    fn claim(&mut self, _: &Request) -> Claim {
        Claim::Unavailable
    }
}

fn campaigns() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns")
}

fn files() -> Files {
    let root = campaigns();
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

fn envelope(kind: &str, second: i64) -> Value {
    let at = Instant::from_seconds(second);
    let detail = json!({
        "person": { "id": "ann", "email": "ann@example.com", "locale": "ko", "consent": { "marketing": true },
                    "attributes": { "first_name": "지우" } },
        "order": { "id": format!("o-{second}"), "total": 18_000 },
    });
    json!({ "id": format!("e-{second}"), "detail-type": kind, "time": at, "detail": detail })
}

fn event(kind: &str, second: i64) -> Event {
    Event::from_value(envelope(kind, second)).expect("an event")
}

/// What somebody does next, and what is decided by.
#[derive(Debug)]
pub struct Deciding {
    catalog: Catalog,
    next: Event,
    at: Instant,
}

impl Deciding {
    /// Made ready, with somebody who stands in three campaigns and did a dozen things.
    #[must_use]
    pub fn ready() -> (Self, Person) {
        let loaded = load(&files());
        let catalog = Catalog::of(loaded.runnable().cloned().expect("the shop's campaigns run"));
        let start = Instant::parse("2026-03-02T01:00:00Z").expect("an instant").seconds();
        let (mut person, at) = (Person::new("ann"), Instant::from_seconds(start + 13 * 86_400));
        let mut decided = |kind: &str, second: i64| {
            let (event, at) = (event(kind, second), Instant::from_seconds(second));
            drop(decide(&mut person, &Input::Event(&event), &catalog, at, &mut Nothing));
        };
        decided("customer.signed_up", start);
        for day in 1..12 {
            decided("order.completed", start + day * 86_400);
        }
        (Self { catalog, next: event("page.viewed", at.seconds()), at }, person)
    }

    /// The decision about that person, or about a copy.
    pub fn decide(&self, person: &mut Person) -> Outcome {
        decide(person, &Input::Event(&self.next), &self.catalog, self.at, &mut Nothing)
    }
}

/// The welcome mail and whom it is for.
#[derive(Debug)]
pub struct Rendering {
    /// The mail.
    pub mail: PreparedMail,
    /// What its templates read.
    pub data: Value,
}

impl Rendering {
    /// Made ready. The first mail that a process renders finds nothing cached, so one was rendered before.
    #[must_use]
    pub fn ready() -> Self {
        let publication = rekindle_workbench::publish::compiled(&campaigns(), &["welcome".to_owned()]);
        let publication = publication.expect("the welcome compiles");
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
        Self { mail, data }
    }
}

/// Links under a key, and the token of one.
#[derive(Debug)]
pub struct Checking {
    /// The links.
    pub links: Links,
    /// A token that holds, for [`LinkKind::Preferences`].
    pub token: String,
}

impl Checking {
    /// Made ready.
    #[must_use]
    pub fn ready() -> Self {
        let key = Key::new(1, vec![7; 32]).expect("a key");
        let links = Links::new("https://mail.example.com", key, None).expect("an address");
        let claim = rekindle_mail::Claim {
            person: "ann".to_owned(),
            campaign: "welcome".to_owned(),
            ..rekindle_mail::Claim::default()
        };
        let token = links.sign(LinkKind::Preferences, &claim);
        assert!(links.verify(LinkKind::Preferences, &token).is_ok(), "the token holds");
        Self { links, token }
    }
}

/// A decision about the person of [`Deciding`], to be kept as an item.
#[derive(Debug)]
pub struct Keeping {
    /// What is to be kept.
    pub commit: Commit<'static>,
    /// Under which secret.
    pub keyed: Keyed,
}

impl Keeping {
    /// Made ready: another order came, of which the item hands on the event.
    #[must_use]
    pub fn ready() -> Self {
        let (Deciding { catalog, at, .. }, mut person) = Deciding::ready();
        let envelope = envelope("order.completed", at.seconds());
        let event = Event::from_value(envelope.clone()).expect("an event");
        let decision = decide(&mut person, &Input::Event(&event), &catalog, at, &mut Nothing)
            .decided()
            .expect("no code is asked for");
        let record = Record { event: Some(envelope.to_string()), ..Record::default() };
        let keyed = Keyed::new(b"a secret of thirty-two bytes here");
        let token = Memory::new(keyed.clone(), Shards::default()).token();
        // A commit borrows its person, and this one is handed around with it.
        let person = Box::leak(Box::new(person));
        Self {
            commit: Commit {
                person,
                expected: 13,
                unwritten: PendingLedger::default(),
                due: decision.next_due,
                record,
                token,
            },
            keyed,
        }
    }
    /// The item of it.
    #[must_use]
    pub fn image(&self) -> Item {
        rekindle_store::image(&self.commit, &self.keyed, Shards::default()).expect("an item")
    }
}
