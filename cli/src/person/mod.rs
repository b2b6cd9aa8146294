//! One person as an operator reads them: profile, consent, where they stand, their mails and their journal.
//!
//! It shows what it is given, asks no store and decides nothing. Whatever a shop or a customer wrote is shown in such a
//! way that it cannot steer a terminal.

mod address;
mod command;
mod journal;
mod json;
mod profile;
mod standing;
#[cfg(test)]
mod tests;
mod text;

pub use command::{Arguments, run};

use clap::ValueEnum;
use rekindle_engine::person::Person;
use rekindle_store::{Aside, Note, SendRow};
use serde_json::Value;

pub use address::Address;
pub(crate) use journal::{lines, rows_of as rows};
pub(crate) use json::{enrolments, profile};
pub(crate) use standing::stage;
pub(crate) use text::{Times, plain, table};

/// How a person is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object, for machines.
    Json,
}

/// Everything that is shown of one person.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Who.
    pub person: &'a Person,
    /// What is known of their address.
    pub address: &'a Address,
    /// Their mails.
    pub sends: &'a [SendRow],
    /// Their journal, as lines of JSON.
    pub journal: &'a [String],
    /// What operators did.
    pub notes: &'a [Note],
    /// Since when they are set aside, and why, where nobody can write them.
    pub aside: Option<&'a Aside>,
    /// The values of theirs that `date` triggers cannot read, by campaign.
    pub unread: &'a [(String, Value)],
    /// The workspace's zone by its name.
    pub workspace_zone: &'a str,
}

/// A person in the given format; see [`show`].
#[must_use]
pub fn render(format: Format, subject: &Subject<'_>) -> String {
    match format {
        Format::Text => show(subject),
        Format::Json => json::json(subject),
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
