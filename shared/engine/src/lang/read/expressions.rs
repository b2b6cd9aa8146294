//! Expressions and where their letters stand.

use super::syntax::explain;
use super::{Reader, Written};
use crate::expr::{Expr, Site};
use crate::lang::yaml::{Kind, Node, Position, Style, Value};
use crate::lang::{codes, events};

impl<'a> Reader<'a> {
    /// An expression; `true` and numbers are expressions too.
    pub(in crate::lang) fn expr(&mut self, node: &'a Node, site: Site) -> Option<Expr> {
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
            self.report.error(
                node.at,
                codes::EXPRESSION,
                "an empty expression",
                "for example `person.orders.count >= 2`; leave the key out for none",
            );
            return None;
        }
        match (self.compile)(trimmed, site) {
            Ok(expr) => {
                self.events.extend(events::counted(&expr).map(|kind| (kind.to_owned(), node.at)));
                self.expressions.push(Written { expr: expr.clone(), node });
                Some(expr)
            }
            Err(error) => {
                let at = self.place(node, error.offset);
                let (message, help) = explain(trimmed, error);
                self.report.error(at, codes::EXPRESSION, message, help);
                None
            }
        }
    }

    /// Where the character `offset` of an expression stands.
    pub(in crate::lang) fn place(&self, node: &Node, offset: Option<usize>) -> Position {
        let Some(offset) = offset.filter(|_| !node.aliased) else {
            return node.at;
        };
        let text = node.text();
        let leading = text.chars().count() - text.trim_start().chars().count();
        node.locate(self.report.source(), leading + offset)
    }
}
