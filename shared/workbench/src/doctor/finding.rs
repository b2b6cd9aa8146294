//! One thing that was looked at: how it is, and what to do.

use std::fmt;

use serde::Serialize;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should be.
    Good,
    /// Mails go out, and yet somebody should do something.
    Look,
    /// It keeps mails from going out or from arriving.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is.
    pub grade: Grade,
    /// What was found.
    pub says: String,
    /// What to do.
    pub remedy: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn good(says: impl Into<String>) -> Self {
        Self { grade: Grade::Good, says: says.into(), remedy: None }
    }

    /// Mails go out, and yet somebody should do something.
    pub fn look(says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Look, says: says.into(), remedy: Some(remedy.into()) }
    }

    /// Keeps mails from going out or from arriving.
    pub fn wrong(says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Wrong, says: says.into(), remedy: Some(remedy.into()) }
    }

    /// Whether it keeps mails from going out or from arriving.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.grade == Grade::Wrong
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.grade {
            Grade::Good => "ok   ",
            Grade::Look => "look ",
            Grade::Wrong => "wrong",
        };
        writeln!(f, "{mark}  {}", self.says)?;
        self.remedy.iter().try_for_each(|remedy| writeln!(f, "       -> {remedy}"))
    }
}
