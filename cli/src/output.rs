//! Standard output and standard error, which a reader such as `head` may close early: that is no failure, and what a command
//! does is done all the same. Nothing else of this crate prints: the standard macros panic where nobody reads.

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

/// Prints a line of what was done. What was done is done: where it cannot be written, that is logged and nothing else.
pub fn line(text: &str) {
    if let Err(error) = print(&format!("{text}\n")) {
        tracing::warn!(%error, "a line could not be printed");
    }
}

/// Writes a question to standard error; the answer is typed behind it.
pub fn ask(question: &str) {
    let mut terminal = io::stderr();
    let _nobody_reads = write!(terminal, "{question}").and_then(|()| terminal.flush());
}

/// Writes a line to standard error, for whoever reads there.
pub fn aside(text: &str) {
    let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a line, see [`line()`]; takes what `println!` takes.
macro_rules! say {
    ($($words:tt)*) => { $crate::output::line(&format!($($words)*)) };
}

/// Writes a line to standard error, see [`aside`]; takes what `eprintln!` takes.
macro_rules! note {
    ($($words:tt)*) => { $crate::output::aside(&format!($($words)*)) };
}
