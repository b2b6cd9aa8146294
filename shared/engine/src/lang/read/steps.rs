//! The ids of steps (SPEC.md sections 2 and 5).

use std::collections::BTreeMap;

use super::Reader;
use super::fields::Fields;
use crate::lang::codes;
use crate::lang::yaml::{Node, Position};

/// The most steps of one campaign.
const MAX_STEPS: usize = 1_000;

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
    /// Refuses ids that two steps of the campaign have, and too many steps.
    pub(in crate::lang) fn check_step_ids(&mut self) {
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
    }

    /// The step's id, written beside its kind or inside it, or the default.
    pub(in crate::lang) fn step_id(
        &mut self,
        kind: &'static str,
        value: &'a Node,
        fields: &Fields<'a>,
    ) -> (String, bool) {
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
}
