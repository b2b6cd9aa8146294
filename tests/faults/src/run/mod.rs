//! One run: a seed decides who goes on, what arrives and what fails, until everything is quiet.
//!
//! Two workers of each function are always there to be picked. Time passes only when nobody can do anything, so that every
//! order of what happens at one instant is possible.

mod acting;
mod invoking;
mod releasing;

use futures_util::future::BoxFuture;
use rekindle_store::{Keyed, Memory, Shards};

use self::acting::{is_redriven, publish};
use self::releasing::Before;
use crate::faults::{Counts, Kind, Plan};
use crate::gate::Sim;
use crate::invariants;
use crate::points::{Effect, Function};
use crate::queue::QueueName;
use crate::releases::Form;
use crate::rng::Rng;
use crate::shop::{self, Act, Size};
use crate::workers::{Handler, Known, Outcome, Replacement, workers};
use crate::world::{HOUR, SECOND, World};

/// Steps after which a run that does not become quiet is a violation.
const LONGEST: u64 = 400_000;
/// How often an operator looks at the dead letters.
const REDRIVE: i64 = 6 * HOUR;

/// What a run is made of.
#[derive(Clone)]
pub struct Setup {
    /// Decides everything.
    pub seed: u64,
    /// How large it is.
    pub size: Size,
    /// Its faults.
    pub plan: Plan,
    /// A broken protocol instead of `send`.
    pub sender: Option<Replacement>,
    /// Whether every process reads what never changes for itself.
    pub cold: bool,
    /// What a release before this one knows, of which some workers are.
    pub beside: Option<&'static Form>,
    /// Whether what happens is told.
    pub story: bool,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// What must not have happened.
    pub violations: Vec<String>,
    /// What was injected.
    pub counts: Counts,
    /// Crash points that were reached.
    pub reached: Vec<(Function, Effect)>,
    /// Calls to the world outside.
    pub calls: u64,
    /// Choices of the scheduler.
    pub steps: u64,
    /// A hash of everything that happened.
    pub trace: u64,
    /// Mails that SES took.
    pub accepted: u64,
    /// Mails that SES took twice.
    pub duplicates: u64,
    /// Mails that were planned.
    pub planned: u64,
    /// Mails that ended as unknown, and how many of these SES had taken.
    pub unknown: (u64, u64),
    /// Mails that were withdrawn.
    pub withdrawn: u64,
    /// Mails that disappeared.
    pub lost: u64,
    /// What happened, in words.
    pub story: Vec<String>,
    /// The calls in order, where the story was asked for.
    pub effects: Vec<Effect>,
    /// How often somebody was loaded.
    pub loads: u64,
    /// Requests to SES that were held against the account's rate.
    pub metered: u64,
    /// Campaigns that were paused because their mails were not wanted.
    pub unwanted: u64,
}

/// A run under way.
struct Run<'k> {
    sim: Sim,
    known: Option<&'k Known>,
    sender: Option<Replacement>,
    beside: Option<&'static Form>,
    before: Vec<Before>,
    handlers: Vec<Handler>,
    running: Vec<Option<Running>>,
    acts: std::iter::Peekable<std::vec::IntoIter<(i64, Act)>>,
    next_tick: i64,
    next_redrive: i64,
    steps: u64,
}

/// An invocation.
struct Running {
    future: BoxFuture<'static, Outcome>,
    source: Source,
}

/// Where an invocation's work came from.
enum Source {
    Queue(QueueName, Vec<u64>),
    Shard(usize, usize),
    Minute,
}

/// What can be done next.
enum Choice {
    Call(usize),
    Queue(usize, QueueName),
    Shard(usize, usize),
    Tick(usize),
    Act,
    Late(usize),
    Kill(usize),
    Redrive,
}

/// Does a run from its beginning until everything is quiet, and judges it.
#[must_use]
pub fn run(setup: &Setup, known: Option<&Known>) -> Report {
    let sim = play(setup, known, false);
    invariants::judge(&sim.0, sim.1)
}

