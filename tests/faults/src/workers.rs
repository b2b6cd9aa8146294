//! The very handlers, two workers of each function, each with a clock and a memory of its own.

use std::sync::Arc;

use aws_lambda_events::dynamodb::Event as StreamEvent;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::streams::DynamoDbEventResponse;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rekindle_advance::Advance;
use rekindle_feedback::Feedback;
use rekindle_intake::Intake;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::queue::Queue;
use rekindle_mail::{Key, Links};
use rekindle_offers::Offers;
use rekindle_pages::Pages;
use rekindle_relay::{Bus, Relay};
use rekindle_send::{Rate, Send};
use rekindle_sweep::rates::Enough;
use rekindle_sweep::{Pace, Sweep};
use rekindle_tick::Tick;

use crate::gate::Sim;
use crate::points::Function;
use crate::ports::{SimArchive, SimBus, SimQueue, Sink};
use crate::queue::QueueName;
use crate::store::Table;
use crate::world::{LEASE, SECOND, Slot};

/// What an invocation gives back.
pub enum Outcome {
    /// Of a queue.
    Batch(SqsBatchResponse),
    /// Of the stream.
    Stream(DynamoDbEventResponse),
    /// Of the minute.
    Ticked,
}

/// Handles a batch of a queue.
pub type OnQueue = Box<dyn Fn(SqsEvent, Deadline) -> BoxFuture<'static, Outcome>>;
/// Handles a batch of the stream.
pub type OnStream = Box<dyn Fn(StreamEvent, Deadline) -> BoxFuture<'static, Outcome>>;
/// Handles a minute.
pub type OnMinute = Box<dyn Fn() -> BoxFuture<'static, Outcome>>;

/// What a worker works on.
pub enum Handler {
    /// A queue.
    Queue(QueueName, OnQueue),
    /// The stream.
    Stream(OnStream),
    /// The minute.
    Minute(OnMinute),
}

/// What all runs of a thread share: versions that were compiled, which never change.
pub struct Known {
    campaigns: Campaigns<Table>,
    send: Send<Table>,
}

impl Known {
    /// Nothing yet.
    #[must_use]
    pub fn new(sim: &Sim) -> Self {
        let store = Table::new(sim.clone());
        let deciding =
            Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::new(WorkerClock::new(sim, 0)));
        let send = send(sim, deciding, Arc::new(WorkerClock::new(sim, 0)));
        Self { campaigns: Campaigns::new(store), send }
    }
}

/// Who has to be replaced in a control, and by what.
pub type Replacement = fn(&Sim, Deciding<Table>, Arc<dyn Clock>) -> OnQueue;

/// A worker's own clock.
struct WorkerClock {
    sim: Sim,
    slot: usize,
}

impl WorkerClock {
    fn new(sim: &Sim, slot: usize) -> Self {
        Self { sim: sim.clone(), slot }
    }
}

impl Clock for WorkerClock {
    fn now(&self) -> Timestamp {
        let world = self.sim.world();
        let skew = world.slots.get(self.slot).map_or(0, |slot| slot.skew);
        Timestamp::from_millisecond(world.now + skew).unwrap_or_default()
    }
}

/// Two workers of each function. With `known`, they need not compile what never changes.
#[must_use]
pub fn workers(sim: &Sim, known: Option<&Known>, sender: Option<Replacement>) -> Vec<Handler> {
    let mut handlers = Vec::new();
    let functions = [
        Function::Intake,
        Function::Advance,
        Function::Relay,
        Function::Send,
        Function::Sweep,
        Function::Feedback,
        Function::Pages,
        Function::Offers,
        Function::Tick,
    ];
    for function in functions {
        for _ in 0..2 {
            let slot = handlers.len();
            sim.world().slots.push(Slot {
                function,
                skew: 0,
                frozen_until: 0,
                dead: false,
                deadline: i64::MAX,
                busy: false,
                writes: 0,
                knows: 0,
                form: None,
            });
            handlers.push(handler(sim, known, sender, function, slot));
        }
    }
    handlers
}

