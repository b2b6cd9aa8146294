//! The shop of the runs: what is published, and what people and operators do.
//!
//! Twenty people sign up to five steps each, buy, refuse mails and come back; an operator pauses, publishes a second
//! version and puts dead letters back; and somebody sends what is no event.

mod people;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use rekindle_engine::lang::Choice;
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_mail::{MailSource, compile};
use rekindle_store::{CampaignFiles, Memory, Offers, Publication};
use serde_json::json;

use crate::faults::Kind;
use crate::leaving::address_of;
use crate::rng::Rng;
use crate::web::Page;
use crate::world::{HOUR, SECOND};

/// When every run begins: a Monday.
pub const START: i64 = 1_772_413_200 * SECOND;

const WORKSPACE: &str = "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com, address: 1 Road, phone: +1-2 } ]\ntopics: [ { id: news, name: { en: News } }, { id: deals, name: { en: Deals } } ]\ncap: { max: 2, per: 1d }\n";

const WELCOME: &str = "name: Welcome\npurpose: marketing\ntopic: news\ntrigger: { event: customer.signed_up }\nsteps:
  - { id: hello, send: hello }
  - { id: a-day, wait: 1d }
  - { id: tips, send: tips }
  - id: bought
    wait_for: { event: order.completed, timeout: 2d }
    then: [ { id: treat, offer: { id: treat, percent_off: 5, expires: 9d, budget: 9, code: { pool: spring } } }, { id: thanks, emit: { detail_type: shop.thanked, detail: { for: order } } } ]
    else: [ { id: gift, offer: { id: gift, percent_off: 10, expires: 9d, budget: 5 } }, { id: last, send: last } ]
";

const WELCOME_2: &str = "name: Welcome\npurpose: marketing\ntopic: news\ntrigger: { event: customer.signed_up }\nsteps:
  - { id: hello, send: hello }
  - { id: a-day, wait: 1d }
  - { id: tricks, send: last }
  - { id: two-days, wait: 2d }
  - { id: last, send: last }
";

const RECEIPT: &str = "name: Receipt\npurpose: transactional\ntrigger: { event: order.completed }\nentry: every\nsteps: [ { id: receipt, send: receipt } ]\n";

const ASK: &str = "name: Ask\npurpose: transactional\ntrigger: { event: order.delivered }\nsteps: [ { survey: { id: how, kind: csat, mail: how, expires: 9d } } ]\n";

/// The topics that readers choose from; the welcome is of the first.
pub const TOPICS: [&str; 2] = ["news", "deals"];
/// How many codes each offer has: campaign, offer, and its budget.
pub const BUDGETS: [(&str, &str, u64); 2] = [("welcome", "treat", 9), ("welcome", "gift", 5)];
/// How many codes lie in the pool of the first.
const POOL: usize = 6;
/// The shop says that somebody is no customer any more.
pub const DELETED: &str = "customer.deleted";

/// Uploads the codes of the pool.
pub fn upload(memory: &Memory) {
    let codes: Vec<String> = (0..POOL).map(|number| format!("SPRING-{number}")).collect();
    memory.upload_pool("spring", &codes).now_or_never().expect("memory answers at once").expect("they are codes");
}

/// What is published first (1) and in the middle of a run (2).
#[must_use]
pub fn publication(version: u32) -> Publication {
    let mails = |names: &[&str]| -> BTreeMap<(String, String), serde_json::Value> {
        names.iter().map(|name| (((*name).to_owned(), "en".to_owned()), mail(name))).collect()
    };
    let choices = BTreeMap::from([
        ("bought".to_owned(), Choice::Move("two-days".to_owned())),
        ("tips".to_owned(), Choice::Move("tricks".to_owned())),
    ]);
    let welcome = if version == 1 {
        CampaignFiles { yaml: WELCOME.to_owned(), mails: mails(&["hello", "tips", "last"]), ..Default::default() }
    } else {
        CampaignFiles { yaml: WELCOME_2.to_owned(), mails: mails(&["hello", "last"]), choices }
    };
    let receipt = CampaignFiles { yaml: RECEIPT.to_owned(), mails: mails(&["receipt"]), ..Default::default() };
    let ask = CampaignFiles { yaml: ASK.to_owned(), mails: mails(&["how"]), ..Default::default() };
    let campaigns =
        BTreeMap::from([("ask".to_owned(), ask), ("receipt".to_owned(), receipt), ("welcome".to_owned(), welcome)]);
    Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() }
}

fn mail(name: &str) -> serde_json::Value {
    let footer = match name {
        "receipt" => "",
        "how" => "{% for a in survey.answers %}<a href=\"{{ a.url }}\">{{ a.value }}</a>{% endfor %}",
        _ => "{{ sender.address }} <a href=\"{{ unsubscribe_url }}\">stop</a>",
    };
    let text = format!(
        "---\nsubject: {name}\npreheader: {name}\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>{{{{ person.id }}}} {footer}</mj-text></mj-column></mj-section></mj-body></mjml>\n"
    );
    let path = format!("{name}.mjml");
    let source = MailSource { name, locale: "en", path: &path, text: &text, layout: None };
    let compiled = compile(&source).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    serde_json::to_value(compiled).expect("a compiled mail is JSON")
}

