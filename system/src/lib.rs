//! The whole system in one process: the handlers that run in Lambda, around an AWS that runs here.
//!
//! One wiring, for `rekindle dev`, for `rekindle demo` and for the tests: they differ in who moves the clock, which [`schedule`]
//! does by the wall clock's pace and [`Driver`] from one instant at which anything happens to the next. Nothing leaves this
//! machine.

mod answering;
mod clients;
mod driver;
mod handlers;
mod places;
pub mod schedule;
mod scrubs;
mod serving;
mod state;
mod wiring;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use aws_lambda_events::dynamodb::Event as StreamEvent;
use jiff::SignedDuration;
use rekindle_archive::{Archive, Folder};
use rekindle_engine::ids::short_hash;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::queue::Queue;
use rekindle_local::{DeadLetter, LocalAws, LocalError, Mappings, Options, QueueSettings};
use rekindle_mail::{Key, LinkError, Links};
use rekindle_offers::{KeyError, Keys, Offers};
use rekindle_pages::Pages;
use rekindle_store::{Dynamo, Keyed, Publication, Settings, Shards, table};
use rekindle_sweep::{Pace, Sweep};
use rekindle_tick::Tick;
use rekindle_workbench::publish::{AtStart, at_start};

pub use answering::scrub as scrub_there;
pub use clients::over_http;
pub use driver::{Arrival, Driver, pass_to};
pub use handlers::{MAY_LOOP, mapping, mappings, relay, stream};
pub use places::PERSON;
use scrubs::Scrubs;
pub use serving::Serving;
pub use state::{LocalState, Maker, Reached, Running, archive as archive_of, newest_state, reach};
use state::{fresh_secret, system_name};
pub use wiring::Wiring;

/// The table's name.
pub const TABLE: &str = "rekindle";
/// The bus's name.
pub const BUS: &str = "rekindle";
/// Where the mailbox page is, and beside it the pages that mails link to, unless a command says otherwise.
pub const MAILBOX: &str = "http://127.0.0.1:7070";
/// The queues; each has a dead-letter queue of the same name with `-dead`.
pub const QUEUES: [&str; 5] = [INTAKE, ADVANCE, SEND, FEEDBACK, SWEEP];
const INTAKE: &str = "intake";
const ADVANCE: &str = "advance";
/// The queue of planned mails.
pub const SEND: &str = "send";
/// The queue of SES's reports, however they come.
pub const FEEDBACK: &str = "feedback";
/// Under which configuration set mails go out.
const CONFIGURATION_SET: &str = "rekindle";
/// The queue of passes over everyone.
pub const SWEEP: &str = "sweep";
/// The queue of what the table's stream could not hand on.
pub const UNDELIVERED: &str = "undelivered";
/// How often a message is tried before it goes to its dead-letter queue.
const MAX_RECEIVE: u32 = 5;
/// Few shards: one process drains them all.
pub const SHARDS: u16 = 4;
/// SQS's longest visibility time-out.
const LONGEST_VISIBILITY: i64 = 43_200;

/// Is shown every batch of the table's stream that was handed on.
pub type Watch = Arc<dyn Fn(&StreamEvent) + std::marker::Send + Sync>;

/// How the system is started.
pub struct Start<'a> {
    /// The folder that keeps everything; `None` is memory.
    pub folder: Option<&'a Path>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// How many times as fast as the wall clock it runs, 0 where it stands still: leases and time-outs are for the work of
    /// this machine.
    pub speed: i64,
}

/// A running system.
pub struct System {
    /// The AWS that runs here.
    pub aws: LocalAws,
    /// The people table.
    pub store: Dynamo,
    /// Decides by the live campaigns.
    pub deciding: Deciding<Dynamo>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where the links of mails lead to.
    pub base_url: String,
    /// Who is shown what happens.
    pub watch: Option<Watch>,
    /// The folder that keeps everything; `None` is memory.
    state: Option<LocalState>,
    scrubs: Arc<Scrubs>,
    secret: Vec<u8>,
    lease: SignedDuration,
    speed: i64,
}

