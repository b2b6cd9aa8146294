//! CEL expressions (SPEC.md section 8): compiled once, evaluated against one person at one moment.
//!
//! The `cel` crate parses and evaluates. What SPEC.md adds, that a named path reads as null where it is absent, is done
//! by naming: each path such as `person.attributes.tier` becomes one variable (a [`Slot`]) when the expression is
//! compiled, and [`Scope`] finds its value when it is asked for. So only what is named is ever converted, and `in`,
//! `size` and macros see just what is there.

mod check;
mod numbers;
mod scope;
mod slot;
mod slots;
mod value;
mod zones;

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::parser::PrattParser;
use cel::{Context, Env, ExecutionError, Program, Value as Cel};
use serde_json::Value;

pub use check::{Findings, Names, check, vocabulary};
pub use scope::Scope;
pub use slot::{Root, Slot};

use crate::time::Instant;

/// The standard environment, built once: it holds every overload of the language.
static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = zones::environment();
    numbers::declare(&mut environment);
    Arc::new(environment)
});

/// Characters of an expression; longer ones are refused.
const LONGEST: usize = 2_048;
/// Nested brackets before parsing, so that the parser's recursion stays small.
const DEEPEST_BRACKETS: usize = 24;
/// Nodes of an expression on the longest way down.
const DEEPEST: usize = 100;
/// Macros inside macros: each multiplies the work by the length of a list.
const DEEPEST_MACROS: usize = 2;

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

/// A compiled expression; cheap to clone.
#[derive(Clone)]
pub struct Expr(Arc<Compiled>);

struct Compiled {
    source: String,
    site: Site,
    /// As parsed, for static checks; `None` where it was checked before.
    program: Option<Program>,
    /// The program with each path replaced by its slot.
    resolved: IdedExpr,
    slots: Vec<Slot>,
    nested_macros: bool,
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

impl ExprError {
    fn new(message: impl Into<String>, help: impl Into<String>, offset: Option<usize>) -> Self {
        Self { message: message.into(), help: help.into(), offset }
    }
}

/// Why an evaluation failed; its text is free (SPEC.md section 11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError(pub String);

/// What a date expression gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dated {
    /// A timestamp.
    Instant(Instant),
    /// A text, which may be a date.
    Text(String),
    /// A whole number, which may be a date written without separators.
    Number(i64),
    /// Anything else: no date.
    Nothing,
}

impl Expr {
    /// Compiles `source`.
    ///
    /// # Errors
    /// Where it is not CEL, or larger than an expression about one person can sensibly be.
    pub fn compile(source: &str, site: Site) -> Result<Self, ExprError> {
        let source = source.trim();
        refuse_large(source)?;
        let program = Program::compile(source).map_err(|errors| {
            let first = errors.errors.first();
            let message = first.map_or_else(|| errors.to_string(), |error| error.msg.clone());
            let offset = first.and_then(|error| offset_of(source, error.pos));
            ExprError::new(
                format!("this is no CEL expression: {message}"),
                "see https://cel.dev for the language",
                offset,
            )
        })?;
        Self::ready(source, site, &program.expression().clone(), Some(program))
    }

    /// Compiles what was compiled, checked and published before. Another parser of the same language reads it, which is a
    /// part as large as the one that explains mistakes, and a tenth as slow.
    ///
    /// # Errors
    /// Where [`Expr::compile`] has never taken it.
    pub fn published(source: &str, site: Site) -> Result<Self, ExprError> {
        let source = source.trim();
        refuse_large(source)?;
        let parsed = PrattParser::default().parse(source);
        let parsed = parsed.map_err(|errors| ExprError::new(errors.to_string(), "publish it again", None))?;
        Self::ready(source, site, &parsed, None)
    }