/// A new process of a function, which knows nothing of the one before it.
#[must_use]
pub fn handler(
    sim: &Sim,
    known: Option<&Known>,
    sender: Option<Replacement>,
    function: Function,
    slot: usize,
) -> Handler {
    let store = Table::of(sim.clone(), slot);
    let clock: Arc<dyn Clock> = Arc::new(WorkerClock::new(sim, slot));
    let form = store.form;
    let campaigns = match known {
        Some(known) => Campaigns::sharing_cache_with(store.clone(), &known.campaigns),
        None => Campaigns::new(store.clone()),
    };
    let deciding = Deciding::new(store.clone(), Arc::new(campaigns), Arc::clone(&clock));
    let queue = |name| Queue::over(Arc::new(SimQueue { sim: sim.clone(), name, form }));
    match function {
        Function::Intake => {
            let intake = Arc::new(Intake::new(deciding, DeadLetters::new(queue(QueueName::Intake)), clock));
            on_queue(QueueName::Intake, move |event, _| {
                let intake = Arc::clone(&intake);
                async move { intake.handle(event).await }.boxed()
            })
        }
        Function::Feedback => {
            let dead_letters = DeadLetters::new(queue(QueueName::Feedback));
            let feedback = Arc::new(Feedback::new(deciding, dead_letters, None, clock));
            on_queue(QueueName::Feedback, move |event, _| {
                let feedback = Arc::clone(&feedback);
                async move { feedback.handle(event).await }.boxed()
            })
        }
        Function::Advance => {
            let advance = Arc::new(Advance::new(deciding, clock));
            on_queue(QueueName::Advance, move |event, deadline| {
                let advance = Arc::clone(&advance);
                async move { advance.handle(event, deadline).await }.boxed()
            })
        }
        Function::Send => {
            if let Some(sender) = sender {
                return Handler::Queue(QueueName::Send, sender(sim, deciding, clock));
            }
            let send = send(sim, deciding, clock);
            let send = Arc::new(match known {
                Some(known) => send.sharing_cache_with(&known.send),
                None => send,
            });
            on_queue(QueueName::Send, move |event, deadline| {
                let send = Arc::clone(&send);
                async move { send.handle(event, deadline).await }.boxed()
            })
        }
        Function::Sweep => {
            // So few that it happens among twenty people.
            let enough = Enough { complaints: 12, bounces: 12 };
            let pace = Pace { page: 7, pages: 2, at_once: 3, enough, ..Pace::default() };
            let sweep = Arc::new(Sweep::new(deciding, queue(QueueName::Sweep), queue(QueueName::Send), pace, clock));
            on_queue(QueueName::Sweep, move |event, deadline| {
                let sweep = Arc::clone(&sweep);
                async move { sweep.handle(event, deadline).await }.boxed()
            })
        }
        Function::Relay => {
            let archive = Arc::new(SimArchive { sim: sim.clone() });
            let bus = Bus::over(Arc::new(SimBus { sim: sim.clone() }));
            let relay = Relay::new(store, queue(QueueName::Send), bus, clock);
            let relay = Arc::new(relay.with_archive(Arc::clone(&archive) as _).with_place(archive));
            Handler::Stream(Box::new(move |event, deadline| {
                let relay = Arc::clone(&relay);
                async move { Outcome::Stream(relay.handle(event, deadline).await) }.boxed()
            }))
        }
        Function::Pages => {
            let pages = Pages::new(deciding, links(), clock).router();
            let sim = sim.clone();
            on_queue(QueueName::Web, move |event, _| crate::web::post(sim.clone(), pages.clone(), event).boxed())
        }
        Function::Offers => {
            let offers = Offers::new(deciding, crate::checkout::keys(), clock).router();
            let sim = sim.clone();
            on_queue(QueueName::Checkout, move |event, _| {
                crate::checkout::ask(sim.clone(), offers.clone(), event).boxed()
            })
        }
        Function::Tick => {
            let tick = Arc::new(Tick::new(store, queue(QueueName::Advance), queue(QueueName::Sweep), clock));
            Handler::Minute(Box::new(move || {
                let tick = Arc::clone(&tick);
                // A tick that fails is made up for by the next.
                async move { tick.handle().await.map_or(Outcome::Ticked, |_| Outcome::Ticked) }.boxed()
            }))
        }
    }
}

fn on_queue(
    name: QueueName,
    handle: impl Fn(SqsEvent, Deadline) -> BoxFuture<'static, SqsBatchResponse> + 'static,
) -> Handler {
    Handler::Queue(name, Box::new(move |event, deadline| handle(event, deadline).map(Outcome::Batch).boxed()))
}

/// The address of the public pages, and what signs links to them.
#[must_use]
pub fn links() -> Links {
    let key = Key::new(1, vec![7; 32]).expect("a key of 32 bytes");
    Links::new("https://mail.example.com", key, None).expect("an https address")
}

fn send(sim: &Sim, deciding: Deciding<Table>, clock: Arc<dyn Clock>) -> Send<Table> {
    sim.world().is_metered = true;
    let sink = Arc::new(Sink { sim: sim.clone() });
    let store = deciding.store();
    let rate = Rate::new(store.clone(), Arc::clone(&sink) as _, Arc::clone(&clock));
    let queue = Queue::over(Arc::new(SimQueue { sim: sim.clone(), name: QueueName::Send, form: store.form }));
    let send = Send::new(deciding, sink, links(), SignedDuration::from_secs(LEASE / SECOND), clock);
    send.with_pace(Arc::new(rate), queue)
}
