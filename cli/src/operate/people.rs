//! `rekindle enrol` and `rekindle exit`: one person, one campaign. The same decisions as everywhere, journalled like all.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_engine::decide::{Input, decide};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_store::{Answers, People};
use serde_json::{Map, Value};

use super::{Because, published};
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
    act(&target, because, "exit", campaign, person, &Input::Exit { campaign, reason: &because.reason }).await
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
    let person = known(target, id).await?;
    let lines = foreseen(target, &person, input, now).await?;
    target.deciding.decide(id, input, now, None).await.context("the person cannot be changed")?;
    because.note(&target.store, act, campaign, Some(id), now).await?;
    if lines.is_empty() {
        println!("nothing happened: {id} is not in {campaign}");
    }
    for line in lines {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn known(target: &Target, id: &str) -> Result<Person> {
    let person = target.store.load(id).await?.person;
    if !person.is_known() {
        bail!("nobody is known under the id {id:?}; ids are those of `detail.person.id`");
    }
    Ok(person)
}

/// The journal lines to come, as the decision will write them unless something else happens to the person first.
async fn foreseen(target: &Target, person: &Person, input: &Input<'_>, now: Instant) -> Result<Vec<String>> {
    let catalog = target.deciding.catalog().await?;
    let mut after = person.clone();
    let decision = decide(&mut after, input, &catalog, now, &mut Answers::default());
    Ok(decision.lines.iter().map(|line| line.to_json(&person.id)).collect())
}
