//! `survey`: a mail whose links carry the answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mail::Mail;
use super::object::{Facet, named, object, phrase, words};
use super::value::{Duration, MailName, StepId, Text};
use crate::lang::codes;
use crate::lang::read::{Fields, Reader};
use crate::lang::yaml::Node;
use crate::time::Span;

object! {
    /// A mail whose links carry the answers, which come back as the event `survey.answered`.
    #[schemars(extend(
        "if" = { "properties": { "kind": { "const": "choice" } } },
        "then" = { "required": ["choices"] },
        "else" = { "not": { "required": ["choices"] } },
    ))]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Survey = "a survey", "{ id: nps, kind: nps, mail: ask }";
    read(reader, fields, step: &Fields<'a>)
    elsewhere {
        /// The step's id.
        id: Option<StepId>;
    }
    keys {
        kind: SurveyKind => SurveyKind, [needs "kind: nps"] |node| SurveyKind::read(reader, node),
            |kind| named("", kind.word());
        /// The mail that asks.
        mail: MailName => Mail, [needs "mail: ask"] |node| Mail::read(reader, node, step),
            |mail| named("", format!(" by {}", mail.mail));
        /// How long an answer may be given.
        expires: Duration => Option<Span>, [optional] |node| reader.span(node);
        // In order; empty for the other kinds.
        /// The answers of `kind: choice`.
        choices: Choices => Vec<String>, [from] choices(reader, kind, fields),
            |choices| if choices.is_empty() { None } else { Some(choices.join(", ")) };
    }
}

/// From 2 to 20 answers.
#[derive(schemars::JsonSchema)]
#[schemars(extend("minItems" = 2, "maxItems" = 20, "uniqueItems" = true))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Choices(Vec<Text>);

words! {
    /// `nps` asks 0 to 10, `csat` 1 to 5, `ces` 1 to 7, `choice` for one of your own answers.
    pub enum SurveyKind = "a kind of survey" {
        /// 0 to 10.
        Nps = "nps",
        /// 1 to 5.
        Csat = "csat",
        /// 1 to 7.
        Ces = "ces",
        /// One of the file's own answers.
        Choice = "choice",
    }
}

impl Survey {
    /// The survey as a plan tells it: first its kind and its mail.
    pub(super) fn described(&self) -> Vec<Facet> {
        let (known_by, others): (Vec<_>, Vec<_>) = self.facets().into_iter().partition(|facet| facet.name.is_empty());
        [named("", phrase(&known_by)), others].concat()
    }

    /// The answers that it offers, in order: numbers, or the texts of a `choice`.
    #[must_use]
    pub fn scale(&self) -> Vec<Value> {
        match self.kind {
            SurveyKind::Nps => (0..=10).map(Value::from).collect(),
            SurveyKind::Csat => (1..=5).map(Value::from).collect(),
            SurveyKind::Ces => (1..=7).map(Value::from).collect(),
            SurveyKind::Choice => self.choices.iter().map(|choice| Value::from(choice.as_str())).collect(),
        }
    }
}

fn choices<'a>(reader: &mut Reader<'a>, kind: Option<SurveyKind>, fields: &Fields<'a>) -> Option<Vec<String>> {
    match (kind, fields.entry("choices")) {
        (Some(SurveyKind::Choice), None) => {
            reader.required(fields, "choices", "choices: [Delivery, Taste, Price]");
            None
        }
        (Some(SurveyKind::Choice) | None, Some((_, node))) => answers(reader, node),
        (Some(_), Some((key, _))) => {
            reader.report.error(
                key.at,
                codes::MISPLACED_KEY,
                "`choices` goes with `kind: choice`",
                "remove it, or write `kind: choice`",
            );
            None
        }
        (_, None) => Some(Vec::new()),
    }
}

fn answers<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Vec<String>> {
    let items = reader.list(node, "a list of answers", "[Delivery, Taste, Price]")?;
    if !(2..=20).contains(&items.len()) {
        reader.report.error(
            node.at,
            codes::OUT_OF_RANGE,
            format!("{} answers to choose from", items.len()),
            "from 2 to 20 answers",
        );
    }
    let (mut choices, mut seen) = (Vec::new(), BTreeSet::new());
    for item in items {
        if let Some(text) = reader.text(item, "an answer", "Delivery") {
            reader.unique(&mut seen, &text, item, "answer");
            choices.push(text);
        }
    }
    Some(choices)
}
