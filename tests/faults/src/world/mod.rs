//! The world that handlers run in: time, calls under way, queues, the stream, and the truth. Every call of a handler
//! passes the gate (`gate`), where it waits until the scheduler lets it go on, dies, fails or stands still.
//!
//! Nothing here reads a clock or rolls a dice of its own: a seed decides everything.

mod arriving;
mod calls;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use rekindle_engine::time::Instant;
use rekindle_store::{Commit, Loaded, Memory};
use serde_dynamo::Item;

use crate::faults::{Counts, Kind, Plan, Verdict};
use crate::points::{Effect, Function};
use crate::queue::{QUEUES, Queue, QueueName};
use crate::releases::Form;
use crate::rng::Rng;
use crate::truth::{Accepted, Truth};

/// Everything outside of the handlers.
pub struct World {
    /// Milliseconds since 1970.
    pub now: i64,
    /// Decides the schedule.
    pub schedule: Rng,
    /// Decides the faults.
    pub dice: Rng,
    /// Which faults.
    pub plan: Plan,
    /// The store.
    pub memory: Memory,
    /// Workers.
    pub slots: Vec<Slot>,
    /// Who runs at this moment.
    pub current: Option<usize>,
    /// Calls that wait to be let go.
    pub calls: Vec<Call>,
    /// Calls that were let go so far.
    pub released: u64,
    /// The queues.
    pub queues: [Queue; QUEUES.len()],
    /// The table's stream.
    pub shards: [StreamShard; 2],
    /// Acceptances of SES that come later than the request.
    pub late: Vec<(i64, Accepted)>,
    /// What really happened.
    pub truth: Truth,
    /// What was injected.
    pub counts: Counts,
    /// Crash points that were reached.
    pub reached: Vec<(Function, Effect)>,
    /// From when until when everything fails.
    pub outage: Option<(i64, i64)>,
    /// From when until when nothing is left of SES's quota.
    pub dry: Option<(i64, i64)>,
    /// A hash of everything that happened.
    pub trace: u64,
    /// What happened, in words, where somebody asked.
    pub story: Option<Vec<String>>,
    /// Whether the index may have changed since [`World::earliest_due`] looked.
    pub index_changed: bool,
    /// The earliest instant at which somebody is due.
    pub earliest: Option<i64>,
    /// The number of the live publication.
    pub live: u64,
    /// Calls in order, where the story was asked for.
    pub effects: Vec<Effect>,
    /// How often somebody was loaded or looked at.
    pub loads: u64,
    /// Everybody before their last change.
    pub changed: BTreeMap<String, Arc<Loaded>>,
    /// Who wrote somebody last, at which number.
    pub writers: BTreeMap<String, (u64, usize)>,
    /// Whether SES is asked at a pace.
    pub is_metered: bool,
    /// When all requests to SES so far would have gone at an even pace, in milliseconds.
    level: i64,
    /// Requests to SES that were held against the rate.
    pub metered: u64,
    /// Campaigns that were paused because their mails were not wanted.
    pub unwanted: u64,
    /// Lines of the archive, as they came.
    pub archive: Vec<String>,
    /// For how many seconds whoever has just written somebody stands still.
    pub stands_still: Option<i64>,
    /// All images of the stream, where somebody asked.
    pub kept: Option<Vec<Item>>,
    numbers: u64,
}

/// One of the two workers of a function.
#[derive(Debug)]
pub struct Slot {
    /// Whose.
    pub function: Function,
    /// How wrong its clock is, in milliseconds.
    pub skew: i64,
    /// Until when it stands still.
    pub frozen_until: i64,
    /// It has died: its future is to be dropped.
    pub dead: bool,
    /// When its invocation runs out of time.
    pub deadline: i64,
    /// Whether it has an invocation.
    pub busy: bool,
    /// Writes that this invocation has made.
    pub writes: u32,
    /// The publication that it read last.
    pub knows: u64,
    /// Where its process is of a release before this one, what that knows.
    pub form: Option<&'static Form>,
}

/// A call under way.
pub struct Call {
    /// Its number.
    pub id: u64,
    /// Whose.
    pub slot: usize,
    /// What it does.
    pub effect: Effect,
    /// How far it is.
    pub state: CallState,
    pub(crate) waker: Waker,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Nothing was decided about it yet.
    New,
    /// It goes on when its process thaws.
    Parked,
    /// It never answers.
    Hung,
    /// It may go on, so.
    Released(Verdict),
}

/// A change of a person.
#[derive(Clone)]
pub struct Change {
    /// Its place in the stream.
    pub sequence: u64,
    /// When it was made, in milliseconds.
    pub at: i64,
    /// The person after it.
    pub image: Arc<Item>,
}

/// A shard of the stream: the changes of half of the people, in order.
#[derive(Default)]
pub struct StreamShard {
    /// Changes that are not done with.
    pub changes: VecDeque<Change>,
    /// Changes that are done with, for repetitions.
    pub done: VecDeque<Change>,
    /// Which worker has it.
    pub busy: Option<usize>,
    /// When to try again.
    pub retry_at: i64,
    /// How many changes at most, after a failure.
    pub limit: usize,
}

