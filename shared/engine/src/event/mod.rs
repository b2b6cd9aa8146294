//! An event as it arrived on the bus, read into a form that cannot be malformed (SPEC.md sections 4 and 11).
//!
//! A malformed event is refused whole with a reason; nothing of it is ever applied.

mod glance;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

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
        if let Ok(glance::Whole {
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
        if let Some(found) = glance::Outline::of(text) {
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

impl ConsentChange {
    fn read(&mut self, value: Option<&Value>, field: &'static str) -> Result<(), Malformed> {
        let wrong = |wanted| Malformed::WrongType { field, wanted };
        let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(()) };
        let fields = value.as_object().ok_or(wrong("an object"))?;
        match fields.get("marketing") {
            Some(Value::Bool(answer)) => self.marketing = Some(*answer),
            None | Some(Value::Null) => {}
            Some(_) => return Err(wrong("an object whose `marketing` is true or false")),
        }
        let Some(topics) = fields.get("topics").filter(|topics| !topics.is_null()) else { return Ok(()) };
        for (topic, answer) in topics.as_object().ok_or(wrong("an object whose `topics` is an object"))? {
            match answer {
                Value::Bool(answer) => drop(self.topics.insert(topic.clone(), *answer)),
                Value::Null => {}
                _ => return Err(wrong("an object whose `topics` are true or false")),
            }
        }
        Ok(())
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

fn required_text(value: Option<&Value>, field: &'static str) -> Result<String, Malformed> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(Malformed::NotAText(field)),
    }
}

fn instant(value: Option<&Value>, field: &'static str) -> Result<Option<Instant>, Malformed> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Instant::parse(text).map(Some).ok_or(Malformed::NotAnInstant(field)),
        Some(_) => Err(Malformed::NotAnInstant(field)),
    }
}

fn optional(
    value: Option<&Value>,
    field: &'static str,
    wanted: &'static str,
    is: fn(&Value) -> bool,
) -> Result<(), Malformed> {
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(value) if is(value) => Ok(()),
        Some(_) => Err(Malformed::WrongType { field, wanted }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    fn envelope(detail: Value) -> Value {
        json!({ "id": "e1", "source": "shop", "detail-type": "order.completed", "time": "2026-03-01T09:00:00.9Z", "detail": detail })
    }

    #[test]
    fn the_producers_own_key_comes_before_the_envelopes() {
        let event = Event::from_value(envelope(json!({ "person": { "id": "ann" }, "event_id": "own" }))).unwrap();
        assert_eq!((event.id.as_str(), event.time.to_string().as_str()), ("own", "2026-03-01T09:00:00Z"));
    }

    #[rstest]
    #[case(json!({}), "detail.person.id")]
    #[case(json!({ "person": { "id": "" } }), "detail.person.id")]
    #[case(json!({ "person": { "id": 7 } }), "detail.person.id")]
    #[case(json!({ "person": { "id": "a", "email": 7 } }), "detail.person.email")]
    #[case(json!({ "person": { "id": "a", "locale": [] } }), "detail.person.locale")]
    #[case(json!({ "person": { "id": "a", "timezone": false } }), "detail.person.timezone")]
    #[case(json!({ "person": { "id": "a", "attributes": [] } }), "detail.person.attributes")]
    #[case(json!({ "person": { "id": "a", "consent": true } }), "detail.person.consent")]
    #[case(json!({ "person": { "id": "a", "consent": { "marketing": "yes" } } }), "detail.person.consent")]
    #[case(json!({ "person": { "id": "a" }, "event_id": 7 }), "detail.event_id")]
    #[case(json!({ "person": { "id": "a" }, "order": { "total": "7" } }), "detail.order.total")]
    #[case(json!({ "person": { "id": "a" }, "order": { "total": 9_007_199_254_740_993_i64 } }), "detail.order.total")]
    #[case(json!({ "person": { "id": "a" }, "order": { "total": -9_007_199_254_740_994_i64 } }), "detail.order.total")]
    #[case(json!({ "person": { "id": "a" }, "order": { "total": u64::MAX } }), "detail.order.total")]
    #[case(json!({ "person": { "id": "a" }, "order": { "total": 1e300 } }), "detail.order.total")]
    #[case(json!({ "person": { "id": "a" }, "history": null }), "detail.history")]
    #[case(json!({ "person": { "id": "a" }, "history": "true" }), "detail.history")]
    fn a_malformed_event_names_the_field(#[case] detail: Value, #[case] field: &str) {
        let error = Event::from_value(envelope(detail)).unwrap_err();
        assert!(error.to_string().contains(field), "{error}");
    }

    proptest! {
        /// However a line is read, it is the same event or refused for the same reason.
        #[test]
        fn the_short_ways_of_reading_agree_with_the_plain_one(line in line()) {
            let plain = value(&line).and_then(Event::from_value);
            prop_assert_eq!(Event::parse(&line), plain.clone());
            let expected = plain.map(|event| (event.person.clone(), event.arrival()));
            prop_assert_eq!(Event::person_and_arrival(&line).map(|(person, at)| (person.into_owned(), at)), expected);
        }
    }

    /// Lines that are mostly well-formed: each field has an odd value now and then, and any may be there twice.
    fn line() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            "null",
            "7",
            "\"\"",
            "[]",
            "{}",
            "true",
            "1e999",
            "\"\\ud800\"",
            "\"\\u0041\"",
            "{\"a\":1,\"a\":{}}",
            "{\"total\":9007199254740993}",
            "{\"total\":9007199254740992}",
            "{\"total\":-1e300}",
            "x",
        ]);
        let field = |key: &'static str, good: &'static str| {
            (prop::option::weighted(0.9, Just(good)), prop::option::weighted(0.05, odd.clone()), prop::bool::ANY)
                .prop_map(move |(good, odd, first)| {
                    let mut values: Vec<&str> = good.into_iter().chain(odd).collect();
                    if first {
                        values.reverse();
                    }
                    values.iter().map(|value| format!("\"{key}\":{value}")).collect::<Vec<_>>()
                })
        };
        let object = |fields: Vec<Vec<String>>| format!("{{{}}}", fields.concat().join(","));
        let person = (
            field("id", "\"ann\""),
            field("email", "\"a@b.c\""),
            field("timezone", "null"),
            field("attributes", "{\"a\":[1,-2.5,{}]}"),
            field("consent", "{\"marketing\":true,\"topics\":{\"news\":null}}"),
        );
        let person = person.prop_map(move |(a, b, c, d, e)| object(vec![a, b, c, d, e]));
        let detail = (
            person,
            field("event_id", "\"own\""),
            field("order", "{\"total\":7}"),
            field("consent", "{\"marketing\":false}"),
            field("history", "true"),
            field("other", "\"\\n\""),
        );
        let detail = detail
            .prop_map(move |(person, a, b, c, d, e)| object(vec![vec![format!("\"person\":{person}")], a, b, c, d, e]));
        let kind = prop::sample::select(vec!["\"order.completed\"", "\"consent.changed\""]);
        (
            field("id", "\"e1\""),
            kind,
            field("time", "\"2026-03-01T09:00:00.5+09:00\""),
            field("received_at", "\"2026-03-01T09:00:00Z\""),
            detail,
            field("region", "1.5"),
        )
            .prop_map(move |(a, kind, b, c, detail, d)| {
                object(vec![a, vec![format!("\"detail-type\":{kind}")], b, c, vec![format!("\"detail\":{detail}")], d])
            })
    }

    #[test]
    fn an_amount_may_be_as_large_as_adds_up_exactly() {
        for good in [
            json!(9_007_199_254_740_992_i64),
            json!(-9_007_199_254_740_992_i64),
            json!(9_007_199_254_740_992.0),
            json!(0),
        ] {
            assert_eq!(amount(&good), good.as_f64(), "{good}");
        }
        for bad in
            [json!(9_007_199_254_740_993_i64), json!(i64::MIN), json!(9_007_199_254_740_994.0), json!("1"), json!(null)]
        {
            assert_eq!(amount(&bad), None, "{bad}");
        }
    }

    #[test]
    fn null_removes_and_is_not_malformed() {
        let event =
            Event::from_value(envelope(json!({ "person": { "id": "a", "email": null, "attributes": null } }))).unwrap();
        assert_eq!((event.text_change("email"), event.text_change("locale")), (Some(None), None));
    }
}
