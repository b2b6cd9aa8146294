//! One person as an operator reads them: profile, consent, where they stand, their mails and their journal.
//!
//! It shows what it is given, asks no store and decides nothing. Whatever a shop or a customer wrote is shown in such a
//! way that it cannot steer a terminal.

mod address;
mod command;
mod journal;
mod profile;
mod standing;
#[cfg(test)]
mod tests;
mod text;

pub use command::{Arguments, run};

use clap::ValueEnum;
use rekindle_engine::person::Person;
use rekindle_workbench::person::{Subject, json};
use rekindle_workbench::plain::plain;

pub(crate) use address::rows as address_rows;
pub(crate) use journal::{lines, rows_of as rows};
pub(crate) use standing::stage;
pub(crate) use text::{Times, table};

/// How a person is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object, for machines.
    Json,
}

/// A person in the given format; see [`show`].
#[must_use]
pub fn render(format: Format, subject: &Subject<'_>) -> String {
    match format {
        Format::Text => show(subject),
        Format::Json => format!("{:#}\n", json(subject)),
    }
}

/// A person for people: all instants in their own zone where they have a valid one, else in the workspace's. Of somebody
/// of whom nothing is known it says so, and what to do next.
#[must_use]
pub fn show(subject: &Subject<'_>) -> String {
    let Subject { person, address, sends, journal, notes, aside, unread, workspace_zone } = *subject;
    let times = Times::of(person, workspace_zone);
    if !person.is_known() {
        return unknown(person, &times);
    }
    let entries = journal::read(journal);
    let sections = [
        ("Profile", profile::profile(person, address, &times)),
        ("Consent", profile::consent(person, &times)),
        ("Set aside", standing::aside(aside, &times)),
        ("Where they stand", standing::standing(person, &entries, unread, &times)),
        ("Mails", standing::mails(person, sends, &times)),
        ("Journal", journal::rows(&entries, &times)),
        ("What operators did", standing::acts(notes, &times)),
    ];
    let mut out = format!("{}\n{}\n", plain(&person.id), times.explained());
    for (title, rows) in sections.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        out.push_str(&format!("\n{title}\n{}\n", table(&rows)));
    }
    out
}

fn unknown(person: &Person, times: &Times) -> String {
    let id = plain(&person.id);
    match person.erased_at {
        Some(at) => {
            format!("{id} was erased on {} ({}). Nothing else is kept about them.\n", times.at(at), times.zone())
        }
        None => format!(
            "Nobody is known here under the id `{id}`.\n\
             The id is the one that the shop gives as `detail.person.id` in its events; letter case counts.\n\
             If such an event was sent, the dead letters on the mailbox's status page may say why it was refused.\n"
        ),
    }
}
