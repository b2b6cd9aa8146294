//! What is wrong in a file, where, and how to mend it.

use std::collections::BTreeSet;

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

/// The codes. A number is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// `M001`: no front matter.
    NoFrontMatter,
    /// `M002`: the front matter is not YAML.
    Yaml,
    /// `M003`: an unknown key in the front matter.
    UnknownKey,
    /// `M004`: a missing or wrong value in the front matter.
    Value,
    /// `M005`: the template cannot be read.
    Syntax,
    /// `M006`: an unknown name.
    UnknownName,
    /// `M007`: an unknown filter.
    UnknownFilter,
    /// `M008`: an unknown test.
    UnknownTest,
    /// `M009`: something that mails may not do.
    NotAllowed,
    /// `M010`: the MJML cannot be read.
    Mjml,
    /// `M011`: the layout is missing or has no place for the mail.
    Layout,
    /// `M012`: a link that may not stand in a mail.
    Link,
    /// `M013`: a tag where a value cannot stand.
    Place,
    /// `M014`: too large.
    TooLarge,
    /// `M015`: an unknown MJML element.
    UnknownElement,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::NoFrontMatter => "M001",
            Self::Yaml => "M002",
            Self::UnknownKey => "M003",
            Self::Value => "M004",
            Self::Syntax => "M005",
            Self::UnknownName => "M006",
            Self::UnknownFilter => "M007",
            Self::UnknownTest => "M008",
            Self::NotAllowed => "M009",
            Self::Mjml => "M010",
            Self::Layout => "M011",
            Self::Link => "M012",
            Self::Place => "M013",
            Self::TooLarge => "M014",
            Self::UnknownElement => "M015",
        }
    }
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
    let nearest = known.iter().map(|have| (strsim::damerau_levenshtein(word, have), have)).min();
    match nearest {
        Some((distance, have)) if distance <= 2.max(word.chars().count() / 3) => format!("Did you mean `{have}`?"),
        _ => format!("Known here: {}.", known.join(", ")),
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