/// Something that happens to the system from outside.
#[derive(Debug, Clone)]
pub enum Act {
    /// The shop puts an event on the bus.
    Event {
        /// About whom.
        person: String,
        /// Its type.
        kind: &'static str,
        /// What it says.
        detail: serde_json::Value,
        /// Its id.
        id: String,
    },
    /// The shop deletes somebody as soon as a mail of theirs is armed.
    DeleteOnceArmed(String),
    /// Somebody does something on a page.
    Page(String, Page),
    /// A checkout uses the first code that somebody has.
    Use {
        /// Whose code.
        person: String,
        /// For so many orders at once.
        orders: u8,
        /// And for a further one, of which the bus tells.
        by_bus: bool,
    },
    /// Something that is no event arrives.
    NoEvent(String, Kind),
    /// A message that no handler can read arrives, in a queue of that place.
    Poison(usize, String),
    /// A campaign is paused.
    Pause(&'static str),
    /// It runs again.
    Resume(&'static str),
    /// The second version is published.
    Publish,
    /// Campaigns whose mails are not wanted are looked for.
    Judge,
}

impl Act {
    /// Whether it erases somebody.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        matches!(self, Self::DeleteOnceArmed(_)) || matches!(self, Self::Event { kind, .. } if *kind == DELETED)
    }

    /// Whether the shop tells of somebody by it.
    #[must_use]
    pub fn is_event_of(&self, who: &str) -> bool {
        matches!(self, Self::Event { person, .. } if person == who)
    }
}

/// How large a run is, and what may happen in it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// People.
    pub people: usize,
    /// Whether operators and strangers act too.
    pub eventful: bool,
}

/// Twenty people, operators and strangers.
pub const WHOLE: Size = Size { people: 20, eventful: true };
/// One person, who signs up and buys.
pub const SMALL: Size = Size { people: 1, eventful: false };

/// What happens, and when, by a seed; earliest first.
#[must_use]
pub fn acts(size: Size, rng: &mut Rng) -> Vec<(i64, Act)> {
    let mut acts = Vec::new();
    for number in 0..size.people {
        let person = format!("p{number}");
        // Many come at the same few instants, so that what they cause meets.
        let signed_up = START + rng.between(0, 12) * MEETING;
        let email = address_of(&person);
        let fields = json!({ "id": person, "email": email, "consent": { "marketing": true } });
        acts.push((signed_up, event(&person, "customer.signed_up", json!({ "person": fields }))));
        if rng.chance(6_000) || !size.eventful {
            let at = signed_up + rng.between(6, 480) * MEETING;
            let order = json!({ "person": { "id": person }, "order": { "id": "o", "total": 12 } });
            acts.push((at, event(&person, "order.completed", order)));
        }
        if size.eventful && rng.chance(2_500) {
            let at = signed_up + rng.between(0, 50 * HOUR);
            let no = json!({ "person": { "id": person }, "consent": { "marketing": false } });
            acts.push((at, event(&person, "consent.changed", no)));
        }
        if size.eventful {
            people::acts(size, &person, signed_up, rng, &mut acts);
        }
        if size.eventful && rng.chance(1_000) {
            let at = START + rng.between(0, 90 * HOUR);
            let unknown = json!({ "person": { "id": person }, "thing": 1 });
            acts.push((at, event(&person, "thing.nobody_knows", unknown)));
        }
        if size.eventful {
            people::erase(size, &person, rng, &mut acts);
        }
    }
    if size.eventful {
        strangers(rng, &mut acts);
        operators(rng, &mut acts);
    }
    acts.sort_by_key(|(at, _)| *at);
    acts
}

pub(crate) fn event(person: &str, kind: &'static str, mut detail: serde_json::Value) -> Act {
    let id = format!("{person}-{kind}");
    detail["event_id"] = id.as_str().into();
    Act::Event { person: person.to_owned(), kind, detail, id }
}

fn strangers(rng: &mut Rng, acts: &mut Vec<(i64, Act)>) {
    let mut at = || START + rng.between(0, 90 * HOUR);
    let malformed = r#"{"id":"m","detail-type":"order.completed","time":"yesterday","detail":{"person":{"id":"p0"}}}"#;
    acts.push((at(), Act::NoEvent(malformed.to_owned(), Kind::Malformed)));
    acts.push((at(), Act::Poison(1, "no shard".to_owned())));
    acts.push((at(), Act::Poison(2, "{\"person\":1}".to_owned())));
    acts.push((at(), Act::Poison(4, "no report".to_owned())));
    if rng.chance(500) {
        let at = START + rng.between(0, 90 * HOUR);
        let oversized = format!(
            r#"{{"id":"o","detail-type":"x","time":"2026-03-02T09:00:00Z","detail":{{"person":{{"id":"p0"}},"x":"{}"}}}}"#,
            "x".repeat(rekindle_intake::LARGEST)
        );
        acts.push((at, Act::NoEvent(oversized, Kind::Oversized)));
    }
}

fn operators(rng: &mut Rng, acts: &mut Vec<(i64, Act)>) {
    for campaign in ["welcome", "receipt"] {
        if rng.chance(4_000) {
            let from = instant(rng);
            acts.push((from, Act::Pause(campaign)));
            acts.push((from + rng.between(SECOND, 30 * HOUR), Act::Resume(campaign)));
        }
    }
    if rng.chance(4_000) {
        acts.push((instant(rng), Act::Publish));
    }
    if rng.chance(4_000) {
        acts.extend([25, 49, 73].map(|hours| (START + hours * HOUR, Act::Judge)));
    }
}

/// When an operator acts: mostly while something else goes on.
fn instant(rng: &mut Rng) -> i64 {
    let hours = *rng.pick(&[0, 0, 0, 24, 24, 24, 48, 72]);
    START + hours * HOUR + rng.between(0, 12) * MEETING + rng.between(0, 3) * SECOND
}

/// Instants at which things happen are so far apart, in milliseconds.
pub(crate) const MEETING: i64 = HOUR / 6;

/// The pass that follows a publication.
#[must_use]
pub fn pass_after_publication(number: u64, since: Instant) -> SweepRequest {
    SweepRequest::published(number, BTreeSet::from(["welcome".to_owned()]), BTreeSet::new(), since)
}
