//! The ways to look for a violation: at every call, at every pair of calls, and by chance.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::faults::{Kind, Plan, Rates, SES_KINDS, Verdict};
use crate::gate::Sim;
use crate::points::Effect;
use crate::rng::Rng;
use crate::run::{Report, Setup, run};
use crate::shop::{SMALL, START, Size, WHOLE};
use crate::totals::Totals;
use crate::workers::{Known, Replacement};
use crate::world::World;

/// What can happen at a call, one after another.
const AT_A_CALL: [Verdict; 5] = [
    Verdict::DieBefore,
    Verdict::DieAfter,
    Verdict::FailBefore(Kind::ReplyLostBefore),
    Verdict::FailAfter(Kind::ReplyLostAfter),
    Verdict::FreezeAfter(200),
];
/// What can happen at each of two calls.
const AT_BOTH: [Verdict; 2] = [Verdict::DieBefore, Verdict::DieAfter];
/// One seed of so many is run twice.
const REPEATED: u64 = 50;
/// Calm runs after which every version and mail is known.
const WARM: u64 = 40;

/// The setup of a random run.
#[must_use]
pub fn random(seed: u64, size: Size, sender: Option<Replacement>) -> Setup {
    let mut rng = Rng::new(seed ^ 0xfa17);
    let plan = Plan::Random(Rates::swarm(&mut rng));
    Setup { seed, size, plan, sender, story: false }
}

/// What never changes, read once by calm runs, so that a seed does the same in any process.
#[must_use]
pub fn known() -> Known {
    let memory = rekindle_store::Memory::with_stream(
        rekindle_store::Keyed::new(b"a secret of thirty-two bytes here"),
        rekindle_store::Shards::new(2),
    );
    let known = Known::new(&Sim::new(World::new(0, Plan::Calm, memory, START, false)));
    for seed in 0..WARM {
        let setup = Setup { seed, size: WHOLE, plan: Plan::Calm, sender: None, story: false };
        drop(run(&setup, Some(&known)));
    }
    known
}

/// A fault at every call, over a small world in several schedules; versions are read anew in each run.
#[must_use]
pub fn singles(schedules: u64, sender: Option<Replacement>) -> Totals {
    shared(schedules, |seed, totals, _| {
        // Every third schedule has operators and strangers in it.
        let size = Size { eventful: seed % 3 == 2, ..SMALL };
        let base = Setup { seed, size, plan: Plan::Calm, sender, story: false };
        let calm = run(&base, None);
        totals.add(&calm, || format!("schedule {seed}, calm"));
        for call in 0..calm.calls {
            let ses = SES_KINDS.into_iter().map(Verdict::Ses);
            let faults = AT_A_CALL.into_iter().chain([Verdict::Hang]).chain(ses);
            for fault in faults.chain([Verdict::Ses(Kind::SesAcceptedAfterDeath)]) {
                let at = vec![(call, fault)];
                // SES's own answers are for requests to SES.
                if matches!(fault, Verdict::Ses(_)) && effect_at(&base, call) != Some(Effect::AskSes) {
                    continue;
                }
                let setup = Setup { plan: Plan::At(at), ..base.clone() };
                totals.add(&run(&setup, None), || format!("schedule {seed}, call {call}: {fault:?}"));
            }
        }
    })
}

/// Which call is made at that number of a calm run.
fn effect_at(base: &Setup, call: u64) -> Option<Effect> {
    thread_local! {
        static EFFECTS: std::cell::RefCell<(u64, Vec<Effect>)> = const { std::cell::RefCell::new((u64::MAX, Vec::new())) };
    }
    EFFECTS.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.0 != base.seed {
            let report = run(&Setup { story: true, ..base.clone() }, None);
            *kept = (base.seed, report.effects);
        }
        kept.1.get(usize::try_from(call).ok()?).copied()
    })
}

/// A crash at every pair of calls, over a small world.
#[must_use]
pub fn pairs(schedules: u64, every: u64) -> Totals {
    shared(schedules, |seed, totals, known| {
        let base = Setup { seed, size: SMALL, plan: Plan::Calm, sender: None, story: false };
        let calm = run(&base, Some(known));
        for first in 0..calm.calls {
            for one in AT_BOTH {
                let setup = Setup { plan: Plan::At(vec![(first, one)]), ..base.clone() };
                let calls = run(&setup, Some(known)).calls;
                for second in (first + 1..calls).filter(|second| (first + second).is_multiple_of(every)) {
                    for other in AT_BOTH {
                        let setup = Setup { plan: Plan::At(vec![(first, one), (second, other)]), ..base.clone() };
                        let how = || format!("schedule {seed}, calls {first} and {second}: {one:?}, {other:?}");
                        totals.add(&run(&setup, Some(known)), how);
                    }
                }
            }
        }
    })
}

/// Random runs of the whole system, from a seed on.
#[must_use]
pub fn randomly(first: u64, runs: u64, sender: Option<Replacement>) -> Totals {
    shared(runs, |number, totals, known| {
        let seed = first + number;
        let setup = random(seed, WHOLE, sender);
        let report = run(&setup, Some(known));
        if seed.is_multiple_of(REPEATED) {
            let again: Report = run(&setup, Some(known));
            totals.repeated += 1;
            if again.trace != report.trace {
                totals.violated += 1;
                totals.told.push(format!("--seed {seed}: a seed does the same every time: its trace differs"));
            }
        }
        totals.add(&report, || format!("--seed {seed}"));
    })
}

/// Does each of `jobs`, on all cores.
fn shared(jobs: u64, job: impl Fn(u64, &mut Totals, &Known) + Sync) -> Totals {
    let next = AtomicU64::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, job) = (&next, &job);
    std::thread::scope(|scope| {
        let work = move || {
            let known = known();
            let mut totals = Totals::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= jobs {
                    return totals;
                }
                job(number, &mut totals, &known);
            }
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut all = Totals::default();
        for thread in threads {
            all.merge(thread.join().expect("a run does not panic"));
        }
        all
    })
}
