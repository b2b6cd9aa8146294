//! Which survey, of which system.

use std::process::ExitCode;

use anyhow::Result;
use indicatif::ProgressBar;
use rekindle_workbench::survey;

use super::show;
use crate::output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The survey's id, or `CAMPAIGN/SURVEY` where several campaigns have one of that id.
    name: String,
    /// How many comments are shown, newest first.
    #[arg(long, default_value_t = 20)]
    comments: usize,
    /// One JSON object, for machines; it has every comment.
    #[arg(long, conflicts_with = "comments")]
    json: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such survey, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let bar = ProgressBar::new_spinner();
    let report = survey::report(&target.store, &catalog, &arguments.name, &|people| bar.set_position(people)).await?;
    bar.finish_and_clear();
    let text = if arguments.json { show::json(&report) } else { show::text(&report, &catalog, arguments.comments) };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
