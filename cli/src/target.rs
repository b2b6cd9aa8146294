//! Which system a command talks to: the local one in process, a running `rekindle dev` over HTTP, or an AWS account.
//!
//! It asks for nothing that it was not told and falls back to nothing: a command for one system never reaches another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock, SystemClock};
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::queue::Queue;
use rekindle_local::LocalError;
use rekindle_store::{Dynamo, Keyed, Settings, Shards};
use rekindle_sweep::SweepRequest;

use crate::account::{account, secret as secret_in_aws};
use crate::system::{ENDPOINT, QUEUES, SHARDS, SWEEP, Start, System, TABLE, newest_state, over_http, secret};

/// Shards of a table in AWS where nothing else is said; the functions have the same default.
const AWS_SHARDS: u16 = 16;
/// The people table of the stage that is called so unless another name is given.
pub const AWS_TABLE: &str = "rekindle-prod";

/// Which system a command talks to.
#[derive(clap::Args)]
pub struct Which {
    /// The folder of a local system; default: that of the newest `dev` or `demo`.
    #[arg(long, conflicts_with = "aws")]
    state: Option<PathBuf>,
    /// Where a `rekindle dev` that uses the folder right now answers.
    #[arg(long, default_value = ENDPOINT, conflicts_with = "aws")]
    endpoint: String,
    /// A stage in the AWS account that the environment or a profile has credentials of.
    #[arg(long)]
    aws: bool,
    /// Its region; default: that of the environment (AWS_REGION) or of the profile.
    #[arg(long, requires = "aws")]
    region: Option<String>,
    /// Its people table, as `make deploy` prints it.
    #[arg(long, default_value = AWS_TABLE, requires = "aws")]
    table: String,
    /// The secret in Secrets Manager; default: the table's name.
    #[arg(long, requires = "aws")]
    secret: Option<String>,
    /// The queue of passes over everyone; default: the table's name and `-sweep`.
    #[arg(long, requires = "aws")]
    sweep_queue: Option<String>,
    /// Into how many parts the index of due people is divided, as the functions are told.
    #[arg(long, default_value_t = AWS_SHARDS, requires = "aws")]
    shards: u16,
}

impl Which {
    /// The local system in a folder; `endpoint` is where it answers while another process uses it.
    #[must_use]
    pub fn local(folder: impl Into<PathBuf>, endpoint: &str) -> Self {
        Self {
            state: Some(folder.into()),
            endpoint: endpoint.to_owned(),
            aws: false,
            region: None,
            table: TABLE.to_owned(),
            secret: None,
            sweep_queue: None,
            shards: SHARDS,
        }
    }

    /// The folder of the local system, if there is one; `None` where AWS is meant.
    pub fn folder(&self) -> Option<Option<PathBuf>> {
        if self.aws { None } else { Some(self.state.clone().or_else(newest_state)) }
    }

    /// The people table in AWS, after which everything else of its stage is named.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Where a running `rekindle dev` answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// What is published in a stage in AWS, for whoever may read nothing else: nothing is hashed and nobody can be found.
///
/// # Errors
/// Where the account cannot be reached.
pub async fn published(arguments: &Which) -> Result<Dynamo> {
    let config = account(arguments.region.as_deref()).await?;
    let table = arguments.table.clone();
    let settings = Settings { table, keyed: Keyed::new(b""), shards: Shards::new(arguments.shards) };
    Ok(Dynamo::new(aws_sdk_dynamodb::Client::new(&config), settings)?)
}

/// The system that a command talks to.
pub struct Target {
    /// The people table.
    pub store: Dynamo,
    /// Decides by the live campaigns.
    pub deciding: Deciding<Dynamo>,
    /// The system's own time.
    pub clock: Arc<dyn Clock>,
    /// Its queues.
    pub sqs: aws_sdk_sqs::Client,
    /// The names of the queues of what could not be handled.
    pub dead_letters: Vec<String>,
    passes: Passes,
}

/// How passes over everyone are made.
enum Passes {
    /// Nobody else uses the system, so this process makes them.
    Here(Box<System>),
    /// A worker of the system does.
    Queued(Queue),
}

impl Target {
    /// Reaches the system that the arguments name.
    ///
    /// # Errors
    /// Where there is none, or it cannot be reached.
    pub async fn open(arguments: &Which) -> Result<Self> {
        if arguments.aws {
            return Self::in_aws(arguments).await;
        }
        let folder = arguments.state.clone().or_else(newest_state);
        let folder = folder
            .context("there is no local system yet; run `rekindle dev` or `rekindle demo`, or give --state or --aws")?;
        if !folder.join("secret").exists() {
            bail!("{} holds no local system; run `rekindle dev` or `rekindle demo` first", folder.display());
        }
        let kept = folder.join("clock");
        let clock: Arc<dyn Clock> = match read_clock(&kept) {
            Some(at) => Arc::new(ManualClock::new(at)),
            None => Arc::new(SystemClock),
        };
        match System::open(Start { folder: Some(&folder), clock, speed: 1 }).await {
            Ok(system) => Ok(Self {
                sqs: aws_sdk_sqs::Client::new(&system.aws.sdk_config()),
                dead_letters: local_dead_letters(),
                store: system.store.clone(),
                deciding: system.deciding.clone(),
                clock: Arc::clone(&system.clock),
                passes: Passes::Here(Box::new(system)),
            }),
            Err(error) if is_in_use(&error) => Self::running(&folder, kept, &arguments.endpoint).await,
            Err(error) => Err(error),
        }
    }

