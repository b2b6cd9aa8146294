//! Stretches of time in which a zone keeps one offset, remembered.
//!
//! Every decision asks a zone several times, and almost always about weeks in which its clocks are not set. Then the
//! answer is one addition. Near a change, and wherever there is doubt, the zone itself answers; this never does.

use std::cell::RefCell;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::Instant;

/// How far from a change of the clocks an answer is certain: no zone was ever set by more than a day.
const MARGIN: i64 = 2 * 24 * 60 * 60;
/// Stretches that are remembered: a shop's people live in few zones.
const REMEMBERED: usize = 8;

thread_local! {
    static RECENT: RefCell<Recent> = const { RefCell::new(Recent { stretches: Vec::new(), oldest: 0 }) };
}

struct Recent {
    stretches: Vec<Stretch>,
    oldest: usize,
}

#[derive(Clone)]
struct Stretch {
    zone: TimeZone,
    /// The first second, and the second after the last.
    from: i64,
    to: i64,
    offset: Offset,
}

/// The offset of `zone` at `at`, if the zone has a name to remember it by.
pub(super) fn offset_at(at: Instant, zone: &TimeZone) -> Option<Offset> {
    let second = at.seconds();
    remembered(zone, second, |stretch| stretch.holds(second, 0).then_some(stretch.offset))
}

/// The instant of `local` in `zone`, where no change of the clocks is near.
pub(super) fn instant_of(local: DateTime, zone: &TimeZone) -> Option<Instant> {
    let utc = Offset::UTC.to_timestamp(local).ok()?.as_second();
    // Another offset would lead to the same wall clock only within a day of this instant, and there is none.
    remembered(zone, utc, |stretch| {
        let second = utc - i64::from(stretch.offset.seconds());
        stretch.holds(second, MARGIN).then(|| Instant::from_seconds(second))
    })
}

/// What `find` makes of a stretch that is remembered, else of the one around `second`.
fn remembered<T>(zone: &TimeZone, second: i64, find: impl Fn(&Stretch) -> Option<T>) -> Option<T> {
    let name = zone.iana_name()?;
    RECENT.with_borrow_mut(|recent| {
        let mut near = false;
        for stretch in recent.stretches.iter().filter(|stretch| stretch.zone.iana_name() == Some(name)) {
            if let Some(found) = find(stretch) {
                return Some(found);
            }
            near |= stretch.holds(second, -MARGIN);
        }
        // Close to a change, the stretch is known and does not help.
        if near {
            return None;
        }
        let stretch = Stretch::around(zone, second)?;
        let found = find(&stretch);
        recent.remember(stretch);
        found
    })
}

impl Recent {
    fn remember(&mut self, stretch: Stretch) {
        if self.stretches.len() < REMEMBERED {
            self.stretches.push(stretch);
        } else if let Some(oldest) = self.stretches.get_mut(self.oldest) {
            *oldest = stretch;
            self.oldest = (self.oldest + 1) % REMEMBERED;
        }
    }
}

impl Stretch {
    fn around(zone: &TimeZone, second: i64) -> Option<Self> {
        let at = jiff::Timestamp::from_second(second).ok()?;
        let after = jiff::Timestamp::from_second(second + 1).ok()?;
        let from = zone.preceding(after).next().map_or(i64::MIN / 2, |change| change.timestamp().as_second());
        let to = zone.following(at).next().map_or(i64::MAX / 2, |change| change.timestamp().as_second());
        Some(Self { zone: zone.clone(), from, to, offset: zone.to_offset(at) })
    }

    /// Whether a second lies in it, and that far from its ends.
    fn holds(&self, second: i64, margin: i64) -> bool {
        self.from + margin <= second && second < self.to - margin
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{local_instant, local_of};
    use super::*;

    /// Plain zones, half-hour and negative daylight saving, skipped days, changes of law, and none at all.
    const ZONES: [&str; 10] = [
        "Asia/Seoul",
        "America/New_York",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "Africa/Casablanca",
        "Asia/Pyongyang",
        "America/Sao_Paulo",
        "UTC",
    ];

    fn check(second: i64, zone: &TimeZone) {
        let at = Instant::from_seconds(second);
        assert_eq!(local_of(at, zone), zone.to_datetime(at.timestamp()), "{second} in {:?}", zone.iana_name());
        let local = Offset::UTC.to_datetime(at.timestamp());
        let plain = zone.to_ambiguous_timestamp(local).compatible().map(Instant::from);
        assert_eq!(Ok(local_instant(local, zone)), plain.map_err(|_| ()), "{local} in {:?}", zone.iana_name());
    }

    proptest! {
        #[test]
        fn it_answers_as_the_zone_itself_does(
            seconds in prop::collection::vec((-2_000_000_000_i64..4_000_000_000, 0..ZONES.len()), 1..30),
        ) {
            for (second, zone) in seconds {
                check(second, &TimeZone::get(ZONES[zone]).unwrap());
            }
        }
    }

    #[test]
    fn it_answers_so_around_every_change() {
        for name in ZONES {
            let zone = TimeZone::get(name).unwrap();
            let start = jiff::Timestamp::from_second(-1_500_000_000).unwrap();
            for change in zone.following(start).take(120) {
                for hours in -100..=100 {
                    check(change.timestamp().as_second() + hours * 1_800 - 1, &zone);
                    check(change.timestamp().as_second() + hours * 1_800, &zone);
                }
            }
        }
    }
}
