//! What is wrong with a file, where, and how to mend it (SPEC.md section 2).

use std::fmt;

use serde::Serialize;

/// Whether a workspace can be used in spite of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can.
    Warning,
}

/// One problem of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    /// The file's path as it was given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Whether the workspace can be used in spite of it.
    pub severity: Severity,
    /// One of [`super::codes::TABLE`], or of another crate's.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// Whether the workspace cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// As whoever is about to publish has to see it: what the law forbids to send is an error, though a simulation of it
    /// may run.
    #[must_use]
    pub fn for_publishing(self) -> Self {
        let unlawful = super::codes::UNLAWFUL.contains(&self.code);
        Self { severity: if unlawful { Severity::Error } else { self.severity }, ..self }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl fmt::Display for Diagnostic {
    /// `welcome/campaign.yaml:3:5: error C012: … (help: …)`, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {} {}: {}", self.file, self.line, self.column, self.severity, self.code, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, " (help: {})", self.help) }
    }
}
