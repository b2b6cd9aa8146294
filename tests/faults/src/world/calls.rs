//! What becomes of a call: whether it goes on, dies, fails or stands still.

use rekindle_send::{REQUEST, SETTLING};

use super::{CallState, LEASE, SECOND, World};
use crate::faults::{Kind, Verdict};
use crate::points::{Effect, is_known};

impl World {
    /// Whether the call at a place can be let go.
    #[must_use]
    pub fn is_ready(&self, at: usize) -> bool {
        let call = &self.calls[at];
        matches!(call.state, CallState::New | CallState::Parked) && self.slots[call.slot].frozen_until <= self.now
    }

    /// Decides about the call at a place, and lets it go. Gives its worker.
    pub fn release(&mut self, at: usize) -> usize {
        let (slot, effect, state) = (self.calls[at].slot, self.calls[at].effect, self.calls[at].state);
        let verdict = match state {
            // Lambda ends an invocation at its time-out, wherever it stands. The others may thaw later all the same, which is
            // harsher; an object of the archive has no version that would refuse a write of hours ago.
            CallState::Parked if effect == Effect::KeepEvents && self.slots[slot].deadline <= self.now => {
                Verdict::DieBefore
            }
            CallState::Parked => Verdict::Go,
            _ => self.judge(slot, effect),
        };
        self.calls[at].state = match verdict {
            Verdict::Hang => CallState::Hung,
            Verdict::FreezeBefore(seconds) if effect != Effect::AskSes => {
                // The request leaves when the process thaws.
                self.freeze(slot, seconds);
                CallState::Parked
            }
            Verdict::DieBefore => {
                self.count(Kind::CrashBefore);
                self.slots[slot].dead = true;
                CallState::Hung
            }
            verdict => CallState::Released(verdict),
        };
        self.calls[at].waker.wake_by_ref();
        slot
    }

    fn judge(&mut self, slot: usize, effect: Effect) -> Verdict {
        let number = self.released;
        self.released += 1;
        let function = self.slots[slot].function;
        let out = self.outage.is_some_and(|(from, to)| (from..to).contains(&self.now));
        let verdict = match effect {
            Effect::AskSes if out => Verdict::Ses(Kind::SesTimeoutLost),
            _ if out => Verdict::FailBefore(Kind::Outage),
            _ => self.plan.verdict(number, effect, &mut self.dice),
        };
        if effect.is_write() && verdict != Verdict::DieBefore {
            self.slots[slot].writes += 1;
        }
        self.loads += u64::from(effect == Effect::Load);
        if self.story.is_some() {
            self.effects.push(effect);
        }
        self.mix(self.now as u64);
        self.mix((slot as u64) << 8 | effect as u64);
        if !self.reached.contains(&(function, effect)) {
            self.reached.push((function, effect));
            if !is_known(function, effect) {
                let what = format!("{function:?} makes the call {effect:?}, which `points::POINTS` does not list");
                self.truth.violated("every side effect is a named crash point", what);
            }
        }
        self.tell(|| {
            let fault = if verdict == Verdict::Go { String::new() } else { format!(" <- {verdict:?}") };
            format!("call {number}: {function:?}/{slot} {effect:?}{fault}")
        });
        verdict
    }

    /// A worker stands still for so many seconds.
    pub(crate) fn freeze(&mut self, slot: usize, seconds: i64) {
        self.count(if seconds * SECOND > LEASE { Kind::FrozenPastLease } else { Kind::Frozen });
        self.slots[slot].frozen_until = self.now + seconds * SECOND;
    }

    /// SES is asked: its answer must be settled before the invocation is cut off, by the worker's own clock, which is all it has.
    pub fn ask_in_time(&mut self, send_id: &str) {
        let Some(slot) = self.current.map(|slot| &self.slots[slot]) else { return };
        let left = slot.deadline - (self.now + slot.skew);
        if left < (REQUEST + SETTLING).as_secs() * SECOND {
            self.truth
                .violated("nothing is asked of SES that ends after the invocation", format!("{send_id}: {left} ms"));
        }
    }
}
