//! A minute in which everybody falls due: tick → advance → relay → queue → send, the real handlers over the store in memory,
//! as many workers at once as the template allows.
//!
//! Two ways to let time pass: as it does, with a stub of SES that takes its time ([`at_once`]); or from one instant at which
//! something can be done to the next ([`paced`]), so that a rate that takes minutes takes seconds here. Either asserts
//! that each mail is made exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use rekindle_advance::Advance;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock, ScaledClock, SystemClock};
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::Deciding;
use rekindle_mail::{Key, Links};
use rekindle_relay::{Bus, Relay};
use rekindle_send::{Account, Rate, Send};
use rekindle_store::Memory;
use rekindle_tick::Tick;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::allowance::Slow;
use crate::lateness::{Minute, judge};
use crate::population::{fill, memory, published, seconds};
use crate::queue::Line;
use crate::sink::Sink;
use crate::{processor, shop};

/// When the minute begins in which everybody's wait ends: a Tuesday at ten in Seoul, inside of the shop's window.
const BEGIN: &str = "2026-05-12T01:00:00Z";
/// Workers as the template has them: `advance` at most, side by side of a shard of the stream, and `send` as asked for.
const ADVANCERS: usize = 16;
const LANES: usize = 10;
pub const SENDERS: usize = 50;
/// Changes of one batch of the stream, mails of one batch of the queue.
const CHANGES: usize = 100;
const MAILS: usize = 10;
/// How long a request to SES takes.
pub const REQUEST: Duration = Duration::from_millis(10);

/// Everything that runs.
struct World {
    store: Memory,
    clock: Arc<dyn Clock>,
    shards: Line,
    mails: Line,
    sink: Arc<Sink>,
    /// How long an answer of the table about the allowance takes.
    answer: Duration,
}

impl World {
    fn deciding(&self) -> Deciding<Memory> {
        let campaigns = Arc::new(Campaigns::new(self.store.clone()));
        Deciding::new(self.store.clone(), campaigns, Arc::clone(&self.clock))
    }

    fn advance(&self) -> Advance<Memory> {
        Advance::new(self.deciding(), Arc::clone(&self.clock))
    }

    fn relay(&self) -> Relay<Memory> {
        // Nothing is emitted, so the bus is never asked.
        let nobody =
            aws_config::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::v2026_01_12()).build();
        let bus = Bus::new(aws_sdk_eventbridge::Client::new(&nobody), "none");
        Relay::new(self.store.clone(), self.mails.queue(), bus, Arc::clone(&self.clock))
    }

    fn send(&self) -> Send<Memory> {
        let key = Key::new(1, vec![7; 32]).expect("a key of 32 bytes");
        let links = Links::new("https://mail.example.com", key, None).expect("an https address");
        let allowance = Slow::new(self.store.clone(), self.answer);
        let rate = Rate::new(allowance, Arc::clone(&self.sink) as Arc<dyn Account>, Arc::clone(&self.clock));
        let (sink, lease) = (Arc::clone(&self.sink), SignedDuration::from_secs(60));
        let send = Send::new(self.deciding(), sink, links, lease, Arc::clone(&self.clock));
        send.with_pace(Arc::new(rate), self.mails.queue())
    }

    async fn tick(&self) {
        let tick = Tick::new(self.store.clone(), self.shards.queue(), self.shards.queue(), Arc::clone(&self.clock));
        tick.handle().await.expect("a tick works");
    }

    /// What commits have put into the stream, in as many parts as are handled side by side; each person is in one.
    fn changes(&self) -> Vec<Vec<serde_dynamo::Item>> {
        let mut lanes = vec![Vec::new(); LANES];
        for image in self.store.take_stream() {
            let lane = match image.inner().get("pk") {
                Some(serde_dynamo::AttributeValue::S(key)) => key.bytes().fold(0, |sum, byte| sum * 31 + byte as usize),
                _ => 0,
            };
            lanes[lane % LANES].push(image);
        }
        lanes
    }

    fn batch(&self, images: Vec<serde_dynamo::Item>) -> StreamEvent {
        let made = chrono::DateTime::from_timestamp(self.clock.now().as_second(), 0).unwrap_or_default();
        let mut event = StreamEvent::default();
        event.records = images
            .into_iter()
            .map(|image| {
                let mut record = EventRecord::default();
                record.change.approximate_creation_date_time = made;
                record.change.new_image = image;
                record
            })
            .collect();
        event
    }
}

/// A store in which so many people fall due within one minute, and the end of it.
async fn due(people: u64) -> (Memory, Timestamp, impl Fn(u64) -> i64 + Copy) {
    let begin: Timestamp = BEGIN.parse().expect("an instant");
    let clock = ManualClock::new(begin - SignedDuration::from_hours(100));
    let store = memory(true);
    let catalog = published(&store, &clock).await;
    let first = seconds(begin);
    // Each at a second of their own choice, never on the first of the next minute.
    let due_at = move |number: u64| first + (number % 60) as i64;
    fill(&store, &catalog, people, |number| shop::newcomer(number, due_at(number), &catalog));
    drop(store.take_stream());
    (store, begin + SignedDuration::from_secs(60), due_at)
}

