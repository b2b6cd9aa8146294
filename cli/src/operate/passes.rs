//! `rekindle sweep`: how far the passes over everyone are, and starting the newest one again.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_store::{Dynamo, HistoryEntry, Pass, Passes, Publications, Published};
use rekindle_sweep::SweepRequest;

use crate::target::{self, Target};

/// What is done.
#[derive(clap::Args)]
pub struct SweepArguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Show how far the passes after the newest publication and after resumptions are.
    Status(StatusArguments),
    /// Start the pass after the newest publication again, where it stopped; one that is through stays so.
    Start {
        #[command(flatten)]
        target: target::Which,
    },
}

#[derive(clap::Args)]
struct StatusArguments {
    /// Go on showing it until all are through.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn sweep(arguments: &SweepArguments) -> Result<ExitCode> {
    match &arguments.act {
        Act::Status(arguments) => status(arguments).await,
        Act::Start { target } => start(&Target::open(target).await?).await,
    }
}

async fn status(arguments: &StatusArguments) -> Result<ExitCode> {
    const PAUSE: Duration = Duration::from_secs(1);
    let target = Target::open(&arguments.target).await?;
    let style = ProgressStyle::with_template("{spinner} {msg}")?;
    let bar = ProgressBar::new_spinner().with_style(style);
    loop {
        let passes = known(&target.store).await?;
        let through = passes.iter().all(|(_, pass)| pass.as_ref().is_none_or(|pass| pass.finished.is_some()));
        if !arguments.watch || through {
            bar.finish_and_clear();
            for (name, pass) in &passes {
                println!("{}", line(name, pass.as_ref()));
            }
            return Ok(ExitCode::SUCCESS);
        }
        let open = passes.iter().filter(|(_, pass)| pass.as_ref().is_some_and(|pass| pass.finished.is_none()));
        bar.set_message(open.map(|(name, pass)| line(name, pass.as_ref())).collect::<Vec<_>>().join("; "));
        bar.tick();
        tokio::time::sleep(PAUSE).await;
    }
}

/// The passes after the newest publication and after the newest resumption of each campaign.
async fn known(store: &Dynamo) -> Result<Vec<(String, Option<Pass>)>> {
    let Some(published) = store.live().await? else { return Ok(Vec::new()) };
    let mut passes = Vec::new();
    for name in names(&published) {
        let pass = store.pass(&name).await?;
        passes.push((name, pass));
    }
    Ok(passes)
}

/// The names under which passes may be kept.
pub(super) fn names(published: &Published) -> Vec<String> {
    let resumed = published.runs.iter().filter_map(|(campaign, run)| match run.state {
        RunState::Running { resumed_at: Some(at) } => Some(SweepRequest::resume_name(campaign, at)),
        _ => None,
    });
    std::iter::once(SweepRequest::publish_name(published.number)).chain(resumed).collect()
}

/// How far a pass is.
pub(super) fn line(name: &str, pass: Option<&Pass>) -> String {
    let Some(pass) = pass else { return format!("{name}: none was needed, or it has not begun") };
    let done = format!("{} people looked at, {} changed", pass.seen, pass.changed);
    match pass.finished {
        Some(finished) => format!("{name}: through at {finished}, {done}"),
        None => format!("{name}: under way since {}, {done}", pass.started),
    }
}

async fn start(target: &Target) -> Result<ExitCode> {
    let published = target.store.live().await?.context("nothing is published yet")?;
    let history = target.store.history().await?;
    let since = history
        .iter()
        .find(|entry| entry.number == published.number)
        .map_or_else(Instant::default, |entry: &HistoryEntry| entry.at);
    let campaigns: BTreeSet<String> = published.campaigns.keys().chain(published.retired.keys()).cloned().collect();
    target.sweep(&SweepRequest::published(published.number, campaigns, BTreeSet::new(), since)).await?;
    Ok(ExitCode::SUCCESS)
}
