//! One process for one directory.

use std::fs::{File, TryLockError, create_dir_all};
use std::path::Path;

use crate::error::LocalError;

/// A lock on a directory; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct DirLock(#[expect(dead_code, reason = "holds the lock by living")] File);

impl DirLock {
    /// Makes the directory and locks it.
    pub(crate) fn take(dir: &Path) -> Result<Self, LocalError> {
        let failed = |source| LocalError::Io { what: format!("cannot use {}", dir.display()), source };
        create_dir_all(dir).map_err(failed)?;
        let file = File::create(dir.join("lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LocalError::InUse(dir.display().to_string())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
