//! When a `lapsed` trigger fires for the last event of its type (SPEC.md sections 2 and 11, History).
//!
//! A lapse whose instant was past when the trigger came to know of it is late: what becomes of it is decided once, by
//! `catch_up`, and kept with the person. Whatever else happens, it never fires for one `last_at` twice.

use jiff::tz::TimeZone;

use super::Decider;
use crate::catalog::LiveCampaign;
use crate::ids;
use crate::lang::CatchUp;
use crate::person::LateLapse;
use crate::time::{Instant, Span};

/// The step whose share of people spreads late lapses (SPEC.md section 11, History).
const STEP: &str = "catch-up";

/// What there is to know about a timer that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing: it is looked at because its time has come, or because of a publication.
    Nothing,
    /// Something it depends on has changed.
    Changed {
        /// Whether the `last_at` of its event type has.
        moved: bool,
        /// Whether by a fact of the past that is told now.
        history: bool,
    },
}

impl Decider<'_> {
    /// When the lapse of the last event of a type fires, `after` which it is one; `None` where it has fired, or never does.
    pub(super) fn next_lapse(
        &mut self,
        live: &LiveCampaign,
        after: Span,
        since: &str,
        rule: CatchUp,
        told: Told,
    ) -> Option<Instant> {
        let last_at = self.person.profile.events.get(since)?.last_at;
        let standing = self.person.standings.get(&live.program.id);
        if standing.and_then(|standing| standing.lapse_fired) == Some(last_at) {
            return None;
        }
        let lapse = after.after(last_at, &self.zone);
        let late = standing.and_then(|standing| standing.late_lapse).filter(|late| late.last_at == last_at);
        let due = standing.and_then(|standing| standing.trigger_due);
        let past_at = |known_at: Option<Instant>| known_at.filter(|known_at| lapse <= *known_at);
        let known_at = match (told, late) {
            (Told::Changed { moved: true, history }, _) => past_at(history.then_some(self.now)),
            (_, Some(late)) => match live.published_at.filter(|at| *at > late.known_at) {
                None => return late.due,
                // It waits on, as far as the new version finds it past too.
                published if late.due.is_some() && past_at(published).is_some() => return late.due,
                published => past_at(published),
            },
            (Told::Changed { history: true, .. }, None) => past_at(Some(self.now)),
            // A timer that runs was known of before its time came, but for one that another version had set.
            (Told::Changed { .. }, None) => past_at(live.published_at.filter(|_| due.is_none())),
            (Told::Nothing, None) => past_at(live.published_at.filter(|_| due != Some(lapse))),
        };
        let caught_up = known_at
            .map(|known_at| (known_at, caught_up_at(&live.program.id, &self.person.id, rule, known_at, &self.zone)));
        // That a publication found a lapse past is found again by anybody: of all who never lapse, nothing is written.
        let worth_keeping = caught_up.filter(|(known_at, due)| due.is_some() || Some(*known_at) != live.published_at);
        let late = worth_keeping.map(|(known_at, due)| LateLapse { last_at, known_at, due });
        if late.is_some() || self.person.standings.get(&live.program.id).is_some() {
            self.person.standings.change(&live.program.id, |standing| standing.late_lapse = late);
        }
        match caught_up {
            Some((_, due)) => due,
            None => Some(lapse),
        }
    }
}

/// When a lapse fires that was past at `known_at`: a day later, in which a load of the past comes to its end, and of those
/// who are spread over some time each at an instant of their own.
fn caught_up_at(campaign: &str, person: &str, rule: CatchUp, known_at: Instant, zone: &TimeZone) -> Option<Instant> {
    let first = Span::days(1).after(known_at, zone);
    match rule {
        CatchUp::Never => None,
        CatchUp::All => Some(first),
        CatchUp::Within(span) => {
            let length = span.after(first, zone).seconds().saturating_sub(first.seconds());
            let share = u128::from(ids::share(campaign, STEP, person));
            let seconds = (share * u128::try_from(length).unwrap_or(0)) >> 64;
            Some(first.plus_seconds(i64::try_from(seconds).unwrap_or(length)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_lapse_is_spread_by_the_share_that_anybody_can_recompute() {
        let known_at = Instant::parse("2026-03-02T01:00:00Z").unwrap();
        let due = |campaign: &str, person: &str, zone: &str, rule| {
            let zone = TimeZone::get(zone).unwrap();
            caught_up_at(campaign, person, rule, known_at, &zone).map(|at| at.to_string())
        };
        let spread = CatchUp::Within(Span::days(14));
        assert_eq!(due("gone", "cat", "Asia/Seoul", spread).unwrap(), "2026-03-03T19:25:04Z");
        // In these two weeks New York's clocks are set: they are an hour shorter there.
        assert_eq!(due("back", "bob", "America/New_York", spread).unwrap(), "2026-03-12T04:24:43Z");
        assert_eq!(due("gone", "cat", "Asia/Seoul", CatchUp::All).unwrap(), "2026-03-03T01:00:00Z");
        assert_eq!(due("gone", "cat", "Asia/Seoul", CatchUp::Never), None);
        assert_eq!(due("gone", "cat", "Asia/Seoul", CatchUp::Within(Span::ZERO)).unwrap(), "2026-03-03T01:00:00Z");
    }
}
