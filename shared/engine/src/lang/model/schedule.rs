//! When a `schedule` fires, in each person's own zone, and points in time as files write them.

use jiff::civil::{Date, Time, Weekday};

use super::entry::one_of_types;
use super::object::{object, phrase, words};
use super::value::{Moment as MomentFile, TimeOfDay, Weekday as WeekdayFile};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::Node;
use crate::suggest::quote;
use crate::time::{Instant, read_local, weekday_name};

/// The default hour of `date` and `schedule` (SPEC.md section 11).
pub(super) const NINE: Time = Time::constant(9, 0, 0, 0);

/// A literal point in time: an instant, or a local one in the person's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Written with an offset.
    Instant(Instant),
    /// Written without one; no time means the step's `at`, else midnight.
    Local(Date, Option<Time>),
}

impl Moment {
    /// A literal point in time, where `text` is one.
    pub(super) fn literal(text: &str) -> Option<Self> {
        let (date, time, instant) = read_local(text)?;
        Some(instant.map_or(Self::Local(date, time), Self::Instant))
    }

    /// As a file writes it.
    pub(super) fn described(self) -> String {
        match self {
            Self::Instant(at) => at.to_string(),
            Self::Local(date, None) => date.to_string(),
            Self::Local(date, Some(at)) => format!("{date}T{}", clock(at)),
        }
    }

    /// `YYYY-MM-DD[THH:MM[:SS]][offset]`; a date alone means the default hour.
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let text = reader.text(node, "a date and time", "2026-12-01T09:00")?;
        let Some(moment) = Self::literal(&text) else {
            let help = if text.contains(':') && !text.contains('-') {
                "a time alone needs `every: day`"
            } else {
                "write `YYYY-MM-DDTHH:MM`: `2026-12-01T09:00`"
            };
            reader.report.error(node.at, codes::BAD_DATE, format!("{} is no date", quote(&text)), help);
            return None;
        };
        Some(match moment {
            Self::Local(date, None) => Self::Local(date, Some(NINE)),
            moment => moment,
        })
    }
}

/// `09:00`, with seconds where there are any.
pub(super) fn clock(at: Time) -> String {
    let text = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.second() == 0 { text } else { format!("{text}:{:02}", at.second()) }
}

/// When a `schedule` fires, in each person's own zone.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// Once.
    Once(Once),
    /// Every day.
    Daily(Daily),
    /// Every week.
    Weekly(Weekly),
    /// Every month; a day beyond the month's end is its last.
    Monthly(Monthly),
}

one_of_types! { Schedule = Once, Daily, Weekly, Monthly }

object! {
    /// Once, at this local time.
    #[derive(Debug, Clone)]
    pub struct Once = "a schedule", "{ at: \"2026-12-01T09:00\" }";
    read(reader, fields)
    keys {
        /// The local date and time.
        at: MomentFile => Moment, [needs "at: \"2026-12-01T09:00\""] |node| Moment::read(reader, node),
            |at| format!("at {}", at.described());
    }
}

words! {
    pub enum Day = "a rhythm" {
        /// Every day.
        Day = "day",
    }
}

object! {
    /// Every day.
    #[derive(Debug, Clone)]
    pub struct Daily = "a schedule", "{ every: day }";
    read(reader, fields)
    elsewhere {
        /// `day`.
        every: Day;
    }
    keys {
        /// Default `09:00`.
        at: TimeOfDay => Time, [or NINE] |node| reader.time(node), |at| format!(" at {}", clock(*at));
    }
}

words! {
    pub enum Week = "a rhythm" {
        /// Every week.
        Week = "week",
    }
}

object! {
    /// Every week.
    #[derive(Debug, Clone)]
    pub struct Weekly = "a schedule", "{ every: week, on: mon, at: \"09:00\" }";
    read(reader, fields)
    elsewhere {
        /// `week`.
        every: Week;
    }
    keys {
        /// Default `mon`.
        on: WeekdayFile => Weekday, [or Weekday::Monday] |node| reader.weekday(node),
            |day| format!(" on {}", weekday_name(*day));
        /// Default `09:00`.
        at: TimeOfDay => Time, [or NINE] |node| reader.time(node), |at| format!(" at {}", clock(*at));
    }
}

words! {
    pub enum Month = "a rhythm" {
        /// Every month.
        Month = "month",
    }
}

object! {
    /// Every month.
    #[derive(Debug, Clone)]
    pub struct Monthly = "a schedule", "{ every: month, on: 1 }";
    read(reader, fields)
    elsewhere {
        /// `month`.
        every: Month;
    }
    keys {
        /// The day of the month; default 1. `31` is the last day of a shorter month.
        #[schemars(range(min = 1, max = 31))]
        on: u8 => i8, [or 1]
            |node| reader.integer(node, "the day of the month", 1, 31).and_then(|day| i8::try_from(day).ok()),
            |day| format!(" on {day}");
        /// Default `09:00`.
        at: TimeOfDay => Time, [or NINE] |node| reader.time(node), |at| format!(" at {}", clock(*at));
    }
}

/// How often a schedule comes again.
#[derive(Clone, Copy)]
enum Every {
    Day,
    Week,
    Month,
}

impl Schedule {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        let fields = reader.fields(node, "a schedule", "{ every: week, on: mon, at: \"09:00\" }", Weekly::KEYS)?;
        let Some(every) = fields.get("every") else {
            reader.misplaced(&fields, "at", &[("on", &["every"])]);
            return Once::of(reader, &fields).map(Self::Once);
        };
        let words =
            [(Day::Day.word(), Every::Day), (Week::Week.word(), Every::Week), (Month::Month.word(), Every::Month)];
        match reader.one_of(every, "a rhythm", &words) {
            Some(Every::Day) => {
                if let Some((key, _)) = fields.entry("on") {
                    reader.report.error(
                        key.at,
                        codes::MISPLACED_KEY,
                        "`on` does not go with `every: day`",
                        "remove it, or write `every: week`",
                    );
                }
                Daily::of(reader, &fields).map(Self::Daily)
            }
            Some(Every::Week) => Weekly::of(reader, &fields).map(Self::Weekly),
            Some(Every::Month) => Monthly::of(reader, &fields).map(Self::Monthly),
            None => {
                // Whatever the rhythm, its hour is one.
                fields.get("at").and_then(|node| reader.time(node));
                None
            }
        }
    }

    /// The schedule as a plan tells it.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Once(once) => phrase(&once.facets()),
            Self::Daily(daily) => format!("every {}{}", Day::Day.word(), phrase(&daily.facets())),
            Self::Weekly(weekly) => format!("every {}{}", Week::Week.word(), phrase(&weekly.facets())),
            Self::Monthly(monthly) => format!("every {}{}", Month::Month.word(), phrase(&monthly.facets())),
        }
    }
}
