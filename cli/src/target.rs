//! Which system a command talks to: the local one in process, a running `rekindle dev` over HTTP, or an AWS account.
//!
//! It asks for nothing that it was not told and falls back to nothing: a command for one system never reaches another.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock, ScaledClock, SystemClock};
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::queue::Queue;
use rekindle_store::{Dynamo, Keyed, Settings, Shards};
use rekindle_system::{
    PERSON, QUEUES, Reached, Running, SHARDS, SWEEP, System, TABLE, archive_of, newest_state, over_http, reach,
    scrub_there, stream,
};
use rekindle_workbench::privacy::{Around, Beside};

use crate::account::{account, secret as secret_in_aws};
use crate::output::Output;
use crate::words::{Told, Words};

/// Shards of a table in AWS where nothing else is said; the functions have the same default.
const AWS_SHARDS: u16 = 16;
/// The people table of the stage that is called so unless another name is given.
pub const AWS_TABLE: &str = "rekindle-prod";

/// Which system a command talks to.
///
/// What is about AWS may stand in the environment for good: it counts with `--aws` only, and that is never read from there,
/// so that no command reaches a live stage because of something that was set long ago. [`fits`] refuses what is typed and
/// does not fit together.
#[derive(clap::Args)]
#[command(next_help_heading = "Which system")]
pub struct TargetArgs {
    /// The folder of a local system; default: that of the newest `dev` or `demo`.
    #[arg(long, env = "REKINDLE_STATE", hide_env_values = true)]
    state: Option<PathBuf>,
    /// Where the process must answer that uses the folder; default: where it says itself.
    #[arg(long, env = "REKINDLE_ENDPOINT", hide_env_values = true)]
    endpoint: Option<String>,
    /// A stage in the AWS account that the environment or a profile has credentials of.
    #[arg(long)]
    aws: bool,
    /// Its region; default: that of the environment (AWS_REGION) or of the profile.
    #[arg(long)]
    region: Option<String>,
    /// Its people table, as `make deploy` prints it.
    #[arg(long, default_value = AWS_TABLE, env = "REKINDLE_TABLE", hide_env_values = true)]
    table: String,
    /// The secret in Secrets Manager; default: the table's name.
    #[arg(long, env = "REKINDLE_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// The queue of passes over everyone; default: the table's name and `-sweep`.
    #[arg(long, env = "REKINDLE_SWEEP_QUEUE", hide_env_values = true)]
    sweep_queue: Option<String>,
    /// Into how many parts the index of due people is divided, as the functions are told.
    #[arg(long, default_value_t = AWS_SHARDS, env = "REKINDLE_SHARDS", hide_env_values = true)]
    shards: u16,
}

impl TargetArgs {
    /// The local system in a folder.
    #[must_use]
    pub fn local(folder: impl Into<PathBuf>) -> Self {
        Self {
            state: Some(folder.into()),
            endpoint: None,
            aws: false,
            region: None,
            table: TABLE.to_owned(),
            secret: None,
            sweep_queue: None,
            shards: SHARDS,
        }
    }
}

/// Options that are about a system in AWS.
const IN_AWS: [&str; 5] = ["region", "table", "secret", "sweep_queue", "shards"];
/// Options that are about a local system.
const LOCAL: [&str; 2] = ["state", "endpoint"];

/// Refuses what was typed where it names two systems: options of AWS without `--aws`, or a folder with it.
///
/// # Errors
/// clap's, of the very command whose options they are.
pub fn fits(command: &mut Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    if let Some((name, below)) = matches.subcommand() {
        return command.find_subcommand_mut(name).map_or(Ok(()), |command| fits(command, below));
    }
    // Only a choice of systems has a queue of passes.
    if !command.get_arguments().any(|own| own.get_id() == "sweep_queue") {
        return Ok(());
    }
    let typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let aws = matches.get_flag("aws");
    let wrong = if aws { LOCAL.iter().copied().find(typed) } else { IN_AWS.iter().copied().find(typed) };
    let Some(option) = wrong.map(|id| format!("--{}", id.replace('_', "-"))) else { return Ok(()) };
    Err(match aws {
        true => {
            command.error(ErrorKind::ArgumentConflict, format!("{option} is of a local system and --aws of another"))
        }
        false => {
            command.error(ErrorKind::MissingRequiredArgument, format!("{option} is of a stage in AWS: give --aws too"))
        }
    })
}

