//! The people table as a process of a release before this one has it: what it does not know it neither reads nor writes back.

use rekindle_engine::person::Person;
use rekindle_store::{Commit, CommitError, Loaded, Record, StoreError};

use super::Form;
use crate::faults::Kind;
use crate::gate::Sim;

/// Somebody as that release reads them.
///
/// # Errors
/// Where it cannot.
pub fn read(sim: &Sim, form: &Form, mut loaded: Loaded) -> Result<Loaded, StoreError> {
    if let Some(person) = person(form, &mut loaded.person)? {
        loaded.person = person;
        sim.world().count(Kind::FieldUnknown);
    }
    if let Some(unwritten) = form.of("u", &loaded.unwritten).map_err(unreadable)? {
        loaded.unwritten = unwritten;
    }
    Ok(loaded)
}

/// A commit as that release writes it; the person and the rest are kept in `known`.
///
/// # Errors
/// Where it cannot.
pub fn written<'a>(
    sim: &Sim,
    form: &Form,
    commit: Commit<'a>,
    known: &'a mut Option<Person>,
) -> Result<Commit<'a>, CommitError> {
    sim.world().count(Kind::WrittenBefore);
    *known = person(form, &mut commit.person.clone()).map_err(CommitError::Store)?;
    let mut commit = Commit { person: known.as_ref().unwrap_or(commit.person), ..commit };
    if let Some(record) = form.of("r", &commit.record).map_err(|error| CommitError::Store(unreadable(error)))? {
        // It is not kept.
        let leaving = commit.record.leaving;
        commit.record = Record { leaving, ..record };
    }
    Ok(commit)
}

/// A person as that release has them; `None` where it knows all of them.
fn person(form: &Form, whole: &mut Person) -> Result<Option<Person>, StoreError> {
    // They are many, lie beside the rest, and are not looked into.
    let applied = std::mem::take(&mut whole.applied);
    let known = form.of("p", whole).map_err(unreadable)?;
    if !form.knows_applied() {
        return Ok(Some(known.unwrap_or_else(|| whole.clone())));
    }
    match known {
        Some(known) => Ok(Some(Person { applied, ..known })),
        None => {
            whole.applied = applied;
            Ok(None)
        }
    }
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Unreadable { key: "P#…".to_owned(), reason: error.to_string() }
}
