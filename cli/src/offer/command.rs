//! Which offer, of which system.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::offer;

use super::show;
use crate::output::Output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The offer's id, or `CAMPAIGN/OFFER` where several campaigns have one of that id.
    name: String,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such offer, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let now = target.clock.now().into();
    let (report, offer) = offer::report(&target.store, &catalog, &arguments.name, now).await?;
    let workspace = &catalog.workspace;
    out.data(|view| show::text(&report, &offer, workspace, &view), || show::json(&report, workspace))?;
    Ok(ExitCode::SUCCESS)
}
