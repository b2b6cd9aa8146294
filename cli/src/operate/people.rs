//! `rekindle enrol` and `rekindle exit`: one person, one campaign. The same decisions as everywhere, journalled like all.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use rekindle_store::People;
use rekindle_workbench::operate;
use rekindle_workbench::person::zone;
use rekindle_workbench::plain::plain;
use serde_json::{Map, Value};

use super::ReasonArgs;
use crate::output::Output;
use crate::person::{self, Times};
use crate::target::{self, Target};

/// Who enters what.
#[derive(clap::Args)]
pub struct EnrolArguments {
    /// The campaign's id.
    campaign: String,
    /// The person's id.
    person: String,
    /// What expressions and mails see as `entry`: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    entry: Option<Entry>,
    #[command(flatten)]
    because: ReasonArgs,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Who leaves what.
#[derive(clap::Args)]
pub struct ExitArguments {
    /// The campaign's id.
    campaign: String,
    /// The person's id.
    person: String,
    #[command(flatten)]
    because: ReasonArgs,
    #[command(flatten)]
    target: target::TargetArgs,
}

type Entry = Arc<Map<String, Value>>;

fn object(text: &str) -> Result<Entry, String> {
    serde_json::from_str(text)
        .map(Arc::new)
        .map_err(|error| format!("give a JSON object such as {{\"cart_id\":\"7\"}} ({error})"))
}

/// Enrols a person, as far as the campaign's own rules let them in.
///
/// # Errors
/// Where there is no such campaign or person, or the system does not answer.
#[tokio::main]
pub async fn enrol(arguments: &EnrolArguments, out: &Output) -> Result<ExitCode> {
    let EnrolArguments { campaign, person, entry, because, target } = arguments;
    let target = Target::open(target).await?;
    let (entry, now) = (entry.clone().unwrap_or_default(), target.clock.now().into());
    let decided = operate::enrol(&target.deciding, &because.act(), campaign, person, &entry, now).await?;
    told(&target, (campaign, person), decided, out).await
}

/// Ends a person's enrolments in a campaign; the reason stands in the journal.
///
/// # Errors
/// Where there is no such campaign or person, or the system does not answer.
#[tokio::main]
pub async fn exit(arguments: &ExitArguments, out: &Output) -> Result<ExitCode> {
    let ExitArguments { campaign, person, because, target } = arguments;
    let target = Target::open(target).await?;
    let decided = operate::exit(&target.deciding, &because.act(), campaign, person, target.clock.now().into()).await?;
    told(&target, (campaign, person), decided, out).await
}

async fn told(
    target: &Target,
    (campaign, id): (&str, &str),
    decided: Option<Vec<String>>,
    out: &Output,
) -> Result<ExitCode> {
    let Some(lines) = decided else {
        out.list(|view| view.words.nothing_happened(&plain(id), campaign) + "\n", Vec::new)?;
        return Ok(ExitCode::SUCCESS);
    };
    let catalog = target.deciding.catalog().await?;
    let times = Times::of(&target.store.load(id).await?.person, zone(&catalog), out.words());
    let objects = || lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    out.list(|view| person::lines(&lines, &times, &view), objects)?;
    Ok(ExitCode::SUCCESS)
}
