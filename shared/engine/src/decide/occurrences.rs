//! When the local dates of `date` and `schedule` triggers come (SPEC.md sections 2 and 11).

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::lang::{Again, Daily, Moment, Monthly, Once, Schedule, Weekly};
use crate::time::{Instant, Span, local_instant, local_of};

/// How a `date` trigger places its occurrences.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    pub at: Time,
    pub offset: Span,
    pub again: Again,
}

/// A day of a profile: its month may lack it, as February of most years does the 29th.
#[derive(Clone, Copy)]
pub(super) struct Day {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

impl Day {
    /// Whether it stands for a day that nobody knows: tools write those where they have to write some date.
    fn is_placeholder(self) -> bool {
        (self.year, self.month, self.day) < (1900, 1, 2) || (self.year, self.month, self.day) == (1970, 1, 1)
    }

    /// The same day of another month, or that month's last.
    fn in_month(self, year: i16, month: i8) -> Option<Date> {
        let first = Date::new(year, month, 1).ok()?;
        Date::new(year, month, self.day.min(first.days_in_month())).ok()
    }
}

impl Dates {
    /// The first occurrence of `value` after `after`, that of the date `fired` excepted: its date and instant.
    pub fn next(&self, value: Day, after: Instant, fired: Option<Date>, zone: &TimeZone) -> Option<(Date, Instant)> {
        if value.is_placeholder() {
            return None;
        }
        let occurrence = |date: Date| {
            let at = local_instant(self.offset.date_after(date)?.to_datetime(self.at), zone);
            Some((date, self.offset.exactly_after(at)))
        };
        let allowed = |found: &(Date, Instant)| found.1 > after && Some(found.0) != fired;
        let (months, own) = match self.again {
            Again::Never => return value.in_month(value.year, value.month).and_then(occurrence).filter(allowed),
            Again::Yearly => (12, months_of(value.year, value.month)),
            Again::Monthly => (1, months_of(value.year, value.month)),
        };
        // An offset moves an occurrence by so many months at most; those from well before today on are early enough.
        let reach = i32::try_from(self.offset.most_days() / 28).unwrap_or(i32::MAX / 4) + 2;
        let today = local_of(after, zone).date();
        let behind = (months_of(today.year(), today.month()) - reach - own).max(0);
        let first = own + behind / months * months;
        let occurrences = (0..=2 * reach / months + 3).filter_map(|turn| {
            let month = first + turn * months;
            let year = i16::try_from(month.div_euclid(12)).ok()?;
            occurrence(value.in_month(year, i8::try_from(month.rem_euclid(12) + 1).ok()?)?)
        });
        { occurrences }.find(allowed)
    }
}

/// Months since year 0.
fn months_of(year: i16, month: i8) -> i32 {
    i32::from(year) * 12 + i32::from(month) - 1
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
        Schedule::Once(Once { at: Moment::Instant(at) }) => {
            return Some((local_of(*at, zone).date(), *at)).filter(allowed);
        }
        Schedule::Once(Once { at: Moment::Local(date, time) }) => {
            let time = time.unwrap_or(Time::constant(9, 0, 0, 0));
            return Some((*date, local_instant(date.to_datetime(time), zone))).filter(allowed);
        }
        Schedule::Daily(Daily { at }) => (at, None, first, 1),
        Schedule::Weekly(Weekly { on: weekday, at }) => {
            (at, None, first.checked_add(i64::from(first.weekday().until(*weekday)).days()).ok()?, 7)
        }
        Schedule::Monthly(Monthly { on, at }) => (at, Some(*on), first, 1),
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

    fn dates(again: Again, offset: &str) -> Dates {
        Dates { at: time(9, 0, 0, 0), offset: Span::parse_offset(offset).unwrap(), again }
    }

    /// The next occurrences after an instant, one after another.
    fn following(dates: Dates, value: Day, after: &str, count: usize) -> Vec<String> {
        let mut after = (at(after), None);
        let mut next = || {
            let (date, due) = dates.next(value, after.0, after.1, &TimeZone::UTC)?;
            after = (due, Some(date));
            Some(due.to_string())
        };
        std::iter::from_fn(&mut next).take(count).collect()
    }

    #[test]
    fn feb_29_counts_as_feb_28_before_the_offset() {
        let value = date(2024, 2, 29).into();
        let next = following(dates(Again::Yearly, "-3d"), value, "2026-01-01T00:00:00Z", 3);
        assert_eq!(next, ["2026-02-25T09:00:00Z", "2027-02-25T09:00:00Z", "2028-02-26T09:00:00Z"]);
        // Known without a year in one that has no such day.
        let next =
            following(dates(Again::Yearly, "0d"), Day { year: 2026, month: 2, day: 29 }, "2026-01-01T00:00:00Z", 1);
        assert_eq!(next, ["2026-02-28T09:00:00Z"]);
    }

    #[test]
    fn a_month_that_lacks_the_day_has_it_on_its_last() {
        let next = following(dates(Again::Monthly, "0d"), date(2025, 12, 31).into(), "2026-01-01T00:00:00Z", 4);
        assert_eq!(
            next,
            ["2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z", "2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z"]
        );
        // Not before its own month, however early somebody asks, and after the offset from it.
        let next = following(dates(Again::Monthly, "-1mo1d12h"), date(2026, 5, 31).into(), "2026-01-01T00:00:00Z", 2);
        assert_eq!(next, ["2026-04-28T21:00:00Z", "2026-05-28T21:00:00Z"]);
    }

    proptest::proptest! {
        /// Whatever the offset, no occurrence is stepped over: what is found is the earliest of all.
        #[test]
        fn nothing_is_stepped_over(
            (year, month, day) in (1990_i16..2040, 1_i8..=12, 1_i8..=31),
            offset in proptest::sample::select(vec!["0d", "-1d", "40d", "-40d", "1mo", "-13mo", "30mo2d", "-800d", "900d12h", "-1200mo"]),
            monthly in proptest::bool::ANY,
            after in 900_000_000_i64..2_000_000_000,
        ) {
            let dates = dates(if monthly { Again::Monthly } else { Again::Yearly }, offset);
            let (value, after) = (Day { year, month, day }, Instant::from_seconds(after));
            let found = dates.next(value, after, None, &TimeZone::UTC).map(|found| found.1);
            let months = (months_of(year, month)..).step_by(if monthly { 1 } else { 12 });
            let all = months.filter_map(|month| {
                let date = value.in_month(i16::try_from(month / 12).unwrap(), i8::try_from(month % 12 + 1).unwrap())?;
                let local = dates.offset.date_after(date)?.to_datetime(dates.at);
                Some(dates.offset.exactly_after(local_instant(local, &TimeZone::UTC)))
            });
            proptest::prop_assert_eq!(found, { all }.find(|at| *at > after));
        }
    }

    #[test]
    fn only_what_lies_ahead_occurs_and_each_only_once() {
        let once = dates(Again::Never, "0d");
        let next = |value: Date, after: Instant, fired| once.next(value.into(), after, fired, &TimeZone::UTC);
        let value = date(2026, 5, 5);
        assert_eq!(next(value, at("2026-05-05T09:00:00Z"), None), None);
        assert_eq!(next(value, at("2026-05-05T08:59:59Z"), Some(value)), None);
        for placeholder in [date(1970, 1, 1), date(1900, 1, 1), date(1899, 12, 31), date(1, 1, 1)] {
            assert_eq!(next(placeholder, Instant::MIN, None), None, "{placeholder}");
        }
        assert!(next(date(1900, 1, 2), Instant::MIN, None).is_some());
    }

    #[test]
    fn a_week_later_is_the_same_weekday_and_today_counts() {
        let schedule = Schedule::Weekly(Weekly { on: jiff::civil::Weekday::Thursday, at: time(10, 0, 0, 0) });
        let next = |after: &str, fired| next_scheduled(&schedule, at(after), fired, &TimeZone::UTC).map(|next| next.1);
        assert_eq!(next("2026-03-05T09:59:59Z", None), Some(at("2026-03-05T10:00:00Z")));
        assert_eq!(next("2026-03-05T09:59:59Z", Some(date(2026, 3, 5))), Some(at("2026-03-12T10:00:00Z")));
        assert_eq!(next("2026-03-05T10:00:00Z", None), Some(at("2026-03-12T10:00:00Z")));
        assert_eq!(next("2026-03-06T00:00:00Z", None), Some(at("2026-03-12T10:00:00Z")));
    }

    #[test]
    fn the_31st_is_the_last_day_of_a_short_month() {
        let schedule = Schedule::Monthly(Monthly { on: 31, at: time(9, 0, 0, 0) });
        let next = next_scheduled(&schedule, at("2026-04-01T00:00:00Z"), None, &TimeZone::UTC).unwrap();
        assert_eq!(next.1, at("2026-04-30T09:00:00Z"));
    }
}
