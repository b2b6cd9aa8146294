//! Durations, times of day and weekdays.

use jiff::civil::{Time, Weekday};

use super::Reader;
use crate::lang::codes;
use crate::lang::yaml::{Kind, Node, Value};
use crate::suggest::quote;
use crate::time::{Span, Weekdays, read_time, weekday};

const DURATION: &str =
    "whole months, weeks, days, hours, minutes in that order: `1mo`, `2w`, `3d`, `12h`, `90m`, `1d12h`";

impl<'a> Reader<'a> {
    /// A duration of SPEC.md section 11.
    pub(in crate::lang) fn span(&mut self, node: &Node) -> Option<Span> {
        self.duration(node, Span::parse)
    }

    /// A duration that is not nothing.
    pub(in crate::lang) fn nonzero_span(&mut self, node: &Node, what: &str) -> Option<Span> {
        let span = self.span(node)?;
        if span.is_zero() {
            self.report.error(
                node.at,
                codes::OUT_OF_RANGE,
                format!("{what} is nothing"),
                "write a duration above zero",
            );
            return None;
        }
        Some(span)
    }

    /// A duration that may have a leading `-`.
    pub(in crate::lang) fn offset(&mut self, node: &Node) -> Option<Span> {
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
    pub(in crate::lang) fn time(&mut self, node: &Node) -> Option<Time> {
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
    pub(in crate::lang) fn weekday(&mut self, node: &Node) -> Option<Weekday> {
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
    pub(in crate::lang) fn weekdays(&mut self, node: &'a Node) -> Option<Weekdays> {
        let items = self.list(node, "a list of weekdays", "[mon, tue]")?;
        if items.is_empty() {
            self.report.error(node.at, codes::BAD_WEEKDAY, "no weekday at all", "name at least one, or leave `on` out");
            return None;
        }
        let days: Vec<Weekday> = items.iter().filter_map(|item| self.weekday(item)).collect();
        Weekdays::of(days)
    }
}
