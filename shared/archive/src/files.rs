//! The files of a recorded past: one file of events, or a folder of the archive with one file a day or an object a batch.
//!
//! Lines of the archive carry `decision`, the version of the person that their decision made: it orders the lines of a
//! person wherever they stand, and tells a line that the archive has twice.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Where a line lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Number of the file.
    pub file: u32,
    /// Length in bytes.
    pub length: u32,
    /// Bytes before it.
    pub offset: u64,
}

/// The files of a past, in order.
#[derive(Debug)]
pub struct Files(Vec<(PathBuf, File)>);

impl Files {
    /// The file, or every `*.jsonl` in the folder and the folders in it, in order of their paths.
    ///
    /// # Errors
    /// Where one cannot be opened, or the folder holds none.
    pub fn open(path: &Path) -> Result<Self> {
        let paths = if path.is_dir() {
            let found = below(path).with_context(|| format!("cannot read {}", path.display()))?;
            if found.is_empty() {
                bail!("{} holds no *.jsonl; an archive has one for each day", path.display());
            }
            found
        } else {
            vec![path.to_owned()]
        };
        let open = |path: PathBuf| {
            let file = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
            anyhow::Ok((path, file))
        };
        paths.into_iter().map(open).collect::<Result<_>>().map(Self)
    }

    /// Their numbers and paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = (u32, &Path)> {
        (0..).zip(self.0.iter().map(|(path, _)| path.as_path()))
    }

    /// The file of that number.
    ///
    /// # Errors
    /// Where there is none of it.
    pub fn get(&self, number: u32) -> io::Result<&File> {
        let found = self.0.get(number as usize).map(|(_, file)| file);
        found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    /// The path of the file in which a place is, and the number of its line there.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn line_of(&self, place: Location) -> io::Result<(&Path, u64)> {
        let (path, _) = self.0.get(place.file as usize).ok_or(io::ErrorKind::NotFound)?;
        let before = BufReader::new(File::open(path)?.take(place.offset));
        let breaks = before.split(b'\n').try_fold(0, |lines, line| line.map(|_| lines + 1))?;
        Ok((path, breaks + 1))
    }
}

/// The files of an archive below a folder, in order of their paths: those of days, and, of a bucket's copy, those in the
/// folders of days. None where there is no such folder.
pub(crate) fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(below(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "jsonl") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The version of the person that the decision about an archived event made; `None` where the line does not say it.
#[must_use]
pub fn decision(line: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Archived {
        decision: Option<u32>,
    }
    // Most lines of other files do not have the word, so they are not read for it.
    if !line.contains("\"decision\":") {
        return None;
    }
    serde_json::from_str::<Archived>(line).ok()?.decision
}
