//! `wait` in all its forms (SPEC.md section 5).

use super::Reader;
use super::trigger::literal;
use crate::expr::Site;
use crate::lang::codes;
use crate::lang::model::{Until, Wait};
use crate::lang::suggest::quote;
use crate::lang::yaml::{Node, Value};
use crate::time::Span;

impl<'a> Reader<'a> {
    /// A duration, or a mapping.
    pub(super) fn wait(&mut self, node: &'a Node) -> Option<Wait> {
        if matches!(node.value, Value::Scalar(..)) {
            return self.span(node).map(|span| Wait::For { span, at: None, on: None });
        }
        let keys = ["for", "until", "offset", "at", "on"];
        let fields = self.fields(node, "a wait", "{ for: 3d, at: \"09:00\" }", &keys)?;
        let at = fields.get("at").and_then(|node| self.time(node));
        let on = fields.get("on").and_then(|node| self.weekdays(node));
        let span = fields.get("for").and_then(|node| self.span(node));
        let offset = fields.get("offset").map_or(Some(Span::ZERO), |node| self.offset(node));
        if fields.get("for").is_some() && fields.get("until").is_some() {
            self.exactly_one(&fields, &["for", "until"], codes::NOT_ONE_KEY);
            return None;
        }
        let Some(until) = fields.get("until") else {
            self.misplaced(&fields, "for", &[("offset", &["until"])]);
            if ["for", "at", "on"].iter().all(|key| fields.get(key).is_none()) {
                self.report.error(
                    node.at,
                    codes::NOT_ONE_KEY,
                    "this wait does not say how long",
                    "add `for: 3d`, `until: …`, `at: \"09:00\"` or `on: [mon]`",
                );
            }
            // Without `for`, it waits for the hour or the weekday alone.
            return Some(Wait::For { span: span.unwrap_or(Span::ZERO), at, on });
        };
        let until = self.until(until);
        Some(Wait::Until { until: until?, offset: offset?, at, on })
    }

    fn until(&mut self, node: &'a Node) -> Option<Until> {
        let text = node.text().trim();
        if let Some(moment) = node.string().and_then(|_| literal(text)) {
            return Some(Until::Literal(moment));
        }
        if resembles_a_date(text) {
            self.report.error(
                node.at,
                codes::BAD_DATE,
                format!("{} is no date", quote(text)),
                "write `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`: `2026-12-24T09:00`",
            );
            return None;
        }
        self.expr(node, Site::Until).map(Until::Expr)
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
