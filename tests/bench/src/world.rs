//! The handlers as they run in Lambda, before a local AWS that they reach over HTTP, as they reach AWS.
//!
//! The local AWS answers on a thread of its own, so that the processor time of the handlers' thread is theirs, their
//! clients' and nobody else's. One batch of one function is handled at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rekindle_archive::{Archive, ArchiveError};
use rekindle_bench::serve::served;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::Deciding;
use rekindle_local::{Filter, LocalAws, Mappings, Options, QueueSettings, SqsMapping, StreamMapping};
use rekindle_mail::{Key, Links};
use rekindle_relay::FILTER;
use rekindle_store::{Dynamo, Keyed, Settings, Shards, table};
use rekindle_system::{Wiring, over_http, pass_to, queues_of};
use rekindle_tick::Tick;

use crate::cpu;

/// The name of table and bus.
pub const NAME: &str = "rekindle";
/// Where the public pages are.
pub const PAGES: &str = "https://mail.example.com";
const QUEUES: [&str; 7] = ["intake", "intake-dead", "advance", "send", "feedback", "feedback-dead", "sweep"];

/// What one function used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meter {
    /// How often it was called.
    pub invocations: u64,
    /// Its processor time.
    pub seconds: f64,
}

type Meters = Arc<Mutex<BTreeMap<&'static str, Meter>>>;

/// Kilobytes of the archive, as Firehose bills them: each record in steps of 5.
#[derive(Clone, Default)]
struct Kilobytes(Arc<Mutex<f64>>);

