//! Single values: texts, ids, numbers, durations, times, weekdays, expressions.

use jiff::civil::{Time, Weekday};

use super::{Reader, Written};
use crate::expr::{Expr, Site};
use crate::lang::codes;
use crate::lang::suggest::{did_you_mean, quote};
use crate::lang::yaml::{Kind, Node, Style, Value};
use crate::time::{Span, Weekdays, read_time, weekday};

/// Letters of the longest text that is shown to people: a name, a reason, an address.
const LONGEST_TEXT: usize = 256;
const DURATION: &str = "whole weeks, days, hours, minutes in that order: `2w`, `3d`, `12h`, `90m`, `1d12h`";

impl<'a> Reader<'a> {
    /// A text of one line that is not empty.
    pub(super) fn text(&mut self, node: &Node, what: &str, example: &str) -> Option<String> {
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
    pub(super) fn id(&mut self, node: &Node, what: &str, example: &str) -> Option<String> {
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
    pub(super) fn mail_name(&mut self, node: &Node) -> Option<String> {
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
            None => "letters, digits, `-` and `_`; the file `hello.mjml` of the campaign's folder is `hello`".to_owned(),
        };
        self.report.error(node.at, codes::BAD_ID, format!("{} is no name of a mail", quote(text)), help);
        None
    }

    /// The type of an event.
    pub(super) fn event(&mut self, node: &Node) -> Option<String> {
        self.text(node, "an event type", "order.completed")
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, node: &Node) -> Option<bool> {
        if let Value::Scalar(_, Kind::Bool(value)) = node.value {
            return Some(value);
        }
        self.wrong_type(node, "true or false", "true");
        None
    }

    /// A whole number within bounds.
    pub(super) fn integer(&mut self, node: &Node, what: &str, least: i64, most: i64) -> Option<i64> {
        let example = least.max(1).to_string();
        match node.value {
            Value::Scalar(_, Kind::Int(value)) if (least..=most).contains(&value) => return Some(value),
            Value::Scalar(_, Kind::Int(_) | Kind::Float(_)) => {
                let bounds = if most == i64::MAX { format!("{least} or more") } else { format!("from {least} to {most}") };
                self.report.error(node.at, codes::OUT_OF_RANGE, format!("{what} is {}", quote(node.text())), format!("a whole number, {bounds}"));
            }
            _ => self.wrong_type(node, &format!("{what}, a whole number"), &example),
        }
        None
    }

    /// A number above `least` and not above `most`.
    pub(super) fn number(&mut self, node: &Node, what: &str, example: &str, allowed: impl Fn(f64) -> bool, bounds: &str) -> Option<f64> {
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
    pub(super) fn one_of<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let known = words.iter().map(|(word, _)| *word);
        let Some(text) = node.string() else {
            self.wrong_type(node, what, known.clone().next().unwrap_or_default());
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.report.error(node.at, codes::NOT_ONE_OF, format!("{} is not {what}", quote(text)), did_you_mean(text, known));
        }
        found
    }

    /// A duration of SPEC.md section 11.
    pub(super) fn span(&mut self, node: &Node) -> Option<Span> {
        self.duration(node, Span::parse)
    }

    /// A duration that is not nothing.
    pub(super) fn some_span(&mut self, node: &Node, what: &str) -> Option<Span> {
        let span = self.span(node)?;
        if span.is_zero() {
            self.report.error(node.at, codes::OUT_OF_RANGE, format!("{what} is nothing"), "write a duration above zero");
            return None;
        }
        Some(span)
    }

    /// A duration that may have a leading `-`.
    pub(super) fn offset(&mut self, node: &Node) -> Option<Span> {
        self.duration(node, Span::parse_offset)
    }

    fn duration(&mut self, node: &Node, parse: fn(&str) -> Option<Span>) -> Option<Span> {
        let text = match &node.value {
            Value::Scalar(text, Kind::Text) => text,
            Value::Scalar(text, Kind::Int(_) | Kind::Float(_)) => {
                self.report.error(node.at, codes::BAD_DURATION, format!("{} has no unit", quote(text)), DURATION);
                return None;
            }
            _ => {
                self.wrong_type(node, "a duration", "3d");
                return None;
            }
        };
        let span = parse(text);
        if span.is_none() {
            let help = match Span::parse_offset(text) {
                Some(_) => "a leading `-` is allowed in `offset` only",
                None => DURATION,
            };
            self.report.error(node.at, codes::BAD_DURATION, format!("{} is no duration", quote(text)), help);
        }
        span
    }

    /// A time of day, `HH:MM`.
    pub(super) fn time(&mut self, node: &Node) -> Option<Time> {
        let Some(text) = node.string() else {
            self.wrong_type(node, "a time of day", "\"09:00\"");
            return None;
        };
        let time = read_time(text);
        if time.is_none() {
            let help = match read_time(&format!("0{text}")) {
                Some(_) => format!("write `\"0{text}\"`"),
                None => "hours and minutes from `\"00:00\"` to `\"23:59\"`".to_owned(),
            };
            self.report.error(node.at, codes::BAD_TIME, format!("{} is no time of day", quote(text)), help);
        }
        time
    }

    /// One weekday.
    pub(super) fn weekday(&mut self, node: &Node) -> Option<Weekday> {
        let Some(text) = node.string() else {
            self.wrong_type(node, "a weekday", "mon");
            return None;
        };
        let day = weekday(text);
        if day.is_none() {
            let short: String = text.to_lowercase().chars().take(3).collect();
            let help = match weekday(&short) {
                Some(_) => format!("write `{short}`"),
                None => "one of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`".to_owned(),
            };
            self.report.error(node.at, codes::BAD_WEEKDAY, format!("{} is no weekday", quote(text)), help);
        }
        day
    }

    /// A list of weekdays.
    pub(super) fn weekdays(&mut self, node: &'a Node) -> Option<Weekdays> {
        let items = self.list(node, "a list of weekdays", "[mon, tue]")?;
        if items.is_empty() {
            self.report.error(node.at, codes::BAD_WEEKDAY, "no weekday at all", "name at least one, or leave `on` out");
            return None;
        }
        let days: Vec<Weekday> = items.iter().filter_map(|item| self.weekday(item)).collect();
        Weekdays::of(days)
    }

    /// An expression; `true` and numbers are expressions too.
    pub(super) fn expr(&mut self, node: &'a Node, site: Site) -> Option<Expr> {
        let text = match &node.value {
            Value::Scalar(text, kind) if *kind != Kind::Null => text,
            _ => {
                self.wrong_type(node, "an expression", "person.orders.count >= 2");
                return None;
            }
        };
        let trimmed = text.trim();
        if trimmed.is_empty() && node.style == Style::Plain {
            // Only a tag makes a plain text of nothing, and it was reported.
            return None;
        }
        if trimmed.is_empty() {
            self.report.error(node.at, codes::EXPRESSION, "an empty expression", "for example `person.orders.count >= 2`; leave the key out for none");
            return None;
        }
        match Expr::compile(trimmed, site) {
            Ok(expr) => {
                self.expressions.push(Written { expr: expr.clone(), node });
                Some(expr)
            }
            Err(error) => {
                let at = self.place(node, error.offset);
                self.report.error(at, codes::EXPRESSION, error.message, error.help);
                None
            }
        }
    }

    /// Where the character `offset` of an expression stands.
    pub(in crate::lang) fn place(&self, node: &Node, offset: Option<usize>) -> crate::lang::yaml::Position {
        let Some(offset) = offset.filter(|_| !node.aliased) else { return node.at };
        let text = node.text();
        let leading = text.chars().count() - text.trim_start().chars().count();
        node.locate(self.report.source(), leading + offset)
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
