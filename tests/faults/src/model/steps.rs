//! What can happen next in a state of the model, and what must never be.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::Person;
use rekindle_engine::sends::{self, Armed};

use super::person::{ID, instant, person, stage_of};
use super::{LEASE, Protocol, Said, Stage, State, Worker};

/// What a protocol does in so many steps of time.
pub(super) struct World {
    pub(super) catalog: Catalog,
    pub(super) protocol: Protocol,
    pub(super) end: u8,
}

impl World {
    /// What must never be.
    pub(super) fn broken(&self, state: &State, end: bool) -> Option<String> {
        let under_way = !state.requests.is_empty();
        if state.taken.len() > 1 {
            return Some(format!("no mail twice: SES took tries {:?}", state.taken));
        }
        if state.stage == Stage::Accepted && state.taken.is_empty() && !under_way {
            return Some("nothing that SES lacks is called accepted".to_owned());
        }
        if state.stage == Stage::Withdrawn && !state.taken.is_empty() {
            return Some("nothing that SES has is called withdrawn".to_owned());
        }
        if end && matches!(state.stage, Stage::Planned(_) | Stage::Armed(..)) {
            return Some(format!("no planned mail disappears: it ends as {:?}", state.stage));
        }
        None
    }

    /// Adds every state that can follow, with what leads there.
    pub(super) fn next(&self, state: &State, next: &mut Vec<(String, State)>) {
        for worker in 0..state.workers.len() {
            self.work(state, worker, next);
            if state.workers[worker] != Worker::Idle && state.budget.crashes > 0 {
                let mut crashed = state.clone();
                crashed.budget.crashes -= 1;
                crashed.workers[worker] = Worker::Idle;
                crashed.requests.iter_mut().filter(|own| own.0 == Some(worker)).for_each(|own| own.0 = None);
                next.push((format!("worker {worker} dies"), crashed));
            }
        }
        for at in 0..state.requests.len() {
            self.ses(state, at, next);
        }
        for at in 0..state.events.len() {
            let mut after = state.clone();
            let attempt = after.events.remove(at);
            if after.budget.lost_events > 0 {
                let mut lost = after.clone();
                lost.budget.lost_events -= 1;
                next.push((format!("the event of try {attempt} is lost"), lost));
            }
            if after.budget.duplicates > 0 {
                let mut twice = state.clone();
                twice.budget.duplicates -= 1;
                twice.events.push(attempt);
                twice.events.sort_unstable();
                next.push((format!("the event of try {attempt} comes twice"), twice));
            }
            let (moved, _) =
                self.with_person(&mut after, |person| (sends::confirm(person, ID, attempt), Stage::Accepted));
            if moved {
                after.version += 1;
            }
            next.push((format!("the event of try {attempt} comes"), after));
        }
        if state.now < self.end {
            let mut later = state.clone();
            later.now += 1;
            next.push(("time passes".to_owned(), later));
        }
        if state.consent {
            let mut left = state.clone();
            left.consent = false;
            left.version += 1;
            next.push(("the person unsubscribes".to_owned(), left));
        }
        if !state.message && state.budget.duplicates > 0 {
            let mut again = state.clone();
            again.budget.duplicates -= 1;
            again.message = true;
            next.push(("the message comes again".to_owned(), again));
        }
    }

