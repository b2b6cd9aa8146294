//! What is known about a person: their own fields and counters of what they did.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Consent;
use crate::reason::Reason;
use crate::time::Instant;

/// A person's own fields and counters.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The time of their first event.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Instant>,
    /// Their address.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// BCP 47, as the shop gave it.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA name, as the shop gave it.
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The shop's own fields.
    #[serde(rename = "a", default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    /// What they agreed to.
    #[serde(rename = "c", default, skip_serializing_if = "Consent::is_empty")]
    pub consent: Consent,
    /// What they bought.
    #[serde(rename = "o", default, skip_serializing_if = "Orders::is_empty")]
    pub orders: Orders,
    /// How often which event came.
    #[serde(rename = "n", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<Arc<str>, Counter>,
    /// Their latest answer to each survey.
    #[serde(rename = "s", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Since when no mail may go to the address that they have: a hard bounce or a complaint.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub suppressed_at: Option<Instant>,
    /// Other addresses to which none may go, should they come back.
    #[serde(rename = "y", default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
}

/// An address that somebody had, or that an event about them named, and that is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The fingerprint of the address in lower case.
    #[serde(rename = "a")]
    pub address: u64,
    /// Since when.
    #[serde(rename = "t")]
    pub since: Instant,
}

impl Profile {
    /// Why no mail about something may go to the person: the gates of SPEC.md section 6 that do not open again by
    /// themselves, in their order. `marketing` says whether it advertises, `topic` what it is about.
    ///
    /// This is the one place that says to whom a mail may go: entering a campaign, planning a mail and handing it to SES
    /// ask here.
    pub fn closed_gates(&self, marketing: bool, topic: Option<&str>) -> impl Iterator<Item = Reason> {
        let gates = [
            (Reason::Suppressed, self.suppressed_at.is_some()),
            (Reason::NoAddress, self.email.as_deref().is_none_or(str::is_empty)),
            (Reason::NoConsent, marketing && !self.consent.allows_marketing()),
            (Reason::TopicLeft, marketing && topic.is_some_and(|topic| self.consent.has_left(topic))),
        ];
        gates.into_iter().filter(|(_, is_closed)| *is_closed).map(|(reason, _)| reason)
    }
}

/// What a person bought, refunds taken off.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Orders {
    /// Orders; never below 0.
    #[serde(rename = "n")]
    pub count: u64,
    /// In the workspace's currency.
    #[serde(rename = "t")]
    pub total: f64,
    /// The earliest order.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<Instant>,
    /// The latest order.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Instant>,
}

impl Orders {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How often an event type came, by the events' own times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// How often.
    #[serde(rename = "n")]
    pub count: u64,
    /// The earliest.
    #[serde(rename = "f")]
    pub first_at: Instant,
    /// The latest.
    #[serde(rename = "l")]
    pub last_at: Instant,
}

/// An answer to a survey.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Answer {
    /// As the event gave it.
    #[serde(rename = "s", default, skip_serializing_if = "Value::is_null")]
    pub score: Value,
    /// As the event gave it.
    #[serde(rename = "c", default, skip_serializing_if = "Value::is_null")]
    pub comment: Value,
    /// On which occasion, where the event says so: an answer to another one is another answer.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
}

/// One asking of a survey: the enrolment whose mail asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// The campaign.
    #[serde(rename = "c")]
    pub campaign: String,
    /// The entry.
    #[serde(rename = "n")]
    pub entry: u64,
}

/// An event that was applied. It is stored as a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, Instant)", into = "(u64, Instant)")]
pub struct Applied {
    /// A hash of its id.
    pub event: u64,
    /// When it was applied.
    pub at: Instant,
}

impl From<(u64, Instant)> for Applied {
    fn from((event, at): (u64, Instant)) -> Self {
        Self { event, at }
    }
}

impl From<Applied> for (u64, Instant) {
    fn from(applied: Applied) -> Self {
        (applied.event, applied.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Statement;

    #[test]
    fn the_gates_before_a_mail_close_in_the_order_of_the_specification() {
        let (yes, no) =
            (|| Some(Statement { agreed: true, at: Instant::MIN }), Statement { agreed: false, at: Instant::MIN });
        let closed = |profile: &Profile, marketing| profile.closed_gates(marketing, Some("news")).collect::<Vec<_>>();
        let mut profile = Profile { suppressed_at: Some(Instant::MIN), ..Profile::default() };
        profile.consent.topics.insert("news".to_owned(), no);
        assert_eq!(closed(&profile, false), [Reason::Suppressed, Reason::NoAddress]);
        let all = [Reason::Suppressed, Reason::NoAddress, Reason::NoConsent, Reason::TopicLeft];
        assert_eq!(closed(&profile, true), all);
        profile = Profile { email: Some("ann@example.com".to_owned()), ..Profile::default() };
        assert_eq!((closed(&profile, true), closed(&profile, false)), (vec![Reason::NoConsent], vec![]));
        profile.consent.marketing = yes();
        assert_eq!(closed(&profile, true), []);
    }
}