/// Does a run, and gives the store and the images of its stream too.
#[must_use]
pub fn run_and_keep(setup: &Setup, known: Option<&Known>) -> (Report, Memory, Vec<serde_dynamo::Item>) {
    let (sim, steps) = play(setup, known, true);
    let report = invariants::judge(&sim, steps);
    let mut world = sim.world();
    (report, world.memory.clone(), world.kept.take().unwrap_or_default())
}

fn play(setup: &Setup, known: Option<&Known>, keep: bool) -> (Sim, u64) {
    let memory = Memory::with_stream(Keyed::new(b"a secret of thirty-two bytes here"), Shards::new(2));
    let known = known.filter(|_| !setup.cold);
    let mut seeds = Rng::new(setup.seed ^ 0x5eed);
    let mut acts = shop::acts(setup.size, &mut seeds);
    if setup.size.eventful {
        let (full, leaves) = crate::full::acts(&mut seeds);
        full.iter().for_each(|person| crate::full::put(&memory, person));
        drop(memory.take_stream());
        acts.extend(leaves);
        acts.sort_by_key(|(at, _)| *at);
    }
    let mut world = World::new(setup.seed, setup.plan.clone(), memory, shop::START, setup.story);
    world.kept = keep.then(Vec::new);
    world.truth.erasing.is_expected = acts.iter().any(|(_, act)| act.is_deletion());
    shop::upload(&world.memory);
    let sim = Sim::new(world);
    publish(&sim, 1);
    let handlers = workers(&sim, known, setup.sender);
    {
        let mut world = sim.world();
        let rates = world.plan.rates();
        if rates.outage {
            let from = shop::START + world.dice.between(0, 60 * HOUR);
            world.outage = Some((from, from + HOUR / 2));
        }
        if rates.ses > 0 && world.dice.chance(2_000) {
            let from = shop::START + world.dice.between(0, 48 * HOUR);
            world.dry = Some((from, from + world.dice.between(HOUR, 30 * HOUR)));
        }
        for slot in 0..handlers.len() {
            if rates.clock > 0 {
                world.slots[slot].skew = world.dice.between(-8 * SECOND, 8 * SECOND);
                world.count(Kind::ClockSkew);
            }
        }
    }
    let running = handlers.iter().map(|_| None).collect();
    let mut run = Run {
        sim,
        known,
        sender: setup.sender,
        beside: setup.beside,
        before: releasing::choose(handlers.len(), &mut Rng::new(setup.seed ^ 0xde9_107)),
        handlers,
        running,
        acts: acts.into_iter().peekable(),
        next_tick: 0,
        next_redrive: shop::START + REDRIVE,
        steps: 0,
    };
    (0..run.handlers.len()).for_each(|slot| run.deploy(slot));
    run.go();
    drop(run.running);
    (run.sim, run.steps)
}

