//! Where a person stands in a campaign: the enrolments, and what its entry rule and triggers must remember.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Place, bounds};
use crate::ids::fingerprint;
use crate::time::{Instant, Span};

/// Calendar days after the end of a goal's window within which a late conversion is decided (SPEC.md section 11, "Goals").
const LATE_DAYS: i32 = 90;
const DAY: i64 = 24 * 60 * 60;

/// What one person did in one campaign.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// How many entries there were, holdouts included.
    #[serde(rename = "n", default)]
    pub entries: u32,
    /// When the last entry of each key began; a campaign without `key` has the one key null.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub last_entries: Vec<LastEntry>,
    /// Fingerprints of the keys that were there and whose last entry nobody will ask about.
    #[serde(rename = "h", default, skip_serializing_if = "Vec::is_empty")]
    pub former_keys: Vec<u64>,
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
    /// The lapse that was past when its trigger came to know of it, as long as it is that of the last event.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub late_lapse: Option<LateLapse>,
    /// The day without a year that a `date` trigger goes by, and the year in which it became known.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub own_year: Option<OwnYear>,
}

/// When the last entry of a key began. It is stored as a pair.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "(Value, Instant)")]
pub struct LastEntry {
    /// The value of the campaign's `key`; null where it has none.
    pub key: Value,
    /// When it began.
    pub at: Instant,
}

impl From<(Value, Instant)> for LastEntry {
    fn from((key, at): (Value, Instant)) -> Self {
        Self { key, at }
    }
}

impl Serialize for LastEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.key, self.at).serialize(serializer)
    }
}

/// A lapse that was past when its trigger came to know of it (SPEC.md section 11, History).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateLapse {
    /// The `last_at` that it is a lapse of; another one replaces it.
    #[serde(rename = "l")]
    pub last_at: Instant,
    /// When the trigger came to know of it.
    #[serde(rename = "k")]
    pub known_at: Instant,
    /// When it fires; `None`: never, unless a later publication looks again.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
}

/// A day without a year, and the local year in which it became known (SPEC.md section 11, Dates).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnYear {
    /// The year in which it became known.
    #[serde(rename = "y")]
    pub year: i16,
    /// 1 to 12.
    #[serde(rename = "m")]
    pub month: i8,
    /// 1 to 31; Feb 29 is one.
    #[serde(rename = "d")]
    pub day: i8,
}

impl Standing {
    /// When the last entry with `key` began: `None` where there was none, the beginning of time where only that it was is
    /// known.
    #[must_use]
    pub(crate) fn last_entry(&self, key: &Value) -> Option<Instant> {
        let last = self.last_entries.iter().find(|last| last.key == *key).map(|last| last.at);
        let former = || self.former_keys.contains(&fingerprint_of(key)).then_some(Instant::MIN);
        last.or_else(|| if self.former_keys.is_empty() { None } else { former() })
    }

    /// How many keys there were.
    #[must_use]
    pub(crate) fn keys(&self) -> usize {
        self.last_entries.len() + self.former_keys.len()
    }

    /// Remembers when the last entry of a key began, as far as the entry rule will ask for it.
    pub(crate) fn note_start(&mut self, key: Value, at: Instant, again_after: Option<Span>) {
        self.last_entries.retain(|last| last.key != key);
        if !self.former_keys.is_empty() {
            let own = fingerprint_of(&key);
            self.former_keys.retain(|former| *former != own);
        }
        if self.last_entries.is_empty() {
            // A campaign without `key` has one for ever.
            self.last_entries.reserve_exact(1);
        }
        self.last_entries.push(LastEntry { key, at });
        let beyond = self.last_entries.len().saturating_sub(bounds::KEYS_WITHOUT_A_RULE);
        let forgotten = match again_after {
            // `once` asks whether, not when; `every` asks nothing.
            None => beyond,
            Some(span) => {
                let over = self.last_entries.iter().take(beyond);
                over.take_while(|last| span.at_most_after(last.at) <= at).count()
            }
        };
        self.former_keys.extend(self.last_entries.drain(..forgotten).map(|last| fingerprint_of(&last.key)));
    }

    /// Nothing fires by itself any more.
    pub fn stop_timer(&mut self) {
        self.trigger_due = None;
        self.occurrence = None;
        self.late_lapse = None;
        self.own_year = None;
    }
}

/// As many times 24 hours after `until` as there are days for a late conversion.
fn late_days_after(until: Instant) -> Instant {
    until.plus_seconds(i64::from(LATE_DAYS) * DAY)
}

fn fingerprint_of(key: &Value) -> u64 {
    fingerprint(&key.to_string())
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
    /// How far the [days](LATE_DAYS) after that window differ from as many times 24 hours, in seconds: the clocks of the
    /// person's zone at entry may be set in between.
    #[serde(rename = "gs", default, skip_serializing_if = "is_zero")]
    pub late_shift: i64,
    /// The mails that were planned in it, by step.
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mails: BTreeMap<Arc<str>, MailFlags>,
    /// The codes that were issued in it, by offer.
    #[serde(rename = "o", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offers: BTreeMap<Arc<str>, IssuedOffer>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
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

    /// Whether a conversion can still be decided at `now`: it was not, and the window closed less than 90 calendar days
    /// ago.
    #[must_use]
    pub fn can_convert(&self, now: Instant) -> bool {
        self.goal_until.is_some_and(|until| now < late_days_after(until).plus_seconds(self.late_shift))
    }

    /// How far 90 calendar days after `until` differ from 90 times 24 hours in `zone`, in seconds.
    pub(crate) fn late_shift_after(until: Instant, zone: &TimeZone) -> i64 {
        Span::days(LATE_DAYS).after(until, zone).seconds() - late_days_after(until).seconds()
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
    /// The first instant at which it may not be used any more.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub runs_out_at: Option<Instant>,
    /// What it takes off, as a share.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub percent_off: Option<f64>,
    /// What it takes off, as an amount.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub amount_off: Option<f64>,
}

impl IssuedOffer {
    /// What is shown as its end: the last second at which it may be used (SPEC.md section 11, Ends of days), so that a
    /// code that runs out with a day bears that day's date.
    #[must_use]
    pub fn expires_at(&self) -> Option<Instant> {
        self.runs_out_at.map(|end| end.plus_seconds(-1))
    }
}
