//! Standard output, which a reader such as `head` may close early: that is no failure.

use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Prints `text`.
///
/// # Errors
/// Where it cannot be written although somebody reads.
pub fn print(text: &str) -> Result<()> {
    read_or_not(io::stdout().lock().write_all(text.as_bytes())).context("cannot write to standard output")
}

/// What became of writing, where a reader who has left is no failure.
///
/// # Errors
/// The same, where it is anything else.
pub fn read_or_not(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
