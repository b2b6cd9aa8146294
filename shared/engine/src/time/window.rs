//! Hours in which mails may go (SPEC.md sections 6 and 11): `[from, to)` local, on allowed weekdays.
//!
//! A window with `from` later than `to` spans midnight and belongs to the weekday on which it opens.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::{Instant, local_instant, local_of};

/// A set of weekdays; never empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Every day of the week.
    pub const ALL: Self = Self(0b111_1111);

    /// The days given; `None` where there is none.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = days.into_iter().fold(0, |bits, day| bits | bit(day));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether `day` is one of them.
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

/// Reads `mon` … `sun`.
#[must_use]
pub fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// `mon` … `sun`.
#[must_use]
pub fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

impl fmt::Display for Weekdays {
    /// `mon, tue`, in the order of the week.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = Weekday::Monday.cycle_forward().take(7).filter(|day| self.has(*day));
        f.write_str(&days.map(weekday_name).collect::<Vec<_>>().join(", "))
    }
}

/// The hours of one campaign or of the workspace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    from: Time,
    /// `None` is `24:00`.
    to: Option<Time>,
    on: Weekdays,
}

impl Window {
    /// A window; `None` where `from` equals `to`, which SPEC.md refuses. `to: None` is `24:00`.
    #[must_use]
    pub fn new(from: Time, to: Option<Time>, on: Weekdays) -> Option<Self> {
        (Some(from) != to).then_some(Self { from, to, on })
    }

    /// Whether the window is open at `at` in `zone`.
    #[must_use]
    pub fn contains(&self, at: Instant, zone: &TimeZone) -> bool {
        self.earliest(at, zone) == at
    }

    /// The earliest instant at or after `at` that is inside.
    #[must_use]
    pub fn earliest(&self, at: Instant, zone: &TimeZone) -> Instant {
        let today = local_of(at, zone).date();
        let mut date = today.yesterday().unwrap_or(today);
        // A week always holds an opening; the days more cover yesterday's, today's past one and one that a gap swallows.
        for _ in 0..16 {
            let closes = self.closes(date, zone);
            if at < closes && self.on.has(date.weekday()) {
                let opens = local_instant(date.to_datetime(self.from), zone);
                if opens < closes {
                    return at.max(opens);
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        Instant::MAX
    }

    /// When the window that opens on `date` closes. It is open for one stretch of time, whose ends are local times like
    /// any other: one that does not exist moves forward by the gap and one that exists twice is the earlier.
    fn closes(&self, date: Date, zone: &TimeZone) -> Instant {
        let closing_day = match self.to {
            Some(to) if self.from < to => date,
            _ => date.tomorrow().unwrap_or(date),
        };
        local_instant(closing_day.to_datetime(self.to.unwrap_or(Time::midnight())), zone)
    }
}

impl fmt::Display for Window {
    /// `08:00–21:00 on mon, fri`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = self.to.map_or((24, 0), |to| (to.hour(), to.minute()));
        write!(f, "{:02}:{:02}–{:02}:{:02}", self.from.hour(), self.from.minute(), to.0, to.1)?;
        if self.on == Weekdays::ALL { Ok(()) } else { write!(f, " on {}", self.on) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn it_opens_at_from_and_closes_before_to() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let window = Window::new(time(9, 0, 0, 0), Some(time(18, 0, 0, 0)), Weekdays::ALL).unwrap();
        assert!(window.contains(at("2026-03-05T00:00:00Z"), &seoul));
        assert!(!window.contains(at("2026-03-05T09:00:00Z"), &seoul));
        assert_eq!(window.earliest(at("2026-03-05T09:00:00Z"), &seoul), at("2026-03-06T00:00:00Z"));
    }

    #[test]
    fn over_midnight_it_belongs_to_the_weekday_on_which_it_opens() {
        let utc = TimeZone::UTC;
        let fridays = Weekdays::of([Weekday::Friday]).unwrap();
        let window = Window::new(time(22, 0, 0, 0), Some(time(2, 0, 0, 0)), fridays).unwrap();
        assert!(window.contains(at("2026-03-07T01:59:59Z"), &utc), "Saturday before two");
        assert!(!window.contains(at("2026-03-06T01:00:00Z"), &utc), "Friday before two belongs to Thursday");
        assert_eq!(window.earliest(at("2026-03-06T01:00:00Z"), &utc), at("2026-03-06T22:00:00Z"));
    }

    #[test]
    fn until_midnight_is_24_00() {
        let window = Window::new(time(22, 0, 0, 0), None, Weekdays::ALL).unwrap();
        assert!(window.contains(at("2026-03-07T23:59:59Z"), &TimeZone::UTC));
        assert!(!window.contains(at("2026-03-08T00:00:00Z"), &TimeZone::UTC));
    }
}
