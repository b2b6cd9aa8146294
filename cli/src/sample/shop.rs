//! What the customers of an invented coffee shop do, one event after another.
//!
//! People sign up evenly over the time. Whatever they do has likely consequences some time later (an order is delivered,
//! a delivery is answered, a cart is bought after all), so that every recipe of the workspace meets people to enter, to
//! resume, to convert and to end.

#![expect(clippy::indexing_slicing, reason = "an absent field of a JSON object is made by its index")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rekindle_engine::time::Instant;
use serde_json::{Value, json};

use super::dice::Rng;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
const FIRST_NAMES: [(&str, &str); 8] = [
    ("민지", "ko"),
    ("서준", "ko"),
    ("하은", "ko"),
    ("도윤", "ko"),
    ("지우", "ko"),
    ("예준", "ko"),
    ("Emma", "en"),
    ("Noah", "en"),
];
const ZONES: [&str; 4] = ["Asia/Seoul", "Asia/Tokyo", "America/New_York", "Europe/Berlin"];
const PRODUCTS: [(&str, &str); 5] = [
    ("p-11", "강변 블렌드 500 g"),
    ("p-23", "에티오피아 구지 200 g"),
    ("p-31", "콜롬비아 우일라 200 g"),
    ("p-40", "드리퍼"),
    ("p-52", "Decaf 500 g"),
];
/// Mails that people open and click.
const MAILS: [(&str, &str); 6] = [
    ("newsletter", "issue"),
    ("welcome", "hello"),
    ("welcome", "brewing"),
    ("win-back", "how-are-you"),
    ("abandoned-cart", "your-cart"),
    ("sunset", "stay"),
];
const OFFERS: [(&str, &str); 2] = [("win-back-offer", "come-back"), ("birthday", "present")];

/// How large a past.
pub struct Size {
    pub events: u64,
    pub people: u64,
    pub from: Instant,
    pub days: u32,
}