impl Run<'_> {
    fn go(&mut self) {
        let mut choices = Vec::new();
        loop {
            self.steps += 1;
            if self.steps > LONGEST {
                self.sim.world().truth.violated("everything becomes quiet", format!("not within {LONGEST} steps"));
                return;
            }
            self.choices(&mut choices);
            if choices.is_empty() {
                let Some(next) = self.next_instant() else {
                    if self.resume_unwanted() {
                        continue;
                    }
                    return;
                };
                let mut world = self.sim.world();
                world.now = world.now.max(next);
                continue;
            }
            let choice = {
                let mut world = self.sim.world();
                let at = world.schedule.below(choices.len());
                choices.swap_remove(at)
            };
            self.take(choice);
        }
    }

    fn choices(&mut self, choices: &mut Vec<Choice>) {
        choices.clear();
        let mut world = self.sim.world();
        let now = world.now;
        choices.extend((0..world.calls.len()).filter(|at| world.is_ready(*at)).map(Choice::Call));
        for slot in 0..self.handlers.len() {
            if world.slots[slot].busy {
                if world.slots[slot].deadline <= now && world.slots[slot].frozen_until <= now {
                    choices.push(Choice::Kill(slot));
                }
                continue;
            }
            match &self.handlers[slot] {
                Handler::Queue(name, _) => {
                    if world.queue(*name).next_visible().is_some_and(|at| at <= now) {
                        choices.push(Choice::Queue(slot, *name));
                    }
                }
                Handler::Stream(_) => {
                    for (number, shard) in world.shards.iter().enumerate() {
                        // Whoever stands still past the time-out has lost the shard to the next, and may thaw all the same.
                        let free = shard.busy.is_none_or(|slot| world.slots[slot].deadline <= now);
                        if free && !shard.changes.is_empty() && shard.retry_at <= now {
                            choices.push(Choice::Shard(slot, number));
                        }
                    }
                }
                Handler::Minute(_) => {
                    if self.next_tick <= now && world.earliest_due().is_some_and(|at| at <= now) {
                        choices.push(Choice::Tick(slot));
                    }
                }
            }
        }
        choices.extend((0..world.late.len()).filter(|at| world.late[*at].0 <= now).map(Choice::Late));
        if self.acts.peek().is_some_and(|(at, _)| *at <= now) {
            choices.push(Choice::Act);
        }
        if self.next_redrive <= now && self.to_redrive(&world) {
            choices.push(Choice::Redrive);
        }
    }

    /// Whether there are dead letters that may be handled after all.
    fn to_redrive(&self, world: &World) -> bool {
        world.queues.iter().flat_map(|queue| &queue.dead).any(|letter| is_redriven(world, letter))
    }

    /// When something can happen next; `None` where nothing ever will.
    fn next_instant(&mut self) -> Option<i64> {
        let mut world = self.sim.world();
        let now = world.now;
        let mut next: Option<i64> = None;
        // What could have happened already waits for a worker, not for time.
        let mut consider = |at: i64| {
            if at > now {
                next = Some(next.map_or(at, |next| next.min(at)));
            }
        };
        if let Some((at, _)) = self.acts.peek() {
            consider(*at);
        }
        world.late.iter().for_each(|(at, _)| consider(*at));
        for slot in world.slots.iter().filter(|slot| slot.busy) {
            [slot.frozen_until, slot.deadline].into_iter().for_each(&mut consider);
        }
        world.queues.iter().filter_map(crate::queue::Queue::next_visible).for_each(&mut consider);
        for shard in world.shards.iter().filter(|shard| !shard.changes.is_empty() && shard.busy.is_none()) {
            consider(shard.retry_at);
        }
        let redrive = self.to_redrive(&world);
        if let Some(due) = world.earliest_due() {
            consider(due.max(self.next_tick));
        }
        if redrive {
            consider(self.next_redrive);
        }
        next
    }

    fn take(&mut self, choice: Choice) {
        match choice {
            Choice::Call(at) => {
                let slot = self.sim.world().release(at);
                self.poll(slot);
            }
            Choice::Queue(slot, name) => self.deliver(slot, name),
            Choice::Shard(slot, shard) => self.hand_on(slot, shard),
            Choice::Tick(slot) => {
                self.deploy(slot);
                let Handler::Minute(handle) = &self.handlers[slot] else { return };
                self.next_tick = self.sim.world().now + 60 * SECOND;
                let future = handle();
                self.start(slot, Source::Minute, future);
            }
            Choice::Act => {
                if let Some((_, act)) = self.acts.next() {
                    self.act(act);
                }
            }
            Choice::Late(at) => {
                let mut world = self.sim.world();
                let (_, accepted) = world.late.swap_remove(at);
                world.tell(|| format!("SES takes {} after all", accepted.send_id));
                world.took(accepted);
            }
            Choice::Kill(slot) => {
                {
                    let mut world = self.sim.world();
                    world.count(Kind::FunctionTimeout);
                    if world.slots[slot].writes > 0 {
                        world.count(Kind::CutMidWork);
                    }
                }
                self.kill(slot);
            }
            Choice::Redrive => self.redrive(),
        }
    }
}
