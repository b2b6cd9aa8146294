//! What people said about consent, statement by statement, with the evidence for each: who said what, when, how, from
//! where, and to which words. What holds now is the [fold](Consent::fold) of these entries and of nothing else.
//!
//! An entry is made by the very decision that applied the statement, never afterwards from what a person looks like.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Consent;
use crate::event::Event;
use crate::time::Instant;

/// Bytes that one piece of evidence may have; of a longer one the hash is kept, by which the text itself is recognised.
const EVIDENCE: usize = 2_000;

/// One entry of the consent ledger: everything that one event said about consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEntry {
    /// When it was said: the event's own time. Of each statement the one with the newest holds.
    pub said_at: Instant,
    /// The instant that was decided on.
    pub recorded_at: Instant,
    /// About all marketing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing: Option<bool>,
    /// About topics, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<String, bool>,
    /// From where: `consent.source` of the event, else the envelope's `source`; `rekindle` for its own pages and steps.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// How it was said: `one-click`, `preferences-page`, or the shop's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The words that were agreed to, or the name of their version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The campaign and step of the mail through which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<(String, String)>,
    /// The event's type.
    pub kind: Arc<str>,
    /// The event's id.
    pub event: String,
}

impl ConsentEntry {
    /// What an event says about consent; `None` where it says nothing. Evidence stands beside the statement, in
    /// `consent`, or beside `consent` in the event's detail.
    #[must_use]
    pub fn of(event: &Event, recorded_at: Instant) -> Option<Self> {
        if event.consent.is_empty() {
            return None;
        }
        let person = event.person_fields().and_then(|person| person.get("consent"));
        let own = event.detail.get("consent").filter(|_| *event.kind == *"consent.changed");
        let beside = |name: &str| own.and_then(|own| own.get(name)).or_else(|| person.and_then(|own| own.get(name)));
        let evidence = |name: &str| {
            let found = beside(name).or_else(|| event.detail.get(name)).and_then(Value::as_str);
            found.filter(|text| !text.is_empty()).map(bounded)
        };
        let mail = event.text("campaign").zip(event.text("step"));
        Some(Self {
            said_at: event.time,
            recorded_at,
            marketing: event.consent.marketing,
            topics: event.consent.topics.clone(),
            source: beside("source").and_then(Value::as_str).map(bounded).unwrap_or_default(),
            how: evidence("how"),
            text: evidence("text"),
            mail: mail.map(|(campaign, step)| (bounded(campaign), bounded(step))),
            kind: Arc::clone(&event.kind),
            event: bounded(&event.id),
        })
    }
}

impl Consent {
    /// What holds after these entries, in the order in which they were recorded (SPEC.md section 11): for each of
    /// marketing and the topics the statement with the newest time, of equals the later one.
    #[must_use]
    pub fn fold<'e>(entries: impl IntoIterator<Item = &'e ConsentEntry>) -> Self {
        let mut consent = Self::default();
        for entry in entries {
            for (topic, yes) in &entry.topics {
                consent.say_topic(topic, *yes, entry.said_at);
            }
            if let Some(yes) = entry.marketing {
                consent.say_marketing(yes, entry.said_at);
            }
        }
        consent
    }
}

fn bounded(text: &str) -> String {
    if text.len() <= EVIDENCE {
        return text.to_owned();
    }
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().fold("sha256:".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(kind: &str, detail: Value) -> Option<ConsentEntry> {
        let envelope = json!({ "id": "e1", "detail-type": kind, "time": "2026-03-01T09:00:00Z", "detail": detail });
        ConsentEntry::of(&Event::from_value(envelope).unwrap(), Instant::from_seconds(7))
    }

    #[test]
    fn an_event_that_says_nothing_makes_no_entry() {
        assert_eq!(entry("order.completed", json!({ "person": { "id": "ann" }, "how": "by phone" })), None);
        // Only `consent.changed` says something in the detail itself.
        let elsewhere = json!({ "person": { "id": "ann" }, "consent": { "marketing": true } });
        assert_eq!(entry("order.completed", elsewhere), None);
    }

    #[test]
    fn evidence_stands_beside_the_statement_or_beside_consent() {
        let person = json!({ "id": "ann", "consent": { "marketing": true, "how": "checkbox", "source": "shop-app", "text": "v3" } });
        let said = entry("customer.signed_up", json!({ "person": person })).unwrap();
        assert_eq!(
            (said.how.as_deref(), said.source.as_str(), said.text.as_deref()),
            (Some("checkbox"), "shop-app", Some("v3"))
        );
        let page = json!({
            "person": { "id": "ann" }, "consent": { "marketing": false }, "how": "one-click", "campaign": "welcome", "step": "hello",
        });
        let said = entry("consent.changed", page).unwrap();
        assert_eq!(said.mail, Some(("welcome".to_owned(), "hello".to_owned())));
        assert_eq!((said.how.as_deref(), said.marketing, said.event.as_str()), (Some("one-click"), Some(false), "e1"));
    }

    #[test]
    fn of_long_evidence_the_hash_is_kept() {
        let long = "동의".repeat(1_000);
        let person = json!({ "id": "ann", "consent": { "marketing": true, "text": long } });
        let text = entry("customer.signed_up", json!({ "person": person })).unwrap().text.unwrap();
        assert!(text.starts_with("sha256:") && text.len() == 71, "{text}");
    }
}
