//! Steps and their ids (SPEC.md sections 2 and 5).

use std::collections::BTreeMap;

use super::Reader;
use super::fields::Fields;
use crate::lang::codes;
use crate::lang::model::{Step, StepKind};
use crate::lang::yaml::{Node, Position, Value};

/// The most steps of one campaign.
const MAX_STEPS: usize = 1_000;
const KINDS: &[&str] = &["send", "wait", "wait_for", "branch", "split", "offer", "survey", "set", "emit", "exit"];
const KEYS: &[&str] = &[
    "send",
    "wait",
    "wait_for",
    "branch",
    "split",
    "offer",
    "survey",
    "set",
    "emit",
    "exit",
    "id",
    "then",
    "else",
    "arms",
    "give_up_after",
    "on_unknown",
];
const BELONGS: &[(&str, &[&str])] = &[
    ("then", &["wait_for"]),
    ("else", &["wait_for"]),
    ("arms", &["split"]),
    ("give_up_after", &["send", "survey"]),
    ("on_unknown", &["send", "survey"]),
];

/// A step and the id that it has or gets.
pub(in crate::lang) struct StepName<'a> {
    pub(in crate::lang) id: String,
    pub(in crate::lang) written: bool,
    pub(in crate::lang) kind: &'static str,
    /// The step's mapping.
    pub(in crate::lang) node: &'a Node,
    /// Where the id stands, or the step.
    at: Position,
}

impl<'a> Reader<'a> {
    /// Reads a campaign's steps and settles their ids.
    pub(in crate::lang) fn all_steps(&mut self, node: &'a Node) -> Vec<Step> {
        let steps = self.steps(node);
        let mut written: BTreeMap<&str, Position> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.written) {
            if let Some(first) = written.insert(&step.id, step.at) {
                let message = format!("two steps have the id `{}`", step.id);
                self.report.error(
                    step.at,
                    codes::DUPLICATE_ID,
                    message,
                    format!("the first stands on line {}; rename one of them", first.line),
                );
                written.insert(&step.id, first);
            }
        }
        for step in self.steps.iter().filter(|step| !step.written) {
            if let Some(other) = written.get(step.id.as_str()) {
                let message = format!("this step gets the id `{}`, which line {} has taken", step.id, other.line);
                self.report.error(step.at, codes::DEFAULT_ID_TAKEN, message, "give this step an `id` of its own");
            }
        }
        if let Some(step) = self.steps.get(MAX_STEPS) {
            let message = format!("a campaign of {} steps; at most {MAX_STEPS} are allowed", self.steps.len());
            self.report.error(step.at, codes::TOO_MANY_STEPS, message, "split it into several campaigns");
        }
        steps
    }

    /// Reads a list of steps.
    pub(super) fn steps(&mut self, node: &'a Node) -> Vec<Step> {
        let items = self.list(node, "a list of steps", "[ { send: hello } ]").unwrap_or_default();
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    fn step(&mut self, node: &'a Node) -> Option<Step> {
        let Value::Map(entries) = &node.value else {
            self.wrong_type(node, "a step", "{ send: hello }");
            return None;
        };
        // A step whose kind is misspelt needs one message, not two.
        let none = !entries.iter().any(|(key, _)| KINDS.contains(&key.text()));
        let fields = self.fields(node, "a step", "{ send: hello }", KEYS)?;
        if none && entries.iter().any(|(key, _)| !KEYS.contains(&key.text())) {
            return None;
        }
        let (kind, value) = self.exactly_one(&fields, KINDS, codes::NOT_ONE_KIND)?;
        self.misplaced(&fields, kind, BELONGS);
        // Before the steps inside: the n-th step is counted as written.
        let (id, id_written) = self.step_id(kind, value, &fields);
        let kind = match kind {
            "send" => self.mail(value, &fields).map(StepKind::Send),
            "wait" => self.wait(value).map(StepKind::Wait),
            "wait_for" => self.wait_for(value, &fields),
            "branch" => self.branch(value),
            "split" => self.split(value, &fields),
            "offer" => self.offer(value).map(StepKind::Offer),
            "survey" => self.survey(value, &fields).map(StepKind::Survey),
            "set" => self.set(value),
            "emit" => self.emit(value),
            _ => self.text(value, "a reason", "returned").map(StepKind::Exit),
        };
        Some(Step { id, id_written, kind: kind? })
    }

    /// The step's id, written beside its kind or inside it, or the default.
    fn step_id(&mut self, kind: &'static str, value: &'a Node, fields: &Fields<'a>) -> (String, bool) {
        let inside = matches!(kind, "split" | "offer" | "survey").then(|| value.get("id")).flatten();
        let written = [fields.get("id"), inside].into_iter().flatten();
        let ids: Vec<(String, &Node)> =
            written.filter_map(|node| Some((self.id(node, "a step's id", "hello")?, node))).collect();
        if let [(first, _), (second, node)] = ids.as_slice()
            && first != second
        {
            self.report.error(
                node.at,
                codes::TWO_IDS,
                format!("this step has the ids `{first}` and `{second}`"),
                "keep one of them",
            );
        }
        let number = self.counts.entry(kind).or_insert(0);
        *number += 1;
        let first = ids.into_iter().next();
        let written = first.is_some();
        let (id, at) = first.map_or_else(
            || (format!("{}-{number}", kind.replace('_', "-")), fields.node.at),
            |(id, node)| (id, node.at),
        );
        if id == "holdout" {
            self.report.error(
                at,
                codes::RESERVED_ID,
                "`holdout` is not an id for a step",
                "it names the campaign's own holdout; choose another",
            );
        }
        self.steps.push(StepName { id: id.clone(), written, kind, node: fields.node, at });
        (id, written)
    }

    fn set(&mut self, node: &'a Node) -> Option<StepKind> {
        let fields = self.fields(node, "a set", "{ attributes: { tier: gold } }", &["attributes"])?;
        let attributes = self.required(&fields, "attributes", "attributes: { tier: gold }")?;
        self.object(attributes, "attributes", "{ tier: gold }").map(StepKind::Set)
    }

    fn emit(&mut self, node: &'a Node) -> Option<StepKind> {
        let fields = self.fields(node, "an emit", "{ detail_type: vip.reached }", &["detail_type", "detail"])?;
        let detail_type =
            self.required(&fields, "detail_type", "detail_type: vip.reached").and_then(|node| self.event(node));
        // Whoever emits a type makes it known, and need not be the one who listens to it.
        self.emitted.extend(detail_type.as_ref().and_then(|_| self.events.pop()).map(|(kind, _)| kind));
        let detail = fields
            .get("detail")
            .map_or_else(|| Some(serde_json::Map::new()), |node| self.object(node, "a detail", "{ tier: gold }"));
        if let Some(person) = fields.get("detail").and_then(|detail| detail.get("person")) {
            self.report.error(
                person.at,
                codes::MISPLACED_KEY,
                "`person` in the detail of an `emit`",
                "remove it: the event is about this person already",
            );
        }
        Some(StepKind::Emit { detail_type: detail_type?, detail: detail? })
    }

    /// Any JSON object.
    fn object(&mut self, node: &Node, what: &str, example: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
        let object = node.json_map();
        if object.is_none() {
            self.wrong_type(node, &format!("{what}, a mapping of plain JSON values"), example);
        }
        object
    }
}
