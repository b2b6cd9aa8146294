//! `wait`: for a time, or until a point in time (SPEC.md section 5).

use jiff::civil::Time;

use super::entry::one_of_types;
use super::object::{Facet, named, object, phrase};
use super::schedule::{Moment, clock};
use super::value::{Duration, Moment as MomentFile, Offset, TimeOfDay, UntilExpression, Weekdays as WeekdaysFile};
use crate::expr::{Expr, Site};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::{Node, Value};
use crate::suggest::quote;
use crate::time::{Span, Weekdays};

/// A `wait` step in any of its forms.
#[derive(Debug, Clone)]
pub enum Wait {
    /// For so long.
    For(WaitSpan),
    /// Until a point in time.
    Until(WaitUntil),
}

one_of_types! { Wait = Duration, WaitSpan, WaitUntil }

object! {
    /// First `for`, then the first local `at` on an allowed weekday that is not earlier.
    #[schemars(extend("minProperties" = 1))]
    #[derive(Debug, Clone, Copy)]
    pub struct WaitSpan = "a wait", "{ for: 3d, at: \"09:00\" }";
    read(reader, fields)
    keys {
        // Without it, the wait is for the hour or the weekday alone.
        /// How long at first.
        span("for"): Duration => Span, [or Span::ZERO] |node| reader.span(node);
        /// The local time of day to wait for after that.
        at: TimeOfDay => Option<Time>, [optional] |node| reader.time(node),
            |at| at.map(|at| format!(" at {}", clock(at)));
        /// The weekdays that are allowed.
        on: WeekdaysFile => Option<Weekdays>, [optional] |node| reader.weekdays(node), weekdays;
    }
}

object! {
    /// Until a point in time; a past or missing one does not wait.
    #[derive(Debug, Clone)]
    pub struct WaitUntil = "a wait", "{ until: 2026-12-24 }";
    read(reader, fields)
    keys {
        /// A date, or an expression that gives one.
        until: Until => Until, [needs "until: 2026-12-24"] |node| Until::read(reader, node),
            |until| format!("until {}", until.described());
        /// Before or after it.
        offset: Offset => Span, [or Span::ZERO] |node| reader.offset(node),
            |offset| if offset.is_zero() { None } else { Some(format!(" offset {offset}")) };
        /// The local time of day to wait for after that.
        at: TimeOfDay => Option<Time>, [optional] |node| reader.time(node),
            |at| at.map(|at| format!(" at {}", clock(at)));
        /// The weekdays that are allowed.
        on: WeekdaysFile => Option<Weekdays>, [optional] |node| reader.weekdays(node), weekdays;
    }
}

/// Weekdays as the end of a wait; all of them are none.
fn weekdays(on: &Option<Weekdays>) -> Option<String> {
    on.filter(|on| *on != Weekdays::ALL).map(|on| format!(" on {on}"))
}

impl Wait {
    /// A duration, or a mapping.
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        if matches!(node.value, Value::Scalar(..)) {
            return reader.span(node).map(|span| Self::For(WaitSpan { span, at: None, on: None }));
        }
        let keys = ["for", "until", "offset", "at", "on"];
        debug_assert!([WaitSpan::KEYS, WaitUntil::KEYS].concat().iter().all(|key| keys.contains(key)));
        let fields = reader.fields(node, "a wait", "{ for: 3d, at: \"09:00\" }", &keys)?;
        let is_there = |key: &&str| fields.get(key).is_some();
        if ["for", "until"].iter().all(is_there) {
            reader.exactly_one(&fields, &["for", "until"], codes::NOT_ONE_KEY);
            return None;
        }
        if is_there(&"until") {
            return WaitUntil::of(reader, &fields).map(Self::Until);
        }
        reader.misplaced(&fields, "for", &[("offset", &["until"])]);
        if !WaitSpan::KEYS.iter().any(is_there) {
            reader.report.error(
                node.at,
                codes::NOT_ONE_KEY,
                "this wait does not say how long",
                "add `for: 3d`, `until: …`, `at: \"09:00\"` or `on: [mon]`",
            );
        }
        WaitSpan::of(reader, &fields).map(Self::For)
    }

    pub(in crate::lang) fn facets(&self) -> Vec<Facet> {
        named(
            "",
            match self {
                Self::For(wait) => phrase(&wait.facets()),
                Self::Until(wait) => phrase(&wait.facets()),
            },
        )
    }
}

/// Where a `wait: { until }` gets its instant from.
#[derive(Debug, Clone)]
pub enum Until {
    /// Written in the file.
    Literal(Moment),
    /// Evaluated when the wait begins.
    Expr(Expr),
}

one_of_types! {
    /// A date, or an expression that gives one.
    Until = MomentFile, UntilExpression
}

impl Until {
    fn read<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Self> {
        let text = node.text().trim();
        if let Some(moment) = node.string().and_then(|_| Moment::literal(text)) {
            return Some(Self::Literal(moment));
        }
        if resembles_a_date(text) {
            reader.report.error(
                node.at,
                codes::BAD_DATE,
                format!("{} is no date", quote(text)),
                "write `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`: `2026-12-24T09:00`",
            );
            return None;
        }
        reader.expr(node, Site::Until).map(Self::Expr)
    }

    fn described(&self) -> String {
        match self {
            Self::Literal(at) => at.described(),
            Self::Expr(expr) => expr.source().to_owned(),
        }
    }
}

/// Such as `2026-2-30`: as an expression it would be a subtraction, which nobody means.
fn resembles_a_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, most: usize| {
        part.is_some_and(|part| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    digits(parts.next(), 4)
        && digits(parts.next(), 2)
        && parts.next().is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
