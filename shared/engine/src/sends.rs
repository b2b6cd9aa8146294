//! The life of one planned mail: planned → armed → settled, or unknown (DESIGN.md, Send protocol).
//!
//! SES has no idempotency token, so a request may only be made by whoever has armed the send in the person's own item, and
//! a send whose outcome nobody knows is held, never repeated. These functions are the whole protocol: production, the
//! tests and the model all call them, and each is one conditional write.

mod unknown;
mod waiting;

use crate::catalog::{Catalog, RunState};
use crate::lang::{GIVE_UP_AFTER, Purpose};
use crate::notices::{self, is_notice};
use crate::person::{Outgoing, Person, SendState};
use crate::program::Action;
use crate::reason::Reason;
use crate::time::Instant;

pub use unknown::{abandon, mark_unknown, next_action, release, release_due, resend_at, settle_by_report};
pub use waiting::{hand_back, last_sign};

/// What a worker may do with a send.
#[derive(Debug, Clone, PartialEq)]
pub enum Armed {
    /// It is this worker's: one request may be made before the lease ends.
    Yours {
        /// The number of this try, from 1.
        attempt: u32,
    },
    /// Somebody else may be calling SES right now: look again after the lease.
    Busy,
    /// The campaign is paused: it stays planned, and the resumption queues it again.
    Paused,
    /// Somebody's lease has run out: from now on nobody knows the outcome.
    BecameUnknown {
        /// The number of that try.
        attempt: u32,
    },
    /// It is held, because nobody knows the outcome.
    Held,
    /// It must not go any more; it is settled.
    Dropped(Reason),
    /// It is settled already, or was never planned.
    Gone,
}

/// Arms a planned send until `lease`. Consent and suppression are looked at in the same version of the person that the
/// write is conditional on, so nothing is armed after a committed unsubscription.
pub fn arm(person: &mut Person, send_id: &str, catalog: &Catalog, now: Instant, lease: Instant) -> Armed {
    let Some(outgoing) = person.outbox.get(send_id) else { return Armed::Gone };
    let attempt = match outgoing.state {
        SendState::Planned { attempt } => attempt,
        SendState::Armed { lease, .. } if now < lease => return Armed::Busy,
        SendState::Armed { attempt, .. } => {
            mark_unknown(person, send_id, now);
            return Armed::BecameUnknown { attempt };
        }
        SendState::Unknown { attempt, .. } => {
            if resend_at(outgoing, person, catalog).is_none_or(|at| now < at) {
                return Armed::Held;
            }
            attempt
        }
    };
    if let Some(reason) = obstacle(person, outgoing, catalog) {
        person.outbox.remove(send_id);
        return Armed::Dropped(reason);
    }
    if catalog.get(&outgoing.campaign).is_some_and(|live| live.run == RunState::Paused) {
        return Armed::Paused;
    }
    let is_new = matches!(outgoing.state, SendState::Planned { .. }) && !outgoing.released;
    if is_new && now > latest_arming(person, outgoing, catalog) {
        person.outbox.remove(send_id);
        return Armed::Dropped(Reason::TooLate);
    }
    let attempt = attempt + 1;
    set(person, send_id, SendState::Armed { attempt, lease });
    Armed::Yours { attempt }
}

/// SES has taken it: settled. False where this try is not the one that is armed or unknown.
pub fn confirm(person: &mut Person, send_id: &str, attempt: u32) -> bool {
    let matches = person.outbox.get(send_id).is_some_and(|outgoing| match outgoing.state {
        SendState::Planned { .. } => false,
        SendState::Armed { attempt: own, .. } | SendState::Unknown { attempt: own, .. } => own == attempt,
    });
    if matches {
        person.outbox.remove(send_id);
    }
    matches
}

/// SES has definitely not taken it, and a later try may succeed: planned again, and seen at `now`.
pub fn refuse(person: &mut Person, send_id: &str, attempt: u32, now: Instant) -> bool {
    let armed = is_armed(person, send_id, attempt);
    if armed {
        set(person, send_id, SendState::Planned { attempt });
        waiting::note(person, send_id, now);
    }
    armed
}

/// SES has definitely not taken it and never will: settled as refused.
pub fn reject(person: &mut Person, send_id: &str, attempt: u32) -> bool {
    let armed = is_armed(person, send_id, attempt);
    if armed {
        person.outbox.remove(send_id);
    }
    armed
}

