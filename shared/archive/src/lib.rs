//! The archive: every event that was applied, one JSON line each, by the day on which it was decided on. `relay` writes it
//! through one port ([`Archive`]), to a folder or behind a Firehose stream; what reads it (a simulation, an export, an
//! erasure) reads a folder: that of a local system, or a copy of a stage's bucket.
//!
//! A line is the event's envelope with `received_at`, the instant that was decided on, and `decision`, the version of the
//! person that the decision made: together they put the lines of a person in order again. A batch of the stream that is
//! repeated writes lines that are there already; whoever reads removes them, as person and `decision` name a line.
//!
//! Erasure goes through the files or objects and writes anew those that have lines of the person, without them; it knows its
//! lines by `detail.person.id`, so nothing else need be known. A folder is cleared where the erasure is finished
//! ([`Folder`] is a `Place`); a bucket by `rekindle erase`, as no function may read it.

mod files;
mod firehose;
mod folder;

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use rekindle_lambda::envelope::{text_field, with_field};
use rekindle_store::Record;
use thiserror::Error;

pub use files::{Files, Location, decision};
pub use firehose::Firehose;
pub use folder::Folder;

/// Why lines were not kept. A retry helps, and may keep some of them twice.
#[derive(Debug, Error)]
#[error("the archive did not take lines of {day}: {reason}")]
pub struct ArchiveError {
    /// Of which day.
    pub day: String,
    /// The service's or system's own word.
    pub reason: String,
}

/// Keeps lines by day.
pub trait Archive: Send + Sync + 'static {
    /// Keeps lines of events that were decided on at a day (`2026-03-01`).
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>>;
}

/// The lines of a batch.
#[derive(Debug, Default)]
pub struct Lines(BTreeMap<String, Vec<String>>);

impl Lines {
    /// Adds the event that a decision applied, if it applied one.
    pub fn add(&mut self, version: u64, record: &Record) {
        let Some(event) = record.event.as_deref() else { return };
        let Some(line) = with_field(event, "decision", &version) else { return };
        let decided = text_field(event, "received_at");
        let day = decided.as_deref().and_then(|at| at.get(..10)).unwrap_or("unknown");
        self.0.entry(day.to_owned()).or_default().push(line);
    }

    /// Puts them all into the archive.
    ///
    /// # Errors
    /// Where it does not take them. A retry helps, and may keep some twice.
    pub async fn put(&self, archive: &dyn Archive) -> Result<(), ArchiveError> {
        for (day, lines) in &self.0 {
            archive.put(day, lines).await?;
        }
        Ok(())
    }
}
