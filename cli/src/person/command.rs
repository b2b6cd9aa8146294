//! `rekindle person ID`: everything about one person, from the state of a demo, of a running `rekindle dev`,
//! or of a stage in AWS.

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_workbench::person::Found;

use super::{Format, render};
use crate::target::{Target, Which};

/// Whom to show, and from where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The person's id.
    id: String,
    #[command(flatten)]
    target: Which,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// Where there is no state, it cannot be read, or nobody has that id.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let found = Found::of(&target.deciding, &arguments.id, target.clock.now().into()).await?;
    let Some(found) = found else {
        bail!("nobody in {} has the id {:?}; ids are those of `detail.person.id`", target.described(), arguments.id);
    };
    crate::output::print(&render(arguments.format, &found.subject()))?;
    Ok(ExitCode::SUCCESS)
}
