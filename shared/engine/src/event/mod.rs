//! An event as it arrived on the bus, read into a form that cannot be malformed (SPEC.md sections 4 and 11).
//!
//! A malformed event is refused whole with a reason; nothing of it is ever applied.

mod fields;
mod shallow;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

use self::fields::{instant, optional, required_text};
use crate::ids::fingerprint;
use crate::time::Instant;

/// Why an event was refused. A retry never helps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Malformed {
    /// The text is no JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The JSON is no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A required text is missing, empty or something else.
    #[error("`{0}` must be a non-empty string")]
    NotAText(&'static str),
    /// `time` or `received_at` is no RFC 3339 instant with an offset.
    #[error("`{0}` must be an RFC 3339 instant with an offset")]
    NotAnInstant(&'static str),
    /// A field has a wrong type.
    #[error("`{field}` must be {wanted}")]
    WrongType {
        /// Which one.
        field: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
}

/// The field by which a bounce or a complaint says that the address was suppressed before the person had it.
pub const SUPPRESSED_BEFORE: &str = "suppressed_before";

/// The types that mean something to Rekindle itself, or that its recipes know by these names: `events/` describes each.
pub const BUILT_IN: [&str; 21] = [
    "cart.abandoned",
    "consent.changed",
    "customer.deleted",
    "customer.imported",
    "customer.signed_up",
    "customer.updated",
    "email.bounced",
    "email.clicked",
    "email.clicked_by_machine",
    "email.complained",
    "email.delivered",
    "email.opened",
    "email.opened_by_machine",
    "email.rejected",
    "offer.redeemed",
    "order.completed",
    "order.delivered",
    "order.refunded",
    "product.back_in_stock",
    "product.viewed",
    "survey.answered",
];

/// A change of one text field: to a value, or away.
pub type TextChange = Option<Option<String>>;

/// A well-formed event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The producer's own idempotency key, else the envelope's id.
    pub id: String,
    /// `detail-type`.
    pub kind: Arc<str>,
    /// When it happened.
    pub time: Instant,
    /// When it was received, where the line says so.
    pub received_at: Option<Instant>,
    /// Whom it is about.
    pub person: String,
    /// The whole detail, as expressions see it.
    pub detail: Arc<Map<String, Value>>,
    /// What it says about consent.
    pub consent: ConsentChange,
    /// Whether it is a fact of the past that is told now (SPEC.md section 11, History).
    pub history: bool,
}

/// What an event says about consent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConsentChange {
    /// About all marketing.
    pub marketing: Option<bool>,
    /// About topics.
    pub topics: BTreeMap<String, bool>,
}

impl ConsentChange {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marketing.is_none() && self.topics.is_empty()
    }
}

