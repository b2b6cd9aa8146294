//! The command `plan`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_workbench::Watch;
use rekindle_workbench::plan::{Chosen, Plan, chosen};

use super::show;
use crate::output::Output;
use crate::people_seen::counted;
use crate::publish;
use crate::target::{self, Target};

/// Exit code where something would change, as `terraform plan -detailed-exitcode` has it.
const CHANGES: u8 = 2;

/// What is compared with what.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
    /// What happens to people on a step that is gone: CAMPAIGN/STEP=move:OTHER, =exit or =finish_on_old; or on a whole
    /// campaign that is taken out: CAMPAIGN=exit or CAMPAIGN=finish_on_old.
    #[arg(long = "choose", value_name = "CHOICE", value_parser = chosen)]
    choices: Vec<Chosen>,
    /// In AWS: reads what is published and nothing else, without the secret and without a look at people. For pull requests,
    /// which everybody may open.
    #[arg(long, requires = "aws")]
    without_people: bool,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the folder has errors, or what is live cannot be read.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let publication = publish::compiled_for(&arguments.folder, &[], out)?;
    let choices = &arguments.choices;
    let plan = if arguments.without_people {
        let store = target::published(&arguments.target).await?;
        Plan::without_people(&store, publication, choices, SystemClock.now()).await?
    } else {
        let target = Target::open(&arguments.target).await?;
        let now = target.clock.now();
        let make = async |seen: Watch<'_>| Plan::make(&target.store, publication, choices, now, seen).await;
        counted(out, make).await?
    };
    let value = serde_json::to_value(&plan)?;
    out.data(|view| show::text(&plan, &view), || value)?;
    Ok(match (plan.problems.is_empty(), plan.changes_anything()) {
        (false, _) => ExitCode::FAILURE,
        (true, true) => ExitCode::from(CHANGES),
        (true, false) => ExitCode::SUCCESS,
    })
}