    fn ready(source: &str, site: Site, parsed: &IdedExpr, program: Option<Program>) -> Result<Self, ExprError> {
        if depth(parsed) > DEEPEST {
            return Err(ExprError::new("the expression is nested too deeply", "split it over several branches", None));
        }
        let macros = slots::macro_depth(parsed);
        if macros > DEEPEST_MACROS {
            return Err(ExprError::new(
                format!("macros are nested {macros} deep; at most {DEEPEST_MACROS} are allowed"),
                "send the answer as a field of the event instead",
                None,
            ));
        }
        let (resolved, slots) = slots::resolve(parsed);
        Ok(Self(Arc::new(Compiled {
            source: source.to_owned(),
            site,
            program,
            resolved,
            slots,
            nested_macros: macros > 1,
        })))
    }

    /// The trimmed source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Where it stands.
    #[must_use]
    pub fn site(&self) -> Site {
        self.0.site
    }

    /// The program as parsed, for static checks; `None` where it was checked before.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        self.0.program.as_ref()
    }

    /// The paths that it names.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.0.slots
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// Where the evaluation fails or gives something else than a boolean.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, EvalError> {
        match self.evaluate(scope)? {
            Cel::Bool(answer) => Ok(answer),
            other => Err(EvalError(format!("a boolean is needed, this is {}", other.type_of()))),
        }
    }

    /// Its value as JSON, timestamps as text.
    ///
    /// # Errors
    /// Where the evaluation fails or gives something that JSON does not have.
    pub fn json(&self, scope: &Scope<'_>) -> Result<Value, EvalError> {
        value::to_json(&self.evaluate(scope)?)
    }

    /// Its value as a date.
    ///
    /// # Errors
    /// Where the evaluation fails.
    pub fn dated(&self, scope: &Scope<'_>) -> Result<Dated, EvalError> {
        Ok(match self.evaluate(scope)? {
            Cel::Timestamp(at) => Dated::Instant(Instant::from_seconds(at.timestamp())),
            Cel::String(text) => Dated::Text(text.to_string()),
            other @ (Cel::Int(_) | Cel::UInt(_) | Cel::Float(_)) => {
                let number = value::to_json(&other).ok().and_then(|number| number.as_i64());
                number.map_or(Dated::Nothing, Dated::Number)
            }
            _ => Dated::Nothing,
        })
    }

    fn evaluate(&self, scope: &Scope<'_>) -> Result<Cel, EvalError> {
        let names = scope::Names { slots: &self.0.slots, scope };
        if self.0.nested_macros && names.is_large() {
            return Err(EvalError("the lists are too long for nested macros".to_owned()));
        }
        let mut context = Context::with_env(Arc::clone(&STANDARD));
        context.set_variable_resolver(&names);
        Cel::resolve(&self.0.resolved, &context).map_err(|error| self.in_words(&error))
    }

    /// An error as it is shown: what a path stands for while it is evaluated has no name outside of here.
    fn in_words(&self, error: &ExecutionError) -> EvalError {
        let slot = match error {
            ExecutionError::UndeclaredReference(name) => slot::slot_of(name).and_then(|slot| self.0.slots.get(slot)),
            _ => None,
        };
        EvalError(slot.map_or_else(|| error.to_string(), |slot| format!("no such field: {slot}")))
    }
}

fn refuse_large(source: &str) -> Result<(), ExprError> {
    let length = source.chars().count();
    if length > LONGEST {
        return Err(ExprError::new(
            format!("the expression has {length} characters; at most {LONGEST} are allowed"),
            "split it over several branches",
            None,
        ));
    }
    let mut open = 0_usize;
    for (at, letter) in source.chars().enumerate() {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST_BRACKETS {
            return Err(ExprError::new("brackets are nested too deeply", "split it over several branches", Some(at)));
        }
    }
    Ok(())
}

fn offset_of(source: &str, (line, column): (isize, isize)) -> Option<usize> {
    let line = usize::try_from(line).ok()?.checked_sub(1)?;
    let before: usize = source.lines().take(line).map(|text| text.chars().count() + 1).sum();
    Some(before + usize::try_from(column).ok()?.saturating_sub(1))
}

fn depth(expr: &IdedExpr) -> usize {
    1 + slots::children(expr).into_iter().map(depth).max().unwrap_or(0)
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.source())
    }
}

impl PartialEq for Expr {
    /// Two expressions are the same where their text is.
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

#[cfg(test)]
mod tests;
