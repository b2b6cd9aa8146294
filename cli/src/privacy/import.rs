//! `rekindle import FILE`: people who agreed elsewhere, with where and when that was.
//!
//! A list is older than what people said since: every line counts as of its own date, so it takes nobody's refusal back and
//! brings nobody back who was erased. Nothing is applied before every line was read and found right.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::time::Instant;
use rekindle_workbench::privacy;

use crate::target::{self, Target};

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
    /// As of when the list holds, such as 2026-03-01T00:00:00+09:00: what people said later stays.
    #[arg(long, value_parser = instant)]
    as_of: Instant,
    /// Only read the list and say what is wrong in it.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    target: target::Which,
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "give an instant with an offset, such as 2026-03-01T00:00:00+09:00".to_owned())
}

/// Runs the command.
///
/// # Errors
/// Where the file cannot be read, a line is wrong, or the system does not answer. What was applied stays; running again
/// applies the rest.
#[tokio::main]
pub async fn import(arguments: &ImportArguments) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&arguments.file)
        .with_context(|| format!("cannot read {} as UTF-8 text", arguments.file.display()))?;
    let events = privacy::events(&text, &arguments.source, arguments.as_of);
    let events = events.map_err(|problems| anyhow::anyhow!("{}: {}", arguments.file.display(), shown(&problems)))?;
    if arguments.dry_run {
        say!("{} people, nothing wrong; nothing was applied", events.len());
        return Ok(ExitCode::SUCCESS);
    }
    let target = Target::open(&arguments.target).await?;
    let now = Instant::from(target.clock.now());
    let imported = privacy::import(&target.deciding, events, now).await;
    let privacy::Imported { applied, dropped } =
        imported.context("not everybody was imported; run the command again for the rest")?;
    say!("{applied} people imported from {:?}", arguments.source);
    if dropped > 0 {
        say!("{dropped} passed over: imported before, or erased since the list was made");
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(problems: &[String]) -> String {
    let more = problems.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let first: String = problems.iter().take(SHOWN).map(|problem| format!("\n  {problem}")).collect();
    format!("nothing was imported:{first}{more}")
}