    fn work(&self, state: &State, worker: usize, next: &mut Vec<(String, State)>) {
        let mut push = |what: &str, state: State| next.push((format!("worker {worker} {what}"), state));
        match state.workers[worker] {
            Worker::Idle if state.message => {
                let mut after = state.clone();
                after.workers[worker] =
                    Worker::Loaded { version: state.version, stage: state.stage, consent: state.consent };
                push("loads", after);
            }
            Worker::Idle => {}
            Worker::Loaded { version, stage, consent } => {
                if let (Protocol::WithoutArming, Stage::Planned(attempt)) = (self.protocol, stage) {
                    return push("asks SES", ask(state, worker, attempt + 1));
                }
                let (armed, stage) = self.arm(stage, consent, state.now);
                let Some(stage) = stage else {
                    // Nothing to write: the message is done with, unless somebody else has it.
                    let mut after = state.clone();
                    after.workers[worker] = Worker::Idle;
                    after.message &= armed == Armed::Busy;
                    return push("finds nothing to do", after);
                };
                if version != state.version {
                    let mut after = state.clone();
                    after.workers[worker] = Worker::Idle;
                    return push("finds the version changed", after);
                }
                let mut after = state.clone();
                (after.stage, after.version) = (stage, state.version + 1);
                if let Armed::Yours { attempt } = armed {
                    after.workers[worker] = Worker::Armed { attempt, version: after.version, unsure: false };
                } else {
                    (after.workers[worker], after.message) = (Worker::Idle, false);
                }
                if let (Armed::Yours { attempt }, true) = (armed, state.budget.lost_replies > 0) {
                    let mut unsure = after.clone();
                    unsure.budget.lost_replies -= 1;
                    unsure.workers[worker] = Worker::Armed { attempt, version: after.version, unsure: true };
                    push("arms, and the reply is lost", unsure);
                    let mut before = state.clone();
                    before.budget.lost_replies -= 1;
                    before.workers[worker] = Worker::Idle;
                    push("cannot arm", before);
                }
                push("arms or settles", after);
            }
            Worker::Armed { attempt, version, unsure } => {
                let lapsed = matches!(state.stage, Stage::Armed(own, lease) if own == attempt && lease <= state.now);
                let mut after = state.clone();
                if unsure && state.version != version {
                    after.workers[worker] = Worker::Idle;
                    push("cannot tell whether it has armed", after);
                } else if lapsed {
                    // Its own lease is over: nothing left its hands, so it hands the send back.
                    after.workers[worker] = Worker::Told { attempt, said: Said::Refused };
                    push("finds its lease over", after);
                } else {
                    push("asks SES", ask(state, worker, attempt));
                }
            }
            Worker::Asked { attempt } => {
                let mut after = state.clone();
                after.workers[worker] = Worker::Told { attempt, said: Said::Unknown };
                after.requests.iter_mut().filter(|own| own.0 == Some(worker)).for_each(|own| own.0 = None);
                push("waits in vain", after);
            }
            Worker::Told { attempt, said } => {
                let mut after = state.clone();
                let now = instant(state.now);
                let (moved, _) = self.with_person(&mut after, |person| match said {
                    Said::Accepted => (sends::confirm(person, ID, attempt), Stage::Accepted),
                    Said::Refused => (sends::refuse(person, ID, attempt, now), Stage::Planned(attempt)),
                    Said::Rejected => (sends::reject(person, ID, attempt), Stage::Withdrawn),
                    Said::Unknown => (sends::lose_track(person, ID, attempt, now), Stage::Unknown(attempt, state.now)),
                });
                after.version += u8::from(moved);
                after.workers[worker] = Worker::Idle;
                after.message &= matches!(said, Said::Refused | Said::Unknown);
                if self.protocol == Protocol::WithoutArming {
                    after.stage = if said == Said::Accepted { Stage::Accepted } else { state.stage };
                }
                if state.budget.lost_replies > 0 {
                    let mut lost = state.clone();
                    lost.budget.lost_replies -= 1;
                    lost.workers[worker] = Worker::Idle;
                    push("cannot settle", lost);
                }
                push("settles", after);
            }
        }
    }

    /// SES looks at a request, whether or not anybody still waits for the answer.
    fn ses(&self, state: &State, at: usize, next: &mut Vec<(String, State)>) {
        let (waiting, attempt) = state.requests[at];
        let mut after = state.clone();
        after.requests.remove(at);
        let mut answer = |what: &str, mut state: State, said: Said| {
            if let Some(worker) = waiting {
                state.workers[worker] = Worker::Told { attempt, said };
            }
            next.push((format!("SES {what} try {attempt}"), state));
        };
        let mut taken = after.clone();
        taken.taken.push(attempt);
        taken.events.push(attempt);
        taken.events.sort_unstable();
        answer("takes", taken.clone(), Said::Accepted);
        answer("takes, and answers 5xx to,", taken, Said::Unknown);
        answer("drops, and answers 5xx to,", after.clone(), Said::Unknown);
        if after.budget.refusals > 0 {
            after.budget.refusals -= 1;
            answer("refuses for now", after.clone(), Said::Refused);
            answer("rejects", after, Said::Rejected);
        }
    }

    fn arm(&self, stage: Stage, consent: bool, now: u8) -> (Armed, Option<Stage>) {
        let stage = match (self.protocol, stage) {
            (Protocol::LeaseAndRetry, Stage::Armed(attempt, lease)) if lease <= now => Stage::Planned(attempt),
            (Protocol::ResendWithoutEvent, Stage::Unknown(attempt, since)) if since < now => Stage::Planned(attempt),
            (_, stage) => stage,
        };
        let mut person = person(stage, consent);
        let armed = sends::arm(&mut person, ID, &self.catalog, instant(now), instant(now + LEASE));
        let written = match armed {
            Armed::Yours { .. } | Armed::BecameUnknown { .. } => stage_of(&person),
            Armed::Dropped(_) => Some(Stage::Withdrawn),
            Armed::Busy | Armed::Paused | Armed::Held | Armed::Gone => None,
        };
        (armed, written)
    }

    /// Does a transition to the person as they are; a send that leaves the outbox ends as `end` says.
    fn with_person(&self, state: &mut State, change: impl FnOnce(&mut Person) -> (bool, Stage)) -> (bool, Stage) {
        let mut person = person(state.stage, state.consent);
        let (moved, end) = change(&mut person);
        if moved {
            state.stage = stage_of(&person).unwrap_or(end);
        }
        (moved, end)
    }
}

fn ask(state: &State, worker: usize, attempt: u32) -> State {
    let mut after = state.clone();
    after.workers[worker] = Worker::Asked { attempt };
    after.requests.push((Some(worker), attempt));
    after.requests.sort_unstable();
    after
}
