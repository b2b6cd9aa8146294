//! The command `plan`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_workbench::plan::{Chosen, Plan, chosen};

use super::show;
use crate::output;
use crate::people_seen::counted;
use crate::publish;
use crate::target::{self, Target};

/// Exit code where something would change, as `terraform plan -detailed-exitcode` has it.
const CHANGES: u8 = 2;

/// What is compared with what.
#[derive(clap::Args)]
#[command(after_help = "Exit code: 0 nothing changes, 2 something changes, 1 it cannot be published as it is.")]
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
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    target: target::Which,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object, for machines.
    Json,
}

/// Runs the command.
///
/// # Errors
/// Where the folder has errors, or what is live cannot be read.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let publication = publish::compiled(&arguments.folder, &[])?;
    let choices = &arguments.choices;
    let plan = if arguments.without_people {
        let store = target::published(&arguments.target).await?;
        Plan::without_people(&store, publication, choices, SystemClock.now()).await?
    } else {
        let target = Target::open(&arguments.target).await?;
        let now = target.clock.now();
        counted(async |seen| Plan::make(&target.store, publication, choices, now, seen).await).await?
    };
    let text = match arguments.format {
        Format::Text => show::text(&plan)?,
        Format::Json => serde_json::to_string_pretty(&plan)? + "\n",
    };
    output::print(&text)?;
    Ok(match (plan.problems.is_empty(), plan.changes_anything()) {
        (false, _) => ExitCode::FAILURE,
        (true, true) => ExitCode::from(CHANGES),
        (true, false) => ExitCode::SUCCESS,
    })
}