/// What a person does next; the number tells orders and carts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    SignUp,
    View,
    Abandon,
    Order { cart: Option<u64> },
    Receive(u64),
    Refund(u64),
    Answer(&'static str),
    Update,
    Consent,
    Mail(&'static str),
    Restock,
    Redeem,
    Complain,
    Leave,
}

/// Gives one event after another, in order of time.
pub struct Shop {
    size: Size,
    dice: Rng,
    /// How many events were given.
    given: u64,
    /// How many people have signed up.
    known: u64,
    /// What follows from what was done: when, of whom, what.
    to_come: BinaryHeap<Reverse<(i64, u64, Deed)>>,
}

impl Shop {
    pub fn new(size: Size, seed: u64) -> Self {
        Self { size, dice: Rng::new(seed), given: 0, known: 0, to_come: BinaryHeap::new() }
    }

    /// Who does what now.
    fn deed(&mut self, now: i64) -> (u64, Deed) {
        let wanted = u128::from(self.size.people) * u128::from(self.given + 1) / u128::from(self.size.events.max(1));
        if self.known == 0 || u128::from(self.known) < wanted {
            self.known += 1;
            return (self.known, Deed::SignUp);
        }
        if self.to_come.peek().is_some_and(|next| next.0.0 <= now)
            && let Some(Reverse((_, person, deed))) = self.to_come.pop()
        {
            return (person, deed);
        }
        let person = 1 + self.dice.below(self.known);
        (person, self.whim())
    }

    fn whim(&mut self) -> Deed {
        match self.dice.below(1000) {
            0..430 => Deed::View,
            430..560 => Deed::Abandon,
            560..790 => Deed::Order { cart: None },
            790..840 => Deed::Update,
            840..865 => Deed::Consent,
            865..900 => Deed::Mail("email.delivered"),
            900..930 => Deed::Mail("email.opened"),
            930..955 => Deed::Mail("email.clicked"),
            955..958 => Deed::Mail("email.bounced"),
            958..959 => Deed::Complain,
            959..990 => Deed::Restock,
            990..999 => Deed::Redeem,
            _ => Deed::Leave,
        }
    }

    /// What a deed leads to, some time later.
    fn follow(&mut self, now: i64, person: u64, deed: Deed) {
        let number = self.given;
        let mut later = |per_mille, from, to, deed| {
            if self.dice.chance(per_mille) {
                let at = now + self.dice.between(from, to);
                self.to_come.push(Reverse((at, person, deed)));
            }
        };
        match deed {
            Deed::Order { .. } => {
                later(950, DAY, 4 * DAY, Deed::Receive(number));
                later(40, 5 * DAY, 20 * DAY, Deed::Refund(number));
            }
            Deed::Receive(_) => {
                later(300, DAY, 3 * DAY, Deed::Answer("csat"));
                later(150, 15 * DAY, 20 * DAY, Deed::Answer("nps"));
            }
            Deed::Abandon => {
                later(150, HOUR / 2, 4 * HOUR, Deed::Order { cart: Some(number) });
                later(100, 6 * HOUR, 2 * DAY, Deed::Order { cart: Some(number) });
            }
            Deed::View => later(60, HOUR, 12 * HOUR, Deed::Order { cart: None }),
            _ => {}
        }
    }

    fn kind_and_fields(&mut self, deed: Deed) -> (&'static str, Value) {
        let number = self.given;
        let (product, product_name) = self.dice.one_of(&PRODUCTS).unwrap_or_default();
        let product =
            json!({ "id": product, "name": product_name, "url": format!("https://shop.example.com/{product}") });
        let price = 9_000 + 500 * self.dice.below(80);
        match deed {
            Deed::SignUp => ("customer.signed_up", json!({})),
            Deed::View => ("product.viewed", json!({ "product": product })),
            Deed::Restock => ("product.back_in_stock", json!({ "product": product })),
            Deed::Abandon => {
                let cart = format!("cart-{number}");
                (
                    "cart.abandoned",
                    json!({ "url": format!("https://shop.example.com/{cart}"), "cart_id": cart, "total": price }),
                )
            }
            Deed::Order { cart } => {
                let mut order = json!({ "event_id": format!("o-{number}-paid"), "order": { "id": format!("o-{number}"), "total": price, "currency": "KRW" } });
                if let (Some(cart), Some(fields)) = (cart, order.as_object_mut()) {
                    fields.insert("cart_id".to_owned(), Value::from(format!("cart-{cart}")));
                }
                ("order.completed", order)
            }
            Deed::Receive(order) => (
                "order.delivered",
                json!({ "event_id": format!("o-{order}-delivered"), "order": { "id": format!("o-{order}") } }),
            ),
            Deed::Refund(order) => (
                "order.refunded",
                json!({ "event_id": format!("o-{order}-refund"), "order": { "id": format!("o-{order}"), "total": price } }),
            ),
            Deed::Answer(survey) => {
                let score = if survey == "nps" { self.dice.below(11) } else { 1 + self.dice.below(5) };
                ("survey.answered", json!({ "survey": survey, "score": score, "comment": "" }))
            }
            Deed::Update => ("customer.updated", json!({})),
            Deed::Consent => {
                let consent = if self.dice.chance(500) {
                    json!({ "marketing": self.dice.chance(700) })
                } else {
                    json!({ "topics": { "offers": self.dice.chance(300) } })
                };
                ("consent.changed", json!({ "consent": consent }))
            }
            Deed::Mail(kind) => {
                let (campaign, step) = self.dice.one_of(&MAILS).unwrap_or_default();
                let mut mail = json!({ "campaign": campaign, "step": step });
                if let (true, Some(fields)) = (kind == "email.bounced", mail.as_object_mut()) {
                    fields
                        .insert("bounce".to_owned(), Value::from(if self.dice.chance(300) { "hard" } else { "soft" }));
                }
                (kind, mail)
            }
            Deed::Complain => ("email.complained", json!({ "campaign": "newsletter", "step": "issue" })),
            Deed::Redeem => {
                let (campaign, offer) = self.dice.one_of(&OFFERS).unwrap_or_default();
                ("offer.redeemed", json!({ "campaign": campaign, "offer": offer }))
            }
            Deed::Leave => ("customer.deleted", json!({})),
        }
    }

    /// What the event says of the person.
    fn person(&mut self, person: u64, deed: Deed, now: i64) -> Value {
        let id = format!("c-{person:06}");
        match deed {
            Deed::SignUp => {
                let (name, locale) = self.dice.one_of(&FIRST_NAMES).unwrap_or_default();
                let mut fields = json!({ "email": format!("{id}@example.com"), "locale": locale, "attributes": { "first_name": name } });
                let birthday = date(-self.dice.between(20 * 365, 60 * 365) * DAY + now);
                if self.dice.chance(600) {
                    fields["attributes"]["birthday"] = Value::from(birthday);
                }
                if self.dice.chance(150) {
                    fields["timezone"] = self.dice.one_of(&ZONES).into();
                }
                if self.dice.chance(900) {
                    fields["consent"] = json!({ "marketing": self.dice.chance(850) });
                }
                fields["id"] = Value::from(id);
                fields
            }
            Deed::Update => {
                let expire = date(now + self.dice.between(10, 90) * DAY);
                json!({ "id": id, "attributes": { "points": 500 * self.dice.below(20), "points_expire_on": expire } })
            }
            _ => json!({ "id": id }),
        }
    }
}

/// The date, in UTC, of an instant in seconds.
fn date(seconds: i64) -> String {
    Instant::from_seconds(seconds).to_string().chars().take(10).collect()
}

impl Iterator for Shop {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        if self.given == self.size.events {
            return None;
        }
        let length = u128::from(self.size.days) * u128::from(DAY.unsigned_abs());
        let passed = length * u128::from(self.given) / u128::from(self.size.events.max(1));
        let at = self.size.from.plus_seconds(i64::try_from(passed).unwrap_or(i64::MAX));
        let (person, deed) = self.deed(at.seconds());
        let (kind, mut detail) = self.kind_and_fields(deed);
        detail["person"] = self.person(person, deed, at.seconds());
        self.follow(at.seconds(), person, deed);
        self.given += 1;
        let source = if kind.starts_with("email.") || kind == "survey.answered" { "rekindle" } else { "shop" };
        let id = format!("00000000-0000-4000-8000-{:012x}", self.given);
        Some(
            json!({ "version": "0", "id": id, "source": source, "detail-type": kind, "time": at, "region": "ap-northeast-2", "detail": detail }),
        )
    }
}
