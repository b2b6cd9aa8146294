//! Sample values for everything that a mail can name: an invented person, codes, and guesses by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use rekindle_engine::decide::imported;
use rekindle_engine::lang::{Discount, Offer};
use rekindle_engine::person::{IssuedOffer, Person};
use rekindle_engine::program::Program;
use rekindle_engine::time::Instant;
use serde_json::{Map, Value, json};

/// Samples do not change from day to day: 2026-03-02, nine in the morning in Seoul.
const NOW: i64 = 1_772_409_600;
const DAY: i64 = 24 * 60 * 60;
/// Items of a list that no sample is known for.
const ITEMS: usize = 2;

/// Reads a person as events name them.
///
/// # Errors
/// Where the file is no `detail.person` object.
pub fn read(path: &Path) -> Result<Person> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut fields: Map<String, Value> =
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON object", path.display()))?;
    fields.entry("id").or_insert_with(|| "c-1024".into());
    fields.entry("email").or_insert_with(|| "minji@example.com".into());
    imported(fields).with_context(|| format!("{} is no person", path.display()))
}

/// Somebody who reads mails in `locale`.
#[must_use]
pub fn person(locale: &str) -> Person {
    let mut person = Person::new("c-1024");
    person.profile.email = Some("minji@example.com".to_owned());
    person.profile.locale = Some(locale.to_owned());
    person.profile.created_at = Some(Instant::from_seconds(NOW - 400 * DAY));
    person.profile.orders.count = 3;
    person.profile.orders.total = 126_000.0;
    person.profile.orders.first_at = Some(Instant::from_seconds(NOW - 365 * DAY));
    person.profile.orders.last_at = Some(Instant::from_seconds(NOW - 60 * DAY));
    person
}

/// A code of every offer of a campaign.
pub fn offers(program: &Program, zone: &TimeZone) -> BTreeMap<Arc<str>, IssuedOffer> {
    program.offers().map(|(id, offer)| (Arc::clone(id), issued(offer, zone))).collect()
}

fn issued(offer: &Offer, zone: &TimeZone) -> IssuedOffer {
    let (percent_off, amount_off) = match offer.discount {
        Discount::Percent(percent) => (Some(percent), None),
        Discount::Amount(amount) => (None, Some(amount)),
    };
    IssuedOffer {
        code: format!("{}7k2mq9xa", offer.code.prefix.as_deref().unwrap_or_default()),
        redeemed: false,
        runs_out_at: offer.expires.map(|span| span.runs_out(Instant::from_seconds(NOW), zone)),
        percent_off,
        amount_off,
    }
}

/// Gives every path that the mail names, and that has no value, one that its last name suggests.
pub fn fill<'n>(data: &mut Value, names: impl IntoIterator<Item = &'n String>, locale: &str) {
    // Shorter paths last, so that an object or a list is made by what is in it.
    let mut names: Vec<&String> = names.into_iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        let path = name.replace("[]", ".[]");
        put(data, &path.split('.').collect::<Vec<_>>(), locale);
    }
}

fn put(value: &mut Value, path: &[&str], locale: &str) {
    let Some((first, rest)) = path.split_first() else { return };
    if *first == "[]" {
        if value.is_null() {
            *value = Value::Array(vec![Value::Null; ITEMS]);
        }
        for item in value.as_array_mut().into_iter().flatten() {
            put(item, rest, locale);
        }
        return;
    }
    if value.is_null() && !first.is_empty() {
        *value = json!({});
    }
    let Some(fields) = value.as_object_mut() else { return };
    let own = fields.entry((*first).to_owned()).or_insert(Value::Null);
    match rest.first() {
        Some(_) => put(own, rest, locale),
        None if own.is_null() => *own = guess(first, locale),
        None => {}
    }
}

/// A value that a field of this name could have.
fn guess(name: &str, locale: &str) -> Value {
    let korean = locale.starts_with("ko");
    let text = |ko: &str, en: &str| Value::from(if korean { ko } else { en });
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    match name {
        "first_name" | "nickname" => text("민지", "Minji"),
        "last_name" => text("김", "Kim"),
        "quantity" => json!(2),
        "score" => json!(9),
        _ if has(&["url", "link"]) => json!("https://shop.example.com/coffee"),
        _ if name == "name" || has(&["title", "product"]) => text("강변 블렌드 500g", "Riverside Blend 500 g"),
        _ if has(&["_at", "_on", "date", "birthday", "expires"]) => json!("2026-03-16"),
        _ if has(&["price", "total", "amount", "points"]) => json!(12_500),
        _ if has(&["count", "number"]) => json!(3),
        _ => Value::from(format!("[{name}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_gets_a_value_and_known_ones_stay() {
        let mut data = json!({ "person": { "attributes": { "first_name": "서준" } }, "entry": {} });
        let names = [
            "entry.items",
            "entry.items[].name",
            "entry.product.url",
            "entry.total",
            "entry.colour",
            "person.attributes.first_name",
        ];
        fill(&mut data, &names.map(str::to_owned), "ko");
        let item = json!({ "name": "강변 블렌드 500g" });
        let expected = json!({
            "person": { "attributes": { "first_name": "서준" } },
            "entry": {
                "items": [item, item],
                "product": { "url": "https://shop.example.com/coffee" },
                "total": 12_500,
                "colour": "[colour]",
            },
        });
        assert_eq!(data, expected);
    }
}
