//! The folder of a local system: whose it is, what format it has, who uses it now, and where they answer.
//!
//! | file | what |
//! |---|---|
//! | `rekindle.json` | the mark: that the folder is a local system, its format, and which command made it |
//! | `lock` | held by the one process that uses the folder |
//! | `address.json` | where that process answers, if it answers others |
//! | `secret` | signs links and keys hashes |
//! | `clock` | the system's time, which never goes back |
//! | `unscrubbed` | there while what was deleted may still be in the databases' free room |
//! | `local.db`, `tables.db`, `archive/` | the state itself |
//!
//! Invariants:
//! * A folder that holds something else is never written to, and no file is deleted that is not of the list above.
//! * Whoever writes or deletes anything holds the lock, and nobody goes on beside tables with another secret than theirs.
//! * Only the folder's owner may look into it.

mod address;
mod mark;
mod reach;
mod secret;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rekindle_local::DirLock;

pub use address::{Address, Announced};
pub use mark::Maker;
use mark::{FORMAT, Found, Mark, inspect};
pub use reach::{Reached, Running, newest_state, reach};
pub use secret::{fresh as fresh_secret, system_name};

/// The files of a state beside its mark and its lock. SQLite writes the others of a database beside it.
const FILES: [&str; 13] = [
    "address.json",
    "address.new",
    "clock",
    "clock.new",
    "secret",
    "secret.new",
    "local.db",
    "local.db-shm",
    "local.db-wal",
    "tables.db",
    "tables.db-shm",
    "tables.db-wal",
    UNSCRUBBED,
];
/// There from an erasure on until the databases are written anew.
const UNSCRUBBED: &str = "unscrubbed";

/// A local system's folder, which nobody else uses meanwhile.
pub struct LocalState {
    lock: Arc<DirLock>,
    secret: Vec<u8>,
}

impl LocalState {
    /// The state in a folder, or a new one. It is that of `maker` from now on.
    ///
    /// # Errors
    /// Where the folder holds something else, another process uses it, or it cannot be used as it is; nothing was changed
    /// then.
    pub fn open(folder: &Path, maker: Maker) -> Result<Self> {
        if matches!(inspect(folder)?, Found::Foreign) {
            bail!("{} holds something else than a local system; choose another folder with --state", folder.display());
        }
        Self::locked(DirLock::take(folder)?, maker)
    }

    /// The state that is in a folder.
    ///
    /// # Errors
    /// As [`open`](Self::open), and where there is none.
    pub fn existing(folder: &Path) -> Result<Self> {
        let maker = match inspect(folder)? {
            Found::Ours(mark) => mark.made_by,
            Found::Unmarked => Maker::Dev,
            Found::Nothing | Found::Foreign => {
                bail!("{} holds no local system; run `rekindle dev` or `rekindle demo` first", folder.display())
            }
        };
        Self::locked(DirLock::take(folder)?, maker)
    }

    /// An empty state for a demo: of what the folder holds, it removes what an earlier demo made.
    ///
    /// # Errors
    /// Where it holds anything else, or another process uses it; nothing was removed then.
    pub fn afresh(folder: &Path) -> Result<Self> {
        let demo = |found: &Found| {
            matches!(found, Found::Nothing) || matches!(found, Found::Ours(mark) if mark.made_by == Maker::Demo)
        };
        let refused = || {
            anyhow::anyhow!(
                "{} holds something else than what this `rekindle demo` made; choose another folder with --state, or remove it yourself",
                folder.display()
            )
        };
        if !demo(&inspect(folder)?) {
            return Err(refused());
        }
        let lock = DirLock::take(folder)?;
        // Again, as only now nobody else changes it.
        if !demo(&inspect(folder)?) {
            return Err(refused());
        }
        clear(folder)?;
        Self::locked(lock, Maker::Demo)
    }