impl World {
    /// A world at `now`.
    #[must_use]
    pub fn new(seed: u64, plan: Plan, memory: Memory, now: i64, story: bool) -> Self {
        let mut seeds = Rng::new(seed);
        Self {
            now,
            schedule: Rng::new(seeds.number()),
            dice: Rng::new(seeds.number()),
            plan,
            memory,
            slots: Vec::new(),
            current: None,
            calls: Vec::new(),
            released: 0,
            queues: std::array::from_fn(|_| Queue::default()),
            shards: std::array::from_fn(|_| StreamShard { limit: 10, ..StreamShard::default() }),
            late: Vec::new(),
            truth: Truth::default(),
            counts: Counts::default(),
            reached: Vec::new(),
            outage: None,
            dry: None,
            trace: 0xcbf2_9ce4_8422_2325,
            story: story.then(Vec::new),
            index_changed: true,
            earliest: None,
            live: 0,
            effects: Vec::new(),
            loads: 0,
            changed: BTreeMap::new(),
            writers: BTreeMap::new(),
            is_metered: false,
            level: 0,
            metered: 0,
            unwanted: 0,
            archive: Vec::new(),
            stands_still: None,
            kept: None,
            numbers: 0,
        }
    }

    /// Somebody was written who had been so `before`.
    pub fn committed(&mut self, commit: &Commit<'_>, before: Arc<Loaded>) {
        let id = commit.person.id.to_string();
        let erases = commit.person.erased_at.is_some() && commit.person.erased_at != before.person.erased_at;
        if erases {
            self.erased(commit, &before.person);
        }
        if let Some(slot) = self.current {
            let at = self.number();
            self.writers.insert(id.clone(), (at, slot));
        }
        if erases {
            self.truth.emit(commit);
        } else {
            self.note_life(commit);
            self.truth.committed(commit);
            self.note_answer(commit);
        }
        self.changed.insert(id, before);
        self.note_uses(commit);
        self.note_leaving(commit);
        self.delete_if_armed(commit);
    }

    /// A number that no other thing has.
    pub fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// One of the queues.
    pub fn queue(&mut self, name: QueueName) -> &mut Queue {
        &mut self.queues[name as usize]
    }

    /// A fault was injected.
    pub fn count(&mut self, kind: Kind) {
        self.counts.add(kind);
        self.mix(kind as u64 + 1_000);
        self.tell(|| format!("  ! {}", crate::faults::KINDS[kind as usize].1));
    }

    /// SES is asked: with a bucket of one second's permits, it finds all workers together never too fast. Those who stand
    /// still between their turn and the request, or whose clock is wrong, may be: then SES throttles, and nothing is lost.
    pub fn meter(&mut self) {
        let is_steady = match &self.plan {
            Plan::Calm => true,
            Plan::At(calls) => !calls.iter().any(|(_, verdict)| matches!(verdict, Verdict::FreezeAfter(_))),
            Plan::Random(rates) => rates.freeze == 0 && rates.clock == 0,
        };
        if !self.is_metered || !is_steady {
            return;
        }
        self.metered += 1;
        self.level = self.level.max(self.now) + SECOND / i64::from(MAILS_A_SECOND);
        let ahead = self.level - self.now;
        if ahead > SECOND {
            let what = format!("at {}: {ahead} ms ahead", self.now);
            self.truth.violated("SES is never asked faster than the account allows", what);
        }
    }

    /// Adds to the hash of everything that happened.
    pub fn mix(&mut self, value: u64) {
        self.trace = (self.trace ^ value).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }

    /// Tells what happens, where somebody listens.
    pub fn tell(&mut self, words: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            let at = jiff::Timestamp::from_millisecond(self.now).unwrap_or_default();
            story.push(format!("{at} {}", words()));
        }
    }

    /// When somebody is due next, or a pass is to be looked at.
    pub fn earliest_due(&mut self) -> Option<i64> {
        use futures_util::FutureExt;
        use rekindle_store::{Due, Passes};
        if std::mem::take(&mut self.index_changed) {
            let heads = self.memory.shards().all().filter_map(|shard| {
                self.memory.head(shard).now_or_never().and_then(Result::ok).flatten().map(|head| head.at.seconds())
            });
            let passes = self.memory.unfinished_passes(Instant::MAX).now_or_never().and_then(Result::ok);
            let first = passes.and_then(|passes| self.memory.pass(passes.first()?).now_or_never()?.ok()?);
            self.earliest = heads.chain(first.map(|pass| pass.look_at.seconds())).min().map(|seconds| seconds * SECOND);
        }
        self.earliest
    }
}

/// Milliseconds.
pub const SECOND: i64 = 1_000;
/// Milliseconds.
pub const HOUR: i64 = 3_600 * SECOND;
/// What the account may send.
pub const MAILS_A_SECOND: u8 = 5;
/// How long an armed send is its worker's.
pub const LEASE: i64 = 60 * SECOND;
