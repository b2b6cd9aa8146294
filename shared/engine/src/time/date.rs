//! What reads as a date in somebody's profile (SPEC.md section 11, Dates): the forms in which shops and tools write one.
//!
//! It never guesses: what can be read in two ways, such as `07/05/1990`, does not read.

use jiff::civil::{Date, Time};

use super::Instant;

/// What a value reads as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenDate {
    /// A date as written, whatever the zone.
    Day(Date),
    /// An instant: its local date in a zone.
    At(Instant),
    /// A day of every year, without a year of its own. Feb 29 is one.
    MonthDay {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
}

impl WrittenDate {
    /// Reads a text; `yearly` says whether a day without a year reads too.
    #[must_use]
    pub fn read(text: &str, yearly: bool) -> Option<Self> {
        let text = text.trim();
        if yearly && let Some(found) = month_day(text) {
            return Some(found);
        }
        let (date, rest) = day(text)?;
        if rest.is_empty() {
            return Some(Self::Day(date));
        }
        let clock = match rest.strip_prefix('T') {
            Some(clock) => clock,
            None => Some(rest.trim_start()).filter(|clock| clock.len() < rest.len())?,
        };
        let (time, offset) = clock_of(clock)?;
        match offset {
            "" => Some(Self::Day(date)),
            // So databases and spreadsheets write a day that is meant everywhere.
            "Z" | "+00:00" if time == Time::midnight() => Some(Self::Day(date)),
            // A small `z` is for RFC 3339 alone.
            "z" => None,
            offset => Instant::parse(&format!("{date}T{time}{offset}")).map(Self::At),
        }
    }

    /// Reads a number such as `19900715`.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Self> {
        (10_000_000..=99_999_999).contains(&number).then(|| Self::read(&number.to_string(), false))?
    }
}

