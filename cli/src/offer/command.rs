//! Which offer, of which system.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::offer;

use super::show;
use crate::output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The offer's id, or `CAMPAIGN/OFFER` where several campaigns have one of that id.
    name: String,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such offer, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let now = target.clock.now().into();
    let (report, offer) = offer::report(&target.store, &catalog, &arguments.name, now).await?;
    let text = if arguments.json {
        show::json(&report, &catalog.workspace)
    } else {
        show::text(&report, &offer, &catalog.workspace)
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
