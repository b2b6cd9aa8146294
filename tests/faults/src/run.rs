//! One run: a seed decides who goes on, what arrives and what fails, until everything is quiet.
//!
//! Two workers of each function are always there to be picked. Time passes only when nobody can do anything, so that every
//! order of what happens at one instant is possible.

use std::pin::Pin;
use std::task::{Context, Waker};

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_engine::time::Instant;
use rekindle_store::{Keyed, Memory, Publications, Shards};
use rekindle_sweep::SweepRequest;

use crate::faults::{Counts, Kind, Plan};
use crate::invariants;
use crate::points::{Effect, Function};
use crate::queue::{QUEUES, QueueName};
use crate::rng::Rng;
use crate::shop::{self, Act, Size};
use crate::workers::{Handler, Known, Outcome, Replacement, workers};
use crate::world::{HOUR, SECOND, Sim, VISIBILITY, World};

/// How long an invocation may take: as `infra/template.yaml` says.
const FUNCTION_TIMEOUT: i64 = 30 * SECOND;
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
}

/// A run under way.
struct Run {
    sim: Sim,
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
    let mut seeds = Rng::new(setup.seed ^ 0x5eed);
    let acts = shop::acts(setup.size, &mut seeds);
    let mut world = World::new(setup.seed, setup.plan.clone(), memory, shop::START, setup.story);
    world.kept = keep.then(Vec::new);
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
        handlers,
        running,
        acts: acts.into_iter().peekable(),
        next_tick: 0,
        next_redrive: shop::START + REDRIVE,
        steps: 0,
    };
    run.go();
    drop(run.running);
    (run.sim, run.steps)
}

fn publish(sim: &Sim, version: u32) {
    let (memory, at) = {
        let world = sim.world();
        (world.memory.clone(), Instant::from_seconds(world.now / SECOND))
    };
    thread_local! {
        static PUBLICATIONS: [rekindle_store::Publication; 2] = [shop::publication(1), shop::publication(2)];
    }
    let number = PUBLICATIONS.with(|publications| {
        let publication = &publications[version as usize - 1];
        memory.publish(publication, u64::from(version) - 1, at).now_or_never()
    });
    let number = number.expect("memory answers at once").expect("a publication that fits");
    sim.world().live = number;
}