    fn locked(lock: DirLock, maker: Maker) -> Result<Self> {
        let folder = lock.dir();
        let found = inspect(folder)?;
        if let Found::Ours(Mark { format, .. }) = &found
            && *format != FORMAT
        {
            let (which, remedy) = if *format > FORMAT {
                ("a newer", "use that one")
            } else {
                ("an older", "begin anew in another folder with --state")
            };
            bail!(
                "{} was made by {which} `rekindle` (format {format}; this one has {FORMAT}): {remedy}",
                folder.display()
            );
        }
        keep_private(folder)?;
        if !matches!(&found, Found::Ours(mark) if mark.made_by == maker) {
            Mark::of(maker).write(folder)?;
        }
        // Of a process that was killed: whoever holds the lock is the only one who answers for the folder.
        address::forget(folder)?;
        let secret = secret::of(folder)?;
        Ok(Self { lock: Arc::new(lock), secret })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.lock.dir()
    }

    /// The lock, for whoever works on the files.
    #[must_use]
    pub fn lock(&self) -> Arc<DirLock> {
        Arc::clone(&self.lock)
    }

    /// The secret that signs links and keys hashes.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The folder of the events that were applied.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        archive(self.folder())
    }

    /// The file that says that what was deleted may still be in the databases.
    #[must_use]
    pub fn unscrubbed(&self) -> PathBuf {
        self.folder().join(UNSCRUBBED)
    }

    /// Where the system's time was left; `None` in a new state.
    ///
    /// # Errors
    /// Where it cannot be read, or is no instant.
    pub fn left_at(&self) -> Result<Option<Timestamp>> {
        let path = self.folder().join("clock");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let at = text.trim().parse().ok();
        Ok(Some(at.with_context(|| format!("{} is damaged: it must hold the system's time, such as 2026-03-02T01:00:00Z; write the latest instant into it that the mailbox shows", path.display()))?))
    }

    /// Notes the system's time.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn leave_at(&self, at: Timestamp) -> Result<()> {
        note(&self.folder().join("clock"), at.to_string().as_bytes()).context("the clock cannot be kept")
    }

    /// Says to other commands where this process answers, until the result is dropped.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn announce(&self, address: &Address) -> Result<Announced> {
        Announced::write(&self.lock, address)
    }
}

/// The folder of the events that were applied, of a state in `folder`.
#[must_use]
pub fn archive(folder: &Path) -> PathBuf {
    folder.join("archive")
}

/// Removes a state's files. The mark goes last, by being written anew, so that whoever is killed in between begins again.
fn clear(folder: &Path) -> Result<()> {
    let gone = |path: &Path| match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    };
    FILES.iter().try_for_each(|name| gone(&folder.join(name)))?;
    let archive = archive(folder);
    // A link to a folder is not of ours, and what it leads to even less.
    if fs::symlink_metadata(&archive).is_ok_and(|found| found.is_dir()) {
        for entry in fs::read_dir(&archive).with_context(|| format!("cannot read {}", archive.display()))? {
            let path = entry?.path();
            let is_day = path.file_name().and_then(|name| name.to_str()).is_some_and(is_day);
            if is_day {
                gone(&path)?;
            }
        }
        let _not_empty = fs::remove_dir(&archive);
    }
    Ok(())
}

/// Whether a file of the archive is named as one of a day is.
fn is_day(name: &str) -> bool {
    let day = name.strip_suffix(".new").unwrap_or(name).strip_suffix(".jsonl");
    day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// Other users of the machine have no business among addresses, mails and links that act for their readers.
fn keep_private(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("{} cannot be closed to other users", folder.display()))?;
    }
    Ok(())
}

/// Writes a file beside and moves it over, so that whoever is killed in between leaves a whole one; it is on the disk then.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, File::sync_all)
}

/// The same of what may be lost with the machine's power.
fn note(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes, |_| Ok(()))
}

fn put(path: &Path, bytes: &[u8], end: impl FnOnce(&File) -> io::Result<()>) -> Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| file.write_all(bytes).and_then(|()| end(&file)));
    written.and_then(|()| fs::rename(&beside, path)).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests;
