//! Invocations: what a worker is given, how it goes on, and what becomes of its work when it ends or dies.

use std::pin::Pin;
use std::task::{Context, Waker};

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rekindle_lambda::deadline::Deadline;
use serde_dynamo::Item;

use super::{Run, Running, Source};
use crate::faults::Kind;
use crate::queue::QueueName;
use crate::timing::{timeout, visibility};
use crate::workers::{Handler, Outcome, handler};
use crate::world::{HOUR, SECOND, World};

impl Run<'_> {
    /// Hands messages of a queue to a worker.
    pub(super) fn deliver(&mut self, slot: usize, name: QueueName) {
        self.deploy(slot);
        let Handler::Queue(_, handle) = &self.handlers[slot] else { return };
        let mut world = self.sim.world();
        let (now, rates) = (world.now, world.plan.rates());
        let limit = match name {
            QueueName::Advance | QueueName::Sweep => 1,
            QueueName::Intake | QueueName::Send | QueueName::Feedback | QueueName::Web | QueueName::Checkout => {
                1 + world.schedule.below(10)
            }
        };
        let mut visibility = visibility(name);
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
                record.body = Some(self.message_for(slot, name, message.body));
                record.attributes.insert("SentTimestamp".to_owned(), message.sent_at.to_string());
                record
            })
            .collect();
        let future = handle(event, self.deadline(slot));
        self.start(slot, Source::Queue(name, ids), future);
    }

    /// Hands changes of the stream to a worker.
    pub(super) fn hand_on(&mut self, slot: usize, number: usize) {
        self.deploy(slot);
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
            .map(|change| {
                let mut record = EventRecord::default();
                record.change.sequence_number = Some(change.sequence.to_string());
                let made = chrono::DateTime::from_timestamp(change.at / SECOND, 0);
                record.change.approximate_creation_date_time = made.unwrap_or_default();
                record.change.new_image = self.image_for(slot, Item::clone(&change.image));
                record
            })
            .collect();
        let future = handle(event, self.deadline(slot));
        self.start(slot, Source::Shard(number, count), future);
    }

    /// When an invocation that begins now is cut off, as Lambda tells it.
    fn deadline(&self, slot: usize) -> Deadline {
        let world = self.sim.world();
        let end = world.now + timeout(world.slots[slot].function);
        Deadline::at(Timestamp::from_millisecond(end).unwrap_or(Timestamp::MAX))
    }

    pub(super) fn start(&mut self, slot: usize, source: Source, future: BoxFuture<'static, Outcome>) {
        {
            let mut world = self.sim.world();
            let deadline = world.now + timeout(world.slots[slot].function);
            let own = &mut world.slots[slot];
            (own.busy, own.dead, own.deadline, own.writes) = (true, false, deadline, 0);
        }
        self.running[slot] = Some(Running { future, source });
        self.poll(slot);
    }

    pub(super) fn poll(&mut self, slot: usize) {
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
    pub(super) fn kill(&mut self, slot: usize) {
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
        // A process of the same name takes its place, and has to read everything anew.
        world.count(Kind::Restarted);
        let function = world.slots[slot].function;
        drop(world);
        self.handlers[slot] = handler(&self.sim, self.known, self.sender, function, slot);
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
            if Some(front.sequence) == failed {
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
