//! `rekindle simulate`: what campaigns would have done to a recorded past (SPEC.md section 9).

mod past;

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::journal::Line;
use rekindle_engine::person::Person;
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
    let past = past::Past::open(&arguments.events)?;
    let mut simulation = Simulation::new(&catalog);
    let until = arguments.until.or_else(|| past.latest());
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut text = String::new();
    let mut failed = None;
    let mut print = |person: &Person, line: &Line| {
        text.clear();
        line.write_json(&person.id, &mut text);
        text.push('\n');
        if let Err(error) = out.write_all(text.as_bytes()) {
            failed.get_or_insert(error);
        }
    };
    if let Some(people) = &arguments.people {
        let before = past.earliest().or(until).unwrap_or_default().plus_seconds(-1);
        for person in past::people(people)? {
            simulation.import(person, before);
        }
    }
    past.play(until, &mut |at, event| simulation.event(at, event, &mut print))?;
    if let Some(until) = until {
        simulation.finish(until, &mut print);
    }
    if let Some(error) = failed {
        return Err(error).context("cannot write the journal");
    }
    out.flush().context("cannot write the journal")?;
    Ok(ExitCode::SUCCESS)
}
