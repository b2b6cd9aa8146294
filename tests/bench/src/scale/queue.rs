//! A queue in memory, as fast as this machine: what lies between the functions must not be what is measured.
//!
//! Reproduced of SQS: delays, batches. Not reproduced: repetition, loss of order, visibility time-outs. What a handler
//! gives back as failed comes again at once, and is counted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::Clock;
use rekindle_lambda::queue::{Messages, Queue, QueueError};

/// One queue. Clones are the same one.
#[derive(Clone)]
pub struct Line(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting>,
    received: AtomicU64,
    failed: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    /// By the instant at which they can be received, then by arrival.
    messages: BinaryHeap<Reverse<(Timestamp, u64, String)>>,
    arrivals: u64,
    /// Handed out and not settled.
    out: usize,
}

impl Line {
    /// An empty queue by a clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (received, failed) = (AtomicU64::new(0), AtomicU64::new(0));
        Self(Arc::new(Inner { clock, waiting: Mutex::default(), received, failed }))
    }

    /// As handlers hold it.
    #[must_use]
    pub fn queue(&self) -> Queue {
        Queue::over(Arc::new(self.clone()))
    }

    /// At most `limit` messages that can be received now; `None` where there are none. Each batch has to be settled.
    #[must_use]
    pub fn receive(&self, limit: usize) -> Option<SqsEvent> {
        let now = self.0.clock.now();
        let mut waiting = self.lock();
        let mut records = Vec::new();
        while records.len() < limit
            && waiting.messages.peek().is_some_and(|Reverse((visible_at, ..))| *visible_at <= now)
            && let Some(Reverse((_, number, body))) = waiting.messages.pop()
        {
            records.push(message(number, body));
        }
        waiting.out += usize::from(!records.is_empty());
        drop(waiting);
        self.0.received.fetch_add(records.len() as u64, Ordering::Relaxed);
        let mut event = SqsEvent::default();
        event.records = records;
        (!event.records.is_empty()).then_some(event)
    }

    /// Takes note of what a handler made of a batch.
    pub fn settle(&self, response: &SqsBatchResponse) {
        self.0.failed.fetch_add(response.batch_item_failures.len() as u64, Ordering::Relaxed);
        self.lock().out -= 1;
    }

    /// Whether nothing waits and nothing is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let waiting = self.lock();
        waiting.messages.is_empty() && waiting.out == 0
    }

    /// When the next message can be received.
    #[must_use]
    pub fn next_visible(&self) -> Option<Timestamp> {
        self.lock().messages.peek().map(|Reverse((visible_at, ..))| *visible_at)
    }

    /// How many messages were handed out.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.0.received.load(Ordering::Relaxed)
    }

    /// How many of them a handler did not settle.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.0.failed.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Messages for Line {
    fn put<'a>(&'a self, bodies: &'a [String], delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        let visible_at = self.0.clock.now() + delay;
        let mut waiting = self.lock();
        for body in bodies {
            let number = waiting.arrivals;
            waiting.arrivals += 1;
            waiting.messages.push(Reverse((visible_at, number, body.clone())));
        }
        async { Ok(()) }.boxed()
    }

    fn put_aside<'a>(&'a self, _: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        panic!("nothing here is to be refused: {reason}");
    }
}

/// A message as Lambda gets it.
#[must_use]
pub fn message(number: u64, body: String) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(number.to_string());
    message.body = Some(body);
    message
}
