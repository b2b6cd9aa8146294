//! Between instants and the wall clocks of people.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{Instant, stretch};

/// The zone of that IANA name, `None` where there is none.
#[must_use]
pub fn zone_named(name: &str) -> Option<TimeZone> {
    // An empty name and POSIX strings are no IANA names.
    if name.is_empty() {
        return None;
    }
    TimeZone::get(name).ok()
}

/// What a wall clock in `zone` shows at `at`.
#[must_use]
pub fn local_of(at: Instant, zone: &TimeZone) -> DateTime {
    let offset = stretch::offset_at(at, zone);
    offset.map_or_else(|| zone.to_datetime(at.timestamp()), |offset| offset.to_datetime(at.timestamp()))
}

/// The instant at which a wall clock in `zone` shows `local`: a time that does not exist moves forward by the gap, one
/// that exists twice is the earlier (SPEC.md section 3).
#[must_use]
pub fn local_instant(local: DateTime, zone: &TimeZone) -> Instant {
    if let Some(at) = stretch::instant_of(local, zone) {
        return at;
    }
    // jiff's `compatible` strategy (RFC 5545) is these two rules.
    match zone.to_ambiguous_timestamp(local).compatible() {
        Ok(timestamp) => timestamp.into(),
        Err(_) if local.year() > 0 => Instant::MAX,
        Err(_) => Instant::MIN,
    }
}

/// Reads `YYYY-MM-DD[THH:MM[:SS]][offset]` (SPEC.md section 11), as `wait.until` and `schedule.at` write it: the date,
/// the time where there is one, and the instant where there is an offset.
#[must_use]
pub fn read_local(text: &str) -> Option<(Date, Option<Time>, Option<Instant>)> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = read_date(date)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return rest.is_empty().then_some((date, None, None));
    };
    let (hour_minute, rest) = rest.split_at_checked(5)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(tail) => tail.split_at_checked(2).map(|(digits, rest)| (Some(digits), rest))?,
        None => (None, rest),
    };
    let seconds = match seconds {
        Some(digits) => two_digits(digits)?,
        None => 0,
    };
    // Fractions of seconds are cut off.
    let offset = match rest.strip_prefix('.') {
        Some(tail) if tail.starts_with(|c: char| c.is_ascii_digit()) => {
            tail.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        Some(_) => return None,
        None => rest,
    };
    let minute = read_time(hour_minute)?;
    let time = Time::new(minute.hour(), minute.minute(), seconds, 0).ok()?;
    if offset.is_empty() {
        return Some((date, Some(time), None));
    }
    let instant =
        Instant::parse(&format!("{}T{:02}:{:02}:{:02}{offset}", date, time.hour(), time.minute(), time.second()))?;
    Some((date, Some(time), Some(instant)))
}

fn read_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(year.parse().ok()?, two_digits(month)?, two_digits(day)?).ok()
}

/// Reads `HH:MM`.
#[must_use]
pub fn read_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(two_digits(hour)?, two_digits(minute)?, 0, 0).ok()
}

fn two_digits(text: &str) -> Option<i8> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_read_as_the_specification_writes_them() {
        for good in
            ["2026-12-24", "2026-12-24T09:00", "2026-12-24T09:00:30", "2026-12-24T09:00Z", "2026-12-24T09:00:00+09:00"]
        {
            assert!(read_local(good).is_some(), "{good}");
        }
        for bad in [
            "2026-2-4",
            "2026-12-24T9:00",
            "2026-12-24T24:00",
            "2026-02-30",
            "person.attributes.renews_on",
            "2026-12-24T09",
            "2026-12-24x",
        ] {
            assert!(read_local(bad).is_none(), "{bad}");
        }
    }
}
