//! A point in time, in whole seconds, UTC (SPEC.md section 11: fractions are cut off).
//!
//! It never reads a clock; instants come from events, from due times and from the caller.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds since 1970-01-01T00:00:00Z, within the years that jiff can show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

impl Instant {
    /// The earliest instant there is.
    pub const MIN: Self = Self(-377_705_023_201);
    /// The latest instant there is.
    pub const MAX: Self = Self(253_402_207_200);

    /// From seconds since the epoch, held within [`Instant::MIN`] and [`Instant::MAX`].
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with an offset; fractions are cut off. `None` where the text is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // jiff also accepts forms outside RFC 3339, such as a bracketed zone or an hour-only offset.
        let bytes = text.as_bytes();
        let date_time = bytes.get(..19)?;
        let shaped = date_time.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            10 => matches!(byte, b'T' | b't' | b' '),
            13 | 16 => *byte == b':',
            _ => byte.is_ascii_digit(),
        });
        let mut rest = bytes.get(19..)?;
        if let Some(fraction) = rest.strip_prefix(b".") {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            rest = fraction.get(digits..)?;
        }
        let offset = match rest {
            [b'Z' | b'z'] => true,
            // An offset's hours end at 23 (RFC 3339, 5.6); jiff reads a few more.
            [b'+' | b'-', a, b, b':', c, d] => {
                [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) && (*a, *b) <= (b'2', b'3')
            }
            _ => false,
        };
        if !shaped || !offset {
            return None;
        }
        if let ([b'Z' | b'z'], Some(utc)) = (rest, read_date_time(date_time)) {
            return Some(utc);
        }
        // Whole seconds before 1970 must round down, not towards zero; cutting the fraction off the text does that.
        let whole = text.get(..19)?;
        let zone = std::str::from_utf8(rest).ok()?;
        let timestamp: Timestamp = format!("{whole}{zone}").parse().ok()?;
        Some(Self::from_seconds(timestamp.as_second()))
    }

    /// Appends `2026-03-01T09:00:00Z` to `out`. Every journal line has one or two, hence not by way of a formatter.
    pub fn write(self, out: &mut String) {
        match self.text() {
            Some(text) => out.push_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => out.push_str(&self.timestamp().to_string()),
        }
    }

    /// `2026-03-01T09:00:00Z`; `None` before the year 0.
    fn text(self) -> Option<[u8; 20]> {
        let utc = Offset::UTC.to_datetime(self.timestamp());
        let year = u16::try_from(utc.year()).ok()?;
        let parts =
            [utc.month(), utc.day(), utc.hour(), utc.minute(), utc.second()].map(|part| u16::from(part.unsigned_abs()));
        let mut text = *b"0000-00-00T00:00:00Z";
        for (place, number) in
            [0, 2, 5, 8, 11, 14, 17].into_iter().zip([year / 100, year % 100].into_iter().chain(parts))
        {
            if let Some([tens, ones]) = text.get_mut(place..place + 2) {
                *tens += digit(number / 10);
                *ones += digit(number);
            }
        }
        Some(text)
    }

    /// The same instant as jiff's type.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// This many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_seconds(self.0.saturating_add(seconds))
    }
}

/// The last decimal digit of a number.
fn digit(number: u16) -> u8 {
    (number % 10).to_le_bytes()[0]
}

/// Reads `YYYY-MM-DDTHH:MM:SS` in UTC, of which the digits were looked at; `None` for what jiff should judge itself.
fn read_date_time(text: &[u8]) -> Option<Instant> {
    let number = |range: std::ops::Range<usize>| {
        text.get(range)?.iter().try_fold(0_i16, |sum, digit| Some(sum * 10 + i16::from(digit.checked_sub(b'0')?)))
    };
    let two = |at: usize| i8::try_from(number(at..at + 2)?).ok();
    let local = DateTime::new(number(0..4)?, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, 0).ok()?;
    Offset::UTC.to_timestamp(local).ok().map(Instant::from)
}

impl From<Timestamp> for Instant {
    /// Cuts the fraction off.
    fn from(timestamp: Timestamp) -> Self {
        let floor = timestamp.as_millisecond().div_euclid(1000);
        Self::from_seconds(floor)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => fmt::Display::fmt(&self.timestamp(), f),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text() {
            Some(text) => serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Written)
    }
}

/// Reads an instant from a text that nobody has to keep for it.
struct Written;

impl Visitor<'_> for Written {
    type Value = Instant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 instant")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Instant, E> {
        Instant::parse(text).ok_or_else(|| E::custom("not an RFC 3339 instant"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_as_jiff_does() {
        for seconds in
            [Instant::MIN.seconds(), -62_135_596_801, -1, 0, 951_782_399, 1_709_164_800, Instant::MAX.seconds()]
        {
            let at = Instant::from_seconds(seconds);
            assert_eq!(at.to_string(), at.timestamp().to_string());
            assert_eq!(
                Instant::parse(&at.to_string()).is_some_and(|read| read == at),
                seconds > -62_167_219_200,
                "{at}"
            );
        }
        for text in [
            "2016-12-31T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T09:00:00z",
            "9999-12-31T23:59:59Z",
        ] {
            let expected = text.parse().ok().map(|timestamp: Timestamp| timestamp.as_second());
            assert_eq!(Instant::parse(text).map(Instant::seconds), expected, "{text}");
        }
    }

    #[test]
    fn fractions_are_cut_off_and_an_offset_is_required() {
        assert_eq!(Instant::parse("2026-03-01T09:00:00.999+09:00").unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(Instant::parse("2026-03-01T09:00:00-23:59").unwrap().to_string(), "2026-03-02T08:59:00Z");
        assert_eq!(Instant::parse("1969-12-31T23:59:59.5Z").unwrap().seconds(), -1);
        for refused in [
            "2026-03-01T09:00:00",
            "2026-03-01",
            "2026-03-01T09:00Z",
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-03-01T09:00:00+09",
            "2026-03-01T09:00:00+24:00",
            "2026-03-01T09:00:00-25:00",
            "2026-03-01T09:00:00+09:60",
        ] {
            assert_eq!(Instant::parse(refused), None, "{refused}");
        }
    }
}