impl TargetArgs {
    /// The region that was named.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

/// What is published in a stage in AWS, for whoever may read nothing else: nothing is hashed and nobody can be found.
///
/// # Errors
/// Where the account cannot be reached.
pub async fn published(arguments: &TargetArgs) -> Result<Dynamo> {
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
    place: Place,
    passes: Passes,
}

/// Where a system is.
enum Place {
    /// In an account of AWS, around this table.
    Aws(String),
    /// In a folder. A process that uses it answers at the address, if there is one.
    Folder(PathBuf, Option<String>),
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
    pub async fn open(arguments: &TargetArgs) -> Result<Self> {
        if arguments.aws {
            return Self::in_aws(arguments).await;
        }
        let folder = arguments.state.clone().or_else(newest_state);
        let folder = folder.ok_or_else(|| Told::of(Words::no_local_system))?;
        let state = match reach(&folder, arguments.endpoint.as_deref()).await? {
            Reached::There(running) => return Self::there(folder, running).await,
            Reached::Here(state) => state,
        };
        let clock: Arc<dyn Clock> = match state.left_at()? {
            Some(at) => Arc::new(ManualClock::new(at)),
            None => Arc::new(SystemClock),
        };
        let system = System::over(Some(state), clock, 1).await?;
        Ok(Self {
            sqs: aws_sdk_sqs::Client::new(&system.aws.sdk_config()),
            dead_letters: local_dead_letters(),
            store: system.store.clone(),
            deciding: system.deciding.clone(),
            clock: Arc::clone(&system.clock),
            place: Place::Folder(folder, None),
            passes: Passes::Here(Box::new(system)),
        })
    }

    /// A system that another process runs.
    async fn there(folder: PathBuf, running: Running) -> Result<Self> {
        let config = over_http(&running.endpoint).await;
        let settings =
            Settings { table: TABLE.to_owned(), keyed: Keyed::new(&running.secret), shards: Shards::new(SHARDS) };
        let clock = Arc::new(ScaledClock::new(SystemClock, running.answer.at, running.answer.speed));
        let place = Place::Folder(folder, Some(running.endpoint));
        Self::with(&config, settings, SWEEP, clock, local_dead_letters(), place).await
    }

    async fn in_aws(arguments: &TargetArgs) -> Result<Self> {
        let config = account(arguments.region.as_deref()).await?;
        let table = arguments.table.clone();
        let id = arguments.secret.as_deref().unwrap_or(&table);
        let secret = secret_in_aws(&config, id).await?;
        let queue = arguments.sweep_queue.clone().unwrap_or_else(|| format!("{table}-sweep"));
        let dead_letters = QUEUES.iter().map(|queue| format!("{table}-{queue}-dead"));
        let dead_letters = dead_letters.chain([format!("{table}-undelivered")]).collect();
        let place = Place::Aws(table.clone());
        let settings = Settings { table, keyed: Keyed::new(&secret), shards: Shards::new(arguments.shards) };
        Self::with(&config, settings, &queue, Arc::new(SystemClock), dead_letters, place).await
    }

