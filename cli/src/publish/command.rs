//! The command `publish`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_workbench::Watch;
use rekindle_workbench::plan::{Chosen, Plan, chosen};
use rekindle_workbench::publish::{make_live, pass_after};
use serde_json::json;

use super::compiled_for;
use crate::operate::carry_on;
use crate::output::{self, Output};
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
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the folder has errors, the plan needs choices, or something else was published meanwhile.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let publication = compiled_for(&arguments.folder, &[], out)?;
    let target = Target::open(&arguments.target).await?;
    let now = target.clock.now();
    let words = out.words();
    let make = async |seen: Watch<'_>| Plan::make(&target.store, publication, &arguments.choices, now, seen).await;
    let mut plan = counted(out, make).await?;
    if out.is_text() {
        output::print(&plan_text(&plan, &out.view()))?;
    }
    if !plan.problems.is_empty() {
        plan.problems.iter().filter(|_| !out.is_text()).for_each(|problem| output::aside(problem));
        bail!(words.not_published());
    }
    let done = |plan: &Plan, number: u64| json!({ "publication": number, "changed": number > plan.live, "plan": plan });
    if !plan.changes_anything() {
        if !out.is_text() {
            out.data(|_| String::new(), || done(&plan, plan.live))?;
        }
        carry_on(&target, None, out).await?;
        return Ok(ExitCode::SUCCESS);
    }
    plan.publication.note.clone_from(&arguments.note);
    let number = make_live(&target.store, &plan, now).await?;
    out.done(&words.is_live(number), || done(&plan, number));
    carry_on(&target, pass_after(&plan, number, now), out).await?;
    Ok(ExitCode::SUCCESS)
}
