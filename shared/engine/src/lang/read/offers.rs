//! `offer` and `survey` steps.

use std::collections::BTreeSet;

use super::Reader;
use super::fields::Fields;
use crate::lang::codes;
use crate::lang::model::{Discount, Mail, Offer, Survey, SurveyKind};
use crate::lang::suggest::quote;
use crate::lang::yaml::Node;

impl<'a> Reader<'a> {
    /// Reads an offer; its id is the step's and read there.
    pub(super) fn offer(&mut self, node: &'a Node) -> Option<Offer> {
        let keys = ["id", "percent_off", "amount_off", "expires", "budget", "code", "on_unavailable"];
        let fields = self.fields(node, "an offer", "{ id: come-back, percent_off: 15, expires: 14d }", &keys)?;
        self.offers.push(node.at);
        let discount = match self.exactly_one(&fields, &["percent_off", "amount_off"], codes::NOT_ONE_KEY) {
            Some(("percent_off", node)) => self
                .number(
                    node,
                    "`percent_off`",
                    "15",
                    |off| off > 0.0 && off <= 100.0,
                    "a number above 0 and at most 100",
                )
                .map(Discount::Percent),
            Some((_, node)) => {
                self.number(node, "`amount_off`", "5000", |off| off > 0.0, "a number above 0").map(Discount::Amount)
            }
            None => None,
        };
        let expires = fields.get("expires").and_then(|node| self.span(node));
        let budget = fields.get("budget").and_then(|node| self.integer(node, "the budget", 0, i64::MAX));
        let (prefix, pool) = fields.get("code").and_then(|node| self.code(node)).unwrap_or_default();
        let exit = fields.get("on_unavailable").map_or(Some(false), |node| {
            self.one_of(node, "what follows where no code is left", &[("continue", false), ("exit", true)])
        });
        Some(Offer {
            discount: discount?,
            expires,
            budget: budget.and_then(|budget| u64::try_from(budget).ok()),
            prefix,
            pool,
            exit_if_unavailable: exit?,
        })
    }

    fn code(&mut self, node: &'a Node) -> Option<(Option<String>, Option<String>)> {
        let fields = self.fields(node, "a code", "{ prefix: BACK- }", &["prefix", "pool"])?;
        let prefix = fields.get("prefix").and_then(|node| self.prefix(node));
        let pool = fields.get("pool").and_then(|node| self.id(node, "a pool of codes", "spring"));
        Some((prefix, pool))
    }

    /// Letters that people can type.
    fn prefix(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "a code's prefix", "BACK-")?;
        if text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Some(text);
        }
        self.report.error(
            node.at,
            codes::BAD_TEXT,
            format!("{} cannot begin a code", quote(&text)),
            "at most 20 letters A to Z, digits, `-` or `_`",
        );
        None
    }

    /// Reads a survey; its id is the step's and read there. `step` holds what stands beside it.
    pub(super) fn survey(&mut self, node: &'a Node, step: &Fields<'a>) -> Option<Survey> {
        let keys = ["id", "kind", "mail", "expires", "choices"];
        let fields = self.fields(node, "a survey", "{ id: nps, kind: nps, mail: ask }", &keys)?;
        let kinds = [
            ("nps", SurveyKind::Nps),
            ("csat", SurveyKind::Csat),
            ("ces", SurveyKind::Ces),
            ("choice", SurveyKind::Choice),
        ];
        let kind =
            self.required(&fields, "kind", "kind: nps").and_then(|node| self.one_of(node, "a kind of survey", &kinds));
        let mail = self.required(&fields, "mail", "mail: ask").and_then(|node| self.mail(node, step));
        let expires = fields.get("expires").and_then(|node| self.span(node));
        let choices = match (kind, fields.entry("choices")) {
            (Some(SurveyKind::Choice), None) => {
                self.required(&fields, "choices", "choices: [Delivery, Taste, Price]");
                None
            }
            (Some(SurveyKind::Choice) | None, Some((_, node))) => self.choices(node),
            (Some(_), Some((key, _))) => {
                self.report.error(
                    key.at,
                    codes::MISPLACED_KEY,
                    "`choices` goes with `kind: choice`",
                    "remove it, or write `kind: choice`",
                );
                None
            }
            (_, None) => Some(Vec::new()),
        };
        Some(Survey { kind: kind?, mail: mail?, expires, choices: choices? })
    }

    fn choices(&mut self, node: &'a Node) -> Option<Vec<String>> {
        let items = self.list(node, "a list of answers", "[Delivery, Taste, Price]")?;
        if !(2..=20).contains(&items.len()) {
            self.report.error(
                node.at,
                codes::OUT_OF_RANGE,
                format!("{} answers to choose from", items.len()),
                "from 2 to 20 answers",
            );
        }
        let (mut choices, mut seen) = (Vec::new(), BTreeSet::new());
        for item in items {
            if let Some(text) = self.text(item, "an answer", "Delivery") {
                self.unique(&mut seen, &text, item, "answer");
                choices.push(text);
            }
        }
        Some(choices)
    }

    /// A mail, with what stands beside the step's kind.
    pub(super) fn mail(&mut self, node: &'a Node, step: &Fields<'a>) -> Option<Mail> {
        let give_up_after = step.get("give_up_after").and_then(|node| self.span(node));
        let on_unknown = step.get("on_unknown").and_then(|node| self.on_unknown(node));
        let mail = self.mail_name(node)?;
        self.mails.push(super::MailUse { mail: mail.clone(), node });
        Some(Mail { mail, give_up_after, on_unknown })
    }
}
