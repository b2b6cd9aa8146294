//! A few lines of YAML that give texts names, as above a mail: read by the reader of campaigns, so that both say the same of the
//! same mistake. It judges no key: which ones there are is for the caller to know.

use super::report::Report;
use super::yaml::{self, Position, Value};
use super::{Diagnostic, codes};

/// A key and what it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The key.
    pub key: String,
    /// Its text; `None` where the value is none.
    pub text: Option<String>,
    /// The value's line, from 1.
    pub line: usize,
    /// The value's column, from 1, in characters.
    pub column: usize,
}

/// The keys of `text` in the order of the file; `path` is what a diagnostic calls it.
///
/// # Errors
/// The problems where it is no YAML or no mapping, the first one first.
pub fn named_texts(path: &str, text: &str) -> Result<Vec<Named>, Vec<Diagnostic>> {
    let mut report = Report::new(path, text);
    let root = yaml::read(&mut report).map(|root| root.value);
    if !report.has_errors() {
        match root {
            Some(Value::Map(entries)) => {
                let named = entries.iter().map(|(key, value)| Named {
                    key: key.text().to_owned(),
                    text: value.string().map(str::to_owned),
                    line: value.at.line,
                    column: value.at.column,
                });
                return Ok(named.collect());
            }
            Some(Value::Scalar(_, yaml::Kind::Null)) => return Ok(Vec::new()),
            _ => report.error(Position::START, codes::WRONG_TYPE, "expected `key: value` in each line", ""),
        }
    }
    Err(report.into_found())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_with_their_texts_and_places() {
        let named = named_texts("m", "\nsubject: \"Hi: {{ x }}\"\nlayout: 5\n").unwrap();
        let of = |key: &str, text: Option<&str>, line, column| Named {
            key: key.to_owned(),
            text: text.map(str::to_owned),
            line,
            column,
        };
        assert_eq!(named, [of("subject", Some("Hi: {{ x }}"), 2, 10), of("layout", None, 3, 9)]);
        assert_eq!(named_texts("m", "\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_mapping_is_told_with_its_place() {
        let first = |text: &str| {
            let found = named_texts("m", text).unwrap_err().remove(0);
            (found.code, found.line)
        };
        assert_eq!(first("\nsubject: {{ x }}\n"), (codes::YAML_FEATURE, 2));
        assert_eq!(first("subject: a\nsubject: b\n"), (codes::DUPLICATE_KEY, 2));
        assert_eq!(first("- a\n"), (codes::WRONG_TYPE, 1));
    }
}