impl Run {
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
                let Some(next) = self.next_instant() else { return };
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
                world.truth.took(accepted);
            }
            Choice::Kill(slot) => {
                self.sim.world().count(Kind::FunctionTimeout);
                self.kill(slot);
            }
            Choice::Redrive => self.redrive(),
        }
    }

    fn redrive(&mut self) {
        let mut world = self.sim.world();
        self.next_redrive = world.now + REDRIVE;
        for name in QUEUES {
            let letters = std::mem::take(&mut world.queue(name).dead);
            for mut letter in letters {
                if is_redriven(&world, &letter) {
                    world.count(Kind::Redriven);
                    letter.receives = 0;
                    letter.visible_at = world.now;
                    world.queue(name).messages.push(letter);
                } else {
                    world.queue(name).dead.push(letter);
                }
            }
        }
    }

    fn act(&mut self, act: Act) {
        let mut world = self.sim.world();
        world.tell(|| format!("act: {}", format!("{act:?}").get(..120).unwrap_or("something large")));
        let now = world.now;
        let at = Instant::from_seconds(now / SECOND);
        match act {
            Act::Event { person, kind, detail, id } => {
                world.truth.events.entry((person, kind.to_owned())).or_default().insert(id);
                if kind == "thing.nobody_knows" {
                    world.count(Kind::UnknownEvent);
                }
                world.bus(kind, &detail.to_string());
            }
            Act::NoEvent(body, kind) => {
                world.count(kind);
                let put_aside: String = body.chars().take(250 * 1024).collect();
                world.truth.poison.insert(put_aside);
                world.enqueue(QueueName::Intake, body, 0);
            }
            Act::Poison(queue, body) => {
                world.count(Kind::Poison);
                world.truth.poison.insert(body.clone());
                world.enqueue(QUEUES[queue], body, 0);
            }
            Act::Pause(campaign) => {
                let paused = world.memory.pause(campaign, "", "", at).now_or_never();
                if paused == Some(Ok(true)) {
                    world.truth.pauses.push((campaign.to_owned(), now, None));
                }
            }
            Act::Resume(campaign) => {
                let resumed = world.memory.resume(campaign, "", "", at).now_or_never();
                if resumed == Some(Ok(true)) {
                    let open = world.truth.pauses.iter_mut().find(|own| own.0 == campaign && own.2.is_none());
                    if let Some(open) = open {
                        open.2 = Some(now);
                    }
                    let request = SweepRequest::resumed(campaign, at);
                    world.enqueue(QueueName::Sweep, serde_json::to_string(&request).expect("a request is JSON"), 0);
                }
            }
            Act::Publish => {
                drop(world);
                publish(&self.sim, 2);
                let mut world = self.sim.world();
                let request = shop::pass_after_publication(world.live, at);
                world.enqueue(QueueName::Sweep, serde_json::to_string(&request).expect("a request is JSON"), 0);
            }
        }
    }

    /// Hands messages of a queue to a worker.
    fn deliver(&mut self, slot: usize, name: QueueName) {
        let Handler::Queue(_, handle) = &self.handlers[slot] else { return };
        let mut world = self.sim.world();
        let (now, rates) = (world.now, world.plan.rates());
        let limit = match name {
            QueueName::Advance | QueueName::Sweep => 1,
            QueueName::Intake | QueueName::Send => 1 + world.schedule.below(10),
        };
        let mut visibility = VISIBILITY;
        if world.dice.chance(rates.queue) {
            visibility = world.dice.between(0, 20 * SECOND);
            world.count(Kind::VisibilityRanOut);
        }
        let mut dice = world.dice.clone();
        let (messages, dead, reordered) = world.queue(name).receive(limit, now, visibility, &mut dice);
        world.dice = dice;
        (0..dead).for_each(|_| world.count(Kind::DeadLettered));
        if reordered {
            world.count(Kind::Reordered);
        }
        if messages.is_empty() {
            return;
        }
        let ids: Vec<u64> = messages.iter().map(|message| message.id).collect();
        world.tell(|| format!("{name:?} hands {ids:?} to worker {slot}"));
        if world.dice.chance(rates.secret) {
            // The cold start fails; Lambda gives the messages back when they are visible again.
            world.count(Kind::SecretMissing);
            return;
        }
        if world.dice.chance(rates.clock) && world.slots[slot].skew < 12 * SECOND {
            let jump = world.dice.between(SECOND, 8 * SECOND);
            world.slots[slot].skew += jump;
            world.count(Kind::ClockJump);
        }
        drop(world);
        let mut event = SqsEvent::default();
        event.records = messages
            .into_iter()
            .map(|message| {
                let mut record = SqsMessage::default();
                record.message_id = Some(message.id.to_string());
                record.body = Some(message.body);
                record.attributes.insert("SentTimestamp".to_owned(), message.sent_at.to_string());
                record
            })
            .collect();
        let future = handle(event);
        self.start(slot, Source::Queue(name, ids), future);
    }

    /// Hands changes of the stream to a worker.
    fn hand_on(&mut self, slot: usize, number: usize) {
        let Handler::Stream(handle) = &self.handlers[slot] else { return };
        let mut world = self.sim.world();
        let rate = world.plan.rates().stream;
        if !world.shards[number].done.is_empty() && world.dice.chance(rate) {
            world.count(Kind::StreamRepeated);
            let shard = &mut world.shards[number];
            while let Some(change) = shard.done.pop_back() {
                shard.changes.push_front(change);
            }
        }
        let shard = &mut world.shards[number];
        let batch: Vec<_> = shard.changes.iter().take(shard.limit).cloned().collect();
        shard.busy = Some(slot);
        drop(world);
        let count = batch.len();
        let mut event = StreamEvent::default();
        event.records = batch
            .into_iter()
            .map(|(sequence, image)| {
                let mut record = EventRecord::default();
                record.change.sequence_number = Some(sequence.to_string());
                record.change.new_image = image;
                record
            })
            .collect();
        let future = handle(event);
        self.start(slot, Source::Shard(number, count), future);
    }

    fn start(&mut self, slot: usize, source: Source, future: BoxFuture<'static, Outcome>) {
        {
            let mut world = self.sim.world();
            let deadline = world.now + FUNCTION_TIMEOUT;
            let own = &mut world.slots[slot];
            (own.busy, own.dead, own.deadline, own.writes) = (true, false, deadline, 0);
        }
        self.running[slot] = Some(Running { future, source });
        self.poll(slot);
    }

    fn poll(&mut self, slot: usize) {
        let Some(running) = &mut self.running[slot] else { return };
        if self.sim.world().slots[slot].dead {
            return self.kill(slot);
        }
        self.sim.world().current = Some(slot);
        let polled = Pin::new(&mut running.future).poll(&mut Context::from_waker(Waker::noop()));
        let dead = {
            let mut world = self.sim.world();
            world.current = None;
            world.slots[slot].dead
        };
        match polled {
            _ if dead => self.kill(slot),
            std::task::Poll::Ready(outcome) => self.finish(slot, &outcome),
            std::task::Poll::Pending => {}
        }
    }

    /// The process is gone: its future is dropped, and what it was given comes again.
    fn kill(&mut self, slot: usize) {
        let Some(Running { future, source }) = self.running[slot].take() else { return };
        drop(future);
        let mut world = self.sim.world();
        world.tell(|| format!("worker {slot} is gone"));
        world.calls.retain(|call| call.slot != slot);
        let own = &mut world.slots[slot];
        (own.busy, own.dead, own.frozen_until) = (false, false, 0);
        let halfway = own.writes > 0;
        match source {
            Source::Queue(_, ids) if halfway && ids.len() > 1 => world.count(Kind::BatchRetried),
            Source::Shard(number, count) if world.shards[number].busy == Some(slot) => {
                world.try_again(number, count, halfway);
            }
            _ => {}
        }
    }

    fn finish(&mut self, slot: usize, outcome: &Outcome) {
        let Some(Running { source, .. }) = self.running[slot].take() else { return };
        let mut world = self.sim.world();
        world.slots[slot].busy = false;
        world.calls.retain(|call| call.slot != slot);
        match (source, outcome) {
            (Source::Queue(name, ids), Outcome::Batch(response)) => {
                let failed: Vec<u64> = response
                    .batch_item_failures
                    .iter()
                    .filter_map(|failure| failure.item_identifier.parse().ok())
                    .collect();
                world.tell(|| format!("worker {slot} is done; failed: {failed:?}"));
                if ids.len() > 2 && !failed.is_empty() && failed.len() < ids.len() {
                    world.count(Kind::MiddleRecordFailed);
                }
                for id in ids.iter().filter(|id| !failed.contains(id)) {
                    world.delete(name, *id);
                }
            }
            (Source::Shard(number, count), Outcome::Stream(response)) if world.shards[number].busy == Some(slot) => {
                let failed = response.batch_item_failures.first().and_then(|failure| failure.item_identifier.clone());
                let failed = failed.and_then(|id| id.parse::<u64>().ok());
                world.settle(number, count, failed);
            }
            _ => {}
        }
    }
}

