//! CEL expressions (SPEC.md section 8): compiled once, evaluated against one person at one moment.

use std::fmt;

/// Where an expression stands, which decides the names that exist there and the type that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// A campaign's `audience`; sees no enrolment.
    Audience,
    /// A trigger's `where`.
    TriggerWhere,
    /// A campaign's `key`: any value.
    Key,
    /// A `goal`'s `where`.
    GoalWhere,
    /// A `goal`'s `value`: a number.
    GoalValue,
    /// `stay_while`.
    StayWhile,
    /// A `wait_for`'s `where`.
    WaitForWhere,
    /// A `branch` arm's `when`.
    When,
    /// A `wait: { until }`: a date or an instant.
    Until,
    /// A `date` trigger's value.
    Date,
}

/// A compiled expression.
#[derive(Clone)]
pub struct Expr {
    source: String,
}

/// Why an expression was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
    /// 0-based offset in characters into the source, where it is known.
    pub offset: Option<usize>,
}

impl Expr {
    /// Compiles `source`.
    ///
    /// # Errors
    /// Where it is not CEL or too large.
    pub fn compile(source: &str, _site: Site) -> Result<Self, ExprError> {
        Ok(Self { source: source.trim().to_owned() })
    }

    /// The trimmed source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.source)
    }
}