/// `--MM-DD`, `MM-DD` or `MM/DD`.
fn month_day(text: &str) -> Option<WrittenDate> {
    const LEAP_YEAR: i16 = 2000;
    let (month, day) = match text.strip_prefix("--") {
        Some(rest) => rest.split_once('-')?,
        None => text.split_once(['-', '/'])?,
    };
    let (month, day) = (digits(month, 2..=2)?, digits(day, 2..=2)?);
    let date = Date::new(LEAP_YEAR, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(WrittenDate::MonthDay { month: date.month(), day: date.day() })
}

/// The date at the beginning of a text, and what follows it.
fn day(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = digits(year, 4..=4)?;
    let separator = rest.chars().next()?;
    let (month, day, rest) = if separator.is_ascii_digit() {
        let (month, rest) = rest.split_at_checked(2)?;
        let (day, rest) = rest.split_at_checked(2)?;
        (digits(month, 2..=2)?, digits(day, 2..=2)?, rest)
    } else {
        let (month, rest) = leading(part(rest, separator)?)?;
        let (day, rest) = leading(part(rest, separator)?)?;
        (month, day, if separator == '.' { rest.strip_prefix('.').unwrap_or(rest) } else { rest })
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((date, rest))
}

/// What follows a separator, and the blanks after a dot.
fn part(text: &str, separator: char) -> Option<&str> {
    match separator {
        '-' | '/' => text.strip_prefix(separator),
        '.' => text.strip_prefix('.').map(str::trim_start),
        _ => None,
    }
}

/// The number of one or two digits at the beginning of a text, and what follows it.
fn leading(text: &str) -> Option<(i16, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(length)?;
    Some((digits(number, 1..=2)?, rest))
}

/// `HH:MM[:SS[.f]]`, the fraction cut off, and what follows it.
fn clock_of(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = text.split_at_checked(2)?;
    let (minute, mut rest) = rest.strip_prefix(':')?.split_at_checked(2)?;
    let mut second = 0;
    if let Some(tail) = rest.strip_prefix(':') {
        let (seconds, tail) = tail.split_at_checked(2)?;
        second = digits(seconds, 2..=2)?;
        rest = match tail.strip_prefix('.') {
            Some(fraction) if fraction.starts_with(|letter: char| letter.is_ascii_digit()) => {
                fraction.trim_start_matches(|letter: char| letter.is_ascii_digit())
            }
            Some(_) => return None,
            None => tail,
        };
    }
    let [hour, minute, second] =
        [digits(hour, 2..=2)?, digits(minute, 2..=2)?, second].map(|part| i8::try_from(part).unwrap_or(i8::MAX));
    Some((Time::new(hour, minute, second, 0).ok()?, rest))
}

/// A number of so many digits and of nothing else.
fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let is_number = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_form_of_a_day_reads_as_the_day() {
        let day = Some(WrittenDate::Day(date(1990, 7, 5)));
        for text in [
            "1990-07-05",
            "1990-7-5",
            "1990/07/05",
            "1990/7/05",
            "1990.07.05",
            "1990.7.5.",
            "1990. 7. 5.",
            "1990.  7. 5",
            " 1990-07-05\t",
            "19900705",
            "19900705 09:30",
            "1990-07-05T23:59",
            "1990-07-05  23:59:59.999",
            "1990. 7. 5. 09:30",
            "1990.07.05T09:30:00",
            "1990-07-05T00:00Z",
            "1990-07-05T00:00:00.000Z",
            "1990-07-05 00:00:00+00:00",
        ] {
            assert_eq!(WrittenDate::read(text, false), day, "{text:?}");
            assert_eq!(WrittenDate::read(text, true), day, "{text:?} of a yearly trigger");
        }
        assert_eq!(WrittenDate::of_number(19_900_705), day);
    }

    #[test]
    fn a_time_with_an_offset_is_an_instant_but_for_midnight_as_databases_write_it() {
        for (text, at) in [
            ("1990-07-05T00:00:00+09:00", "1990-07-04T15:00:00Z"),
            ("1990-07-05T00:00-00:00", "1990-07-05T00:00:00Z"),
            ("1990-07-05 23:30Z", "1990-07-05T23:30:00Z"),
            ("1990.7.5 01:00:00.5-23:59", "1990-07-06T00:59:00Z"),
        ] {
            let at = Instant::parse(at).map(WrittenDate::At);
            assert_eq!(WrittenDate::read(text, false), at, "{text:?}");
        }
    }

    #[test]
    fn a_day_without_a_year_reads_where_it_comes_every_year() {
        for (text, month, day) in [("--07-05", 7, 5), ("07-05", 7, 5), (" 07/05 ", 7, 5), ("02-29", 2, 29)] {
            assert_eq!(WrittenDate::read(text, true), Some(WrittenDate::MonthDay { month, day }), "{text:?}");
            assert_eq!(WrittenDate::read(text, false), None, "{text:?} of a trigger that comes once");
        }
        for text in ["7-5", "--7-5", "--07/05", "-07-05", "07.05", "02-30", "13-01", "07-05T09:00", "0705", "--0705"] {
            assert_eq!(WrittenDate::read(text, true), None, "{text:?}");
        }
    }

    #[test]
    fn what_can_mean_two_days_or_none_does_not_read() {
        for text in [
            "",
            "07/15/1990",
            "15.07.1990",
            "1990년 7월 15일",
            "1990-07.15",
            "1990/07-15",
            "1990-007-15",
            "1990-07-32",
            "1991-02-29",
            "0000-00-00",
            "90-07-15",
            "1990 07 15",
            "1990-07",
            "199007",
            "199007155",
            "1990-07-15.",
            "1990-07-15x",
            "1990-07-15T",
            "1990-07-15T9:00",
            "1990-07-15T24:00",
            "1990-07-15T09:00:60",
            "1990-07-15T09:00:00.",
            "1990-07-15T09:00 Z",
            "1990-07-15T09:00+0900",
            "1990-07-15T09:00+24:00",
            "1990-07-15T09:00[Asia/Seoul]",
            "1990-07-15t09:00",
            "1990-07-15T09:00z",
            "1990 . 7 . 15",
            "soon",
        ] {
            assert_eq!(WrittenDate::read(text, true), None, "{text:?}");
        }
        for number in [648_000_000, 1_990_715, -19_900_715, 19_901_315] {
            assert_eq!(WrittenDate::of_number(number), None, "{number}");
        }
    }
}
