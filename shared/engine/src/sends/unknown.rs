//! Sends of unknown outcome, and what moves them on: SES's own report, the step's `on_unknown`, an operator.
//!
//! Nothing here makes a request: what is released is planned again, and goes through arming like every other mail. What
//! SES has reported on is never released any more.

use super::{set, waiting};
use crate::catalog::{Catalog, LiveCampaign};
use crate::decide::next_due;
use crate::lang::OnUnknown;
use crate::person::{Outgoing, Person, SendState};
use crate::program::Action;
use crate::time::Instant;

/// SES itself has reported on try number `attempt`: settled, whatever was believed of it. False where there is nothing to
/// settle, or where no such try was made yet.
///
/// A report on an earlier try settles a later one too: an unknown send that was released meanwhile has gone out already.
pub fn settle_by_report(person: &mut Person, send_id: &str, attempt: u32) -> bool {
    let tries = person.outbox.get(send_id).map_or(0, |outgoing| outgoing.state.attempt());
    let concerns = attempt > 0 && attempt <= tries;
    if concerns {
        person.outbox.remove(send_id);
    }
    concerns
}

/// A worker's lease has run out at `now`: from now on nobody knows the outcome. Gives the number of that try.
pub fn mark_unknown(person: &mut Person, send_id: &str, now: Instant) -> Option<u32> {
    match person.outbox.get(send_id)?.state {
        SendState::Armed { attempt, lease } if lease <= now => {
            set(person, send_id, SendState::Unknown { attempt, since: now });
            Some(attempt)
        }
        _ => None,
    }
}

/// An unknown send is planned again, because somebody says so: false where that try is not the unknown one. It may reach
/// its reader twice. As somebody had it in hand at `now`, nobody takes its message for lost.
pub fn release(person: &mut Person, send_id: &str, attempt: u32, now: Instant) -> bool {
    let is_unknown = unknown_attempt(person, send_id) == Some(attempt);
    if is_unknown {
        set(person, send_id, SendState::Planned { attempt });
        if let Some(outgoing) = person.outbox.get_mut(send_id) {
            outgoing.released = true;
        }
        waiting::note(person, send_id, now);
    }
    is_unknown
}

/// An unknown send is not waited for any more: settled, as whatever it was. False where that try is not the unknown one.
pub fn abandon(person: &mut Person, send_id: &str, attempt: u32) -> bool {
    let is_unknown = unknown_attempt(person, send_id) == Some(attempt);
    if is_unknown {
        person.outbox.remove(send_id);
    }
    is_unknown
}

/// Plans every unknown send again whose step says `on_unknown: resend_after` and whose time has come; gives them with the
/// number of the try that is unknown.
pub fn release_due(person: &mut Person, catalog: &Catalog, now: Instant) -> Vec<(String, u32)> {
    let due: Vec<(String, u32)> = person
        .outbox
        .iter()
        .filter(|(_, outgoing)| resend_at(outgoing, person, catalog).is_some_and(|at| at <= now))
        .map(|(send_id, outgoing)| (send_id.clone(), outgoing.state.attempt()))
        .collect();
    for (send_id, attempt) in &due {
        release(person, send_id, *attempt, now);
    }
    due
}

/// When somebody has to look at the person again by themselves: what [`next_due`] gives, or the instant at which an
/// unknown send is planned again. Nobody who has either is without a next action.
#[must_use]
pub fn next_action(person: &Person, catalog: &Catalog) -> Option<Instant> {
    let resends = person.outbox.values().filter_map(|outgoing| resend_at(outgoing, person, catalog));
    resends.chain(next_due(person, catalog)).min()
}

/// When an unknown send of a person is planned again by its step's own rule, counted in their zone; `None` where it is held,
/// or is not unknown. A pause does not keep it: what is planned waits for the resumption.
#[must_use]
pub fn resend_at(outgoing: &Outgoing, person: &Person, catalog: &Catalog) -> Option<Instant> {
    let SendState::Unknown { since, .. } = outgoing.state else { return None };
    let program = catalog.get(&outgoing.campaign).and_then(|live: &LiveCampaign| live.version(outgoing.version))?;
    match &program.at(&outgoing.step)?.action {
        Action::Mail { on_unknown: OnUnknown::ResendAfter(span), .. } => {
            Some(span.after(since, &person.zone(&catalog.workspace.timezone)))
        }
        _ => None,
    }
}

