//! Steps that hold steps: `wait_for`, `branch`, `split`.

use std::collections::BTreeSet;

use super::Reader;
use super::fields::Fields;
use crate::expr::Site;
use crate::lang::codes;
use crate::lang::model::{SplitArm, StepKind};
use crate::lang::suggest::quote;
use crate::lang::yaml::{Kind, Node, Value};

impl<'a> Reader<'a> {
    /// Reads a `wait_for`; its arms stand beside it.
    pub(super) fn wait_for(&mut self, node: &'a Node, step: &Fields<'a>) -> Option<StepKind> {
        let fields =
            self.fields(node, "a wait_for", "{ event: order.completed, timeout: 7d }", &["event", "where", "timeout"]);
        let inner = fields.map(|fields| {
            let event = self.required(&fields, "event", "event: order.completed").and_then(|node| self.event(node));
            let filter = fields.get("where").and_then(|node| self.expr(node, Site::WaitForWhere));
            let timeout = self.required(&fields, "timeout", "timeout: 7d").and_then(|node| self.span(node));
            (event, filter, timeout)
        });
        // `then` before `else`, in whatever order they are written.
        let then = step.get("then").map(|node| self.steps(node)).unwrap_or_default();
        let otherwise = step.get("else").map(|node| self.steps(node)).unwrap_or_default();
        let (event, filter, timeout) = inner?;
        Some(StepKind::WaitFor { event: event?, filter, timeout: timeout?, then, otherwise })
    }

    /// Reads a `branch`.
    pub(super) fn branch(&mut self, node: &'a Node) -> Option<StepKind> {
        let items = self.list(node, "a list of arms", "[ { when: person.orders.count >= 2, steps: [] } ]")?;
        let (mut arms, mut otherwise) = (Vec::new(), None);
        for (index, item) in items.iter().enumerate() {
            let keys: &[&str] =
                if item.get("otherwise").is_some() { &["otherwise"] } else { &["when", "steps", "otherwise"] };
            let Some(fields) = self.fields(item, "an arm", "{ when: person.orders.count >= 2, steps: [] }", keys)
            else {
                continue;
            };
            if let Some(node) = fields.get("otherwise") {
                if index + 1 < items.len() {
                    self.report.error(
                        item.at,
                        codes::OTHERWISE_LAST,
                        "`otherwise` before other arms",
                        "there is one at most, and it is the last arm",
                    );
                }
                otherwise = Some(self.steps(node));
                continue;
            }
            let when = self
                .required(&fields, "when", "when: person.orders.count >= 2")
                .and_then(|node| self.expr(node, Site::When));
            let steps = self.required(&fields, "steps", "steps: []").map(|node| self.steps(node));
            if let (Some(when), Some(steps)) = (when, steps) {
                arms.push((when, steps));
            }
        }
        if items.is_empty() {
            self.report.error(node.at, codes::OUT_OF_RANGE, "a branch without arms", "add `- { when: …, steps: [] }`");
        }
        Some(StepKind::Branch { arms, otherwise })
    }

    /// Reads a `split`; its arms stand beside it.
    pub(super) fn split(&mut self, node: &'a Node, step: &Fields<'a>) -> Option<StepKind> {
        if !matches!(node.value, Value::Scalar(_, Kind::Null)) {
            self.fields(node, "a split", "{ id: nudge }", &["id"]);
        }
        let arms = self.required(
            step,
            "arms",
            "arms: [ { name: a, weight: 50, steps: [] }, { name: b, weight: 50, steps: [] } ]",
        )?;
        let items = self.list(arms, "a list of arms", "[ { name: a, weight: 50, steps: [] } ]")?;
        let before = self.report.has_errors();
        let mut names = BTreeSet::new();
        let arms_read: Vec<SplitArm> = items.iter().filter_map(|item| self.split_arm(item, &mut names)).collect();
        let total: u64 = arms_read.iter().map(|arm| u64::from(arm.weight)).sum();
        if total == 0 && (before || arms_read.len() == items.len()) {
            self.report.error(
                arms.at,
                codes::NO_WEIGHT,
                "no arm has a weight above 0",
                "give at least one arm a weight, such as `weight: 50`",
            );
        }
        Some(StepKind::Split { arms: arms_read })
    }

    fn split_arm(&mut self, node: &'a Node, names: &mut BTreeSet<String>) -> Option<SplitArm> {
        let fields = self.fields(node, "an arm", "{ name: a, weight: 50, steps: [] }", &["name", "weight", "steps"])?;
        let name = self
            .required(&fields, "name", "name: reminder")
            .and_then(|node| Some((self.text(node, "the name", "reminder")?, node)));
        let weight = self
            .required(&fields, "weight", "weight: 50")
            .and_then(|node| self.integer(node, "the weight", 0, 1_000_000_000));
        let steps = self.required(&fields, "steps", "steps: []").map(|node| self.steps(node));
        let (name, at) = name?;
        if !names.insert(name.clone()) {
            self.report.warning(
                at.at,
                codes::SAME_ARM,
                format!("two arms are named {}", quote(&name)),
                "the journal tells arms apart by name: rename one",
            );
        }
        Some(SplitArm { name, weight: u32::try_from(weight?).ok()?, steps: steps? })
    }
}