/// As time passes: so many people, a rate that SES grants, 50 workers and 10 ms for each request; how long the table takes
/// to answer about the allowance that all workers share.
///
/// # Panics
/// Where a mail is not made, or made twice.
pub async fn at_once(people: u64, per_second: f64, answer: Duration) -> Minute {
    let (store, tick_at, due_at) = due(people).await;
    let clock: Arc<dyn Clock> = Arc::new(ScaledClock::new(SystemClock, tick_at, 1));
    let sink = Arc::new(Sink::new(Arc::clone(&clock), REQUEST, per_second));
    let (shards, mails) = (Line::new(Arc::clone(&clock)), Line::new(Arc::clone(&clock)));
    let world = Arc::new(World { store, clock, shards, mails, sink, answer });
    let (is_over, used) = (Arc::new(AtomicBool::new(false)), processor::of_process());
    let begun = world.clock.now();
    world.tick().await;
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..ADVANCERS {
        let (world, advance, is_over) = (Arc::clone(&world), world.advance(), Arc::clone(&is_over));
        workers.spawn(async move {
            while let Some(batch) = next(&world.shards, 1, &is_over).await {
                world.shards.settle(&advance.handle(batch, Deadline::NONE).await);
            }
        });
    }
    for _ in 0..SENDERS {
        let (world, send, is_over) = (Arc::clone(&world), world.send(), Arc::clone(&is_over));
        workers.spawn(async move {
            while let Some(batch) = next(&world.mails, MAILS, &is_over).await {
                world.mails.settle(&send.handle(batch, Deadline::NONE).await);
            }
        });
    }
    let behind = Arc::new(AtomicUsize::new(0));
    let (lanes, ends): (Vec<_>, Vec<_>) = (0..LANES).map(|_| unbounded_channel()).unzip();
    for end in ends {
        workers.spawn(hand_on(Arc::clone(&world), end, Arc::clone(&behind)));
    }
    let wanted = usize::try_from(people).unwrap_or(usize::MAX);
    let mut drained = None;
    loop {
        pour(&world, &lanes, &behind);
        if drained.is_none() && world.sink.count() >= wanted && world.mails.is_idle() {
            drained = Some(world.clock.now());
        } else if drained.is_some() && behind.load(Ordering::Relaxed) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    drop(lanes);
    workers.join_all().await;
    let seconds = processor::of_process() - used;
    let sent = judge(&world.store, world.sink.take(), people, due_at, tick_at).await;
    assert_eq!(world.mails.failed(), 0, "every message is settled");
    let (received, drained) = (world.mails.received(), drained.unwrap_or(begun));
    Minute::new(sent, per_second, (begun, drained), seconds, received)
}

/// The next batch; `None` when all is over.
async fn next(line: &Line, limit: usize, is_over: &AtomicBool) -> Option<aws_lambda_events::sqs::SqsEvent> {
    while !is_over.load(Ordering::Relaxed) {
        if let Some(batch) = line.receive(limit) {
            return Some(batch);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    None
}

/// Gives each lane its changes.
fn pour(world: &World, lanes: &[UnboundedSender<Vec<serde_dynamo::Item>>], behind: &AtomicUsize) {
    for (lane, images) in lanes.iter().zip(world.changes()) {
        for batch in images.chunks(CHANGES) {
            behind.fetch_add(1, Ordering::Relaxed);
            lane.send(batch.to_vec()).expect("a lane is open");
        }
    }
}

/// Hands on the changes of one lane, in their order.
async fn hand_on(world: Arc<World>, mut end: UnboundedReceiver<Vec<serde_dynamo::Item>>, behind: Arc<AtomicUsize>) {
    let relay = world.relay();
    while let Some(images) = end.recv().await {
        let response = relay.handle(world.batch(images), Deadline::NONE).await;
        assert!(response.batch_item_failures.is_empty(), "every change is handed on");
        behind.fetch_sub(1, Ordering::Relaxed);
    }
}

/// From one instant to the next at which something can be done, at a rate that SES grants; a request takes no time.
///
/// # Panics
/// Where a mail is not made, or made twice.
pub async fn paced(people: u64, per_second: f64) -> Minute {
    let (store, tick_at, due_at) = due(people).await;
    let manual = Arc::new(ManualClock::new(tick_at));
    let clock: Arc<dyn Clock> = Arc::clone(&manual) as _;
    let sink = Arc::new(Sink::new(Arc::clone(&clock), Duration::ZERO, per_second));
    let (shards, mails) = (Line::new(Arc::clone(&clock)), Line::new(Arc::clone(&clock)));
    let world = World { store, clock, shards, mails, sink, answer: Duration::ZERO };
    let used = processor::of_process();
    world.tick().await;
    let (advance, relay) = (world.advance(), world.relay());
    while let Some(batch) = world.shards.receive(1) {
        world.shards.settle(&advance.handle(batch, Deadline::NONE).await);
    }
    let senders: Vec<_> = (0..SENDERS).map(|_| world.send()).collect();
    loop {
        for lane in world.changes() {
            for images in lane.chunks(CHANGES) {
                relay.handle(world.batch(images.to_vec()), Deadline::NONE).await;
            }
        }
        let busy = senders.iter().map_while(|send| Some((send, world.mails.receive(MAILS)?)));
        let busy: Vec<_> = busy.map(|(send, batch)| send.handle(batch, Deadline::NONE)).collect();
        for response in join_all(busy).await {
            world.mails.settle(&response);
        }
        match world.mails.next_visible() {
            Some(next) => manual.advance_to(next),
            None if world.mails.is_idle() => break,
            None => {}
        }
    }
    let seconds = processor::of_process() - used;
    let drained = world.clock.now();
    let sent = judge(&world.store, world.sink.take(), people, due_at, tick_at).await;
    assert_eq!(world.mails.failed(), 0, "every message is settled");
    Minute::new(sent, per_second, (tick_at, drained), seconds, world.mails.received())
}
