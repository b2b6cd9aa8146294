//! What is wrong in a file, where, and how to mend it.

use std::collections::BTreeSet;

use rekindle_engine::suggest::nearest;
use serde::Serialize;

/// One problem in a mail or its layout.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Problem {
    /// The file, as its path was given.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// A stable code, `M001` and up.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// Declares the codes and their table in one place, so that neither can miss one.
macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal;)*) => {
        /// The codes. A number is never used again for another meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }

        /// Every code and what it means, in order.
        pub const CODES: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    NoFrontMatter "M001" "A mail has no front matter.";
    Yaml "M002" "The front matter is not YAML.";
    UnknownKey "M003" "A key of the front matter is not known.";
    Value "M004" "A value of the front matter is missing or not a text of one line.";
    Syntax "M005" "A template cannot be read.";
    UnknownName "M006" "A template uses a name that mails do not have.";
    UnknownFilter "M007" "A template uses a filter that mails do not have.";
    UnknownTest "M008" "A template uses a test that mails do not have.";
    NotAllowed "M009" "A mail uses something that mails may not do.";
    Mjml "M010" "The MJML of a mail cannot be read.";
    Layout "M011" "A layout is missing, or has not exactly one place for the mail.";
    Link "M012" "A link may not stand in a mail.";
    Place "M013" "A tag stands where no value can stand.";
    TooLarge "M014" "A mail or a part of it is too large.";
    UnknownElement "M015" "An element is not one of MJML.";
}

/// The most problems that are reported of one file.
const MAX_PROBLEMS: usize = 100;

/// The problems found so far; each is kept once.
#[derive(Debug, Default)]
pub(super) struct Problems(BTreeSet<Problem>);

impl Problems {
    pub(super) fn add(
        &mut self,
        path: &str,
        (line, column): (usize, usize),
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.insert(Problem {
            path: path.to_owned(),
            line,
            column,
            code: code.name(),
            message: message.into(),
            help: help.into(),
        });
    }

    /// Whether more would help nobody: places are counted from the file's beginning, which is dear in large numbers.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MAX_PROBLEMS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn sorted(self) -> Vec<Problem> {
        self.0.into_iter().collect()
    }
}

/// `did you mean …?` for the nearest of the known words, or the list of them.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(have) => format!("Did you mean `{have}`?"),
        None => format!("Known here: {}.", known.join(", ")),
    }
}

/// Line and column, both from 1, of a byte offset.
pub(super) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}
