//! `rekindle import FILE`: people who agreed elsewhere, with where and when that was.
//!
//! A list is older than what people said since: every line counts as of its own date, so it takes nobody's refusal back and
//! brings nobody back who was erased. Nothing is applied before every line was read and found right.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use futures_util::stream::{StreamExt, iter};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::time::Instant;
use serde_json::{Map, Value, json};

use crate::target::{self, Target};

/// People who are decided about at the same time.
const AT_ONCE: usize = 8;
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
    let events = events(&text, &arguments.source, arguments.as_of);
    let events = events.map_err(|problems| anyhow::anyhow!("{}: {}", arguments.file.display(), shown(&problems)))?;
    if arguments.dry_run {
        say!("{} people, nothing wrong; nothing was applied", events.len());
        return Ok(ExitCode::SUCCESS);
    }
    let target = Target::open(&arguments.target).await?;
    let now = Instant::from(target.clock.now());
    let apply = |(event, envelope): (Event, String)| {
        let deciding = &target.deciding;
        async move {
            let decided = deciding.decide(&event.person, &Input::Event(&event), now, Some(&envelope)).await;
            decided.map(|decided| !decided.dropped)
        }
    };
    let mut work = iter(events.into_iter().map(apply)).buffer_unordered(AT_ONCE);
    let (mut applied, mut dropped) = (0_u64, 0_u64);
    while let Some(decided) = work.next().await {
        if decided.context("not everybody was imported; run the command again for the rest")? {
            applied += 1;
        } else {
            dropped += 1;
        }
    }
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

/// The event of each line, with its envelope; else every problem.
pub(super) fn events(text: &str, source: &str, as_of: Instant) -> Result<Vec<(Event, String)>, Vec<String>> {
    let (mut events, mut problems) = (Vec::new(), Vec::new());
    if source.trim().is_empty() {
        problems.push("--source must say where the list comes from".to_owned());
    }
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match event(line, source, as_of) {
            Ok(event) => events.push(event),
            Err(error) => problems.push(format!("line {number}: {error:#}")),
        }
    }
    if problems.is_empty() { Ok(events) } else { Err(problems) }
}

fn event(line: &str, source: &str, as_of: Instant) -> Result<(Event, String)> {
    let mut person: Map<String, Value> = serde_json::from_str(line).context("not a JSON object")?;
    let mut said_at = None;
    if let Some(Value::Object(consent)) = person.get_mut("consent") {
        said_at = match consent.get("at") {
            None => None,
            Some(at) => match at.as_str().and_then(Instant::parse) {
                Some(at) => Some(at),
                None => bail!("`consent.at` must be an instant with an offset, such as 2025-06-01T10:00:00+09:00"),
            },
        };
        consent.insert("source".to_owned(), format!("import: {source}").into());
    }
    let time = said_at.unwrap_or(as_of);
    if time > as_of {
        bail!("`consent.at` is later than --as-of: the list would say what it cannot know");
    }
    let id = ids::short_hash(&format!("import/{source}/{line}"), 20);
    let detail = json!({ "person": person });
    let envelope =
        json!({ "id": id, "source": "import", "detail-type": "customer.imported", "time": time, "detail": detail });
    let text = envelope.to_string();
    Ok((Event::from_value(envelope)?, text))
}
