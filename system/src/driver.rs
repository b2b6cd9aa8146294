//! Plays events through a system under virtual time: the driver owns the clock and moves it to whatever comes next.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::Timestamp;
use rekindle_lambda::clock::ManualClock;
use rekindle_local::{LocalAws, Mappings};
use rekindle_store::Dynamo;
use rekindle_tick::{Tick, Ticked};
use serde_json::Value;

use crate::{BUS, System};

/// EventBridge takes ten entries in one request.
const ENTRIES: usize = 10;

/// An event for the bus.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// When it happened.
    pub time: Timestamp,
    /// Who says so.
    pub source: String,
    /// Its type.
    pub kind: String,
    /// Its detail, as `events/` describes it.
    pub detail: Value,
}

impl Arrival {
    /// Whom it is about.
    fn person(&self) -> &str {
        self.detail.pointer("/person/id").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Moves a system through time.
pub struct Driver<'s> {
    system: &'s System,
    clock: &'s ManualClock,
    tick: Tick<Dynamo>,
    mappings: Mappings,
    bus: aws_sdk_eventbridge::Client,
}

impl<'s> Driver<'s> {
    /// A driver of `system`, whose clock is `clock`.
    ///
    /// # Errors
    /// Where the handlers cannot be wired.
    pub fn new(system: &'s System, clock: &'s ManualClock) -> Result<Self> {
        let bus = aws_sdk_eventbridge::Client::new(&system.aws.sdk_config());
        Ok(Self { system, clock, tick: system.tick(), mappings: system.mappings()?, bus })
    }

    /// Puts events that happen at one instant on the bus, and waits until the system is quiet. Nothing keeps two messages
    /// of a queue in order, so the events of one person go one after another.
    ///
    /// # Errors
    /// Where the system fails.
    pub async fn play(&self, at: Timestamp, events: Vec<Arrival>) -> Result<()> {
        self.pass_to(at).await?;
        let mut rest = events;
        while !rest.is_empty() {
            let mut seen = BTreeSet::new();
            let (wave, later): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|event| seen.insert(event.person().to_owned()));
            self.put(&wave).await?;
            self.settle().await?;
            rest = later;
        }
        Ok(())
    }

    /// Works until nothing is left to do at this instant; gives how much was done.
    ///
    /// # Errors
    /// Where the system fails.
    pub async fn settle(&self) -> Result<usize> {
        Ok(self.mappings.run_until_quiet().await?)
    }

    /// Lets time pass to `until`, stopping wherever somebody falls due or a message comes back.
    ///
    /// # Errors
    /// Where the system fails.
    pub async fn pass_to(&self, until: Timestamp) -> Result<()> {
        let tick = async || anyhow::Ok(self.tick.handle().await?);
        pass_to(&self.system.aws, self.clock, until, tick, async || self.settle().await).await
    }

    /// Puts events on the bus.
    ///
    /// # Errors
    /// Where it does not take them.
    pub async fn put(&self, events: &[Arrival]) -> Result<()> {
        for events in events.chunks(ENTRIES) {
            let mut request = self.bus.put_events();
            for event in events {
                let entry = PutEventsRequestEntry::builder()
                    .event_bus_name(BUS)
                    .source(&event.source)
                    .detail_type(&event.kind)
                    .time(DateTime::from_secs(event.time.as_second()))
                    .detail(event.detail.to_string());
                request = request.entries(entry.build());
            }
            let answer = request.send().await.context("the bus does not answer")?;
            if answer.failed_entry_count() > 0 {
                bail!("the bus refused {} events", answer.failed_entry_count());
            }
        }
        Ok(())
    }
}

/// Lets time pass to `until`, stopping wherever somebody falls due or a message of `aws` comes back. `tick` is the minute's,
/// and `settle` works until nothing is left to do at an instant.
///
/// # Errors
/// Whatever these give.
pub async fn pass_to(
    aws: &LocalAws,
    clock: &ManualClock,
    until: Timestamp,
    tick: impl AsyncFn() -> Result<Ticked>,
    settle: impl AsyncFn() -> Result<usize>,
) -> Result<()> {
    loop {
        let ticked = tick().await?;
        if settle().await? > 0 || ticked.queued > 0 {
            continue;
        }
        let due = ticked.next.map(|next| next.timestamp());
        match [due, aws.next_visible_at()?].into_iter().flatten().min().filter(|next| *next <= until) {
            Some(next) => clock.advance_to(next),
            None => break,
        }
    }
    clock.advance_to(until);
    Ok(())
}
