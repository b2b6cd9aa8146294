//! The ways to look for a violation: at every call, at every pair of calls, and by chance.

use std::cell::LazyCell;

use crate::faults::{Kind, Plan, Rates, SES_KINDS, Verdict};
use crate::gate::Sim;
use crate::points::Effect;
use crate::progress::Part;
use crate::releases::{self, Form};
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
    let beside = rng.chance(2_000).then(|| releases::before(&mut rng));
    // So many that each point of a cold start is met by each fault.
    let cold = rng.chance(100);
    Setup { seed, size, plan, sender, cold, beside, story: false }
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
        let setup =
            Setup { seed, size: WHOLE, plan: Plan::Calm, sender: None, cold: false, beside: None, story: false };
        drop(run(&setup, Some(&known)));
    }
    known
}

/// A fault at every call, over a small world in several schedules; versions are read anew in each run.
#[must_use]
pub fn singles(part: &Part, schedules: u64, sender: Option<Replacement>) -> Totals {
    let mut totals = Totals::default();
    let mut jobs = Vec::new();
    for seed in 0..schedules {
        // Every third schedule has operators and strangers in it.
        let size = Size { eventful: seed % 3 == 2, ..SMALL };
        let base = Setup { seed, size, plan: Plan::Calm, sender, cold: false, beside: None, story: false };
        // What happens is told, so that each call is known by its effect.
        let calm = run(&Setup { story: true, ..base.clone() }, None);
        totals.add(&calm, || format!("schedule {seed}, calm"));
        jobs.extend((0..).zip(calm.effects).map(|(call, effect)| (base.clone(), call, effect)));
    }
    totals.merge(shared(part, jobs.len() as u64, |number, totals, _| {
        let (base, call, effect) = &jobs[number as usize];
        for fault in faults_at(*effect) {
            let setup = Setup { plan: Plan::At(vec![(*call, fault)]), ..base.clone() };
            totals.add(&run(&setup, None), || format!("schedule {}, call {call}: {fault:?}", base.seed));
        }
    }));
    totals
}

/// What can happen at a call of that effect: SES's own answers are for requests to SES.
fn faults_at(effect: Effect) -> impl Iterator<Item = Verdict> {
    let ses = SES_KINDS.into_iter().chain([Kind::SesAcceptedAfterDeath]).map(Verdict::Ses);
    AT_A_CALL.into_iter().chain([Verdict::Hang]).chain(ses.filter(move |_| effect == Effect::AskSes))
}

/// A crash at every pair of calls, over a small world.
#[must_use]
pub fn pairs(part: &Part, schedules: u64, every: u64) -> Totals {
    let (mut jobs, known) = (Vec::new(), known());
    for seed in 0..schedules {
        let base = Setup { seed, size: SMALL, plan: Plan::Calm, sender: None, cold: false, beside: None, story: false };
        let calls = run(&base, Some(&known)).calls;
        jobs.extend((0..calls).flat_map(|call| AT_BOTH.map(|verdict| (base.clone(), call, verdict))));
    }
    shared(part, jobs.len() as u64, |number, totals, known| {
        let (base, first, one) = &jobs[number as usize];
        let setup = Setup { plan: Plan::At(vec![(*first, *one)]), ..base.clone() };
        let calls = run(&setup, Some(&**known)).calls;
        for second in (first + 1..calls).filter(|second| (first + second).is_multiple_of(every)) {
            for other in AT_BOTH {
                let setup = Setup { plan: Plan::At(vec![(*first, *one), (second, other)]), ..base.clone() };
                let how = || format!("schedule {}, calls {first} and {second}: {one:?}, {other:?}", base.seed);
                totals.add(&run(&setup, Some(&**known)), how);
            }
        }
    })
}

/// Random runs of the whole system, from a seed on.
#[must_use]
pub fn randomly(part: &Part, first: u64, runs: u64, sender: Option<Replacement>) -> Totals {
    each_seed(part, first, runs, |seed| random(seed, WHOLE, sender))
}

/// Random runs beside a release that knows no more than that.
#[must_use]
pub fn beside(part: &Part, runs: u64, form: &'static Form) -> Totals {
    each_seed(part, 1, runs, |seed| Setup { beside: Some(form), ..random(seed, WHOLE, None) })
}

fn each_seed(part: &Part, first: u64, runs: u64, setup_of: impl Fn(u64) -> Setup + Sync) -> Totals {
    shared(part, runs, |number, totals, known| {
        let seed = first + number;
        let setup = setup_of(seed);
        let report = run(&setup, Some(&**known));
        if seed.is_multiple_of(REPEATED) {
            let again: Report = run(&setup, Some(&**known));
            totals.repeated += 1;
            if again.trace != report.trace {
                totals.violated += 1;
                totals.told.push(format!("--seed {seed}: a seed does the same every time: its trace differs"));
            }
        }
        totals.add(&report, || format!("--seed {seed}"));
    })
}

/// Does each of `jobs` by its number, on all cores, as far as the part's time goes.
fn shared(part: &Part, jobs: u64, job: impl Fn(u64, &mut Totals, &LazyCell<Known>) + Sync) -> Totals {
    part.consists_of(jobs);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let job = &job;
    let work = move || {
        let known = LazyCell::<Known>::new(known);
        let mut totals = Totals::default();
        while let Some(number) = part.next() {
            job(number, &mut totals, &known);
            part.is_done();
        }
        totals
    };
    part.watched(|| {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            let mut all = Totals::default();
            for thread in threads {
                all.merge(thread.join().expect("a run does not panic"));
            }
            all
        })
    })
}