    async fn with(
        config: &SdkConfig,
        settings: Settings,
        queue: &str,
        clock: Arc<dyn Clock>,
        dead_letters: Vec<String>,
        place: Place,
    ) -> Result<Self> {
        let sqs = aws_sdk_sqs::Client::new(config);
        let url = sqs.get_queue_url().queue_name(queue).send().await;
        let url = url.with_context(|| format!("the queue {queue} cannot be reached"))?;
        rekindle_lambda::logging::name_people(&settings.keyed);
        let store = Dynamo::new(aws_sdk_dynamodb::Client::new(config), settings)?;
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        let deciding = Deciding::new(store.clone(), campaigns, Arc::clone(&clock));
        let passes = Passes::Queued(Queue::new(sqs.clone(), url.queue_url().unwrap_or_default()));
        Ok(Self { store, deciding, clock, sqs, dead_letters, place, passes })
    }

    /// The system, where nobody else uses it.
    pub fn own(&self) -> Option<&System> {
        match &self.passes {
            Passes::Here(system) => Some(system),
            Passes::Queued(_) => None,
        }
    }

    /// Which system it is, in words.
    #[must_use]
    pub fn described(&self) -> String {
        match &self.place {
            Place::Aws(table) => format!("the table {table}"),
            Place::Folder(folder, _) => folder.display().to_string(),
        }
    }

    /// The stage in AWS, as its table is called, after which everything else of it is named.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        match &self.place {
            Place::Aws(table) => Some(table),
            Place::Folder(..) => None,
        }
    }

    /// What an export or an erasure asks and changes. `copy` is a copy of the archive's bucket; without one the archive of a
    /// local system is taken, whoever uses the system.
    #[must_use]
    pub fn around(&self, copy: Option<&Path>) -> Around<'_> {
        let own = || match &self.place {
            Place::Aws(_) => None,
            Place::Folder(folder, _) => Some(archive_of(folder)),
        };
        Around {
            store: &self.store,
            deciding: &self.deciding,
            clock: &*self.clock,
            sqs: &self.sqs,
            dead_letters: &self.dead_letters,
            archive: copy.map(Path::to_path_buf).or_else(own),
            beside: self,
        }
    }

    /// Starts a pass over everyone; where nobody else uses the system, makes it and shows how far it is.
    ///
    /// # Errors
    /// Where it cannot be queued or made. It may be started again: what was done stays done.
    pub async fn sweep(&self, request: &SweepRequest, out: &Output) -> Result<()> {
        let words = out.words();
        let system = match &self.passes {
            Passes::Here(system) => system,
            Passes::Queued(queue) => {
                queue.send_all(std::slice::from_ref(request)).await?;
                out.say(&words.pass_begins(&request.pass));
                return Ok(());
            }
        };
        let sweep = system.sweep();
        let progress = out.progress(&words.looking_at_people(), None);
        let pass = loop {
            let pass = sweep.go_on(request).await?;
            progress.set(pass.seen);
            if pass.finished.is_some() {
                break pass;
            }
        };
        drop(progress);
        out.say(&words.pass_is_through(&request.pass, pass.seen, pass.changed));
        Ok(())
    }
}

impl Beside for Target {
    fn described(&self) -> String {
        self.described()
    }

    fn mails(&self, pseudonym: &str) -> Result<Option<u64>> {
        let mails = self.own().map(|system| system.aws.tagged_mails(PERSON, pseudonym));
        Ok(mails.transpose()?)
    }

    fn hand_on(&self) -> BoxFuture<'_, Result<()>> {
        async {
            if let Some(system) = self.own() {
                stream(system).run_until_quiet().await.context("what was decided cannot be handed on")?;
            }
            Ok(())
        }
        .boxed()
    }

    /// AWS has no such files.
    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        async {
            match (&self.passes, &self.place) {
                (Passes::Here(system), _) => Ok(system.scrub()?),
                (Passes::Queued(_), Place::Folder(_, Some(endpoint))) => scrub_there(endpoint).await,
                (Passes::Queued(_), _) => Ok(()),
            }
        }
        .boxed()
    }
}

fn local_dead_letters() -> Vec<String> {
    QUEUES.iter().map(|queue| format!("{queue}-dead")).collect()
}
