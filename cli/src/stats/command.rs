//! Which campaign, of which system; the comparison with the ledger.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_store::Publications;
use rekindle_store::statistics::{Fact, Totals, recount, totals};

use super::json::json;
use super::report::Report;
use super::show::show;
use crate::output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The campaign's id; default with --recount: all.
    #[arg(required_unless_present = "recount")]
    campaign: Option<String>,
    /// One JSON object, for machines.
    #[arg(long, conflicts_with = "recount")]
    json: bool,
    /// Count again from the ledger, and compare; exit 1 on a difference.
    #[arg(long)]
    recount: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such campaign, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let mut counted = totals(&target.store).await.context("the statistics cannot be read")?;
    if let Some(campaign) = &arguments.campaign {
        is_known(&target, campaign, &counted).await?;
        keep(&mut counted, campaign);
    }
    if arguments.recount {
        return compare(&target, counted, arguments.campaign.as_deref()).await;
    }
    let campaign = arguments.campaign.as_deref().unwrap_or_default();
    let catalog = target.deciding.whole_catalog().await?;
    let report = Report::new(campaign, &counted, &catalog);
    output::print(&if arguments.json { json(&report, &counted) } else { show(&report) })?;
    Ok(ExitCode::SUCCESS)
}

fn keep(totals: &mut Totals, campaign: &str) {
    totals.0.retain(|fact, _| fact.campaign == campaign);
}

async fn is_known(target: &Target, campaign: &str, counted: &Totals) -> Result<()> {
    let published = target.store.live().await?.context("nothing is published yet; run `rekindle publish`")?;
    let live = published.campaigns.keys().chain(published.retired.keys());
    let known: BTreeSet<&str> =
        live.map(String::as_str).chain(counted.0.keys().map(|fact| fact.campaign.as_str())).collect();
    if !known.contains(campaign) {
        bail!("there is no campaign {campaign:?}; there are {}", known.into_iter().collect::<Vec<_>>().join(", "));
    }
    Ok(())
}

async fn compare(target: &Target, counted: Totals, campaign: Option<&str>) -> Result<ExitCode> {
    let bar = indicatif::ProgressBar::new_spinner();
    let mut ledger =
        recount(&target.store, |people| bar.set_position(people)).await.context("the ledger cannot be read")?;
    bar.finish_and_clear();
    if let Some(campaign) = campaign {
        keep(&mut ledger, campaign);
    }
    let counted = counted.over_all_versions();
    let facts: BTreeSet<&Fact> = counted.0.keys().chain(ledger.0.keys()).collect();
    let mut differences = 0;
    for fact in &facts {
        let [ours, theirs] = [&counted, &ledger].map(|totals| totals.0.get(*fact).copied().unwrap_or_default());
        if ours != theirs {
            differences += 1;
            say!(
                "{}: statistics {} (value {}), ledger {} (value {})",
                name(fact),
                ours.count,
                ours.value,
                theirs.count,
                theirs.value
            );
        }
    }
    if differences > 0 {
        say!(
            "{differences} of {} counts differ. Changes that are not handed on yet count on neither side for long: look \
             again; people who were erased are in the statistics only.",
            facts.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    say!("{} counts equal the ledger's", facts.len());
    Ok(ExitCode::SUCCESS)
}

fn name(fact: &Fact) -> String {
    let held_out = if fact.held_out { " of held-out people" } else { "" };
    let first = if fact.first { " (first entries)" } else { "" };
    let parts = [&fact.campaign, &fact.step, &fact.kind, &fact.detail];
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(" ")
        + held_out
        + first
}
