//! What an event, a tick, due people and a pass over everyone cost: the real handlers over any store.
//!
//! Processor time is that of the calling thread. Where the store is a table, its units are counted by who answers for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use jiff::{SignedDuration, Timestamp};
use rekindle_advance::Advance;
use rekindle_engine::time::Instant;
use rekindle_intake::Intake;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::messages::SweepRequest;
use rekindle_local::Used;
use rekindle_sweep::{Pace, Sweep};
use rekindle_tick::Tick;

use crate::processor;
use crate::queue::{Line, message};
use crate::shop;

/// When the newsletter goes out to whoever keeps the shop's own time.
const THURSDAY: &str = "2026-05-14T01:00:00Z";
/// Ticks of one measurement.
const TICKS: u64 = 500;

/// What something cost, and over how many of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// How many.
    pub count: f64,
    /// Seconds of the processor.
    pub seconds: f64,
    /// Write units.
    pub writes: f64,
    /// Read units.
    pub reads: f64,
}

/// Everything about one population.
#[derive(Debug, Clone, Default)]
pub struct Costs {
    /// For each event.
    pub event: Cost,
    /// For each tick.
    pub tick: Cost,
    /// For each person who moved on.
    pub advance: Cost,
    /// For each person whom the daily audit saw.
    pub audit: Cost,
    /// For each person whom the pass after a publication saw.
    pub publish: Cost,
}

/// A store, the time, and what was asked of the store since the last call.
pub struct Bench<'b, S> {
    /// Where people are.
    pub store: S,
    /// What time it is.
    pub clock: Arc<ManualClock>,
    /// What a table was asked.
    pub used: &'b dyn Fn() -> BTreeMap<String, Used>,
}

impl<S: Store> Bench<'_, S> {
    /// Measures everything, about the people of these numbers.
    ///
    /// # Panics
    /// Where a handler fails: then nothing was measured.
    pub async fn all(&self, people: &[u64]) -> Costs {
        let event = self.events(people).await;
        let tick = self.ticks().await;
        let audit = self.pass(SweepRequest::audit(self.now())).await;
        self.clock.advance_to(THURSDAY.parse::<Timestamp>().expect("an instant"));
        let advance = self.advance().await;
        let campaigns = [shop::CAMPAIGNS[2].to_owned()].into();
        let publish = self.pass(SweepRequest::published(2, campaigns, [].into(), self.now())).await;
        Costs { event, tick, advance, audit, publish }
    }

    async fn events(&self, people: &[u64]) -> Cost {
        let intake = Intake::new(self.deciding(), DeadLetters::new(self.line().queue()), self.clock());
        let mut cost = self.begin();
        for chunk in people.chunks(500) {
            let batches: Vec<SqsEvent> = chunk.chunks(10).map(events).collect();
            let before = processor::of_thread();
            for batch in batches {
                let response = intake.handle(batch).await;
                assert!(response.batch_item_failures.is_empty(), "every event is applied");
            }
            cost.seconds += processor::of_thread() - before;
        }
        self.end(cost, people.len() as f64)
    }

    async fn ticks(&self) -> Cost {
        let tick = Tick::new(self.store.clone(), self.line().queue(), self.line().queue(), self.clock());
        let mut cost = self.begin();
        let before = processor::of_thread();
        for _ in 0..TICKS {
            tick.handle().await.expect("a tick works");
        }
        cost.seconds = processor::of_thread() - before;
        self.end(cost, TICKS as f64)
    }

    /// Everybody who is due moves on.
    async fn advance(&self) -> Cost {
        let due = self.due().await;
        let line = self.line();
        let tick = Tick::new(self.store.clone(), line.queue(), self.line().queue(), self.clock());
        let advance = Advance::new(self.deciding(), self.clock());
        drop((self.used)());
        tick.handle().await.expect("a tick works");
        let mut cost = self.begin();
        while let Some(batch) = line.receive(1) {
            let before = processor::of_thread();
            let response = advance.handle(batch, Deadline::NONE).await;
            cost.seconds += processor::of_thread() - before;
            assert!(response.batch_item_failures.is_empty(), "everybody moves on");
            line.settle(&response);
        }
        let cost = self.end(cost, due);
        assert!(self.due().await < 1.0, "nobody is due any more");
        cost
    }

    async fn due(&self) -> f64 {
        let (mut due, now) = (0, self.now());
        for shard in self.store.shards().all() {
            let mut after = None;
            loop {
                let page = self.store.due(shard, now, 1_000, after.as_ref()).await.expect("the index is read");
                due += page.people.len();
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        due as f64
    }

    async fn pass(&self, request: SweepRequest) -> Cost {
        let pace = Pace { settle: SignedDuration::ZERO, ..Pace::default() };
        let (own, sends) = (self.line().queue(), self.line().queue());
        let sweep = Sweep::new(self.deciding(), own, sends, pace, self.clock());
        let mut cost = self.begin();
        let before = processor::of_thread();
        let pass = loop {
            let pass = sweep.go_on(&request).await.expect("a pass goes on");
            if pass.finished.is_some() {
                break pass;
            }
        };
        cost.seconds = processor::of_thread() - before;
        self.end(cost, pass.seen as f64)
    }

    fn begin(&self) -> Cost {
        drop((self.used)());
        Cost::default()
    }

    fn end(&self, cost: Cost, count: f64) -> Cost {
        let used = (self.used)();
        let is_read = |name: &str| matches!(name, "GetItem" | "Query" | "Scan" | "BatchGetItem");
        let units = |reads| used.iter().filter(|(name, _)| is_read(name) == reads).map(|(_, used)| used.units).sum();
        Cost { count, writes: units(false), reads: units(true), ..cost }
    }

    fn deciding(&self) -> Deciding<S> {
        let campaigns = Arc::new(Campaigns::new(self.store.clone()));
        Deciding::new(self.store.clone(), campaigns, self.clock())
    }

    fn line(&self) -> Line {
        Line::new(self.clock())
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

fn events(people: &[u64]) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = people.iter().map(|number| message(*number, shop::next_event(*number))).collect();
    event
}