impl System {
    /// Opens the folder, and makes what is missing in it.
    ///
    /// # Errors
    /// Where the folder cannot be used.
    pub async fn open(start: Start<'_>) -> Result<Self> {
        let state = start.folder.map(|folder| LocalState::open(folder, Maker::Dev)).transpose()?;
        Self::over(state, start.clock, start.speed).await
    }

    /// Over a state, or in memory; see [`Start`].
    ///
    /// # Errors
    /// Where the state is not whole.
    pub async fn over(state: Option<LocalState>, clock: Arc<dyn Clock>, speed: i64) -> Result<Self> {
        let options = match &state {
            Some(state) => Options::in_locked(state.lock(), Arc::clone(&clock)),
            None => Options::in_memory(Arc::clone(&clock)),
        };
        let aws = LocalAws::open(options).map_err(|error| unusable(state.as_ref(), error))?;
        let lease = 60 * speed.max(1);
        let lease = SignedDuration::from_secs(lease.min(LONGEST_VISIBILITY * 2 / 3));
        let visibility = u32::try_from(lease.as_secs() * 3 / 2)?;
        for queue in QUEUES {
            let dead = format!("{queue}-dead");
            aws.create_queue(&dead, &QueueSettings::default())?;
            let dead_letter = Some(DeadLetter { queue: dead, max_receive: MAX_RECEIVE });
            aws.create_queue(queue, &QueueSettings { visibility, dead_letter, ..QueueSettings::default() })?;
        }
        aws.create_queue(UNDELIVERED, &QueueSettings::default())?;
        // Everything on the bus is a customer event; what is malformed is intake's to refuse, with a reason.
        aws.put_rule(BUS, "customer-events", r#"{"source":[{"prefix":""}]}"#, INTAKE)?;
        // Reports come by both ways that they come by in AWS, and the bad ones twice.
        aws.put_rule("default", "ses-reports", r#"{"source":["aws.ses"]}"#, FEEDBACK)?;
        aws.subscribe_to_ses(FEEDBACK)?;
        let config = aws.sdk_config();
        let dynamo = aws_sdk_dynamodb::Client::new(&config);
        if let Err(error) = table::create(&dynamo, TABLE).await {
            aws.check().map_err(|error| unusable(state.as_ref(), error))?;
            return Err(error).context("the table cannot be made");
        }
        let secret = state.as_ref().map_or_else(fresh_secret, |state| Ok(state.secret().to_vec()))?;
        let settings = Settings { table: TABLE.to_owned(), keyed: Keyed::new(&secret), shards: Shards::new(SHARDS) };
        rekindle_lambda::logging::name_people(&settings.keyed);
        let store = Dynamo::new(dynamo, settings)?;
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        let deciding = Deciding::new(store.clone(), campaigns, Arc::clone(&clock));
        let scrubs = Arc::new(Scrubs::new(state.as_ref().map(LocalState::unscrubbed)));
        let base_url = MAILBOX.to_owned();
        Ok(Self { aws, store, deciding, clock, base_url, watch: None, state, scrubs, secret, lease, speed })
    }

    /// Removes what was deleted from the files as well; only while nobody else works in the system.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn scrub(&self) -> Result<(), LocalError> {
        self.scrubs.scrub(&self.aws)
    }

    /// By what commands tell this system from others.
    fn name(&self) -> String {
        system_name(&self.secret)
    }

    /// Signs what mails link to.
    ///
    /// # Errors
    /// Where the secret is too short.
    pub fn links(&self) -> Result<Links, LinkError> {
        Links::new(&self.base_url, Key::new(1, self.secret.clone())?, None)
    }

    /// The public pages.
    ///
    /// # Errors
    /// Where the secret is too short.
    pub fn pages(&self) -> Result<Pages<Dynamo>, LinkError> {
        Ok(Pages::new(self.deciding.clone(), self.links()?, Arc::clone(&self.clock)))
    }

    /// What a checkout asks about codes.
    ///
    /// # Errors
    /// Where the secret is too short.
    pub fn offers(&self) -> Result<Offers<Dynamo>, KeyError> {
        let keys = Keys::new(self.offer_key(), None)?;
        Ok(Offers::new(self.deciding.clone(), keys, Arc::clone(&self.clock)))
    }

    /// The key that opens the offers' API here. In AWS the stack makes one.
    #[must_use]
    pub fn offer_key(&self) -> String {
        let secret: String = self.secret.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("local-{}", short_hash(&format!("offers/{secret}"), 20))
    }

    /// The minute's tick.
    #[must_use]
    pub fn tick(&self) -> Tick<Dynamo> {
        self.wiring().tick()
    }

    /// The handlers behind their queues and the table's stream.
    ///
    /// # Errors
    /// Where links cannot be signed.
    pub fn mappings(&self) -> Result<Mappings, LinkError> {
        mappings(self)
    }

    /// Passes over everyone.
    #[must_use]
    pub fn sweep(&self) -> Sweep<Dynamo> {
        let usual = Pace::default();
        let speed = i32::try_from(self.speed.max(1)).unwrap_or(i32::MAX);
        let settle = usual.settle.saturating_mul(speed);
        // Longer than a message that failed stays away.
        let patience = usual.patience.max(self.lease.saturating_mul(2));
        let still = usual.still.saturating_mul(speed);
        let pace = Pace { settle, still, patience, ..usual };
        self.wiring().sweep(pace)
    }

    /// Publishes what is to be live at the start, with the pass over everyone that it needs. What is live as it is, stays.
    ///
    /// # Errors
    /// Where the store or the queue of passes does not take it.
    pub async fn publish(&self, publication: &Publication) -> Result<AtStart> {
        at_start(&self.store, &self.queue(SWEEP), publication, self.clock.now()).await
    }

    /// What its handlers are made of.
    fn wiring(&self) -> Wiring {
        Wiring {
            config: self.aws.sdk_config(),
            store: self.store.clone(),
            deciding: self.deciding.clone(),
            clock: Arc::clone(&self.clock),
            queues: queues_of(&self.aws, &self.aws.sdk_config()),
            configuration_set: Some(CONFIGURATION_SET.to_owned()),
            archive: self.archive().map(|folder| Arc::new(Folder::new(folder)) as Arc<dyn Archive>),
            places: self.places(),
        }
    }

    /// The folder that keeps the events that were applied.
    #[must_use]
    pub fn archive(&self) -> Option<PathBuf> {
        self.state.as_ref().map(LocalState::archive)
    }

    /// The folder that keeps everything; `None` is memory.
    #[must_use]
    pub fn state(&self) -> Option<&LocalState> {
        self.state.as_ref()
    }

    /// A queue by its name.
    #[must_use]
    pub fn queue(&self, name: &str) -> Queue {
        queues_of(&self.aws, &self.aws.sdk_config())(name)
    }
}

/// The queues of a local AWS by their names, for clients that are made with `config`.
#[must_use]
pub fn queues_of(aws: &LocalAws, config: &SdkConfig) -> Arc<dyn Fn(&str) -> Queue + Send + Sync> {
    let (sqs, aws) = (aws_sdk_sqs::Client::new(config), aws.clone());
    Arc::new(move |name| Queue::new(sqs.clone(), aws.queue_url(name)))
}

/// What is the matter with a state that cannot be opened, and what helps.
fn unusable(state: Option<&LocalState>, error: LocalError) -> anyhow::Error {
    let folder = state.map(|state| state.folder().display().to_string()).unwrap_or_default();
    let remedy = match &error {
        LocalError::Damaged { .. } => "bring the folder back from a copy, or begin anew in another one with --state",
        LocalError::OtherVersion { .. } => {
            "use the `rekindle` that made it, or begin anew in another folder with --state"
        }
        _ => "is the disk full, or the folder somebody else's?",
    };
    anyhow::Error::new(error).context(format!("the state in {folder} cannot be used; {remedy}"))
}
