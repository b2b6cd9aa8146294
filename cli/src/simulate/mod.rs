//! `rekindle simulate`: what campaigns would have done to a recorded past (SPEC.md section 9).

mod journal;
mod past;

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use journal::Journal;
use past::Past;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::simulate::Simulation;
use rekindle_engine::time::Instant;

use crate::files;

/// What to simulate.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(long, default_value = "campaigns")]
    campaigns: PathBuf,
    /// The recorded events: one EventBridge envelope a line.
    #[arg(long)]
    events: PathBuf,
    /// Stop after this instant (RFC 3339); default: the latest event's.
    #[arg(long, value_parser = instant)]
    until: Option<Instant>,
    /// People who were known before the first event: one `detail.person` object a line.
    #[arg(long)]
    people: Option<PathBuf>,
    /// `jsonl` is the journal, for machines; `summary` is for people.
    #[arg(long, value_enum, default_value_t = Format::Summary)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Summary,
}

/// Reads an instant of the command line.
///
/// # Errors
/// Where it is none.
pub fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "give an instant such as 2026-03-01T09:00:00Z".to_owned())
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Some(definitions) = files::definitions(&arguments.campaigns, arguments.format == Format::Summary)? else {
        return Ok(ExitCode::FAILURE);
    };
    let catalog = Catalog::of(definitions);
    let past = Past::open(&arguments.events, arguments.people.as_deref(), arguments.until)?;
    let until = arguments.until.or(past.span().map(|(_, last)| last)).unwrap_or(Instant::MIN);
    let simulation = Simulation::new(&catalog, until);
    let mut journal = Journal::default();
    simulation.run(past.ids().len(), &mut |person| past.story(person), &mut |person, _, lines| journal.add(person, &lines))?;
    print(&journal, &past).context("cannot write the journal")?;
    Ok(ExitCode::SUCCESS)
}

fn print(journal: &Journal, past: &Past) -> std::io::Result<()> {
    let ids: Vec<&str> = past.ids().collect();
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut text = String::new();
    journal.for_each(&mut |person, line| {
        text.clear();
        line.write_json(ids.get(person).copied().unwrap_or_default(), &mut text);
        text.push('\n');
        out.write_all(text.as_bytes())
    })?;
    out.flush()
}
