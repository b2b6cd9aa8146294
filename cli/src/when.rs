//! An instant as people type it: with its offset, or a plain date, which is meant in the workspace's zone.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rekindle_engine::time::Instant;

/// What was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// An instant.
    At(Instant),
    /// A day of the workspace's zone.
    On(Date),
}

/// Reads one of the command line.
///
/// # Errors
/// Where it is neither.
pub fn when(text: &str) -> Result<When, String> {
    let date = || text.parse::<Date>().ok().filter(|_| text.len() == "2026-03-01".len()).map(When::On);
    Instant::parse(text).map(When::At).or_else(date).ok_or_else(|| {
        "give a date such as 2026-03-01, in the workspace's zone, or an instant such as 2026-03-01T09:00:00+09:00"
            .to_owned()
    })
}

impl When {
    /// The instant, or the first of the day.
    pub fn first(self, zone: &TimeZone) -> Instant {
        match self {
            Self::At(at) => at,
            Self::On(date) => midnight(date, zone),
        }
    }

    /// The instant, or the last second of the day.
    pub fn last(self, zone: &TimeZone) -> Instant {
        match self {
            Self::At(at) => at,
            Self::On(date) => midnight(date.saturating_add(1.day()), zone).plus_seconds(-1),
        }
    }
}

/// The first instant of a day, also where clocks are put forward at midnight.
fn midnight(date: Date, zone: &TimeZone) -> Instant {
    let zoned = date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    // Only a day at the very end of time has none.
    zoned.map_or(Instant::MAX, Instant::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_workspaces_zone() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let day = when("2026-03-01").unwrap();
        assert_eq!(day.first(&seoul).to_string(), "2026-02-28T15:00:00Z");
        assert_eq!(day.last(&seoul).to_string(), "2026-03-01T14:59:59Z");
        // The day on which clocks are put forward has 23 hours.
        let new_york = TimeZone::get("America/New_York").unwrap();
        let day = when("2026-03-08").unwrap();
        assert_eq!(day.last(&new_york).seconds() - day.first(&new_york).seconds(), 23 * 3600 - 1);
        let instant = when("2026-03-01T09:00:00+09:00").unwrap();
        assert_eq!((instant.first(&new_york), instant.last(&new_york)), (instant.first(&seoul), instant.first(&seoul)));
        for wrong in ["2026-02-30", "2026-03-01T09:00:00", "yesterday", "20260301", ""] {
            assert!(when(wrong).is_err(), "{wrong}");
        }
    }
}
