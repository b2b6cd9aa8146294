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
    let profile = &person.profile;
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let mut rows = vec![row("address", or_none(&profile.email)), row("locale", or_none(&profile.locale))];
    if let Some(since) = profile.suppressed_at {
        rows.push(row(
            "suppressed",
            format!("since {}: it bounced or a mail was reported as spam; no mail goes there", times.at(since)),
        ));
    }
    rows.extend(address_rows(address, times));
    rows.extend(profile.created_at.map(|at| row("first event", times.at(at))));
    rows.push(row("orders", orders(person, times)));
    for (event, counter) in &profile.events {
        rows.push(row(
            &format!("event {event}"),
            format!("{}{}", counter.count, span(Some(counter.first_at), Some(counter.last_at), times)),
        ));
    }
    for (name, value) in &profile.attributes {
        rows.push(row(&format!("attribute {name}"), text(value)));
    }
    for (survey, answer) in &profile.answers {
        let comment =
            if answer.comment.is_null() { String::new() } else { format!(", “{}”", text(&answer.comment)) };
        rows.push(row(&format!("answer {survey}"), format!("{}{comment}", text(&answer.score))));
    }
    rows.extend(person.codes.iter().map(|held| row(&format!("code {}", held.issued.code), code(held, times))));
    rows
}

/// Of which offer a code is, and what became of it.
fn code(held: &HeldCode, times: &Times) -> String {
    let state = match (&held.used, held.issued.expires_at()) {
        (Some(Used { at, order: Some(order) }), _) => format!("used {} for order {order}", times.at(*at)),
        (Some(Used { at, order: None }), _) => format!("used {}", times.at(*at)),
        (None, Some(until)) => format!("not used; good until {}", times.at(until)),
        (None, None) => "not used".to_owned(),
    };
    format!("{}/{} #{}: {state}", held.campaign, held.offer, held.entry)
}

fn orders(person: &Person, times: &Times) -> String {
    let orders = &person.profile.orders;
    match orders.count {
        0 => "none".to_owned(),
        count => {
            format!("{count}, total {}{}", number_text(orders.total), span(orders.first_at, orders.last_at, times))
        }
    }
}

fn span(first: Option<Instant>, last: Option<Instant>, times: &Times) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first != last => format!(", first {}, last {}", times.at(first), times.at(last)),
        (Some(at), _) | (None, Some(at)) => format!(", {}", times.at(at)),
        (None, None) => String::new(),
    }
}

/// Marketing and topics; what was never said is said to be so.
pub fn consent(person: &Person, times: &Times) -> Vec<Vec<String>> {
    let consent = &person.profile.consent;
    let said = |statement: &Statement, yes: &str, no: &str| {
        format!("{}, said {}", if statement.0 { yes } else { no }, times.at(statement.1))
    };
    let marketing =
        consent.marketing.as_ref().map_or_else(|| "no: they never said yes".to_owned(), |own| said(own, "yes", "no"));
    let mut rows = vec![row("marketing", marketing)];
    for (topic, statement) in &consent.topics {
        rows.push(row(&format!("topic {topic}"), said(statement, "stays", "left")));
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
        let times = Times::of(&person, "UTC");
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
