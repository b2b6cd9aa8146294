//! When the local dates of `date` and `schedule` triggers come (SPEC.md sections 2 and 11).

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::lang::{Moment, Schedule};
use crate::time::{Instant, Span, local_instant, local_of};

/// How a `date` trigger places its occurrences.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    pub at: Time,
    pub offset: Span,
    pub yearly: bool,
}

impl Dates {
    /// The first occurrence of `value` after `after`, that of the date `fired` excepted: its date and instant.
    pub fn next(&self, value: Date, after: Instant, fired: Option<Date>, zone: &TimeZone) -> Option<(Date, Instant)> {
        if value.year() < 1900 || value == Date::constant(1970, 1, 1) {
            return None;
        }
        let occurrence = |date: Date| {
            let days = Span::days(self.offset.whole_days());
            let shifted = i64::from(days.whole_days()).days();
            let moved = date.checked_add(shifted).ok()?;
            let at = local_instant(moved.to_datetime(self.at), zone);
            Some((date, self.offset.without_days().after(at, zone)))
        };
        let allowed = |found: &(Date, Instant)| found.1 > after && Some(found.0) != fired;
        if !self.yearly {
            return occurrence(value).filter(allowed);
        }
        // An offset moves an occurrence by years at most, so a few years before today are early enough.
        let reach =
            i16::try_from(self.offset.whole_days() / 365).unwrap_or(i16::MAX).saturating_abs().saturating_add(2);
        let first = local_of(after, zone).year().saturating_sub(reach).max(value.year());
        (first..=first.saturating_add(2 * reach + 2)).filter_map(|year| occurrence(in_year(value, year)?)).find(allowed)
    }
}

/// The same day in another year; Feb 29 counts as Feb 28 where the year has none.
fn in_year(date: Date, year: i16) -> Option<Date> {
    let day = Date::new(year, date.month(), date.day());
    day.or_else(|_| Date::new(year, date.month(), date.day() - 1)).ok()
}

/// The first occurrence of a schedule after `after` in `zone`, that of the date `fired` excepted.
pub(super) fn next_scheduled(
    schedule: &Schedule,
    after: Instant,
    fired: Option<Date>,
    zone: &TimeZone,
) -> Option<(Date, Instant)> {
    let allowed = |found: &(Date, Instant)| found.1 > after && Some(found.0) != fired;
    // A day earlier covers a zone that skips one.
    let first = local_of(after, zone).date().yesterday().ok()?;
    // Of which month day, if any; and how many days at a time: everybody has a newsletter, so weeks are not walked daily.
    let (at, on, from, step) = match schedule {
        Schedule::Once(Moment::Instant(at)) => return Some((local_of(*at, zone).date(), *at)).filter(allowed),
        Schedule::Once(Moment::Local(date, time)) => {
            let time = time.unwrap_or(Time::constant(9, 0, 0, 0));
            return Some((*date, local_instant(date.to_datetime(time), zone))).filter(allowed);
        }
        Schedule::Daily(at) => (at, None, first, 1),
        Schedule::Weekly(weekday, at) => {
            (at, None, first.checked_add(i64::from(first.weekday().until(*weekday)).days()).ok()?, 7)
        }
        Schedule::Monthly(on, at) => (at, Some(*on), first, 1),
    };
    // Two months hold any daily, weekly or monthly time.
    let days = std::iter::successors(Some(from), |day| day.checked_add(step.days()).ok()).take(64);
    let days = days.filter(|day| Some(*day) != fired && on.is_none_or(|on| day.day() == on.min(day.days_in_month())));
    days.map(|day| (day, local_instant(day.to_datetime(*at), zone))).find(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn feb_29_counts_as_feb_28_before_the_offset() {
        let dates = Dates { at: time(9, 0, 0, 0), offset: Span::parse_offset("-3d").unwrap(), yearly: true };
        let next = dates.next(date(2024, 2, 29), at("2026-01-01T00:00:00Z"), None, &TimeZone::UTC).unwrap();
        assert_eq!(next.1, at("2026-02-25T09:00:00Z"));
        let leap = dates.next(date(2024, 2, 29), at("2028-01-01T00:00:00Z"), None, &TimeZone::UTC).unwrap();
        assert_eq!(leap.1, at("2028-02-26T09:00:00Z"));
    }

    #[test]
    fn only_what_lies_ahead_occurs_and_each_only_once() {
        let dates = Dates { at: time(9, 0, 0, 0), offset: Span::ZERO, yearly: false };
        let value = date(2026, 5, 5);
        assert_eq!(dates.next(value, at("2026-05-05T09:00:00Z"), None, &TimeZone::UTC), None);
        assert_eq!(dates.next(value, at("2026-05-05T08:59:59Z"), Some(value), &TimeZone::UTC), None);
        assert_eq!(dates.next(date(1970, 1, 1), Instant::MIN, None, &TimeZone::UTC), None);
        assert_eq!(dates.next(date(1899, 12, 31), Instant::MIN, None, &TimeZone::UTC), None);
    }

    #[test]
    fn a_week_later_is_the_same_weekday_and_today_counts() {
        let schedule = Schedule::Weekly(jiff::civil::Weekday::Thursday, time(10, 0, 0, 0));
        let next = |after: &str, fired| next_scheduled(&schedule, at(after), fired, &TimeZone::UTC).map(|next| next.1);
        assert_eq!(next("2026-03-05T09:59:59Z", None), Some(at("2026-03-05T10:00:00Z")));
        assert_eq!(next("2026-03-05T09:59:59Z", Some(date(2026, 3, 5))), Some(at("2026-03-12T10:00:00Z")));
        assert_eq!(next("2026-03-05T10:00:00Z", None), Some(at("2026-03-12T10:00:00Z")));
        assert_eq!(next("2026-03-06T00:00:00Z", None), Some(at("2026-03-12T10:00:00Z")));
    }

    #[test]
    fn the_31st_is_the_last_day_of_a_short_month() {
        let schedule = Schedule::Monthly(31, time(9, 0, 0, 0));
        let next = next_scheduled(&schedule, at("2026-04-01T00:00:00Z"), None, &TimeZone::UTC).unwrap();
        assert_eq!(next.1, at("2026-04-30T09:00:00Z"));
    }
}
