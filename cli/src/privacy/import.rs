//! `rekindle import FILE`: people who agreed elsewhere, with where and when that was.
//!
//! A list is older than what people said since: every line counts as of its own date, so it takes nobody's refusal back and
//! brings nobody back who was erased. Nothing is applied before every line was read and found right.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use rekindle_engine::time::Instant;
use rekindle_workbench::privacy;
use serde_json::json;

use crate::operate::confirmed::{agreed, is_asked};
use crate::output::Output;
use crate::target::{self, Target};
use crate::when::{When, when};

/// Problems that are shown at most.
const SHOWN: usize = 20;

/// Which list.
#[derive(clap::Args)]
pub struct ImportArguments {
    /// JSON Lines: one object for each person, as `detail.person` of an event; `consent.at` says when they agreed.
    file: PathBuf,
    /// Where the list comes from; it stands in the consent ledger of everyone in it.
    #[arg(long)]
    source: String,
    /// As of when the list holds, such as 2026-03-01T00:00:00+09:00: what people said later stays. A plain date is the
    /// beginning of that day in the workspace's zone.
    #[arg(long, value_parser = when)]
    as_of: When,
    /// Only read the list and say what is wrong in it.
    #[arg(long)]
    dry_run: bool,
    /// Do it without a question, which is asked at a terminal only.
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the file cannot be read, a line is wrong, or the system does not answer. What was applied stays; running again
/// applies the rest.
#[tokio::main]
pub async fn import(arguments: &ImportArguments, out: &Output) -> Result<ExitCode> {
    let ImportArguments { file, source, as_of, dry_run, yes, target } = arguments;
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {} as UTF-8 text", file.display()))?;
    let zone = match as_of {
        When::At(_) => TimeZone::UTC,
        When::On(_) => Target::open(target).await?.deciding.catalog().await?.workspace.timezone.clone(),
    };
    let events = privacy::events(&text, source, as_of.first(&zone));
    let events = events.map_err(|problems| anyhow::anyhow!("{}: {}", file.display(), shown(&problems)))?;
    let (people, words) = (events.len(), out.words());
    let done = |applied: u64, dropped: u64| json!({ "people": people, "imported": applied, "passed_over": dropped });
    if *dry_run {
        out.done(&words.import_is_fine(people), || done(0, 0));
        return Ok(ExitCode::SUCCESS);
    }
    let target = Target::open(target).await?;
    if is_asked(*yes) && !agreed(false, &words.ask_import(people, source), out)? {
        out.say(&words.nothing_changed());
        return Ok(ExitCode::FAILURE);
    }
    let now = Instant::from(target.clock.now());
    let progress = out.progress(&words.importing(), None);
    let imported = privacy::import(&target.deciding, events, now).await;
    drop(progress);
    let privacy::Imported { applied, dropped } =
        imported.context("not everybody was imported; run the command again for the rest")?;
    let mut said = words.imported(applied, source);
    if dropped > 0 {
        said.push_str(&format!("\n{}", words.passed_over(dropped)));
    }
    out.done(&said, || done(applied, dropped));
    Ok(ExitCode::SUCCESS)
}

fn shown(problems: &[String]) -> String {
    let more = problems.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let first: String = problems.iter().take(SHOWN).map(|problem| format!("\n  {problem}")).collect();
    format!("nothing was imported:{first}{more}")
}
