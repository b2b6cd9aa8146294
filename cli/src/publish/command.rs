//! The command `publish`, and what `dev` and `demo` do at their start.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Publication, PublishError};

use super::compiled;
use crate::operate::carry_on;
use crate::output;
use crate::plan::{Chosen, Plan, chosen, plan_text};
use crate::system::{SWEEP, System};
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
    let mut plan = Plan::make(&target.store, publication, &arguments.choices, now).await?;
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

/// Makes a planned publication live, provided that what the plan was compared with still is; gives its number. The pass
/// over everyone that it owes is kept in the same write.
///
/// # Errors
/// Where something else was published since, or the store does not take it.
pub async fn make_live<S: Store>(store: &S, plan: &Plan, now: Timestamp) -> Result<u64> {
    let owed = pass_after(plan, plan.live + 1, now).map(|request| request.owed()).transpose()?;
    match store.publish(&plan.publication, plan.live, owed.as_ref(), Instant::from(now)).await {
        Err(PublishError::Overtaken { live }) => {
            bail!("publication {live} became live while this was planned; look at `rekindle plan` again, then publish")
        }
        outcome => outcome.context("the campaigns cannot be published"),
    }
}

/// The pass over everyone that a publication needs, if it needs one.
#[must_use]
pub fn pass_after(plan: &Plan, number: u64, now: Timestamp) -> Option<SweepRequest> {
    plan.needs_a_pass().then(|| SweepRequest::published(number, plan.concerned(), plan.end(), Instant::from(now)))
}

/// Makes a compiled folder live as it is; gives the publication's number. Nobody is asked: people on steps that are gone
/// finish on the version they are in.
///
/// # Errors
/// Where the store does not take it.
pub async fn publish<S: Store>(store: &S, publication: &Publication, now: Timestamp) -> Result<u64> {
    make_live(store, &Plan::make(store, publication.clone(), &[], now).await?, now).await
}

/// The same at the start of a local system, with the pass over everyone that it needs. What is live as it is, stays.
///
/// # Errors
/// Where the store or the queue of passes does not take it.
pub async fn publish_at_start(system: &System, publication: &Publication) -> Result<u64> {
    let now = system.clock.now();
    let plan = Plan::make(&system.store, publication.clone(), &[], now).await?;
    if !plan.changes_anything() {
        return Ok(plan.live);
    }
    for problem in &plan.problems {
        note!("warning: {problem}");
    }
    for campaign in &plan.campaigns {
        if let Some(version) = campaign.brings_back {
            note!("warning: the files bring back version {version} of {}, from which it was rolled back", campaign.id);
        }
    }
    let number = make_live(&system.store, &plan, now).await?;
    let passes: Vec<SweepRequest> = pass_after(&plan, number, now).into_iter().collect();
    system.queue(SWEEP).send_all(&passes).await.context("the pass over everyone cannot be queued")?;
    Ok(number)
}
