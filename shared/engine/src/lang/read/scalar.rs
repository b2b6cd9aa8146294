//! Single values: texts, ids, numbers, words.

use super::Reader;
use crate::lang::codes;
use crate::lang::yaml::{Kind, Node, Value};
use crate::suggest::{did_you_mean, quote};

/// Letters of the longest text that is shown to people: a name, a reason, an address.
const LONGEST_TEXT: usize = 256;

impl Reader<'_> {
    /// A text of one line that is not empty.
    pub(in crate::lang) fn text(&mut self, node: &Node, what: &str, example: &str) -> Option<String> {
        let Some(text) = node.string() else {
            let help = match &node.value {
                Value::Scalar(raw, kind) if *kind != Kind::Null => format!("\"{raw}\""),
                _ => example.to_owned(),
            };
            self.wrong_type(node, &format!("{what}, a text"), &help);
            return None;
        };
        let trimmed = text.trim();
        let problem = if trimmed.is_empty() {
            "is empty"
        } else if text.chars().count() > LONGEST_TEXT {
            "is longer than 256 letters"
        } else if trimmed.chars().any(char::is_control) {
            "holds a line break or another control character"
        } else {
            return Some(trimmed.to_owned());
        };
        self.report.error(node.at, codes::BAD_TEXT, format!("{what} {problem}"), format!("for example `{example}`"));
        None
    }

    /// An id: `[a-z0-9][a-z0-9-]{0,63}` (SPEC.md section 2).
    pub(in crate::lang) fn id(&mut self, node: &Node, what: &str, example: &str) -> Option<String> {
        // An id of digits alone reads as a number, but is meant as written.
        let text = match &node.value {
            Value::Scalar(text, Kind::Text | Kind::Int(_)) => text,
            _ => {
                self.wrong_type(node, &format!("{what}, an id"), example);
                return None;
            }
        };
        if is_id(text) {
            return Some(text.clone());
        }
        self.report.error(node.at, codes::BAD_ID, format!("{} is no id", quote(text)), id_help(text));
        None
    }

    /// The name of a mail: its file without the ending.
    pub(in crate::lang) fn mail_name(&mut self, node: &Node) -> Option<String> {
        let text = match &node.value {
            Value::Scalar(text, Kind::Text | Kind::Int(_)) => text,
            _ => {
                self.wrong_type(node, "the name of a mail", "hello");
                return None;
            }
        };
        if is_mail_name(text) {
            return Some(text.clone());
        }
        let help = match text.strip_suffix(".mjml") {
            Some(name) => format!("leave the ending out: `{name}`"),
            None => {
                "letters, digits, `-` and `_`; the file `hello.mjml` of the campaign's folder is `hello`".to_owned()
            }
        };
        self.report.error(node.at, codes::BAD_ID, format!("{} is no name of a mail", quote(text)), help);
        None
    }

    /// The type of an event.
    pub(in crate::lang) fn event(&mut self, node: &Node) -> Option<String> {
        let kind = self.text(node, "an event type", "order.completed")?;
        self.events.push((kind.clone(), node.at));
        Some(kind)
    }

    /// `true` or `false`.
    pub(in crate::lang) fn boolean(&mut self, node: &Node) -> Option<bool> {
        if let Value::Scalar(_, Kind::Bool(value)) = node.value {
            return Some(value);
        }
        self.wrong_type(node, "true or false", "true");
        None
    }

    /// A whole number within bounds.
    pub(in crate::lang) fn integer(&mut self, node: &Node, what: &str, least: i64, most: i64) -> Option<i64> {
        let example = least.max(1).to_string();
        match node.value {
            Value::Scalar(_, Kind::Int(value)) if (least..=most).contains(&value) => return Some(value),
            Value::Scalar(_, Kind::Int(_) | Kind::Float(_)) => {
                let bounds =
                    if most == i64::MAX { format!("{least} or more") } else { format!("from {least} to {most}") };
                self.report.error(
                    node.at,
                    codes::OUT_OF_RANGE,
                    format!("{what} is {}", quote(node.text())),
                    format!("a whole number, {bounds}"),
                );
            }
            _ => self.wrong_type(node, &format!("{what}, a whole number"), &example),
        }
        None
    }

    /// A whole percentage.
    pub(in crate::lang) fn percent(&mut self, node: &Node) -> Option<u8> {
        self.integer(node, "the holdout", 0, 100).and_then(|percent| u8::try_from(percent).ok())
    }

    /// A number that is `allowed`; `bounds` says in words which are.
    pub(in crate::lang) fn number(
        &mut self,
        node: &Node,
        what: &str,
        example: &str,
        allowed: impl Fn(f64) -> bool,
        bounds: &str,
    ) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // Amounts and shares are far below 2^53.
        let value = match node.value {
            Value::Scalar(_, Kind::Int(value)) => value as f64,
            Value::Scalar(_, Kind::Float(value)) => value,
            _ => {
                self.wrong_type(node, &format!("{what}, a number"), example);
                return None;
            }
        };
        if value.is_finite() && allowed(value) {
            return Some(value);
        }
        self.report.error(node.at, codes::OUT_OF_RANGE, format!("{what} is {}", quote(node.text())), bounds);
        None
    }

    /// One of a few words.
    pub(in crate::lang) fn one_of<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let known = words.iter().map(|(word, _)| *word);
        let Some(text) = node.string() else {
            self.wrong_type(node, what, known.clone().next().unwrap_or_default());
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.report.error(
                node.at,
                codes::NOT_ONE_OF,
                format!("{} is not {what}", quote(text)),
                did_you_mean(text, known),
            );
        }
        found
    }
}

/// Whether a text is an id.
pub(in crate::lang) fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.next().is_some_and(letter) && bytes.all(|byte| letter(byte) || byte == b'-') && text.len() <= 64
}

/// Whether a text names a mail; freer than an id, since it is the name of a file.
pub(in crate::lang) fn is_mail_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && text.len() <= 64
}

/// How to mend an id.
pub(in crate::lang) fn id_help(text: &str) -> String {
    let mended: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mended = mended.trim_matches('-');
    let rule = "small letters, digits and `-`, at most 64, the first no `-`";
    if is_id(mended) { format!("{rule}: `{mended}`") } else { rule.to_owned() }
}