impl Event {
    /// Reads one EventBridge envelope.
    ///
    /// # Errors
    /// Where it is malformed.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if let Ok(shallow::Whole {
            id: Some(id),
            kind: Some(kind),
            time: Some(time),
            received_at,
            detail: Some(detail),
            ..
        }) = serde_json::from_str(text)
            && !id.0.is_empty()
            && !kind.0.is_empty()
        {
            return Self::from_parts(id.0, &kind.0, time.0, received_at.map(|at| at.0), detail);
        }
        Self::from_value(value(text)?)
    }

    /// Whom an event is about and when it arrived, where [`Event::parse`] accepts it: for looking through a long past
    /// without keeping it.
    ///
    /// # Errors
    /// Where it is malformed.
    pub fn person_and_arrival(text: &str) -> Result<(Cow<'_, str>, Instant), Malformed> {
        if let Some(found) = shallow::Outline::of(text) {
            return Ok(found);
        }
        let event = Self::from_value(value(text)?)?;
        let arrival = event.arrival();
        Ok((Cow::Owned(event.person), arrival))
    }

    /// Reads one EventBridge envelope that is JSON already.
    ///
    /// # Errors
    /// Where it is malformed.
    pub fn from_value(value: Value) -> Result<Self, Malformed> {
        let Value::Object(mut envelope) = value else { return Err(Malformed::NotAnObject) };
        let id = required_text(envelope.get("id"), "id")?;
        let kind = required_text(envelope.get("detail-type"), "detail-type")?;
        let time = instant(envelope.get("time"), "time")?.ok_or(Malformed::NotAnInstant("time"))?;
        let received_at = instant(envelope.get("received_at"), "received_at")?;
        match envelope.remove("detail") {
            Some(Value::Object(detail)) => Self::from_parts(id.into(), &kind, time, received_at, detail),
            _ => Err(Malformed::NotAText("detail.person.id")),
        }
    }

    fn from_parts(
        id: Cow<'_, str>,
        kind: &str,
        time: Instant,
        received_at: Option<Instant>,
        detail: Map<String, Value>,
    ) -> Result<Self, Malformed> {
        let Some(Value::Object(person)) = detail.get("person") else {
            return Err(Malformed::NotAText("detail.person.id"));
        };
        let person_id = required_text(person.get("id"), "detail.person.id")?;
        for (name, field) in [
            ("email", "detail.person.email"),
            ("locale", "detail.person.locale"),
            ("timezone", "detail.person.timezone"),
        ] {
            optional(person.get(name), field, "a string or null", Value::is_string)?;
        }
        optional(person.get("attributes"), "detail.person.attributes", "an object or null", Value::is_object)?;
        optional(detail.get("event_id"), "detail.event_id", "a string", Value::is_string)?;
        let total = detail.get("order").and_then(|order| order.get("total"));
        optional(total, "detail.order.total", "a number between -2^53 and 2^53", |total| amount(total).is_some())?;
        let history = match detail.get("history") {
            None => false,
            Some(Value::Bool(history)) => *history,
            // Not even null: who says something about it says which.
            Some(_) => return Err(Malformed::WrongType { field: "detail.history", wanted: "true or false" }),
        };
        let mut consent = ConsentChange::default();
        consent.read(person.get("consent"), "detail.person.consent")?;
        if kind == "consent.changed" {
            consent.read(detail.get("consent"), "detail.consent")?;
        }
        let own_id = detail.get("event_id").and_then(Value::as_str).filter(|own| !own.is_empty());
        Ok(Self {
            id: own_id.map_or_else(|| id.into_owned(), str::to_owned),
            kind: kind.into(),
            time,
            received_at,
            person: person_id,
            detail: Arc::new(detail),
            consent,
            history,
        })
    }

    /// When it was received: `received_at`, else its own time.
    #[must_use]
    pub fn arrival(&self) -> Instant {
        self.received_at.unwrap_or(self.time)
    }

    /// The `detail.person` object.
    #[must_use]
    pub fn person_fields(&self) -> Option<&Map<String, Value>> {
        self.detail.get("person")?.as_object()
    }

    /// The change of a text field of `detail.person`.
    #[must_use]
    pub fn text_change(&self, field: &str) -> TextChange {
        match self.person_fields()?.get(field)? {
            Value::String(text) => Some(Some(text.clone())),
            _ => Some(None),
        }
    }

    /// A text field of the detail.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.detail.get(field)?.as_str()
    }

    /// Whether a bounce or a complaint tells of an address that was suppressed before the person had it.
    #[must_use]
    pub fn is_of_before(&self) -> bool {
        self.detail.get(SUPPRESSED_BEFORE) == Some(&Value::Bool(true))
    }

    /// `order.total`, 0 where it is missing.
    #[must_use]
    pub fn order_total(&self) -> f64 {
        let total = self.detail.get("order").and_then(|order| order.get("total"));
        total.and_then(Value::as_f64).unwrap_or(0.0)
    }

    /// Whether it says anything about consent, a bounce, a complaint or a deletion: no bound refuses it (SPEC.md section
    /// 11, "Bounds").
    #[must_use]
    pub fn is_about_leaving(&self) -> bool {
        !self.consent.is_empty() || matches!(&*self.kind, "email.bounced" | "email.complained" | "customer.deleted")
    }

    /// A short hash of its id, by which it is recognised again: 64 bits, of which one person holds a few thousand.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        fingerprint(&self.id)
    }
}

/// An amount that adds up exactly: a number not beyond ±2⁵³ (SPEC.md section 11, "Bounds").
#[must_use]
pub fn amount(value: &Value) -> Option<f64> {
    const MOST: u64 = 1 << 53;
    let Value::Number(number) = value else { return None };
    let within = match number.as_i64() {
        Some(integer) => integer.unsigned_abs() <= MOST,
        // What is an integer and no `i64` is beyond it, also after it was rounded to a double.
        None => number.as_f64().is_some_and(|double| double.abs() <= MOST as f64),
    };
    number.as_f64().filter(|_| within)
}

fn value(text: &str) -> Result<Value, Malformed> {
    serde_json::from_str(text).map_err(|error| Malformed::NotJson(error.to_string()))
}

#[cfg(test)]
mod tests;