fn unknown_attempt(person: &Person, send_id: &str) -> Option<u32> {
    match person.outbox.get(send_id)?.state {
        SendState::Unknown { attempt, .. } => Some(attempt),
        SendState::Planned { .. } | SendState::Armed { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, catalog, person};
    use super::super::{Armed, arm, lose_track};
    use super::*;

    /// Somebody whose send `id` is unknown after one try, since second 20.
    fn unknown(step: &str) -> Person {
        let mut person = person();
        if let Some(outgoing) = person.outbox.get_mut("id") {
            outgoing.step = step.into();
        }
        arm(&mut person, "id", &catalog(), at(10), at(70));
        assert!(lose_track(&mut person, "id", 1, at(20)));
        person
    }

    #[test]
    fn a_report_settles_what_is_armed_unknown_or_released_and_nothing_else() {
        let catalog = catalog();
        let mut planned = person();
        assert!(!settle_by_report(&mut planned, "id", 0) && !settle_by_report(&mut planned, "id", 1), "nobody tried");
        arm(&mut planned, "id", &catalog, at(10), at(70));
        assert!(!settle_by_report(&mut planned, "id", 2), "no second try was made");
        assert!(!settle_by_report(&mut planned, "other", 1));
        let mut released = unknown("a");
        assert!(release(&mut released, "id", 1, at(30)));
        for mut person in [planned, unknown("a"), released] {
            assert!(settle_by_report(&mut person, "id", 1));
            assert!(!settle_by_report(&mut person, "id", 1), "once");
            assert_eq!(arm(&mut person, "id", &catalog, at(99), at(159)), Armed::Gone);
        }
    }

    #[test]
    fn a_report_on_the_first_try_settles_the_second() {
        let mut person = unknown("a");
        assert!(release(&mut person, "id", 1, at(30)));
        assert_eq!(arm(&mut person, "id", &catalog(), at(30), at(90)), Armed::Yours { attempt: 2 });
        assert!(settle_by_report(&mut person, "id", 1));
        assert!(person.outbox.is_empty());
    }

    #[test]
    fn an_operator_speaks_of_one_try() {
        let release_now: fn(&mut Person, &str, u32) -> bool =
            |person, send_id, attempt| release(person, send_id, attempt, at(30));
        for act in [release_now, abandon] {
            assert!(!act(&mut person(), "id", 0), "what is planned is nobody's to decide");
            assert!(!act(&mut unknown("a"), "id", 2));
            assert!(act(&mut unknown("a"), "id", 1));
        }
        let mut released = unknown("a");
        release(&mut released, "id", 1, at(30));
        assert_eq!(arm(&mut released, "id", &catalog(), at(30), at(90)), Armed::Yours { attempt: 2 });
    }

    #[test]
    fn a_lease_that_has_run_out_is_unknown() {
        let mut person = person();
        assert_eq!(mark_unknown(&mut person, "id", at(99)), None);
        arm(&mut person, "id", &catalog(), at(10), at(70));
        assert_eq!((mark_unknown(&mut person, "id", at(69)), mark_unknown(&mut person, "id", at(70))), (None, Some(1)));
        assert_eq!(mark_unknown(&mut person, "id", at(71)), None, "once");
    }

    #[test]
    fn the_days_of_a_resend_are_those_of_the_person() {
        // Clocks in New York go forward in the night to 2026-03-08: that day has 23 hours there, and 24 in the shop's UTC.
        let mut ann = unknown("c");
        // Noon in New York on the day before.
        let since = Instant::from_seconds(1_772_902_800);
        assert_eq!(since.to_string(), "2026-03-07T17:00:00Z");
        ann.outbox.get_mut("id").unwrap().state = SendState::Unknown { attempt: 1, since };
        let after_hours = |hours: i64| Some(since.plus_seconds(hours * 3_600));
        assert_eq!(next_action(&ann, &catalog()), after_hours(24));
        ann.profile.timezone = Some("America/New_York".to_owned());
        assert_eq!(next_action(&ann, &catalog()), after_hours(23));
        assert_eq!(release_due(&mut ann, &catalog(), since.plus_seconds(23 * 3_600)), [("id".to_owned(), 1)]);
    }

    #[test]
    fn who_has_a_send_that_is_sent_again_by_itself_has_a_next_action() {
        let catalog = catalog();
        let (held, mut again) = (unknown("a"), unknown("b"));
        assert_eq!((next_action(&held, &catalog), next_action(&again, &catalog)), (None, Some(at(20 + 3_600))));
        assert!(release_due(&mut again, &catalog, at(20 + 3_599)).is_empty());
        assert_eq!(release_due(&mut again, &catalog, at(20 + 3_600)), [("id".to_owned(), 1)]);
        assert_eq!(next_action(&again, &catalog), None, "once");
        assert_eq!(arm(&mut again, "id", &catalog, at(4_000), at(4_060)), Armed::Yours { attempt: 2 });
    }
}
