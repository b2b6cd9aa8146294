//! One process for one directory.

use std::fs::{DirBuilder, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::LocalError;

/// A lock on a directory; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    dir: PathBuf,
    /// Holds the lock by living.
    _file: File,
}

impl DirLock {
    /// The file that is locked.
    pub const FILE: &str = "lock";

    /// Makes the directory if it is missing, for its owner only, and locks it.
    ///
    /// # Errors
    /// [`LocalError::InUse`] while another process has it; or it cannot be used.
    pub fn take(dir: &Path) -> Result<Self, LocalError> {
        let failed = |source| LocalError::Io { what: format!("cannot use {}", dir.display()), source };
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(dir).map_err(failed)?;
        let file = File::create(dir.join(Self::FILE)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), _file: file }),
            Err(TryLockError::WouldBlock) => Err(LocalError::InUse(dir.display().to_string())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}
