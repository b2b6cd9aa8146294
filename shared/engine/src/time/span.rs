//! Durations as SPEC.md section 3 writes them: `90m`, `12h` exact; `3d`, `2w` calendar days and `1mo` calendar months in
//! a zone.
//!
//! A span alone has no length; it gets one from the instant and the zone that it is added to.

use std::fmt;

use jiff::civil::Date;
use jiff::{ToSpan, tz::TimeZone};

use super::Instant;

/// Months of the longest span: a hundred years.
const LONGEST_MONTHS: i64 = 1_200;
/// Days of the longest span.
const LONGEST_DAYS: i64 = 36_600;
/// Minutes of the longest span.
const LONGEST_MINUTES: i64 = LONGEST_DAYS * 24 * 60;

/// A duration of the grammar `([0-9]+mo)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?`, at least one part.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Calendar months; negative only in an `offset`.
    months: i32,
    /// Calendar days, weeks included; of the same sign as `months`.
    days: i32,
    /// Exact minutes, hours included; of the same sign as `days`.
    minutes: i64,
    /// Whether hours or minutes were written, be it `0h`: then what runs out does so to the second, not at a day's end.
    exact: bool,
}

impl Span {
    /// Nothing: the default `offset`.
    pub const ZERO: Self = Self { months: 0, days: 0, minutes: 0, exact: false };

    /// A span of whole calendar days.
    #[must_use]
    pub const fn days(days: i32) -> Self {
        Self { days, ..Self::ZERO }
    }

    /// Reads a span; `None` where the text does not follow the grammar or is longer than 100 years.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let (mut months, mut days, mut minutes) = (0_i64, 0_i64, 0_i64);
        let (mut parts, mut exact) = (0_u8, false);
        for unit in ["mo", "w", "d", "h", "m"] {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, tail) = rest.split_at_checked(digits)?;
            let Some(tail) = tail.strip_prefix(unit) else { continue };
            let number: i64 = number.parse().ok().filter(|number| *number <= LONGEST_MINUTES)?;
            match unit {
                "mo" => months = number,
                "w" => days = number * 7,
                "d" => days += number,
                "h" => minutes = number * 60,
                _ => minutes += number,
            }
            exact |= matches!(unit, "h" | "m");
            rest = tail;
            parts += 1;
        }
        let century = months <= LONGEST_MONTHS && days <= LONGEST_DAYS && minutes <= LONGEST_MINUTES;
        let (months, days) = (i32::try_from(months).ok()?, i32::try_from(days).ok()?);
        (parts > 0 && rest.is_empty() && century).then_some(Self { months, days, minutes, exact })
    }

    /// Reads a span that may have a leading `-`, as `offset` allows.
    #[must_use]
    pub fn parse_offset(text: &str) -> Option<Self> {
        match text.strip_prefix('-') {
            Some(rest) => Self::parse(rest).map(|span| Self {
                months: -span.months,
                days: -span.days,
                minutes: -span.minutes,
                ..span
            }),
            None => Self::parse(text),
        }
    }

    /// Whether nothing passes.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.months == 0 && self.days == 0 && self.minutes == 0
    }

    /// Whether months, weeks or days pass, whose length depends on the calendar.
    #[must_use]
    pub const fn has_days(self) -> bool {
        self.months != 0 || self.days != 0
    }

    /// Days that the calendar part of this span has at most, whatever its sign.
    #[must_use]
    pub const fn most_days(self) -> u32 {
        self.months.unsigned_abs() * 31 + self.days.unsigned_abs()
    }

    /// The date this span's months and days after `date`: a day that the month lacks is its last, then the days.
    #[must_use]
    pub fn date_after(self, date: Date) -> Option<Date> {
        date.checked_add(self.calendar()).ok()
    }

    /// The instant the exact part of this span after `start`.
    #[must_use]
    pub fn exactly_after(self, start: Instant) -> Instant {
        start.plus_seconds(self.minutes.saturating_mul(60))
    }

    /// The instant this span after `start` in `zone`: months and days first, keeping the wall-clock time (a time that does
    /// not exist moves forward by the gap, one that exists twice is the earlier), then the exact part.
    #[must_use]
    pub fn after(self, start: Instant, zone: &TimeZone) -> Instant {
        if !self.has_days() {
            return self.exactly_after(start);
        }
        let Ok(local) = super::local_of(start, zone).checked_add(self.calendar()) else {
            return if self.months > 0 || self.days > 0 { Instant::MAX } else { Instant::MIN };
        };
        self.exactly_after(super::local_instant(local, zone))
    }

    /// When what holds for this span from `start` on runs out in `zone`: the first instant that is no longer in it. One
    /// without hours and minutes runs to the end of the local day that it reaches (SPEC.md section 11, Ends of days).
    #[must_use]
    pub fn runs_out(self, start: Instant, zone: &TimeZone) -> Instant {
        let end = self.after(start, zone);
        if self.exact {
            return end;
        }
        match super::local_of(end, zone).date().tomorrow() {
            Ok(next) => super::local_instant(next.to_datetime(jiff::civil::Time::midnight()), zone),
            Err(_) => Instant::MAX,
        }
    }

    fn calendar(self) -> jiff::Span {
        i64::from(self.months).months().days(i64::from(self.days))
    }
}

