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

pub(crate) use command::id_of;
pub use command::{Arguments, run};

use rekindle_engine::person::Person;
use rekindle_workbench::person::Subject;
use rekindle_workbench::plain::plain;

use crate::output::View;
use crate::output::table::Table;

pub(crate) use address::rows as address_rows;
pub(crate) use journal::{lines, rows_of as rows};
pub(crate) use standing::stage;
pub(crate) use text::Times;

/// A person for people: all instants in their own zone where they have a valid one, else in the workspace's. Of somebody
/// of whom nothing is known it says so, and what to do next.
#[must_use]
pub fn show(subject: &Subject<'_>, view: &View) -> String {
    let words = view.words;
    let Subject { person, address, sends, journal, notes, aside, unread, workspace_zone } = *subject;
    let times = Times::of(person, workspace_zone, words);
    if !person.is_known() {
        return unknown(person, &times);
    }
    let entries = journal::read(journal);
    let sections = [
        (words.person_profile(), profile::profile(person, address, &times)),
        (words.person_consent(), profile::consent(person, &times)),
        (words.person_set_aside(), standing::aside(aside, &times)),
        (words.person_stands(), standing::standing(person, &entries, unread, &times)),
        (words.person_mails(), standing::mails(person, sends, &times)),
        (words.person_journal(), journal::rows(&entries, &times)),
        (words.person_acts(), standing::acts(notes, &times)),
    ];
    let mut out = format!("{}\n{}\n", view.bold(&plain(&person.id)), times.explained());
    for (title, rows) in sections.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        out.push_str(&format!("\n{}\n{}", view.bold(&title), Table::new(rows).write(view)));
    }
    out
}

fn unknown(person: &Person, times: &Times) -> String {
    let id = plain(&person.id);
    let text = match person.erased_at {
        Some(at) => times.words.was_erased(&id, &times.at(at), times.zone()),
        None => times.words.is_unknown(&id),
    };
    text + "\n"
}
