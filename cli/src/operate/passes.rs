//! `rekindle sweep`: how far the passes over everyone are, and letting those go on that are owed.
//!
//! What is owed is read from what the publication or the resumption kept with itself, never made up anew: only there stands
//! for whom a campaign ends.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Pass;
use rekindle_workbench::operate::{known_passes as known, passes_to_begin as to_begin};

use crate::output;
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
    /// Let the passes go on that publications, rollbacks and resumptions still owe, from where they are.
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
            let lines: String = passes.iter().map(|(name, pass)| line(name, pass.as_ref()) + "\n").collect();
            output::print(&lines)?;
            return Ok(ExitCode::SUCCESS);
        }
        let open = passes.iter().filter(|(_, pass)| pass.as_ref().is_some_and(|pass| pass.finished.is_none()));
        bar.set_message(open.map(|(name, pass)| line(name, pass.as_ref())).collect::<Vec<_>>().join("; "));
        bar.tick();
        tokio::time::sleep(PAUSE).await;
    }
}

/// How far a pass is.
pub(super) fn line(name: &str, pass: Option<&Pass>) -> String {
    let Some(pass) = pass else { return format!("{name}: none was needed") };
    let done = format!("{} people looked at, {} changed", pass.seen, pass.changed);
    match pass.finished {
        Some(finished) => format!("{name}: through at {finished}, {done}"),
        None if pass.turn == 0 => format!(
            "{name}: owed since {}, and not begun; it begins by itself within minutes, and at once with `rekindle sweep start`",
            pass.started
        ),
        None => format!("{name}: under way since {}, {done}", pass.started),
    }
}

/// Lets every pass go on that is owed and that nobody makes right now; `newest` is owed since a moment ago, so that the index
/// may not show it yet. Gives whether any was owed.
///
/// # Errors
/// Where one cannot be begun; it stays owed, and begins by itself within minutes.
pub async fn carry_on(target: &Target, newest: Option<SweepRequest>) -> Result<bool> {
    let now = Instant::from(target.clock.now());
    let owed = to_begin(&target.store, newest, target.own().is_none(), now).await?;
    for request in &owed.begin {
        target.sweep(request).await.with_context(|| {
            format!(
                "the pass {} is owed, and begins by itself within minutes; `rekindle sweep start` begins it at once",
                request.pass
            )
        })?;
    }
    Ok(owed.any)
}

async fn start(target: &Target) -> Result<ExitCode> {
    if !carry_on(target, None).await? {
        let passes = known(&target.store).await?;
        let lines: String = passes.iter().map(|(name, pass)| line(name, pass.as_ref()) + "\n").collect();
        output::print(&format!("no pass is owed\n{lines}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
