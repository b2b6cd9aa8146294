//! Mails that only wait: for a turn within SES's rate, for its daily quota, or because SES refuses for now.
//!
//! They come again from the queue, and nothing of that stands in the person. So whoever looks at the person alone could not
//! tell them from a mail whose message is lost. Whoever has one in hand notes that it still comes by: in a write that is made
//! anyway, or by one of its own. A mail that goes within half an hour never costs one, one that waits for long one an hour.

use crate::person::{Outgoing, Person, SendState};
use crate::time::Instant;

/// How long a mail waits before that is noted by a write of its own, in seconds: half an hour.
const FIRST_NOTE: i64 = 30 * 60;
/// How long a note holds, in seconds: an hour.
const NEXT_NOTE: i64 = 60 * 60;

/// A planned mail is put back, to come again: whether that has to be written, as nobody has noted for long that it is still
/// there. With the note a new chain of messages begins, and the others end (`Outgoing::chain`): its first message has to be in
/// the queue before the note is written, so that a crash in between leaves a message too many and never one too few.
pub fn hand_back(person: &mut Person, send_id: &str, now: Instant) -> bool {
    let is_due = person.outbox.get(send_id).is_some_and(|outgoing| {
        let next =
            outgoing.seen_at.map_or(outgoing.planned_at.plus_seconds(FIRST_NOTE), |seen| seen.plus_seconds(NEXT_NOTE));
        matches!(outgoing.state, SendState::Planned { .. }) && next <= now
    });
    if is_due {
        note(person, send_id, now);
        if let Some(outgoing) = person.outbox.get_mut(send_id) {
            outgoing.chain = Some(now);
        }
    }
    is_due
}

/// Until when nothing has to be heard of a planned mail: its plan, or as long as the last note holds. Whoever hears nothing
/// for an hour more may take its message for lost, as a mail that waits comes by every quarter of an hour.
#[must_use]
pub fn last_sign(outgoing: &Outgoing) -> Instant {
    outgoing.seen_at.map_or(outgoing.planned_at, |seen| seen.plus_seconds(NEXT_NOTE))
}

/// Notes that somebody has a mail in hand.
pub(super) fn note(person: &mut Person, send_id: &str, now: Instant) {
    if let Some(outgoing) = person.outbox.get_mut(send_id) {
        outgoing.seen_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, catalog, person};
    use super::super::{Armed, arm, refuse};
    use super::*;

    #[test]
    fn a_wait_is_written_after_half_an_hour_and_then_once_an_hour() {
        let mut person = person();
        let mut written = Vec::new();
        for quarter in 0..=4 * 3 {
            let now = at(quarter * 15 * 60);
            if hand_back(&mut person, "id", now) {
                written.push(now.seconds() / 60);
            }
            let sign = last_sign(person.outbox.get("id").unwrap());
            assert!(now.seconds() - sign.seconds() <= 45 * 60, "at {now}: whoever waits shows that within an hour");
        }
        assert_eq!(written, [30, 90, 150]);
        assert!(!hand_back(&mut person, "other", at(0)), "nobody has it");
    }

    #[test]
    fn a_refusal_notes_it_by_its_own_write() {
        let (catalog, mut person) = (catalog(), person());
        assert_eq!(arm(&mut person, "id", &catalog, at(3_600), at(3_660)), Armed::Yours { attempt: 1 });
        assert!(!hand_back(&mut person, "id", at(3_610)), "it is somebody's");
        assert!(refuse(&mut person, "id", 1, at(3_620)));
        assert!(!hand_back(&mut person, "id", at(3_620 + 3_600 - 1)));
        assert!(hand_back(&mut person, "id", at(3_620 + 3_600)));
    }
}
