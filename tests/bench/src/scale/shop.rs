//! Invented people of a shop that runs three of its campaigns: who they are, and what they have done so far.
//!
//! The same number is always the same person with the same past, so that part of a population can be made a second time.
//! A past is decided by the very `decide` that runs in production; its mails count as accepted at once, as if a worker had
//! made each. Nothing here is measured.

use jiff::Timestamp;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Decision, Input, decide};
use rekindle_engine::event::Event;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::recording::send_row;
use rekindle_store::{Answers, LedgerPage, PendingLedger, Record, SendRow, SendStage};
use serde_json::{Value, json};

/// A Wednesday at noon in Seoul: a day before the newsletter.
pub const NOW: &str = "2026-05-13T03:00:00Z";
/// The campaigns that run.
pub const CAMPAIGNS: [&str; 3] = ["welcome", "win-back", "newsletter"];
/// What everybody did before now, and over how many days at most.
const EVENTS: u64 = 11;
const DAYS: u64 = 70;
const DAY: i64 = 86_400;

const KOREAN: [&str; 8] = ["지우", "서연", "민준", "하은", "도윤", "수아", "예준", "지호"];
const ENGLISH: [&str; 8] = ["Olivia", "Noah", "Amelia", "Liam", "Isla", "Theo", "Grace", "Jack"];
const CITIES: [&str; 4] = ["서울", "부산", "London", "New York"];
const ZONES: [&str; 4] = ["America/New_York", "Europe/London", "Asia/Singapore", "America/Los_Angeles"];

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// Those of a number.
    #[must_use]
    pub const fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5ca1e)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn of_all<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Somebody, and what led to them.
pub struct Past {
    /// Who.
    pub person: Person,
    /// Their ledger.
    pub ledger: Vec<LedgerPage>,
    /// What it lacks.
    pub unwritten: PendingLedger,
}

/// The id of a number.
#[must_use]
pub fn id(number: u64) -> String {
    format!("customer-{number:08}")
}

/// The instant that everything before is the past of.
#[must_use]
pub fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

/// Somebody with some weeks behind them: a dozen events, in one to three of the campaigns.
#[must_use]
pub fn past(number: u64, catalog: &Catalog) -> Past {
    let mut dice = Dice::of(number);
    let end = now().as_second() - 3_600;
    let days = 1 + dice.below(DAYS);
    let joined = end - days as i64 * DAY + dice.below(DAY as u64) as i64;
    let mut instants: Vec<i64> =
        (1..EVENTS).map(|_| joined + dice.below((end - joined).max(1) as u64) as i64).collect();
    instants.sort_unstable();
    // One in five was there before the shop told of sign-ups.
    let first = if dice.below(5) == 0 { "customer.updated" } else { "customer.signed_up" };
    let mut past = Past::of(number);
    past.goes_on(&arrival(number, first, joined, None), joined, catalog);
    for (at, n) in instants.into_iter().zip(1..) {
        past.goes_on(&doing(number, n, at, &mut dice), at, catalog);
    }
    past
}

/// Somebody who signed up three days before an instant, which is when their first wait ends.
#[must_use]
pub fn newcomer(number: u64, due: i64, catalog: &Catalog) -> Past {
    let mut past = Past::of(number);
    let joined = due - 3 * DAY;
    past.goes_on(&arrival(number, "customer.signed_up", joined, Some("Asia/Seoul")), joined, catalog);
    past
}

impl Past {
    fn of(number: u64) -> Self {
        Self { person: Person::new(&id(number)), ledger: Vec::new(), unwritten: PendingLedger::default() }
    }

    fn goes_on(&mut self, envelope: &Value, at: i64, catalog: &Catalog) {
        let event = Event::from_value(envelope.clone()).expect("an event");
        let at = Instant::from_seconds(at);
        let person = &mut self.person;
        let Decision { lines, sends, consents, .. } =
            decide(person, &Input::Event(&event), catalog, at, &mut Answers::default())
                .decided()
                .expect("no code is asked for");
        let lines: Vec<String> = lines.iter().map(|line| line.to_json(&person.id)).collect();
        person.lines += lines.len() as u64;
        let sends = sends.iter().flat_map(|(send_id, outgoing)| {
            let row = send_row(person, send_id, outgoing, outgoing.planned_at, None);
            [SendStage::Accepted, SendStage::Delivered].map(|stage| SendRow { stage, ..row.clone() })
        });
        self.unwritten.add(&Record { lines, sends: sends.collect(), consents, ..Record::default() });
        if self.unwritten.is_worth_a_write() {
            let what = std::mem::take(&mut self.unwritten);
            let first = person.lines - what.lines.len() as u64;
            let version = self.ledger.len() as u64 + 1;
            self.ledger.push(LedgerPage { person: person.id.to_string(), version, first, what });
        }
    }
}

/// The next thing that somebody does: what is measured.
#[must_use]
pub fn next_event(number: u64) -> String {
    doing(number, EVENTS, now().as_second(), &mut Dice::of(number ^ 0xabcd_0000_0000)).to_string()
}

fn arrival(number: u64, kind: &str, at: i64, zone: Option<&str>) -> Value {
    let mut dice = Dice::of(number ^ 0x1234_0000_0000);
    let korean = zone.is_some() || dice.below(10) < 7;
    let zone = zone.unwrap_or(if korean { "Asia/Seoul" } else { dice.of_all(&ZONES) });
    let name = dice.of_all(if korean { &KOREAN } else { &ENGLISH });
    envelope(
        number,
        0,
        kind,
        at,
        json!({
            "person": {
                "id": id(number), "email": format!("{}@example.com", id(number)),
                "locale": if korean { "ko" } else { "en" }, "timezone": zone,
                "attributes": { "first_name": name, "plan": dice.of_all(&["basic", "gold"]), "points": dice.below(9_000),
                                "city": dice.of_all(&CITIES), "birthday": format!("19{:02}-0{}-1{}", 60 + dice.below(40), 1 + dice.below(9), dice.below(10)) },
                // Whoever is due for a mail has agreed to it.
                "consent": { "marketing": dice.below(10) > 0 || kind == "customer.signed_up" },
            },
        }),
    )
}

fn doing(number: u64, n: u64, at: i64, dice: &mut Dice) -> Value {
    let item = format!("bean-{}", dice.below(400));
    let (kind, own) = match dice.below(20) {
        0..3 => (
            "order.completed",
            json!({ "order": { "id": format!("o-{number}-{n}"), "total": 9_000 + 500 * dice.below(60) } }),
        ),
        3..5 => {
            ("cart.abandoned", json!({ "cart_id": format!("c-{number}-{n}"), "url": "https://shop.example.com/cart" }))
        }
        5..11 => ("product.viewed", json!({ "product": { "id": item, "name": "에티오피아 예가체프" } })),
        _ => ("page.viewed", json!({ "page": format!("/beans/{item}") })),
    };
    let mut detail = json!({ "person": { "id": id(number) } });
    detail.as_object_mut().expect("an object").extend(own.as_object().cloned().expect("an object"));
    envelope(number, n, kind, at, detail)
}

fn envelope(number: u64, n: u64, kind: &str, at: i64, detail: Value) -> Value {
    let time = Timestamp::from_second(at).expect("an instant").to_string();
    json!({ "version": "0", "id": format!("{number:08x}-{n:04x}-4000-8000-000000000000"), "source": "shop", "account": "000000000000",
            "region": "ap-northeast-2", "resources": [], "detail-type": kind, "time": time, "detail": detail })
}
