//! Why a mail could not be rendered, in words that a marketer can act on.
//!
//! Must never repeat a value: these errors are logged and shown.

use minijinja::ErrorKind;
use serde::{Deserialize, Serialize};

/// One of the four templates of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The subject.
    Subject,
    /// The preheader.
    Preheader,
    /// The HTML body.
    Html,
    /// The text body.
    Text,
}

impl Part {
    /// Its name in messages, which is also its template's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Preheader => "preheader",
            Self::Html => "html",
            Self::Text => "text",
        }
    }
}

/// Why a mail could not be rendered. Trying again with the same data does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The data lack a value that the mail prints.
    #[error("{}: `{path}` is missing; write `{path} | default(\"…\")` for people who lack it", part.name())]
    Missing {
        /// Where.
        part: Part,
        /// The expression as it is written.
        path: String,
    },
    /// The value is there and does not fit the place or the filter.
    #[error("{}: `{path}` {fault}", part.name())]
    Unfit {
        /// Where.
        part: Part,
        /// The expression as it is written.
        path: String,
        /// What is wrong with the value.
        fault: Fault,
    },
    /// The templates do more work than a mail may.
    #[error("{}: the template does more work than a mail may; shorten its loops", part.name())]
    TooMuchWork {
        /// Where.
        part: Part,
    },
    /// The result is longer than allowed.
    #[error("{}: longer than {limit} bytes; use `| truncate(…)` or shorten its loops", part.name())]
    TooLarge {
        /// Where.
        part: Part,
        /// The limit in bytes.
        limit: usize,
    },
    /// The subject rendered to nothing.
    #[error("the subject is empty for this person; give what it prints a `| default(\"…\")`")]
    EmptySubject,
    /// An operation failed, such as adding a text to a number.
    #[error("{}: `{path}` cannot be computed ({kind})", part.name())]
    Failed {
        /// Where.
        part: Part,
        /// The expression as it is written.
        path: String,
        /// The template engine's name for it.
        kind: String,
    },
    /// The compiled mail is damaged: publish the campaign again.
    #[error("{}: the compiled mail is damaged; publish the campaign again", part.name())]
    Corrupt {
        /// Where.
        part: Part,
    },
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing there.
    #[error("is missing")]
    Missing,
    /// An object, or a list of lists or objects, where text is printed.
    #[error(
        "is an object, or a list of them, and cannot be printed; name one of its fields, or add `| default(\"…\")`"
    )]
    NotText,
    /// Not a number.
    #[error("is not a number")]
    NotNumber,
    /// Too much text made by filters.
    #[error("makes more text than a mail may hold")]
    TooLong,
}

impl From<Fault> for minijinja::Error {
    fn from(fault: Fault) -> Self {
        Self::from(ErrorKind::InvalidOperation).with_source(fault)
    }
}

/// Says what an error of the template engine means, without the engine's detail, which may hold values.
pub(super) fn explain(error: &minijinja::Error, part: Part, source: &str, limit: usize) -> RenderError {
    let fault = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Fault>()).copied();
    match (fault, error.kind()) {
        (_, ErrorKind::OutOfFuel) => RenderError::TooMuchWork { part },
        (_, ErrorKind::WriteFailure) => RenderError::TooLarge { part, limit },
        (Some(Fault::Missing), _) | (None, ErrorKind::UndefinedError) => {
            RenderError::Missing { part, path: expression(error, source) }
        }
        (Some(fault), _) => RenderError::Unfit { part, path: expression(error, source), fault },
        (None, kind) => RenderError::Failed { part, path: expression(error, source), kind: kind.to_string() },
    }
}

/// The failing tag as its author wrote it: without its braces and the filters that compiling added.
///
/// The engine points at the failing filter alone, which says little without the value in front of it.
fn expression(error: &minijinja::Error, source: &str) -> String {
    let at = error.range().map_or(0, |range| range.end);
    let before = source.get(..at).unwrap_or_default();
    let start = before.rfind("{{").max(before.rfind("{%")).map_or(at, |open| open + 2);
    let rest = source.get(start..).unwrap_or_default();
    let end = ["}}", "%}"].iter().filter_map(|close| rest.find(close)).min().unwrap_or(0);
    let inner = rest.get(..end).unwrap_or_default().trim_matches(['-', '+', ' ', '\n']);
    let written = ["_link", "_own_link", "_part"]
        .iter()
        .find_map(|filter| inner.strip_prefix('(')?.strip_suffix(&format!(") | {filter}")))
        .unwrap_or(inner);
    written.chars().take(120).collect()
}
