//! `rekindle simulate`: what campaigns would have done to a recorded past (SPEC.md section 9).

mod compare;
mod summary;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::journal::Line;
use rekindle_engine::person::Person;
use rekindle_engine::simulate::Refusal;
use rekindle_engine::time::Instant;
use rekindle_workbench::simulate::{Comparison, Journal, Past, Summary, Take, Timeline, live as lived};
pub use summary::wrap;
use summary::{left, right, scope_words, totals};

use crate::output;

/// Bytes of the journal that are written at once.
const AT_ONCE: usize = 1 << 16;

/// What to simulate.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(long, default_value = "campaigns")]
    campaigns: PathBuf,
    /// The recorded events: one EventBridge envelope a line, in a file or in a folder such as the archive.
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
    /// Another version of the folder: say who would get something different from it.
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    compare: Option<PathBuf>,
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
    let catalog =
        |folder| anyhow::Ok(crate::files::definitions(folder, arguments.format == Format::Summary)?.map(Catalog::of));
    let Some(now) = catalog(&arguments.campaigns)? else { return Ok(ExitCode::FAILURE) };
    let other = match &arguments.compare {
        Some(folder) => match catalog(folder)? {
            Some(other) => Some(other),
            None => return Ok(ExitCode::FAILURE),
        },
        None => None,
    };
    let past = Past::open(&arguments.events, arguments.people.as_deref(), arguments.until, &tell)?;
    let until = arguments.until.or(past.span().map(|(_, last)| last)).unwrap_or(Instant::MIN);
    match (other, arguments.format) {
        (Some(other), _) => output::print(&compare(&now, &other, &past, until)?),
        (None, Format::Summary) => {
            let mut summary = Summary::new(&now);
            let mut unread = BTreeMap::new();
            let mut look = |number: usize, person: &Person| {
                // Whose claims were guessed wrongly lives again: the last life counts.
                unread.remove(&number);
                let values: Vec<_> = rekindle_workbench::unread::of(person, &now, until).collect();
                if !values.is_empty() {
                    unread.insert(number, values);
                }
            };
            let refused =
                live(&now, &past, until, "simulating", &mut look, &mut |_, id, lines| summary.add(id, lines))?;
            unread.values().flatten().for_each(|(campaign, value)| summary.add_unread(campaign, value));
            past.tell_refused(&refused, &tell)?;
            output::print(&summary::write(&summary, &past.scope(until, refused.len())))
        }
        (None, Format::Jsonl) => {
            let mut timeline = Timeline::new(past.span().map_or((until, until), |(first, _)| (first, until)));
            let mut take = |person: usize, _: &str, lines: &mut Vec<Line>| timeline.add(person, lines);
            let refused = live(&now, &past, until, "simulating", &mut |_, _| {}, &mut take)?;
            past.tell_refused(&refused, &tell)?;
            output::read_or_not(print_journal(timeline, &past)).context("cannot write the journal")
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Lives everybody's past, and shows on a terminal how far it is; see [`lived`].
fn live(
    catalog: &Catalog,
    past: &Past,
    until: Instant,
    doing: &'static str,
    look: &mut dyn FnMut(usize, &Person),
    take: &mut Take<'_>,
) -> Result<Vec<Refusal>> {
    let bar = progress(past.ids().len() as u64, doing, "people");
    let refused = lived(catalog, past, until, look, take, &|people| bar.set_position(people))?;
    bar.finish_and_clear();
    Ok(refused)
}

/// Tells whoever reads standard error.
fn tell(words: &str) {
    note!("{words}");
}

/// A bar on standard error; nothing, where that is no terminal.
fn progress(length: u64, doing: &'static str, of: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template(&format!("{{msg}} {{bar:40}} {{human_pos}} of {{human_len}} {of}, {{eta}} to go"));
    let bar = ProgressBar::new(length).with_message(doing);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// What differs between two versions, then the totals of both.
fn compare(now: &Catalog, other: &Catalog, past: &Past, until: Instant) -> Result<String> {
    let mut journal = Journal::default();
    let mut before = Summary::new(now);
    let refused = live(now, past, until, "simulating", &mut |_, _| {}, &mut |person, id, lines| {
        before.add(id, lines);
        journal.add(person, lines);
    })?;
    past.tell_refused(&refused, &tell)?;
    let mut after = Summary::new(other);
    let mut comparison = Comparison::default();
    live(other, past, until, "comparing", &mut |_, _| {}, &mut |person, id, lines| {
        after.add(id, lines);
        comparison.add(id, journal.of(person), std::mem::take(lines));
    })?;
    let mut out = format!(
        "{}\n\n{}\n",
        scope_words(&past.scope(until, refused.len()), &now.workspace),
        compare::write(&comparison, &now.workspace.timezone)
    );
    let row =
        |name: &str, now: &str, other: &str| format!("  {}{}{}\n", left(name, 24), right(now, 16), right(other, 16));
    out.push_str(&row("", "now", "compared"));
    for ((name, before), (_, after)) in totals(&before).iter().zip(totals(&after)) {
        out.push_str(&row(name, before, &after));
    }
    Ok(out)
}

fn print_journal(timeline: Timeline, past: &Past) -> std::io::Result<()> {
    let ids: Vec<&str> = past.ids().collect();
    let mut out = std::io::stdout().lock();
    let mut text = String::with_capacity(2 * AT_ONCE);
    timeline.for_each(|person, line| -> std::io::Result<()> {
        line.write_json(ids.get(person).copied().unwrap_or_default(), &mut text);
        text.push('\n');
        if text.len() >= AT_ONCE {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        Ok(())
    })?;
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests;
