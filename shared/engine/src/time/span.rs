//! Durations as SPEC.md section 3 writes them: `90m`, `12h` exact; `3d`, `2w` calendar days in a zone.
//!
//! A span alone has no length; it gets one from the instant and the zone that it is added to.

use std::fmt;

use jiff::{ToSpan, tz::TimeZone};

use super::Instant;

/// A duration of the grammar `([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?`, at least one part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// Calendar days, weeks included; negative only in an `offset`.
    days: i32,
    /// Exact minutes, hours included; of the same sign as `days`.
    minutes: i64,
}

impl Span {
    /// Nothing: the default `offset`.
    pub const ZERO: Self = Self { days: 0, minutes: 0 };

    /// A span of whole calendar days.
    #[must_use]
    pub const fn days(days: i32) -> Self {
        Self { days, minutes: 0 }
    }

    /// Reads a span; `None` where the text does not follow the grammar or is longer than 100 years.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut span = Self::ZERO;
        let mut parts = 0_u8;
        for (unit, days, minutes) in [('w', 7, 0), ('d', 1, 0), ('h', 0, 60), ('m', 0, 1)] {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, tail) = rest.split_at_checked(digits)?;
            let Some(tail) = tail.strip_prefix(unit) else { continue };
            let number: i64 = number.parse().ok().filter(|n| *n <= 100 * 366 * 24 * 60)?;
            span.days = span.days.checked_add(i32::try_from(number).ok()?.checked_mul(days)?)?;
            span.minutes += number * minutes;
            rest = tail;
            parts += 1;
        }
        let century = span.days <= 36_600 && span.minutes <= 36_600 * 24 * 60;
        (parts > 0 && rest.is_empty() && century).then_some(span)
    }

    /// Reads a span that may have a leading `-`, as `offset` allows.
    #[must_use]
    pub fn parse_offset(text: &str) -> Option<Self> {
        match text.strip_prefix('-') {
            Some(rest) => Self::parse(rest).map(|span| Self { days: -span.days, minutes: -span.minutes }),
            None => Self::parse(text),
        }
    }

    /// Whether nothing passes.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.days == 0 && self.minutes == 0
    }

    /// The exact part of this span.
    #[must_use]
    pub const fn without_days(self) -> Self {
        Self { days: 0, minutes: self.minutes }
    }

    /// The calendar days of this span, weeks included.
    #[must_use]
    pub const fn whole_days(self) -> i32 {
        self.days
    }

    /// The instant this span after `start` in `zone`: the days first, keeping the wall-clock time (a time that does
    /// not exist moves forward by the gap, one that exists twice is the earlier), then the exact part.
    #[must_use]
    pub fn after(self, start: Instant, zone: &TimeZone) -> Instant {
        let moved = if self.days == 0 {
            start
        } else {
            let local = super::local_of(start, zone);
            let Ok(local) = local.checked_add(i64::from(self.days).days()) else {
                return if self.days > 0 { Instant::MAX } else { Instant::MIN };
            };
            super::local_instant(local, zone)
        };
        moved.plus_seconds(self.minutes.saturating_mul(60))
    }
}

impl Span {
    /// An instant that this span after `start` does not pass in any zone: no wall clock was ever set by two days.
    #[must_use]
    pub fn at_most_after(self, start: Instant) -> Instant {
        const DAY: i64 = 24 * 60 * 60;
        let days = i64::from(self.days) + 2;
        start.plus_seconds(days * DAY).plus_seconds(self.minutes.saturating_mul(60))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days < 0 || self.minutes < 0 {
            f.write_str("-")?;
        }
        let (days, minutes) = (self.days.unsigned_abs(), self.minutes.unsigned_abs());
        for (number, unit) in [
            (u64::from(days / 7 * u32::from(days % 7 == 0)), "w"),
            (u64::from(days * u32::from(days % 7 != 0)), "d"),
            (minutes / 60, "h"),
            (minutes % 60, "m"),
        ] {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        if self.is_zero() { f.write_str("0m") } else { Ok(()) }
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
        for good in ["90m", "12h", "3d", "2w", "1d12h", "1w2d3h4m"] {
            assert!(Span::parse(good).is_some(), "{good}");
        }
        for bad in ["", "d", "3", "12h1d", "-3d", "1.5d", "3 d", "3s", "99999999999999999999d", "1d1d"] {
            assert!(Span::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Span::parse_offset("-3d").unwrap().to_string(), "-3d");
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
}
