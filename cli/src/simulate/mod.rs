//! `rekindle simulate`: what campaigns would have done to a recorded past (SPEC.md section 9).

mod compare;
mod summary;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::journal::Line;
use rekindle_engine::person::Person;
use rekindle_engine::simulate::Refusal;
use rekindle_engine::time::Instant;
use rekindle_workbench::simulate::{Comparison, Journal, Past, Summary, Take, Timeline, live as lived};
use summary::{scope_words, totals};

use crate::output::columns::{left, right};
use crate::output::{self, Output};
use crate::when::{When, when};

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
    /// Stop after this instant (RFC 3339) or at the end of this day in the workspace's zone; default: the latest event's.
    #[arg(long, value_parser = when)]
    until: Option<When>,
    /// People who were known before the first event: one `detail.person` object a line.
    #[arg(long)]
    people: Option<PathBuf>,
    /// Another version of the folder: say who would get something different from it.
    #[arg(long, value_name = "DIR")]
    compare: Option<PathBuf>,
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
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    if arguments.compare.is_some() && !out.is_text() {
        bail!(out.words().compare_is_text());
    }
    let catalog = |folder| anyhow::Ok(crate::files::definitions(folder, out.is_text())?.map(Catalog::of));
    let Some(now) = catalog(&arguments.campaigns)? else { return Ok(ExitCode::FAILURE) };
    let other = match &arguments.compare {
        Some(folder) => match catalog(folder)? {
            Some(other) => Some(other),
            None => return Ok(ExitCode::FAILURE),
        },
        None => None,
    };
    let limit = arguments.until.map(|until| until.last(&now.workspace.timezone));
    let past = Past::open(&arguments.events, arguments.people.as_deref(), limit, &tell)?;
    let until = limit.or(past.span().map(|(_, last)| last)).unwrap_or(Instant::MIN);
    let run = Run { past: &past, until, out };
    match other {
        Some(other) => output::print(&run.compare(&now, &other)?),
        None if out.is_text() => run.summary(&now),
        None => run.journal(&now),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Tells whoever reads standard error.
fn tell(words: &str) {
    note!("{words}");
}

/// A past, lived until an instant.
struct Run<'r> {
    past: &'r Past,
    until: Instant,
    out: &'r Output,
}

impl Run<'_> {
    /// What it came to, for people.
    fn summary(&self, now: &Catalog) -> Result<()> {
        let Self { past, until, out } = *self;
        let mut summary = Summary::new(now);
        let mut unread = BTreeMap::new();
        let mut look = |number: usize, person: &Person| {
            // Whose claims were guessed wrongly lives again: the last life counts.
            unread.remove(&number);
            let values: Vec<_> = rekindle_workbench::unread::of(person, now, until).collect();
            if !values.is_empty() {
                unread.insert(number, values);
            }
        };
        let doing = out.words().simulating();
        let refused = self.live(now, &doing, &mut look, &mut |_, id, lines| summary.add(id, lines))?;
        unread.values().flatten().for_each(|(campaign, value)| summary.add_unread(campaign, value));
        past.tell_refused(&refused, &tell)?;
        output::print(&summary::write(&summary, &past.scope(until, refused.len())))
    }

    /// Every line, for machines: an object a line, or an array of them.
    fn journal(&self, now: &Catalog) -> Result<()> {
        let Self { past, until, out } = *self;
        let mut timeline = Timeline::new(past.span().map_or((until, until), |(first, _)| (first, until)));
        let mut take = |person: usize, _: &str, lines: &mut Vec<Line>| timeline.add(person, lines);
        let refused = self.live(now, &out.words().simulating(), &mut |_, _| {}, &mut take)?;
        past.tell_refused(&refused, &tell)?;
        output::read_or_not(print_journal(timeline, past, out.is_array())).context("cannot write the journal")
    }

    /// What differs between two versions, then the totals of both.
    fn compare(&self, now: &Catalog, other: &Catalog) -> Result<String> {
        let Self { past, until, out } = *self;
        let (simulating, comparing) = (out.words().simulating(), out.words().comparing());
        let mut journal = Journal::default();
        let mut before = Summary::new(now);
        let refused = self.live(now, &simulating, &mut |_, _| {}, &mut |person, id, lines| {
            before.add(id, lines);
            journal.add(person, lines);
        })?;
        past.tell_refused(&refused, &tell)?;
        let mut after = Summary::new(other);
        let mut comparison = Comparison::default();
        self.live(other, &comparing, &mut |_, _| {}, &mut |person, id, lines| {
            after.add(id, lines);
            comparison.add(id, journal.of(person), std::mem::take(lines));
        })?;
        let mut text = format!(
            "{}\n\n{}\n",
            scope_words(&past.scope(until, refused.len()), &now.workspace),
            compare::write(&comparison, &now.workspace.timezone)
        );
        let row = |name: &str, now: &str, other: &str| {
            format!("  {}{}{}\n", left(name, 24), right(now, 16), right(other, 16))
        };
        text.push_str(&row("", "now", "compared"));
        for ((name, before), (_, after)) in totals(&before).iter().zip(totals(&after)) {
            text.push_str(&row(name, before, &after));
        }
        Ok(text)
    }

    /// Lives everybody's past, and shows how far it is; see [`lived`].
    fn live(
        &self,
        catalog: &Catalog,
        doing: &str,
        look: &mut dyn FnMut(usize, &Person),
        take: &mut Take<'_>,
    ) -> Result<Vec<Refusal>> {
        let progress = self.out.progress(doing, Some(self.past.ids().len() as u64));
        lived(catalog, self.past, self.until, look, take, &|people| progress.set(people))
    }
}

fn print_journal(timeline: Timeline, past: &Past, is_array: bool) -> std::io::Result<()> {
    let ids: Vec<&str> = past.ids().collect();
    let mut out = std::io::stdout().lock();
    let mut text = String::with_capacity(2 * AT_ONCE);
    let mut first = true;
    timeline.for_each(|person, line| -> std::io::Result<()> {
        if is_array {
            text.push_str(if first { "[\n" } else { ",\n" });
        }
        first = false;
        line.write_json(ids.get(person).copied().unwrap_or_default(), &mut text);
        if !is_array {
            text.push('\n');
        }
        if text.len() >= AT_ONCE {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        Ok(())
    })?;
    if is_array {
        text.push_str(if first { "[]\n" } else { "\n]\n" });
    }
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests;
