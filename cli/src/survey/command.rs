//! Which survey, of which system.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::survey;

use super::show;
use crate::output::Output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The survey's id, or `CAMPAIGN/SURVEY` where several campaigns have one of that id.
    name: String,
    /// How many comments are shown to people, newest first; JSON has all.
    #[arg(long, default_value_t = 20)]
    comments: usize,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such survey, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let progress = out.progress(&out.words().reading_ledger(), None);
    let watch = |people| progress.set(people);
    let report = survey::report(&target.store, &catalog, &arguments.name, &watch).await?;
    drop(progress);
    out.data(|view| show::text(&report, &catalog, arguments.comments, &view), || show::json(&report))?;
    Ok(ExitCode::SUCCESS)
}
