//! Reads a workspace folder, and reports what is wrong with it.

mod walk;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use rekindle_engine::lang::{Definitions, Diagnostic, Severity, load};
use rekindle_workbench::plain::plain;

pub use walk::read;

/// The types of events that have a schema in the folder `events` beside a workspace: `events/quiz.finished.schema.json`.
#[must_use]
pub fn event_types(folder: &Path) -> BTreeSet<String> {
    let beside = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join("events")));
    let entries = beside.and_then(|events| fs::read_dir(events).ok()).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".schema.json").map(str::to_owned)).collect()
}

/// Loads a workspace to simulate it; problems go to standard error. An expression that publishing would refuse can still be
/// simulated: where it fails it is false and journalled (SPEC.md section 8). `None` where there are other errors.
///
/// # Errors
/// Where the files cannot be read.
pub fn definitions(folder: &Path, warnings: bool) -> Result<Option<Definitions>> {
    let loaded = load(&read(folder)?);
    for diagnostic in &loaded.diagnostics {
        if warnings || diagnostic.severity == Severity::Error {
            // As the folder was given, so that an editor's terminal finds the file.
            let file = folder.join(&diagnostic.file).display().to_string();
            note!("{}", plain(&Diagnostic { file, ..diagnostic.clone() }.to_string()));
        }
    }
    Ok(loaded.runnable().cloned())
}
