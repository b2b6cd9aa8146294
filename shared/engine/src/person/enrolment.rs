//! Where a person stands in a campaign: the enrolments, and what its entry rule and triggers must remember.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Instant;

/// What one person did in one campaign.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// How many entries there were, holdouts included.
    #[serde(rename = "n", default)]
    pub entries: u32,
    /// When the last entry of each key began; a campaign without `key` has the one key null.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub last_entries: Vec<(Value, Instant)>,
    /// Enrolments that are active or whose goal may still be reached, in order of entry.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub enrolments: Vec<Enrolment>,
    /// When a `lapsed`, `date` or `schedule` trigger fires next.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub trigger_due: Option<Instant>,
    /// The `last_at` for which a `lapsed` trigger has fired.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub lapse_fired: Option<Instant>,
    /// The local date of the occurrence for which `date` or `schedule` is due.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Date>,
    /// The local date of the occurrence for which it fired last.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub occurrence_fired: Option<Date>,
}

impl Standing {
    /// Nothing fires by itself any more.
    pub fn stop_timer(&mut self) {
        self.trigger_due = None;
        self.occurrence = None;
    }
}

/// One person's pass through one campaign, or their holdout from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// 1, 2, … within the campaign and person.
    #[serde(rename = "n")]
    pub entry: u32,
    /// The campaign version that last moved it.
    #[serde(rename = "v", default)]
    pub version: u32,
    /// The value of the campaign's `key`.
    #[serde(rename = "k", default, skip_serializing_if = "Value::is_null")]
    pub key: Value,
    /// The detail of the event that entered them; empty for other triggers.
    #[serde(rename = "d", default, skip_serializing_if = "is_empty_detail")]
    pub detail: Arc<Map<String, Value>>,
    /// Where it stands; `None` once it has ended, and for a holdout.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whether it is a holdout: kept out, and watched for the goal.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub held_out: bool,
    /// When it began.
    #[serde(rename = "s")]
    pub started: Instant,
    /// The end of its goal window, exclusive; `None` where there is no goal or it was reached.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub goal_until: Option<Instant>,
    /// The mails that were planned in it, by step.
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mails: BTreeMap<Arc<str>, MailFlags>,
    /// The codes that were issued in it, by offer.
    #[serde(rename = "o", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offers: BTreeMap<Arc<str>, IssuedOffer>,
}

fn is_empty_detail(detail: &Arc<Map<String, Value>>) -> bool {
    detail.is_empty()
}

impl Enrolment {
    /// Whether it goes on: neither ended nor a holdout.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.place.is_some()
    }
}

/// The step on which an enrolment stands, and what it waits for there. What it waits for is fixed when the wait begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The step's id.
    #[serde(rename = "s")]
    pub step: Arc<str>,
    /// When it goes on by itself.
    #[serde(rename = "u")]
    pub until: Instant,
    /// When a delayed mail was first reached; `None` for a wait.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Instant>,
    /// Whether the step has yet to begin, because the campaign is paused or the person was moved there.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub before: bool,
}

impl Place {
    /// Waiting on a step until an instant.
    #[must_use]
    pub fn waiting(step: &Arc<str>, until: Instant) -> Self {
        Self { step: Arc::clone(step), until, reached: None, before: false }
    }

    /// Whether a wait runs here: the step has begun, and is no mail that was delayed before an edit made it a wait.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.before && self.reached.is_none()
    }
}

/// What became of a mail, as expressions see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailFlags {
    /// Planned.
    #[serde(rename = "s", default)]
    pub sent: bool,
    /// Taken by the receiving server.
    #[serde(rename = "d", default)]
    pub delivered: bool,
    /// Opened by a person.
    #[serde(rename = "o", default)]
    pub opened: bool,
    /// A link was followed by a person.
    #[serde(rename = "c", default)]
    pub clicked: bool,
}

/// A code that was issued to this person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuedOffer {
    /// The code.
    #[serde(rename = "c")]
    pub code: String,
    /// Whether it was used.
    #[serde(rename = "r", default)]
    pub redeemed: bool,
    /// Until when it may be used, exclusive.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// What it takes off, as a share.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<f64>,
    /// What it takes off, as an amount.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<f64>,
}
