//! `rekindle enrol` and `rekindle exit`: one person, one campaign. The same decisions as everywhere, journalled like all.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_engine::decide::Input;
use rekindle_engine::time::Instant;
use rekindle_store::People;
use rekindle_workbench::plain::plain;
use serde_json::{Map, Value};

use super::{Because, published};
use crate::output;
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
    because: Because,
    #[command(flatten)]
    target: target::Which,
}

/// Who leaves what.
#[derive(clap::Args)]
pub struct ExitArguments {
    /// The campaign's id.
    campaign: String,
    /// The person's id.
    person: String,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    target: target::Which,
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
pub async fn enrol(arguments: &EnrolArguments) -> Result<ExitCode> {
    let EnrolArguments { campaign, person, entry, because, target } = arguments;
    let target = Target::open(target).await?;
    if published(&target.store, campaign).await?.retired.contains_key(campaign) {
        bail!("{campaign} was taken out; nobody enters any more");
    }
    let entry = entry.clone().unwrap_or_default();
    act(&target, because, "enrol", campaign, person, &Input::Enrol { campaign, detail: &entry }).await
}

/// Ends a person's enrolments in a campaign; the reason stands in the journal.
///
/// # Errors
/// Where there is no such campaign or person, or the system does not answer.
#[tokio::main]
pub async fn exit(arguments: &ExitArguments) -> Result<ExitCode> {
    let ExitArguments { campaign, person, because, target } = arguments;
    let target = Target::open(target).await?;
    published(&target.store, campaign).await?;
    act(&target, because, "exit", campaign, person, &Input::Exit { campaign, reason: &because.reason, until: None })
        .await
}

async fn act(
    target: &Target,
    because: &Because,
    act: &str,
    campaign: &str,
    id: &str,
    input: &Input<'_>,
) -> Result<ExitCode> {
    let now = Instant::from(target.clock.now());
    known(target, id).await?;
    let decided = target.deciding.decide(id, input, now, None).await.context("the person cannot be changed")?;
    let lines: Vec<String> = decided.lines.iter().map(|line| line.to_json(id)).collect();
    if !decided.lines.iter().any(|line| &*line.campaign == campaign) {
        output::print(&format!("nothing happened: {} is not in {campaign}\n", plain(id)))?;
        return Ok(ExitCode::SUCCESS);
    }
    because.note(&target.store, act, campaign, Some(id), None, now).await?;
    let catalog = target.deciding.catalog().await?;
    let times =
        Times::of(&target.store.load(id).await?.person, catalog.workspace.timezone.iana_name().unwrap_or("UTC"));
    output::print(&format!("{}\n", person::lines(&lines, &times)))?;
    Ok(ExitCode::SUCCESS)
}

async fn known(target: &Target, id: &str) -> Result<()> {
    if !target.store.load(id).await?.person.is_known() {
        bail!("nobody is known under the id {id:?}; ids are those of `detail.person.id`");
    }
    Ok(())
}