impl Span {
    /// An instant that this span after `start` does not pass in any zone: no wall clock was ever set by two days.
    #[must_use]
    pub fn at_most_after(self, start: Instant) -> Instant {
        const DAY: i64 = 24 * 60 * 60;
        let days = i64::from(self.months) * 31 + i64::from(self.days) + 2;
        start.plus_seconds(days * DAY).plus_seconds(self.minutes.saturating_mul(60))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.months < 0 || self.days < 0 || self.minutes < 0 {
            f.write_str("-")?;
        }
        let (days, minutes) = (self.days.unsigned_abs(), self.minutes.unsigned_abs());
        for (number, unit) in [
            (u64::from(self.months.unsigned_abs()), "mo"),
            (u64::from(days / 7 * u32::from(days % 7 == 0)), "w"),
            (u64::from(days * u32::from(days % 7 != 0)), "d"),
            (minutes / 60, "h"),
            (minutes % 60, "m"),
        ] {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        if self.is_zero() || (self.exact && self.minutes == 0) { f.write_str("0m") } else { Ok(()) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(span: &str, start: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        Span::parse(span).unwrap().after(Instant::parse(start).unwrap(), &zone).to_string()
    }

    #[test]
    fn the_grammar_is_weeks_days_hours_minutes_in_that_order() {
        for good in ["90m", "12h", "3d", "2w", "1d12h", "1w2d3h4m", "1mo", "1mo1d12h", "2mo90m", "1200mo"] {
            assert!(Span::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "d",
            "3",
            "12h1d",
            "-3d",
            "1.5d",
            "3 d",
            "3s",
            "99999999999999999999d",
            "1d1d",
            "1w1mo",
            "mo",
            "1mo1mo",
            "1201mo",
            "1M",
        ] {
            assert!(Span::parse(bad).is_none(), "{bad}");
        }
        for text in ["-3d", "-1mo", "1mo2w", "1mo1d12h", "90m", "1d0m", "2w"] {
            let again = Span::parse_offset(text).unwrap().to_string();
            assert_eq!(Span::parse_offset(&again), Span::parse_offset(text), "{text} as {again}");
        }
        assert_eq!(Span::parse_offset("-1mo3d").unwrap().to_string(), "-1mo3d");
    }

    #[test]
    fn days_keep_the_wall_clock_and_hours_are_exact() {
        assert_eq!(after("2d", "2026-03-07T15:00:00Z", "America/New_York"), "2026-03-09T14:00:00Z");
        assert_eq!(after("48h", "2026-03-07T15:00:00Z", "America/New_York"), "2026-03-09T15:00:00Z");
    }

    #[test]
    fn a_time_that_does_not_exist_moves_forward_by_the_gap() {
        assert_eq!(after("1d", "2026-03-07T07:30:00Z", "America/New_York"), "2026-03-08T07:30:00Z");
    }

    #[test]
    fn a_time_that_exists_twice_is_the_earlier() {
        assert_eq!(after("1d", "2026-10-31T05:30:00Z", "America/New_York"), "2026-11-01T05:30:00Z");
        assert_eq!(after("1d1h", "2026-10-31T05:30:00Z", "America/New_York"), "2026-11-01T06:30:00Z");
    }

    #[test]
    fn a_month_is_the_same_day_of_the_next_or_the_last_one_of_a_shorter() {
        for (span, start, end) in [
            ("1mo", "2026-01-31T01:00:00Z", "2026-02-28T01:00:00Z"),
            ("1mo", "2026-02-28T01:00:00Z", "2026-03-28T01:00:00Z"),
            ("12mo", "2024-02-29T01:00:00Z", "2025-02-28T01:00:00Z"),
            ("1mo1d12h", "2026-01-31T01:00:00Z", "2026-03-01T13:00:00Z"),
        ] {
            assert_eq!(after(span, start, "Asia/Seoul"), end, "{span} from {start}");
        }
        // The clock is set once, after months and days: 02:30 does not exist on 8 March, and is not asked for.
        assert_eq!(after("1mo1d", "2026-02-08T07:30:00Z", "America/New_York"), "2026-03-09T06:30:00Z");
        assert_eq!(after("1mo", "2026-02-08T07:30:00Z", "America/New_York"), "2026-03-08T07:30:00Z");
    }

    #[test]
    fn what_is_given_in_days_runs_out_at_midnight_and_what_has_hours_to_the_second() {
        let runs_out = |span: &str, start: &str, zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            Span::parse(span).unwrap().runs_out(Instant::parse(start).unwrap(), &zone).to_string()
        };
        for (span, start, zone, end) in [
            ("14d", "2026-12-01T08:59:00Z", "Asia/Seoul", "2026-12-15T15:00:00Z"),
            ("1mo", "2026-01-31T01:00:00Z", "Asia/Seoul", "2026-02-28T15:00:00Z"),
            ("0d", "2026-12-01T08:59:00Z", "Asia/Seoul", "2026-12-01T15:00:00Z"),
            ("2d16h0m", "2026-12-01T08:59:00Z", "Asia/Seoul", "2026-12-04T00:59:00Z"),
            ("1d0h", "2026-12-01T08:59:00Z", "Asia/Seoul", "2026-12-02T08:59:00Z"),
            // A day that ends twice ends the first time; one whose midnight does not exist ends when the clock is set.
            ("1d", "2026-10-30T12:00:00Z", "America/Havana", "2026-11-01T04:00:00Z"),
            ("1d", "2026-09-04T12:00:00Z", "America/Santiago", "2026-09-06T04:00:00Z"),
        ] {
            assert_eq!(runs_out(span, start, zone), end, "{span} in {zone}");
        }
    }
}
