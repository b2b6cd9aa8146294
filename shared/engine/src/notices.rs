//! Notices that a country's law wants sent about consent: what was said and what came of it, and a reminder of a consent
//! that has held for long.
//!
//! A notice is a planned mail like any other, armed and settled by the same protocol, under a campaign id that no
//! campaign can have. It writes no journal line: the journal is what campaigns decided (SPEC.md section 9), and a simulation of
//! a past under another policy must give the same one. What became of it stands among the person's sends.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::person::{Consent, Outgoing};
use crate::time::{Instant, local_instant, local_of};

/// The campaign id of notices; no campaign can have it (SPEC.md section 11, "Files").
pub const CAMPAIGN: &str = "workspace";

/// Within this time of what was said a notice must go (Network Act of Korea, article 50(7): 14 days). Later, nothing is
/// sent: statements of long ago are imported, not made.
pub const WITHIN: i64 = 14 * 24 * 60 * 60;
/// A consent is confirmed before the same date of the second year (article 50(8)).
const YEARS: i64 = 2;
/// So long before that date.
const AHEAD_DAYS: i64 = 30;
/// When of that day.
const HOUR: i8 = 10;

/// What a notice tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Notice {
    /// What the person has said, and that it holds.
    Said {
        /// About all marketing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        marketing: Option<ConsentStatement>,
        /// About topics: whether they are wanted.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        topics: BTreeMap<String, bool>,
        /// When it was said.
        at: Instant,
    },
    /// That a consent holds, since when, and how to end it.
    Reminder {
        /// When it was given.
        since: Instant,
    },
}

/// What was said about all marketing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentStatement {
    /// Yes.
    Consent,
    /// No, by somebody who had not agreed.
    Refusal,
    /// No, by somebody who had agreed.
    Withdrawal,
}

impl Notice {
    /// What has become different by a statement made at `at`; `None` where nothing has. `known` are the workspace's topics.
    pub(crate) fn of_change<'t>(
        before: &Consent,
        after: &Consent,
        known: impl Iterator<Item = &'t str>,
        at: Instant,
    ) -> Option<Self> {
        let answer = |consent: &Consent| consent.marketing.map(|statement| statement.agreed);
        let marketing = match (answer(before), answer(after)) {
            (was, is) if was == is => None,
            (_, Some(true)) => Some(ConsentStatement::Consent),
            (Some(true), _) => Some(ConsentStatement::Withdrawal),
            (_, _) => Some(ConsentStatement::Refusal),
        };
        let changed = known.filter(|topic| before.has_left(topic) != after.has_left(topic));
        let topics: BTreeMap<String, bool> = changed.map(|topic| (topic.to_owned(), !after.has_left(topic))).collect();
        (marketing.is_some() || !topics.is_empty()).then_some(Self::Said { marketing, topics, at })
    }

    /// Which mail it is: its step and its name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Said { .. } => "consent-notice",
            Self::Reminder { .. } => "consent-reminder",
        }
    }

    /// What a planned mail tells, where it is a notice.
    #[must_use]
    pub fn of(outgoing: &Outgoing) -> Option<Self> {
        if !is_notice(outgoing) {
            return None;
        }
        serde_json::from_value(Value::Object((*outgoing.detail).clone())).ok()
    }

    /// It as the detail of a planned mail.
    pub(crate) fn detail(&self) -> Arc<serde_json::Map<String, Value>> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => Arc::new(fields),
            // An enum of structs is an object.
            _ => Arc::default(),
        }
    }
}

/// Whether a planned mail is a notice: neither consent nor topics hold it back.
#[must_use]
pub fn is_notice(outgoing: &Outgoing) -> bool {
    *outgoing.campaign == *CAMPAIGN
}

/// When a consent given at `since` is to be confirmed: a month before the same date of the second year, in the morning.
pub(crate) fn confirm_at(since: Instant, zone: &TimeZone) -> Instant {
    morning(since, YEARS.years(), zone, -AHEAD_DAYS)
}

/// When it is to be confirmed the next time after `last`.
pub(crate) fn confirm_again_at(last: Instant, zone: &TimeZone) -> Instant {
    morning(last, YEARS.years(), zone, 0)
}

fn morning(since: Instant, after: Span, zone: &TimeZone, days: i64) -> Instant {
    let date = local_of(since, zone).date().saturating_add(after).saturating_add(days.days());
    local_instant(date.to_datetime(Time::constant(HOUR, 0, 0, 0)), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn a_consent_is_confirmed_before_the_same_date_of_the_second_year() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        for (since, when) in [
            // In Seoul it is the second of March already.
            ("2026-03-01T16:00:00Z", "2028-02-01T01:00:00Z"),
            ("2028-02-29T03:00:00Z", "2030-01-29T01:00:00Z"),
        ] {
            assert_eq!(confirm_at(at(since), &seoul), at(when));
        }
        assert_eq!(confirm_again_at(at("2028-02-01T01:00:00Z"), &seoul), at("2030-02-01T01:00:00Z"));
        assert_eq!(confirm_at(Instant::MAX, &seoul).max(Instant::MAX), Instant::MAX, "and is total");
    }

    #[test]
    fn what_was_said_is_told_from_what_has_become_different() {
        let said = |answers: &[bool], topics: &[(&str, bool)]| {
            let mut consent = Consent::default();
            answers.iter().for_each(|answer| consent.say_marketing(*answer, at("2026-03-01T00:00:00Z")));
            topics.iter().for_each(|(topic, yes)| consent.say_topic(topic, *yes, at("2026-03-01T00:00:00Z")));
            consent
        };
        let notice = |before: &Consent, after: &Consent| {
            Notice::of_change(before, after, ["news", "offers"].into_iter(), at("2026-03-01T00:00:00Z"))
        };
        let marketing = |before: &[bool], after: &[bool]| match notice(&said(before, &[]), &said(after, &[])) {
            Some(Notice::Said { marketing, .. }) => marketing,
            _ => None,
        };
        assert_eq!(marketing(&[], &[true]), Some(ConsentStatement::Consent));
        assert_eq!(marketing(&[false], &[true]), Some(ConsentStatement::Consent));
        assert_eq!(marketing(&[], &[false]), Some(ConsentStatement::Refusal));
        assert_eq!(marketing(&[true], &[false]), Some(ConsentStatement::Withdrawal));
        assert_eq!((marketing(&[true], &[true]), marketing(&[], &[])), (None, None));
        let topics =
            |before: &[(&str, bool)], after: &[(&str, bool)]| match notice(&said(&[], before), &said(&[], after)) {
                Some(Notice::Said { topics, .. }) => topics,
                _ => BTreeMap::new(),
            };
        assert_eq!(topics(&[], &[("news", false)]), BTreeMap::from([("news".to_owned(), false)]));
        assert_eq!(topics(&[("news", false)], &[("news", true)]), BTreeMap::from([("news".to_owned(), true)]));
        // Saying yes to what nobody has left, or anything about what is no topic, changes nothing.
        assert_eq!(topics(&[], &[("news", true), ("@tracking", false)]), BTreeMap::new());
    }
}
