//! Plays events through the system under virtual time: the driver owns the clock and moves it to whatever comes next.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::Timestamp;
use rekindle_lambda::clock::ManualClock;
use rekindle_local::Mappings;
use rekindle_store::Dynamo;
use rekindle_tick::Tick;

use super::events::Planned;
use crate::system::{BUS, System};

/// EventBridge takes ten entries in one request.
const ENTRIES: usize = 10;

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
    pub async fn play(&self, at: Timestamp, events: Vec<Planned>) -> Result<()> {
        self.pass_to(at).await?;
        let mut rest = events;
        while !rest.is_empty() {
            let mut seen = BTreeSet::new();
            let (wave, later): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|event| seen.insert(event.person().to_owned()));
            for batch in wave.chunks(ENTRIES) {
                self.put(batch).await?;
            }
            self.mappings.run_until_quiet().await?;
            rest = later;
        }
        Ok(())
    }

    /// Lets time pass to `until`, stopping wherever somebody falls due or a message comes back.
    pub async fn pass_to(&self, until: Timestamp) -> Result<()> {
        loop {
            let ticked = self.tick.handle().await?;
            let handled = self.mappings.run_until_quiet().await?;
            if ticked.queued > 0 || handled > 0 {
                continue;
            }
            let due = ticked.next.map(|next| next.timestamp());
            let visible = self.system.aws.next_visible_at()?;
            match [due, visible].into_iter().flatten().min().filter(|next| *next <= until) {
                Some(next) => self.clock.advance_to(next),
                None => break,
            }
        }
        self.clock.advance_to(until);
        Ok(())
    }

    async fn put(&self, events: &[Planned]) -> Result<()> {
        let mut request = self.bus.put_events();
        for event in events {
            let time = aws_sdk_eventbridge::primitives::DateTime::from_secs(event.at.as_second());
            request = request.entries(
                PutEventsRequestEntry::builder()
                    .event_bus_name(BUS)
                    .source("demo")
                    .detail_type(event.detail_type)
                    .time(time)
                    .detail(event.detail.to_string())
                    .build(),
            );
        }
        let answer = request.send().await.context("the bus does not answer")?;
        if answer.failed_entry_count() > 0 {
            bail!("the bus refused {} events", answer.failed_entry_count());
        }
        Ok(())
    }
}
