//! Which campaign, of which system; the comparison with the ledger.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_store::statistics::{Fact, Totals};
use rekindle_workbench::stats::{Report, counted, json, recounted};

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
    let counted = counted(&target.store, arguments.campaign.as_deref()).await?;
    if arguments.recount {
        return compare(&target, counted, arguments.campaign.as_deref()).await;
    }
    let campaign = arguments.campaign.as_deref().unwrap_or_default();
    let catalog = target.deciding.whole_catalog().await?;
    let report = Report::new(campaign, &counted, &catalog);
    output::print(&if arguments.json { format!("{:#}\n", json(&report, &counted)) } else { show(&report) })?;
    Ok(ExitCode::SUCCESS)
}

async fn compare(target: &Target, counted: Totals, campaign: Option<&str>) -> Result<ExitCode> {
    let bar = indicatif::ProgressBar::new_spinner();
    let recount = recounted(&target.store, counted, campaign, &|people| bar.set_position(people)).await?;
    bar.finish_and_clear();
    for difference in &recount.differences {
        let (ours, theirs) = (difference.statistics, difference.ledger);
        say!(
            "{}: statistics {} (value {}), ledger {} (value {})",
            name(&difference.fact),
            ours.count,
            ours.value,
            theirs.count,
            theirs.value
        );
    }
    let (differences, compared) = (recount.differences.len(), recount.compared);
    if differences > 0 {
        say!(
            "{differences} of {compared} counts differ. Changes that are not handed on yet count on neither side for long: look \
             again; people who were erased are in the statistics only."
        );
        return Ok(ExitCode::FAILURE);
    }
    say!("{compared} counts equal the ledger's");
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