/// Nobody knows whether SES has taken it.
pub fn lose_track(person: &mut Person, send_id: &str, attempt: u32, now: Instant) -> bool {
    let armed = is_armed(person, send_id, attempt);
    if armed {
        set(person, send_id, SendState::Unknown { attempt, since: now });
    }
    armed
}

/// It cannot be written, for example because a name in its template is missing: settled before any try.
pub fn give_up(person: &mut Person, send_id: &str) -> bool {
    let planned =
        person.outbox.get(send_id).is_some_and(|outgoing| matches!(outgoing.state, SendState::Planned { .. }));
    if planned {
        person.outbox.remove(send_id);
    }
    planned
}

fn is_armed(person: &Person, send_id: &str, attempt: u32) -> bool {
    person
        .outbox
        .get(send_id)
        .is_some_and(|outgoing| matches!(outgoing.state, SendState::Armed { attempt: own, .. } if own == attempt))
}

fn set(person: &mut Person, send_id: &str, state: SendState) {
    if let Some(outgoing) = person.outbox.get_mut(send_id) {
        outgoing.state = state;
    }
}

/// Until when a planned mail may be armed: within `give_up_after` of its plan (SPEC.md section 6), a notice as long as the
/// law wants it sent. What waited longer, for a quota or a pause, says nothing any more that its reader needs.
fn latest_arming(person: &Person, outgoing: &Outgoing, catalog: &Catalog) -> Instant {
    if is_notice(outgoing) {
        return outgoing.planned_at.plus_seconds(notices::WITHIN);
    }
    let program = catalog.get(&outgoing.campaign).and_then(|live| live.version(outgoing.version));
    let step = program.and_then(|program| program.at(&outgoing.step));
    let give_up_after = match (step.map(|node| &node.action), program) {
        (Some(Action::Mail { give_up_after, .. }), _) => *give_up_after,
        (_, Some(program)) => program.campaign.give_up_after,
        (_, None) => GIVE_UP_AFTER,
    };
    give_up_after.after(outgoing.planned_at, &person.zone(&catalog.workspace.timezone))
}

