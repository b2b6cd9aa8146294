//! What is counted: one kind of thing that happened in one version of a campaign.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ports::SendRow;

/// What values are counted in: parts of one, so that sums are exact in whatever order they are made.
pub const UNITS: f64 = 10_000.0;

/// One thing that can happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// In which campaign.
    #[serde(rename = "c")]
    pub campaign: String,
    /// In which version of it.
    #[serde(rename = "v")]
    pub version: u32,
    /// At which step; empty where it is at none.
    #[serde(rename = "s", default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// A journal line's kind, or how far a mail came: `accepted`, `unknown`, `withdrawn`, `rejected`,
    /// `soft_bounced`, `delivered`, `opened`, `clicked`, `bounced`, `complained`.
    #[serde(rename = "k")]
    pub kind: String,
    /// The line's reason, arm or `by`, or why a mail was withdrawn; empty where it has none.
    #[serde(rename = "d", default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Whether it happened to somebody who was held out.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub held_out: bool,
    /// Of `entered`, `held_out` and `converted`: whether it was the person's first entry. Chance divides people, not
    /// entries, so what a campaign adds is judged by these alone.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

/// The kinds of which a person's first entry is told apart: more would make sheets longer for nothing.
const FIRST_OF: [&str; 3] = ["entered", "held_out", "converted"];

/// The part of a journal line that is counted.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(borrow)]
    campaign: Cow<'l, str>,
    #[serde(borrow, default)]
    step: Cow<'l, str>,
    #[serde(borrow)]
    kind: Cow<'l, str>,
    #[serde(default)]
    entry: u32,
    #[serde(borrow)]
    reason: Option<Cow<'l, str>>,
    arm: Option<serde_json::Value>,
    #[serde(borrow)]
    by: Option<Cow<'l, str>>,
    value: Option<f64>,
}

impl Fact {
    /// What a journal line tells, and its value in parts of one; `None` where it is no journal line. `version` is that of
    /// the campaign, negative for a holdout, as [`crate::Record::versions`] has it.
    #[must_use]
    pub fn of_line(line: &str, version: i64) -> Option<(Self, i64)> {
        Self::of_line_of_entry(line, version).map(|(fact, value, _)| (fact, value))
    }

    /// The same, and the entry that the line belongs to.
    pub(super) fn of_line_of_entry(line: &str, version: i64) -> Option<(Self, i64, u32)> {
        let line: Line<'_> = serde_json::from_str(line).ok()?;
        let arm = line.arm.map(|arm| arm.as_str().map_or_else(|| arm.to_string(), str::to_owned));
        let detail = line.reason.or(line.by).map(Cow::into_owned).or(arm).unwrap_or_default();
        let fact = Self {
            campaign: line.campaign.into_owned(),
            version: u32::try_from(version.unsigned_abs()).unwrap_or(u32::MAX),
            step: line.step.into_owned(),
            first: line.entry == 1 && FIRST_OF.contains(&&*line.kind),
            kind: line.kind.into_owned(),
            detail,
            held_out: version < 0,
        };
        Some((fact, line.value.map_or(0, units), line.entry))
    }

    /// What a send tells that came so far.
    #[must_use]
    pub fn of_send(row: &SendRow, mark: &str) -> Self {
        Self {
            campaign: row.campaign.clone(),
            version: row.version,
            step: row.step.clone(),
            kind: mark.to_owned(),
            detail: row.reason.clone().filter(|_| mark == "withdrawn").unwrap_or_default(),
            held_out: false,
            first: false,
        }
    }
}

/// An amount in parts of one, see [`UNITS`].
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a cast holds what is too large at the largest integer")]
pub fn units(value: f64) -> i64 {
    (value * UNITS).round() as i64
}

/// How often something happened, and the values with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The sum of the values in parts of one, see [`UNITS`].
    pub value: i64,
}

/// How often each thing happened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Vec<(Fact, u64, i64)>", from = "Vec<(Fact, u64, i64)>")]
pub struct Totals(pub BTreeMap<Fact, Tally>);

impl Totals {
    /// Counts something that happened so often, with the sum of its values.
    pub fn add(&mut self, fact: Fact, count: u64, value: i64) {
        let tally = self.0.entry(fact).or_default();
        tally.count = tally.count.saturating_add(count);
        tally.value = tally.value.saturating_add(value);
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(fact, tally)| self.add(fact, tally.count, tally.value));
    }

    /// The same without telling versions apart: what a ledger can be compared with, which does not know them.
    #[must_use]
    pub fn over_all_versions(self) -> Self {
        let mut all = Self::default();
        for (fact, tally) in self.0 {
            all.add(Fact { version: 0, ..fact }, tally.count, tally.value);
        }
        all
    }
}

impl From<Totals> for Vec<(Fact, u64, i64)> {
    fn from(totals: Totals) -> Self {
        totals.0.into_iter().map(|(fact, tally)| (fact, tally.count, tally.value)).collect()
    }
}

impl From<Vec<(Fact, u64, i64)>> for Totals {
    fn from(listed: Vec<(Fact, u64, i64)>) -> Self {
        Self(listed.into_iter().map(|(fact, count, value)| (fact, Tally { count, value })).collect())
    }
}