    /// A `rekindle dev` that runs.
    async fn running(folder: &Path, kept: PathBuf, endpoint: &str) -> Result<Self> {
        let config = over_http(endpoint).await;
        let settings = Settings {
            table: TABLE.to_owned(),
            keyed: Keyed::new(&secret(Some(folder))?),
            shards: Shards::new(SHARDS),
        };
        let clock = Arc::new(RunningClock { kept, shown: Mutex::new(Timestamp::MIN) });
        Self::with(&config, settings, SWEEP, clock, local_dead_letters()).await.with_context(|| {
            format!(
                "{} is in use, and what uses it does not answer on {endpoint}; name its address with --endpoint",
                folder.display()
            )
        })
    }

    async fn in_aws(arguments: &Which) -> Result<Self> {
        let config = account(arguments.region.as_deref()).await?;
        let table = arguments.table.clone();
        let id = arguments.secret.as_deref().unwrap_or(&table);
        let secret = secret_in_aws(&config, id).await?;
        let queue = arguments.sweep_queue.clone().unwrap_or_else(|| format!("{table}-sweep"));
        let dead_letters = QUEUES.iter().map(|queue| format!("{table}-{queue}-dead"));
        let dead_letters = dead_letters.chain([format!("{table}-undelivered")]).collect();
        let settings = Settings { table, keyed: Keyed::new(&secret), shards: Shards::new(arguments.shards) };
        Self::with(&config, settings, &queue, Arc::new(SystemClock), dead_letters).await
    }

    async fn with(
        config: &SdkConfig,
        settings: Settings,
        queue: &str,
        clock: Arc<dyn Clock>,
        dead_letters: Vec<String>,
    ) -> Result<Self> {
        let sqs = aws_sdk_sqs::Client::new(config);
        let url = sqs.get_queue_url().queue_name(queue).send().await;
        let url = url.with_context(|| format!("the queue {queue} cannot be reached"))?;
        let store = Dynamo::new(aws_sdk_dynamodb::Client::new(config), settings)?;
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        let deciding = Deciding::new(store.clone(), campaigns, Arc::clone(&clock));
        let passes = Passes::Queued(Queue::new(sqs.clone(), url.queue_url().unwrap_or_default()));
        Ok(Self { store, deciding, clock, sqs, dead_letters, passes })
    }

    /// The system, where nobody else uses it.
    pub fn own(&self) -> Option<&System> {
        match &self.passes {
            Passes::Here(system) => Some(system),
            Passes::Queued(_) => None,
        }
    }

    /// Starts a pass over everyone; where nobody else uses the system, makes it and shows how far it is.
    ///
    /// # Errors
    /// Where it cannot be queued or made. It may be started again: what was done stays done.
    pub async fn sweep(&self, request: &SweepRequest) -> Result<()> {
        let system = match &self.passes {
            Passes::Here(system) => system,
            Passes::Queued(queue) => {
                queue.send_all(std::slice::from_ref(request)).await?;
                println!(
                    "the pass {} over everyone begins shortly; `rekindle sweep status` shows how far it is",
                    request.pass
                );
                return Ok(());
            }
        };
        let sweep = system.sweep();
        let bar =
            ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {pos} people looked at")?);
        let pass = loop {
            let pass = sweep.go_on(request).await?;
            bar.set_position(pass.seen);
            if pass.finished.is_some() {
                break pass;
            }
        };
        bar.finish_and_clear();
        println!(
            "the pass {} over everyone is through: {} people looked at, {} changed",
            request.pass, pass.seen, pass.changed
        );
        Ok(())
    }
}

fn local_dead_letters() -> Vec<String> {
    QUEUES.iter().map(|queue| format!("{queue}-dead")).collect()
}

fn read_clock(kept: &Path) -> Option<Timestamp> {
    std::fs::read_to_string(kept).ok()?.trim().parse().ok()
}

fn is_in_use(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref::<LocalError>(), Some(LocalError::InUse(_))))
}

/// The time of a running `rekindle dev`: what it noted last, or the machine's where that is later. A fast clock is ahead of
/// what it noted by at most one tick.
struct RunningClock {
    kept: PathBuf,
    shown: Mutex<Timestamp>,
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        let noted = read_clock(&self.kept).unwrap_or(Timestamp::MIN);
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = noted.max(SystemClock.now()).max(*shown);
        *shown
    }
}
