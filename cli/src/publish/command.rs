//! The command `publish`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_workbench::plan::{Chosen, Plan, chosen};
use rekindle_workbench::publish::{make_live, pass_after};

use super::compiled;
use crate::operate::carry_on;
use crate::output;
use crate::people_seen::counted;
use crate::plan::plan_text;
use crate::target::{self, Target};

/// What is published.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
    /// Why; it stands in `rekindle history`.
    #[arg(long, default_value = "")]
    note: String,
    /// What happens to people on a step that is gone: CAMPAIGN/STEP=move:OTHER, =exit or =finish_on_old; or on a whole
    /// campaign that is taken out: CAMPAIGN=exit or CAMPAIGN=finish_on_old.
    #[arg(long = "choose", value_name = "CHOICE", value_parser = chosen)]
    choices: Vec<Chosen>,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the folder has errors, the plan needs choices, or something else was published meanwhile.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let publication = compiled(&arguments.folder, &[])?;
    let target = Target::open(&arguments.target).await?;
    let now = target.clock.now();
    let mut plan =
        counted(async |seen| Plan::make(&target.store, publication, &arguments.choices, now, seen).await).await?;
    output::print(&plan_text(&plan)?)?;
    if !plan.problems.is_empty() {
        bail!("nothing was published");
    }
    if !plan.changes_anything() {
        carry_on(&target, None).await?;
        return Ok(ExitCode::SUCCESS);
    }
    plan.publication.note.clone_from(&arguments.note);
    let number = make_live(&target.store, &plan, now).await?;
    output::print(&format!("publication {number} is live\n"))?;
    carry_on(&target, pass_after(&plan, number, now)).await?;
    Ok(ExitCode::SUCCESS)
}
