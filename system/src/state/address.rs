//! Where the process answers that uses a folder: a file that is there for as long as it does.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rekindle_local::DirLock;
use serde::{Deserialize, Serialize};

const FILE: &str = "address.json";

/// Where a process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// For AWS SDKs and the AWS CLI, and for commands of ours.
    pub aws: String,
    /// The mailbox, and the pages that mails link to.
    pub mailbox: String,
    /// The process, for whoever looks for it.
    pub process: u32,
}

/// An address that stands in its folder until this is dropped.
pub struct Announced {
    path: PathBuf,
    /// Whoever comes after writes their own only once this one is gone.
    _lock: Arc<DirLock>,
}

impl Announced {
    pub(super) fn write(lock: &Arc<DirLock>, address: &Address) -> Result<Self> {
        let path = lock.dir().join(FILE);
        super::write(&path, (serde_json::to_string(address)? + "\n").as_bytes())?;
        Ok(Self { path, _lock: Arc::clone(lock) })
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // Where it stays, whoever takes the lock next removes it.
        let _stays = fs::remove_file(&self.path);
    }
}

/// The address in a folder; `None` where nobody has said it, or not wholly.
pub(super) fn of(folder: &Path) -> Option<Address> {
    serde_json::from_str(&fs::read_to_string(folder.join(FILE)).ok()?).ok()
}

/// Removes the address that a process left which is no more.
pub(super) fn forget(folder: &Path) -> Result<()> {
    match fs::remove_file(folder.join(FILE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot write into {}", folder.display()))
        }
        _ => Ok(()),
    }
}
