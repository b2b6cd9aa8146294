//! What a campaign is for, and in what time.

use super::object::{object, phrase};
use super::value::{Duration, EventType, Expression};
use crate::expr::{Expr, Site};
use crate::time::Span;

object! {
    /// What the campaign is for, and in what time.
    #[derive(Debug, Clone)]
    pub struct Goal = "a goal", "{ event: order.completed, within: 14d }";
    read(reader, fields)
    keys {
        /// The type of the event that counts.
        event: EventType => String, [needs "event: order.completed"] |node| reader.event(node);
        // By the event's own time.
        /// Counted from the entry.
        within: Duration => Span, [needs "within: 14d"] |node| reader.nonzero_span(node, "`within`"),
            |within| format!(" within {within}");
        /// Which events; sees `event` and `entry`.
        filter("where"): Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::GoalWhere),
            |filter| filter.as_ref().map(|filter| format!(" where {}", filter.source()));
        /// What it was worth, a number.
        value: Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::GoalValue),
            |value| value.as_ref().map(|value| format!(", worth {}", value.source()));
        /// Whether a conversion ends the enrolment; default true.
        exit: bool => bool, [or true] |node| reader.boolean(node),
            |exit| if *exit { "" } else { ", without exit" };
    }
}

impl Goal {
    /// The goal as a plan tells it.
    pub(super) fn described(&self) -> String {
        phrase(&self.facets())
    }
}
