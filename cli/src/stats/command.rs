//! Which campaign, of which system; the comparison with the ledger.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_store::statistics::{Fact, Totals};
use rekindle_workbench::stats::{Difference, Report, counted, json, recounted};
use serde_json::json as object_of;

use super::show::show;
use crate::output::Output;
use crate::target::{self, Target};
use crate::words::Words;

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The campaign's id; default with --recount: all.
    #[arg(required_unless_present = "recount")]
    campaign: Option<String>,
    /// Count again from the ledger, and compare; exit 1 on a difference.
    #[arg(long)]
    recount: bool,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such campaign, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let counted = counted(&target.store, arguments.campaign.as_deref()).await?;
    if arguments.recount {
        return compare(&target, counted, arguments.campaign.as_deref(), out).await;
    }
    let campaign = arguments.campaign.as_deref().unwrap_or_default();
    let catalog = target.deciding.whole_catalog().await?;
    let report = Report::new(campaign, &counted, &catalog);
    out.data(|view| show(&report, &view), || json(&report, &counted))?;
    Ok(ExitCode::SUCCESS)
}

async fn compare(target: &Target, counted: Totals, campaign: Option<&str>, out: &Output) -> Result<ExitCode> {
    let progress = out.progress(&out.words().reading_ledger(), None);
    let recount = recounted(&target.store, counted, campaign, &|people| progress.set(people)).await?;
    drop(progress);
    let (differences, compared) = (recount.differences.len(), recount.compared);
    let text = |words: Words| {
        let line = |own: &Difference| {
            let [ours, theirs] = [own.statistics, own.ledger].map(|tally| (tally.count, tally.value));
            words.counts_differ(&name(&own.fact), ours, theirs) + "\n"
        };
        let lines: String = recount.differences.iter().map(line).collect();
        let end =
            if differences > 0 { words.recount_differs(differences, compared) } else { words.recount_equals(compared) };
        format!("{lines}{end}\n")
    };
    let object = |own: &Difference| {
        let [ours, theirs] =
            [own.statistics, own.ledger].map(|tally| object_of!({ "count": tally.count, "value": tally.value }));
        object_of!({ "fact": name(&own.fact), "statistics": ours, "ledger": theirs })
    };
    let objects = || recount.differences.iter().map(object).collect::<Vec<_>>();
    out.data(|view| text(view.words), || object_of!({ "compared": compared, "differences": objects() }))?;
    Ok(if differences > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn name(fact: &Fact) -> String {
    let held_out = if fact.held_out { " of held-out people" } else { "" };
    let first = if fact.first { " (first entries)" } else { "" };
    let parts = [&fact.campaign, &fact.step, &fact.kind, &fact.detail];
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(" ")
        + held_out
        + first
}