/// Why a planned mail must not go any more.
fn obstacle(person: &Person, outgoing: &Outgoing, catalog: &Catalog) -> Option<Reason> {
    let campaign = catalog
        .get(&outgoing.campaign)
        .and_then(|live| live.version(outgoing.version))
        .map(|program| &program.campaign);
    let marketing = !is_notice(outgoing) && campaign.is_none_or(|campaign| campaign.purpose == Purpose::Marketing);
    person.profile.closed_gates(marketing, campaign.and_then(|campaign| campaign.topic.as_deref())).next()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lang::{Files, load};

    pub(super) fn catalog() -> Catalog {
        let files = Files::from([
            (
                "workspace.yaml".to_owned(),
                "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n"
                    .to_owned(),
            ),
            (
                "w/campaign.yaml".to_owned(),
                "name: w\npurpose: marketing\ntrigger: { event: x }\nsteps: [ { id: a, send: m }, { id: b, send: m, on_unknown: { resend_after: 1h } }, { id: c, send: m, give_up_after: 2d, on_unknown: { resend_after: 1d } } ]\n".to_owned(),
            ),
            ("w/m.mjml".to_owned(), "---\nsubject: m\npreheader: m\n---\n<mj-section></mj-section>".to_owned()),
        ]);
        let loaded = load(&files);
        Catalog::of(loaded.definitions.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics)))
    }

    pub(super) fn person() -> Person {
        let mut person = Person::new("ann");
        person.profile.email = Some("ann@example.com".to_owned());
        person.profile.consent.say_marketing(true, at(0));
        let outgoing = Outgoing {
            campaign: "w".into(),
            version: 1,
            step: "a".into(),
            entry: 1,
            mail: "m".into(),
            planned_at: at(0),
            detail: Arc::default(),
            offers: std::collections::BTreeMap::new(),
            released: false,
            seen_at: None,
            chain: None,
            state: SendState::Planned { attempt: 0 },
        };
        person.outbox.insert("id".to_owned(), outgoing);
        person
    }

    pub(super) fn at(seconds: i64) -> Instant {
        Instant::from_seconds(seconds)
    }

    #[test]
    fn only_one_worker_may_call_and_an_expired_lease_is_unknown_for_ever() {
        let (catalog, mut person) = (catalog(), person());
        assert_eq!(arm(&mut person, "id", &catalog, at(10), at(70)), Armed::Yours { attempt: 1 });
        assert_eq!(arm(&mut person, "id", &catalog, at(69), at(129)), Armed::Busy);
        assert_eq!(arm(&mut person, "id", &catalog, at(70), at(130)), Armed::BecameUnknown { attempt: 1 });
        assert_eq!(arm(&mut person, "id", &catalog, at(9_999_999), at(9_999_999)), Armed::Held);
        assert!(!refuse(&mut person, "id", 1, at(70)), "a thawed worker's fence fails");
        assert!(confirm(&mut person, "id", 1), "a late event still proves it");
        assert_eq!(arm(&mut person, "id", &catalog, at(71), at(131)), Armed::Gone);
    }

    #[test]
    fn a_definite_refusal_is_planned_again_and_the_next_try_has_the_next_number() {
        let (catalog, mut person) = (catalog(), person());
        arm(&mut person, "id", &catalog, at(10), at(70));
        assert!(refuse(&mut person, "id", 1, at(11)));
        assert_eq!(arm(&mut person, "id", &catalog, at(11), at(71)), Armed::Yours { attempt: 2 });
        assert!(!confirm(&mut person, "id", 1), "the first try's confirmation is not the second's");
    }

    #[test]
    fn what_could_not_be_armed_within_give_up_after_of_its_plan_is_withdrawn() {
        const DAY: i64 = 24 * 60 * 60;
        let catalog = catalog();
        // Seven days by default, and two by the step's own word.
        for (step, days) in [("a", 7), ("c", 2)] {
            let planned = |mut person: Person| {
                person.outbox.get_mut("id").unwrap().step = step.into();
                person
            };
            let arm = |person: &mut Person, at: Instant| arm(person, "id", &catalog, at, at.plus_seconds(60));
            let mut person = planned(self::person());
            assert_eq!(arm(&mut person, at(days * DAY)), Armed::Yours { attempt: 1 }, "{step}: in time to the second");
            // SES would not take it for days: what it refused is no exception.
            assert!(refuse(&mut person, "id", 1, at(days * DAY)));
            assert_eq!(arm(&mut person, at(days * DAY + 1)), Armed::Dropped(Reason::TooLate), "{step}");
            assert_eq!(arm(&mut person, at(days * DAY + 2)), Armed::Gone, "{step}");
            // An operator who plans a mail again knows how old it is.
            let mut person = planned(self::person());
            arm(&mut person, at(10));
            assert!(lose_track(&mut person, "id", 1, at(20)) && release(&mut person, "id", 1, at(20)));
            assert_eq!(arm(&mut person, at(100 * DAY)), Armed::Yours { attempt: 2 }, "{step}");
        }
    }

    #[test]
    fn a_pause_keeps_what_is_too_late_until_somebody_looks_after_it_and_refusals_come_first() {
        let (catalog, late) = (catalog(), at(8 * 24 * 60 * 60));
        let mut paused = catalog.get("w").unwrap().clone();
        paused.run = RunState::Paused;
        let paused = Catalog::new(Arc::clone(&catalog.workspace), [paused]);
        let mut waiting = person();
        assert_eq!(arm(&mut waiting, "id", &paused, late, late), Armed::Paused);
        assert_eq!(arm(&mut waiting, "id", &catalog, late, late), Armed::Dropped(Reason::TooLate));
        let mut left = person();
        left.profile.consent.say_marketing(false, at(5));
        assert_eq!(arm(&mut left, "id", &catalog, late, late), Armed::Dropped(Reason::NoConsent));
    }

    #[test]
    fn nothing_is_armed_after_an_unsubscription_or_a_suppression() {
        let catalog = catalog();
        let mut left = person();
        left.profile.consent.say_marketing(false, at(5));
        assert_eq!(arm(&mut left, "id", &catalog, at(10), at(70)), Armed::Dropped(Reason::NoConsent));
        let mut bounced = person();
        bounced.profile.suppressed_at = Some(at(5));
        assert_eq!(arm(&mut bounced, "id", &catalog, at(10), at(70)), Armed::Dropped(Reason::Suppressed));
        assert_eq!(arm(&mut bounced, "id", &catalog, at(10), at(70)), Armed::Gone);
    }
}
