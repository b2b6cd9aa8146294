//! Collects the problems of one file.

use super::diagnostic::{Diagnostic, Severity};
use super::yaml::Position;

/// One file and what was found in it so far.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    file: &'a str,
    source: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str, source: &'a str) -> Self {
        Self { file, source, found: Vec::new() }
    }

    /// The file's text.
    pub(crate) fn source(&self) -> &'a str {
        self.source
    }

    pub(crate) fn error(
        &mut self,
        at: Position,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(at, Severity::Error, code, message.into(), help.into());
    }

    pub(crate) fn warning(
        &mut self,
        at: Position,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(at, Severity::Warning, code, message.into(), help.into());
    }

    fn add(&mut self, at: Position, severity: Severity, code: &'static str, message: String, help: String) {
        let Position { line, column } = at;
        self.found.push(Diagnostic { file: self.file.to_owned(), line, column, severity, code, message, help });
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    pub(crate) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}