fn is_redriven(world: &World, letter: &crate::queue::Message) -> bool {
    letter.reason.is_none() && !world.truth.poison.contains(&letter.body)
}

impl World {
    /// A batch of the stream was not answered: it comes again, in halves where it had begun.
    fn try_again(&mut self, number: usize, count: usize, halfway: bool) {
        if halfway && count > 1 {
            self.count(Kind::BatchRetried);
        }
        let rate = self.plan.rates().stream;
        let bisect = count > 1 && (rate == 0 || self.dice.chance(5_000));
        if bisect {
            self.count(Kind::StreamBisected);
        }
        let now = self.now;
        let shard = &mut self.shards[number];
        (shard.busy, shard.retry_at) = (None, now + SECOND);
        shard.limit = if bisect { count.div_ceil(2) } else { count.max(1) };
    }

    /// A batch of the stream was answered: the stream goes on from the first that failed.
    fn settle(&mut self, number: usize, count: usize, failed: Option<u64>) {
        let now = self.now;
        let shard = &mut self.shards[number];
        shard.busy = None;
        shard.done.clear();
        for _ in 0..count {
            let Some(front) = shard.changes.front() else { break };
            if Some(front.0) == failed {
                break;
            }
            let change = shard.changes.pop_front();
            shard.done.extend(change);
        }
        (shard.limit, shard.retry_at) = (10, if failed.is_some() { now + SECOND } else { now });
    }

    /// A message was handled: it is deleted, and may come again all the same.
    fn delete(&mut self, name: QueueName, id: u64) {
        let rate = self.plan.rates().queue;
        let Some(mut message) = self.queue(name).delete(id) else { return };
        if self.dice.chance(rate) {
            self.count(Kind::DuplicateAfterDelete);
            message.visible_at = self.now + self.dice.between(0, HOUR);
            self.queue(name).messages.push(message);
        }
    }
}
