//! The mark of a local system's folder: content that nobody else writes, so that no name alone makes a folder ours.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result};
use rekindle_local::DirLock;
use serde::{Deserialize, Serialize};

/// The format of the files that this program writes. It counts up where an older program could not read them.
pub const FORMAT: u32 = 1;
const FILE: &str = "rekindle.json";
const WHAT: &str = "the state of a local system; `rekindle` reads and writes it";
/// More than a mark has.
const LONGEST: u64 = 4_096;

/// Which command a state belongs to. A demo begins anew each time it is run, and removes nothing of a `dev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Maker {
    /// `rekindle dev`.
    Dev,
    /// `rekindle demo`.
    Demo,
}

/// What the mark says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    rekindle: String,
    /// The format of the files.
    pub format: u32,
    /// Whose state it is.
    pub made_by: Maker,
}

impl Mark {
    /// The mark of what this program makes.
    pub fn of(maker: Maker) -> Self {
        Self { rekindle: WHAT.to_owned(), format: FORMAT, made_by: maker }
    }

    /// Puts the mark into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        super::write(&folder.join(FILE), (serde_json::to_string(self)? + "\n").as_bytes())
    }

    /// The mark of a folder, if it has one.
    fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE);
        if !path.metadata().ok()?.is_file() {
            return None;
        }
        let mut text = String::new();
        File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok().filter(|mark: &Self| mark.rekindle == WHAT)
    }
}

/// What a folder is.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// It is not there, or empty.
    Nothing,
    /// A state of ours.
    Ours(Mark),
    /// A state from before there were marks, or one whose mark is damaged.
    Unmarked,
    /// Anything else.
    Foreign,
}

/// Looks at a folder, and changes nothing.
///
/// # Errors
/// Where it cannot be read.
pub fn inspect(folder: &Path) -> Result<Found> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        entries => entries.with_context(|| format!("{} cannot be used as a folder", folder.display()))?,
    };
    if let Some(mark) = Mark::read(folder) {
        return Ok(Found::Ours(mark));
    }
    // What a first start leaves that was killed before it had written the mark.
    let begun = [DirLock::FILE.as_ref(), "rekindle.new".as_ref()];
    for entry in entries {
        let name = entry.with_context(|| format!("{} cannot be read", folder.display()))?.file_name();
        if !begun.contains(&name.as_os_str()) {
            let state = ["secret", "local.db", "tables.db"].iter().all(|file| folder.join(file).is_file());
            return Ok(if state { Found::Unmarked } else { Found::Foreign });
        }
    }
    Ok(Found::Nothing)
}
