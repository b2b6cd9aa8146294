//! Who may enter and when mails may go: entry rule, holdout, goal, window, what becomes of stuck mails.

use super::Reader;
use crate::expr::Site;
use crate::lang::codes;
use crate::lang::model::{EntryRule, GIVE_UP_AFTER, Goal, OnUnknown, WindowRule};
use crate::lang::suggest::{did_you_mean, quote};
use crate::lang::yaml::{Node, Position, Value};
use crate::time::{Span, Weekdays, Window};

impl<'a> Reader<'a> {
    /// A whole percentage.
    pub(super) fn percent(&mut self, node: &Node) -> Option<u8> {
        self.integer(node, "the holdout", 0, 100).and_then(|percent| u8::try_from(percent).ok())
    }

    /// `once`, `every` or `{ again_after }`.
    pub(super) fn entry_rule(&mut self, node: &'a Node) -> Option<EntryRule> {
        const WHAT: &str = "an entry rule";
        if node.string().is_some() {
            return self.one_of(node, WHAT, &[("once", EntryRule::Once), ("every", EntryRule::Every)]);
        }
        let fields = self.fields(node, WHAT, "{ again_after: 180d }", &["again_after"])?;
        let span = self.required(&fields, "again_after", "again_after: 180d").and_then(|node| self.span(node))?;
        Some(EntryRule::AgainAfter(span))
    }

    /// `{ event, where, within, value, exit }`.
    pub(super) fn goal(&mut self, node: &'a Node) -> Option<Goal> {
        let keys = ["event", "where", "within", "value", "exit"];
        let fields = self.fields(node, "a goal", "{ event: order.completed, within: 14d }", &keys)?;
        let event = self.required(&fields, "event", "event: order.completed").and_then(|node| self.event(node));
        let filter = fields.get("where").and_then(|node| self.expr(node, Site::GoalWhere));
        let within = self.required(&fields, "within", "within: 14d").and_then(|node| self.some_span(node, "`within`"));
        let value = fields.get("value").and_then(|node| self.expr(node, Site::GoalValue));
        let exit = fields.get("exit").map_or(Some(true), |node| self.boolean(node));
        Some(Goal { event: event?, filter, within: within?, value, exit: exit? })
    }

    /// A campaign's window, or `none`.
    pub(super) fn window_rule(&mut self, node: &'a Node) -> Option<WindowRule> {
        if node.string().is_some() {
            return self.one_of(node, "a window", &[("none", WindowRule::Lifted)]);
        }
        self.window(node).map(WindowRule::Own)
    }

    /// `{ from, to, on }`.
    pub(super) fn window(&mut self, node: &'a Node) -> Option<Window> {
        let fields = self.fields(node, "a window", "{ from: \"08:00\", to: \"21:00\" }", &["from", "to", "on"])?;
        let from = self.required(&fields, "from", "from: \"08:00\"").and_then(|node| self.time(node));
        let to = self
            .required(&fields, "to", "to: \"21:00\"")
            .and_then(|node| if node.string() == Some("24:00") { Some(None) } else { self.time(node).map(Some) });
        let on = fields.get("on").map_or(Some(Weekdays::ALL), |node| self.weekdays(node));
        let (from, to, on) = (from?, to?, on?);
        let window = Window::new(from, to, on);
        if window.is_none() {
            self.report.error(
                node.at,
                codes::EMPTY_WINDOW,
                "`from` and `to` are the same time",
                "for the whole day, write `from: \"00:00\", to: \"24:00\"`",
            );
        }
        window
    }

    /// `hold` or `{ resend_after }`.
    pub(super) fn on_unknown(&mut self, node: &'a Node) -> Option<OnUnknown> {
        const WHAT: &str = "what becomes of an unknown outcome";
        if node.string().is_some() {
            return self.one_of(node, WHAT, &[("hold", OnUnknown::Hold)]);
        }
        let fields = self.fields(node, WHAT, "{ resend_after: 24h }", &["resend_after"])?;
        let span = self
            .required(&fields, "resend_after", "resend_after: 24h")
            .and_then(|node| self.some_span(node, "`resend_after`"))?;
        Some(OnUnknown::ResendAfter(span))
    }

    /// Event types that end an enrolment.
    pub(super) fn exit_on(&mut self, node: &'a Node) -> Option<Vec<String>> {
        let Value::List(items) = &node.value else {
            self.wrong_type(node, "a list of event types", "[order.refunded]");
            return None;
        };
        Some(items.iter().filter_map(|item| self.event(item)).collect())
    }

    /// How long a mail may be delayed.
    pub(super) fn give_up_after(&mut self, node: Option<&'a Node>) -> Option<Span> {
        node.map_or(Some(GIVE_UP_AFTER), |node| self.span(node))
    }

    /// The topic, if the workspace has it.
    pub(super) fn topic_of(&mut self, node: &'a Node) -> Option<String> {
        let id = self.id(node, "a topic", "offers")?;
        if let Some(topics) = self.known.topics.as_ref().filter(|topics| !topics.contains(&id)) {
            let help = did_you_mean(&id, topics.iter().map(String::as_str));
            self.report.error(
                node.at,
                codes::UNKNOWN_TOPIC,
                format!("the workspace has no topic {}", quote(&id)),
                help,
            );
        }
        Some(id)
    }

    /// The index of the sender in the workspace.
    pub(super) fn sender_of(&mut self, node: &'a Node) -> Option<usize> {
        let id = self.id(node, "a sender", "shop")?;
        let senders = self.known.senders.as_ref()?;
        let index = senders.iter().position(|sender| sender.id == id);
        if index.is_none() {
            let help = did_you_mean(&id, senders.iter().map(|sender| sender.id.as_str()));
            self.report.error(
                node.at,
                codes::UNKNOWN_SENDER,
                format!("the workspace has no sender {}", quote(&id)),
                help,
            );
        }
        index
    }

    /// Says that a locale is not the workspace's.
    pub(super) fn unknown_locale(&mut self, at: Position, locale: &str, known: &[String]) {
        let help = did_you_mean(locale, known.iter().map(String::as_str));
        self.report.error(at, codes::UNKNOWN_LOCALE, format!("the workspace has no locale {}", quote(locale)), help);
    }
}
