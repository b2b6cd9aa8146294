//! `rekindle sweep`: how far the passes over everyone are, and letting those go on that are owed.
//!
//! What is owed is read from what the publication or the resumption kept with itself, never made up anew: only there stands
//! for whom a campaign ends.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Pass;
use rekindle_workbench::operate::{known_passes as known, passes_to_begin as to_begin};
use serde_json::{Value, json};

use crate::output::Output;
use crate::target::{self, Target};
use crate::words::{Told, Words};

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
    /// Let the passes go on that publications, rollbacks and resumptions still owe, from where they are.
    Start {
        #[command(flatten)]
        target: target::TargetArgs,
    },
}

#[derive(clap::Args)]
struct StatusArguments {
    /// Go on showing it until all are through.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn sweep(arguments: &SweepArguments, out: &Output) -> Result<ExitCode> {
    match &arguments.act {
        Act::Status(arguments) => status(arguments, out).await,
        Act::Start { target } => start(&Target::open(target).await?, out).await,
    }
}

async fn status(arguments: &StatusArguments, out: &Output) -> Result<ExitCode> {
    const PAUSE: Duration = Duration::from_secs(1);
    let target = Target::open(&arguments.target).await?;
    let progress = out.progress(&out.words().looking_at_people(), None);
    loop {
        let passes = known(&target.store).await?;
        let open = |pass: &&Pass| pass.finished.is_none();
        let under_way = passes.iter().filter_map(|(_, pass)| pass.as_ref()).filter(open);
        progress.set(under_way.clone().map(|pass| pass.seen).sum());
        if !arguments.watch || under_way.count() == 0 {
            drop(progress);
            out.list(|view| lines(&passes, view.words), || passes.iter().map(object).collect())?;
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A line for each pass.
fn lines(passes: &[(String, Option<Pass>)], words: Words) -> String {
    passes.iter().map(|(name, pass)| line(name, pass.as_ref(), words) + "\n").collect()
}

/// A pass for machines.
pub(crate) fn object((name, pass): &(String, Option<Pass>)) -> Value {
    let of = |pass: &Pass| {
        json!({
            "pass": name, "started": pass.started, "finished": pass.finished, "begun": pass.turn > 0,
            "seen": pass.seen, "changed": pass.changed, "found": pass.found,
        })
    };
    pass.as_ref().map_or_else(|| json!({ "pass": name, "needed": false }), of)
}

/// How far a pass is.
pub(crate) fn line(name: &str, pass: Option<&Pass>, words: Words) -> String {
    let Some(pass) = pass else { return words.pass_none(name) };
    let started = pass.started.to_string();
    match pass.finished {
        Some(finished) => words.pass_through(name, &finished.to_string(), pass.seen, pass.changed),
        None if pass.turn == 0 => words.pass_owed(name, &started),
        None => words.pass_under_way(name, &started, pass.seen, pass.changed),
    }
}

/// Lets every pass go on that is owed and that nobody makes right now; `newest` is owed since a moment ago, so that the index
/// may not show it yet. Gives whether any was owed.
///
/// # Errors
/// Where one cannot be begun; it stays owed, and begins by itself within minutes.
pub async fn carry_on(target: &Target, newest: Option<SweepRequest>, out: &Output) -> Result<bool> {
    let now = Instant::from(target.clock.now());
    let owed = to_begin(&target.store, newest, target.own().is_none(), now).await?;
    for request in &owed.begin {
        let swept = target.sweep(request, out).await;
        swept.with_context(|| Told::of(|words| words.pass_stays_owed(&request.pass)))?;
    }
    Ok(owed.any)
}

async fn start(target: &Target, out: &Output) -> Result<ExitCode> {
    if !carry_on(target, None, out).await? {
        let passes = known(&target.store).await?;
        let text = |words: Words| format!("{}\n{}", words.no_pass_owed(), lines(&passes, words));
        out.list(|view| text(view.words), || passes.iter().map(object).collect())?;
    }
    Ok(ExitCode::SUCCESS)
}
