//! A workspace as texts by path, wherever they come from: a folder, an archive or a draft are one thing to what looks at them.

mod walk;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rekindle_engine::lang::Files;

pub use walk::read;

/// A workspace, with what stands beside it.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// What the paths of problems begin with: the folder as it was given, so that editors find its files.
    pub place: PathBuf,
    /// Its files' texts by path.
    pub files: Files,
    /// The types of events of which there is a schema.
    pub events: BTreeSet<String>,
}

impl Source {
    /// Reads a folder.
    ///
    /// # Errors
    /// Where a file of it cannot be read; see [`read`].
    pub fn folder(folder: &Path) -> Result<Self> {
        Ok(Self { place: folder.to_owned(), files: read(folder)?, events: event_types(folder) })
    }

    /// Leaves out every campaign that is not named; nothing, where none is.
    #[must_use]
    pub fn only(mut self, campaigns: &[String]) -> Self {
        if !campaigns.is_empty() {
            self.files.retain(|path, _| {
                let campaign = path.split_once('/').map(|(campaign, _)| campaign);
                campaign.is_none_or(|campaign| campaign == "layouts" || campaigns.iter().any(|name| name == campaign))
            });
        }
        self
    }
}

/// The types of events that have a schema in the folder `events` beside a workspace: `events/quiz.finished.schema.json`.
fn event_types(folder: &Path) -> BTreeSet<String> {
    let beside = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join("events")));
    let entries = beside.and_then(|events| fs::read_dir(events).ok()).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".schema.json").map(str::to_owned)).collect()
}