impl Archive for Kilobytes {
    fn put<'a>(&'a self, _: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
        *lock(&self.0) += (bytes as f64 / 1024.0 / 5.0).ceil() * 5.0;
        async { Ok(()) }.boxed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything that runs.
pub struct World {
    /// The local AWS.
    pub aws: LocalAws,
    /// The people table.
    pub store: Dynamo,
    /// Who tells the time.
    pub clock: Arc<ManualClock>,
    tick: Tick<Dynamo>,
    mappings: Vec<Mappings>,
    meters: Meters,
    archived: Kilobytes,
}

impl World {
    /// An empty world at `start`, whose functions get batches of at most `batch`.
    pub async fn open(start: Timestamp, batch: usize) -> Self {
        let clock = Arc::new(ManualClock::new(start));
        let aws = LocalAws::open(Options::in_memory(Arc::clone(&clock) as _)).expect("a local AWS opens");
        for queue in QUEUES {
            aws.create_queue(queue, &QueueSettings { visibility: 90, ..QueueSettings::default() }).expect("a queue");
        }
        aws.put_rule(NAME, "events", r#"{"source":[{"prefix":""}]}"#, "intake").expect("a rule");
        aws.put_rule("default", "reports", r#"{"source":["aws.ses"]}"#, "feedback").expect("a rule");
        let config = over_http(&served(&aws)).await;
        let dynamo = aws_sdk_dynamodb::Client::new(&config);
        table::create(&dynamo, NAME).await.expect("the table is made");
        let settings = Settings {
            table: NAME.to_owned(),
            keyed: Keyed::new(b"a secret of the benchmark, 32 bytes"),
            shards: Shards::new(4),
        };
        let store = Dynamo::new(dynamo, settings).expect("a store");
        let (meters, archived) = (Meters::default(), Kilobytes::default());
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        let wiring = Wiring {
            deciding: Deciding::new(store.clone(), campaigns, Arc::clone(&clock) as _),
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            queues: queues_of(&aws, &config),
            configuration_set: None,
            archive: Some(Arc::new(archived.clone())),
            places: Vec::new(),
            config,
        };
        let tick = wiring.tick();
        let mappings = Metered { aws: &aws, wiring: &wiring, meters: &meters, batch }.functions();
        Self { tick, mappings, aws, store, clock, meters, archived }
    }

    /// Handles everything that is there at this instant, function by function; gives how much.
    pub async fn settle(&self) -> usize {
        let mut all = 0;
        loop {
            let mut handled = 0;
            for function in &self.mappings {
                handled += function.run_until_quiet().await.expect("the local AWS works");
            }
            all += handled;
            if handled == 0 {
                return all;
            }
        }
    }

    /// Lets time pass minute by minute where somebody is due, and handles what becomes of it.
    pub async fn pass(&self, span: SignedDuration) {
        let until = self.clock.now() + span;
        let tick = async || Ok(metered(&self.meters, "tick", self.tick.handle()).await.expect("a tick works"));
        let passed = pass_to(&self.aws, &self.clock, until, tick, async || Ok(self.settle().await));
        passed.await.expect("the local AWS works");
    }

    /// The public pages.
    pub fn pages(&self) -> axum::Router {
        let clock = || Arc::clone(&self.clock) as Arc<dyn Clock>;
        let campaigns = Arc::new(Campaigns::new(self.store.clone()));
        let deciding = Deciding::new(self.store.clone(), campaigns, clock());
        rekindle_pages::Pages::new(deciding, links(), clock()).router()
    }

    /// What each function used since the last such call.
    pub fn meters(&self) -> BTreeMap<&'static str, Meter> {
        std::mem::take(&mut lock(&self.meters))
    }

    /// Kilobytes that went into the archive since the last such call.
    pub fn archived(&self) -> f64 {
        std::mem::take(&mut lock(&self.archived.0))
    }
}

async fn metered<T>(meters: &Meters, function: &'static str, work: impl Future<Output = T>) -> T {
    let before = cpu::seconds();
    let done = work.await;
    let used = cpu::seconds() - before;
    let mut meters = lock(meters);
    let meter = meters.entry(function).or_default();
    meter.invocations += 1;
    meter.seconds += used;
    done
}

fn links() -> Links {
    let key = Key::new(1, vec![7; 32]).expect("a key of 32 bytes");
    Links::new(PAGES, key, None).expect("an https address")
}

/// What the functions are mapped to.
struct Metered<'w> {
    aws: &'w LocalAws,
    wiring: &'w Wiring,
    meters: &'w Meters,
    batch: usize,
}

impl Metered<'_> {
    /// Each function has a memory of its own of what is live.
    fn deciding(&self) -> Deciding<Dynamo> {
        let Wiring { store, clock, .. } = self.wiring;
        Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::clone(clock))
    }

    fn of_queue(&self, name: &'static str, batch: usize) -> SqsMapping {
        SqsMapping {
            batch_size: batch,
            workers: 1,
            may_loop: ["send", "sweep"].contains(&name),
            ..SqsMapping::new(name)
        }
    }

    /// Each function with its own mapping, so that nothing else runs while it does.
    fn functions(&self) -> Vec<Mappings> {
        let wiring = || Wiring { deciding: self.deciding(), ..self.wiring.clone() };
        let intake = Arc::new(wiring().intake());
        let advance = Arc::new(wiring().advance());
        let send = Arc::new(wiring().send(links(), SignedDuration::from_secs(60)));
        let feedback = Arc::new(wiring().feedback());
        let relay = Arc::new(wiring().relay());
        macro_rules! function {
            ($name:literal, $handler:ident, $batch:expr $(, $deadline:expr)?) => {{
                let meters = Arc::clone(self.meters);
                Mappings::new(self.aws).sqs(self.of_queue($name, $batch), move |event| {
                    let (handler, meters) = (Arc::clone(&$handler), Arc::clone(&meters));
                    async move { Ok(metered(&meters, $name, handler.handle(event $(, $deadline)?)).await) }
                })
            }};
        }
        let meters = Arc::clone(self.meters);
        let filter = Some(Filter::parse(FILTER).expect("a filter"));
        let stream = StreamMapping { batch_size: self.batch, filter, ..StreamMapping::new("relay", NAME) };
        let relay = Mappings::new(self.aws).stream(stream, move |event| {
            let (relay, meters) = (Arc::clone(&relay), Arc::clone(&meters));
            async move { Ok(metered(&meters, "relay", relay.handle(event, Deadline::NONE)).await) }
        });
        vec![
            function!("intake", intake, self.batch),
            function!("advance", advance, 1, Deadline::NONE),
            relay,
            function!("send", send, self.batch, Deadline::NONE),
            function!("feedback", feedback, self.batch),
        ]
    }
}
