//! Orders as the events that a shop would have sent, one after another in the order of time.
//!
//! A customer's first order is also their sign-up. The events follow from the file alone: playing it again gives the same
//! ones, ids included. They are made one by one, so that a long past takes no memory.

use jiff::Timestamp;
use rekindle_system::Arrival;
use serde_json::{Map, Value, json};

use super::orders::{Order, Orders, Said};

/// An event for the bus.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// When it happened.
    pub at: Timestamp,
    /// Its type.
    pub detail_type: &'static str,
    /// Its detail, as `events/` describes it.
    pub detail: Value,
}

impl Planned {
    /// It for the bus.
    pub fn arrival(self) -> Arrival {
        let Self { at, detail_type, detail } = self;
        Arrival { time: at, source: "demo".to_owned(), kind: detail_type.to_owned(), detail }
    }
}

/// Gives the events of `orders`, whose amounts are in `currency` (ISO 4217), in the order in which they are to be played.
pub fn planned<'o>(orders: &'o Orders, currency: &'o str) -> impl Iterator<Item = Planned> + 'o {
    let mut latest: Vec<Option<&Said>> = vec![None; orders.people.len()];
    orders.rows.iter().flat_map(move |order| {
        let before = latest.get_mut(order.customer as usize).and_then(|latest| latest.replace(&order.said));
        let signed_up = before.is_none().then(|| signed_up(orders, order));
        signed_up.into_iter().chain([ordered(orders, order, before, currency)])
    })
}

fn signed_up(orders: &Orders, order: &Order) -> Planned {
    let id = orders.id(order);
    let mut person = person(orders, order, &Said::default());
    if orders.consent_assumed {
        person.insert("consent".to_owned(), json!({ "marketing": true }));
    }
    if orders.addresses_invented {
        person.insert("email".to_owned(), invented_address(id, order.customer).into());
    }
    let detail = json!({ "person": person, "event_id": format!("signup-{id}") });
    Planned { at: order.at, detail_type: "customer.signed_up", detail }
}

/// The order itself, with what its row says anew about the customer; at the first order, their sign-up has said it all.
fn ordered(orders: &Orders, order: &Order, before: Option<&Said>, currency: &str) -> Planned {
    let line = order.line;
    let detail = json!({
        "person": person(orders, order, before.unwrap_or(&order.said)),
        "event_id": format!("line-{line}-paid"),
        "order": { "id": format!("line-{line}"), "total": order.amount, "currency": currency },
    });
    Planned { at: order.at, detail_type: "order.completed", detail }
}

/// The customer, with what the row says and the row before did not.
fn person(orders: &Orders, order: &Order, before: &Said) -> Map<String, Value> {
    let said = &*order.said;
    let mut person = Map::new();
    person.insert("id".to_owned(), orders.id(order).into());
    let texts = [
        ("email", &said.email, &before.email),
        ("locale", &said.locale, &before.locale),
        ("timezone", &said.timezone, &before.timezone),
    ];
    for (name, now, before) in texts {
        if let Some(text) = now.as_deref().filter(|_| now != before) {
            person.insert(name.to_owned(), text.into());
        }
    }
    if let Some(marketing) = said.consent.filter(|_| said.consent != before.consent) {
        person.insert("consent".to_owned(), json!({ "marketing": marketing }));
    }
    let cells = said.attributes.iter().enumerate();
    let new = cells.filter(|(at, value)| !value.is_null() && before.attributes.get(*at) != Some(*value));
    let attributes: Map<String, Value> =
        new.filter_map(|(at, value)| Some((orders.attributes.get(at)?.clone(), value.clone()))).collect();
    if !attributes.is_empty() {
        person.insert("attributes".to_owned(), attributes.into());
    }
    person
}

/// An address that nobody has, and no two customers of a file have in common: ids that read as an address do are used as
/// they are; of others, the place in the file follows after a dot, which those have none of.
fn invented_address(id: &str, place: u32) -> String {
    const LONGEST: usize = 40;
    let plain = |letter: &char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || *letter == '-';
    if id.len() <= LONGEST && id.chars().all(|letter| plain(&letter)) {
        return format!("customer-{id}@example.com");
    }
    let letters: String = id.chars().map(|letter| letter.to_ascii_lowercase()).filter(plain).take(LONGEST).collect();
    let number = u64::from(place) + 1;
    if letters.is_empty() {
        return format!("customer.{number}@example.com");
    }
    format!("customer-{letters}.{number}@example.com")
}

#[cfg(test)]
mod tests;
