//! What is known about a person, and what they agreed to.

use rekindle_engine::journal::number_text;
use rekindle_engine::person::{HeldCode, Person, Statement, Used};
use rekindle_engine::time::Instant;
use rekindle_workbench::person::Address;
use serde_json::Value;

use super::address::rows as address_rows;
use super::text::{Times, row};

/// The person's fields and counters.
pub fn profile(person: &Person, address: &Address, times: &Times) -> Vec<Vec<String>> {
    let (profile, words) = (&person.profile, times.words);
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| words.none());
    let mut rows = vec![
        row(&words.field_address(), or_none(&profile.email)),
        row(&words.field_locale(), or_none(&profile.locale)),
    ];
    if let Some(since) = profile.suppressed_at {
        rows.push(row(&words.field_suppressed(), words.suppressed_since(&times.at(since))));
    }
    rows.extend(address_rows(address, times));
    rows.extend(profile.created_at.map(|at| row(&words.field_first_event(), times.at(at))));
    rows.push(row(&words.field_orders(), orders(person, times)));
    for (event, counter) in &profile.events {
        let span = span(Some(counter.first_at), Some(counter.last_at), times);
        rows.push(row(&words.field_event(event), format!("{}{span}", counter.count)));
    }
    for (name, value) in &profile.attributes {
        rows.push(row(&words.field_attribute(name), text(value)));
    }
    for (survey, answer) in &profile.answers {
        let comment =
            if answer.comment.is_null() { String::new() } else { format!(", “{}”", text(&answer.comment)) };
        rows.push(row(&words.field_answer(survey), format!("{}{comment}", text(&answer.score))));
    }
    rows.extend(person.codes.iter().map(|held| row(&words.field_code(&held.issued.code), code(held, times))));
    rows
}

/// Of which offer a code is, and what became of it.
fn code(held: &HeldCode, times: &Times) -> String {
    let words = times.words;
    let state = match (&held.used, held.issued.expires_at()) {
        (Some(Used { at, order: Some(order) }), _) => words.code_used_for(&times.at(*at), order),
        (Some(Used { at, order: None }), _) => words.code_used(&times.at(*at)),
        (None, Some(until)) => words.code_good_until(&times.at(until)),
        (None, None) => words.code_not_used(),
    };
    format!("{}/{} #{}: {state}", held.campaign, held.offer, held.entry)
}

fn orders(person: &Person, times: &Times) -> String {
    let orders = &person.profile.orders;
    match orders.count {
        0 => times.words.none(),
        count => {
            let total = times.words.orders_total(count, &number_text(orders.total));
            total + &span(orders.first_at, orders.last_at, times)
        }
    }
}

fn span(first: Option<Instant>, last: Option<Instant>, times: &Times) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first != last => times.words.first_and_last(&times.at(first), &times.at(last)),
        (Some(at), _) | (None, Some(at)) => format!(", {}", times.at(at)),
        (None, None) => String::new(),
    }
}

/// Marketing and topics; what was never said is said to be so.
pub fn consent(person: &Person, times: &Times) -> Vec<Vec<String>> {
    let (consent, words) = (&person.profile.consent, times.words);
    let marketing = match &consent.marketing {
        Some(Statement { agreed: true, at }) => words.said_yes(&times.at(*at)),
        Some(Statement { agreed: false, at }) => words.said_no(&times.at(*at)),
        None => words.never_said_yes(),
    };
    let mut rows = vec![row(&words.field_marketing(), marketing)];
    for (topic, Statement { agreed: stays, at }) in &consent.topics {
        let said = if *stays { words.topic_stays(&times.at(*at)) } else { words.topic_left(&times.at(*at)) };
        rows.push(row(&words.field_topic(topic), said));
    }
    rows
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_says_of_which_offer_it_is_and_what_became_of_it() {
        let issued = json!({ "c": "GIFT-1", "x": "2026-03-16T01:00:00Z", "p": 15.0 });
        let held = json!({ "k": "win-back", "f": "gift", "n": 1, "i": issued });
        let used = json!({ "k": "win-back", "f": "gift", "n": 2, "i": { "c": "GIFT-2" }, "u": { "t": "2026-03-02T01:00:00Z", "o": "o-1" } });
        let person: Person = serde_json::from_value(json!({ "id": "ann", "cod": [held, used] })).unwrap();
        let times = Times::of(&person, "UTC", crate::output::View::english().words);
        let rows = profile(&person, &Address::default(), &times);
        let codes: Vec<String> = rows.iter().map(|row| row.join("  ")).filter(|row| row.starts_with("code ")).collect();
        assert_eq!(
            codes,
            [
                "code GIFT-1  win-back/gift #1: not used; good until 2026-03-16 00:59",
                "code GIFT-2  win-back/gift #2: used 2026-03-02 01:00 for order o-1",
            ]
        );
    }
}
