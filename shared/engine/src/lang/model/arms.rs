//! Steps that hold steps: `wait_for`, `branch` and `split`, and their arms.

use std::collections::BTreeSet;

use super::object::{Facet, named, object, phrase};
use super::step::{Step, StepKind};
use super::value::{Duration, EventType, Expression, StepId, Text};
use crate::expr::{Expr, Site};
use crate::lang::codes;
use crate::lang::read::{Fields, Reader};
use crate::lang::yaml::{Kind, Node, Value};
use crate::suggest::quote;
use crate::time::Span;

object! {
    /// Continues with `then` when the event comes, with `else` at the time-out.
    #[derive(Debug, Clone)]
    pub struct WaitFor = "a wait_for", "{ event: order.completed, timeout: 7d }";
    read(reader, fields)
    keys {
        /// The type of the event.
        event: EventType => String, [needs "event: order.completed"] |node| reader.event(node),
            |event| named("", event);
        /// Which events; sees `event` and `entry`.
        filter("where"): Expression => Option<Expr>, [optional] |node| reader.expr(node, Site::WaitForWhere);
        /// How long to wait at most.
        timeout: Duration => Span, [needs "timeout: 7d"] |node| reader.span(node);
    }
    also {
        /// When the event came. It stands beside the `wait_for`.
        then: Vec<Step> = Some(Vec::new()), |_| ();
        /// At the time-out. It stands beside the `wait_for`.
        otherwise: Vec<Step> = Some(Vec::new()), |_| ();
    }
}

/// The first arm that holds; `otherwise` comes last.
#[derive(schemars::JsonSchema)]
#[schemars(extend("minItems" = 1))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Branch(Vec<Arm>);

#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Arm {
    When(When),
    Otherwise(Otherwise),
}

object! {
    /// Steps for those whom the expression holds.
    #[derive(Debug, Clone)]
    pub struct When = "an arm", "{ when: person.orders.count >= 2, steps: [] }";
    read(reader, fields)
    keys {
        /// Whom this arm is for.
        when: Expression => Expr, [needs "when: person.orders.count >= 2"] |node| reader.expr(node, Site::When);
        /// What happens to them.
        steps: Vec<Step> => Vec<Step>, [needs "steps: []"] |node| Some(reader.steps(node)), |_| ();
    }
}

object! {
    /// Steps for all others.
    #[derive(Debug, Clone)]
    pub struct Otherwise = "an arm", "{ otherwise: [] }";
    read(reader, fields)
    keys {
        /// What happens to them.
        otherwise: Vec<Step> => Vec<Step>, [needs "otherwise: []"] |node| Some(reader.steps(node)), |_| ();
    }
}

object! {
    /// Nothing but an id, or nothing at all.
    #[schemars(transform = or_nothing)]
    #[derive(Debug, Clone, Copy)]
    pub struct Split = "a split", "{ id: nudge }";
    read(_reader, _fields)
    elsewhere {
        /// The step's id.
        id: Option<StepId>;
    }
    keys {}
}

/// `split:` with nothing behind it is a split too.
fn or_nothing(schema: &mut schemars::Schema) {
    let object = schema.clone().to_value();
    schema.ensure_object().clear();
    schema.insert("anyOf".to_owned(), serde_json::json!([object, { "const": null }]));
}

/// At least one arm with a weight above 0.
#[derive(schemars::JsonSchema)]
#[schemars(extend("contains" = { "properties": { "weight": { "minimum": 1 } } }))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct SplitArms(Vec<SplitArm>);

object! {
    /// A share of the people.
    #[derive(Debug, Clone)]
    pub struct SplitArm = "an arm", "{ name: a, weight: 50, steps: [] }";
    read(reader, fields, names: &mut BTreeSet<String>)
    keys {
        /// Its name in the journal.
        name: Text => String, [needs "name: reminder"] |node| reader.text(node, "the name", "reminder");
        /// Its share of the sum of all weights.
        #[schemars(range(max = 1_000_000_000))]
        weight: u32 => u32, [needs "weight: 50"]
            |node| reader.integer(node, "the weight", 0, 1_000_000_000).and_then(|weight| u32::try_from(weight).ok()),
            |weight| format!(" {weight}");
        /// What happens to them.
        steps: Vec<Step> => Vec<Step>, [needs "steps: []"] |node| Some(reader.steps(node)), |_| ();
    }
    then {
        if let (Some(name), Some(at)) = (&name, fields.get("name"))
            && !names.insert(name.clone())
        {
            reader.report.warning(
                at.at,
                codes::SAME_ARM,
                format!("two arms are named {}", quote(name)),
                "the journal tells arms apart by name: rename one",
            );
        }
    }
}

/// Reads a `wait_for`; its arms stand beside it: `then` before `else`, in whatever order they are written.
pub(super) fn wait_for<'a>(reader: &mut Reader<'a>, node: &'a Node, step: &Fields<'a>) -> Option<WaitFor> {
    let wait = WaitFor::read(reader, node);
    let then = step.get("then").map(|node| reader.steps(node)).unwrap_or_default();
    let otherwise = step.get("else").map(|node| reader.steps(node)).unwrap_or_default();
    wait.map(|wait| WaitFor { then, otherwise, ..wait })
}

/// Reads a `branch`.
pub(super) fn branch<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<StepKind> {
    let items = reader.list(node, "a list of arms", "[ { when: person.orders.count >= 2, steps: [] } ]")?;
    let (mut arms, mut otherwise) = (Vec::new(), None);
    for (index, item) in items.iter().enumerate() {
        if item.get("otherwise").is_none() {
            let keys = [When::KEYS, Otherwise::KEYS].concat();
            let example = "{ when: person.orders.count >= 2, steps: [] }";
            let fields = reader.fields(item, "an arm", example, &keys);
            arms.extend(fields.and_then(|fields| When::of(reader, &fields)));
            continue;
        }
        if let Some(arm) = Otherwise::read(reader, item) {
            if index + 1 < items.len() {
                reader.report.error(
                    item.at,
                    codes::OTHERWISE_LAST,
                    "`otherwise` before other arms",
                    "there is one at most, and it is the last arm",
                );
            }
            otherwise = Some(arm.otherwise);
        }
    }
    if items.is_empty() {
        reader.report.error(node.at, codes::OUT_OF_RANGE, "a branch without arms", "add `- { when: …, steps: [] }`");
    }
    Some(StepKind::Branch { arms, otherwise })
}

/// Reads a `split`; its arms stand beside it.
pub(super) fn split<'a>(reader: &mut Reader<'a>, node: &'a Node, step: &Fields<'a>) -> Option<StepKind> {
    if !matches!(node.value, Value::Scalar(_, Kind::Null)) {
        Split::read(reader, node);
    }
    let arms = reader.required(
        step,
        "arms",
        "arms: [ { name: a, weight: 50, steps: [] }, { name: b, weight: 50, steps: [] } ]",
    )?;
    let items = reader.list(arms, "a list of arms", "[ { name: a, weight: 50, steps: [] } ]")?;
    let before = reader.report.has_errors();
    let mut names = BTreeSet::new();
    let arms_read: Vec<SplitArm> = items.iter().filter_map(|item| SplitArm::read(reader, item, &mut names)).collect();
    let total: u64 = arms_read.iter().map(|arm| u64::from(arm.weight)).sum();
    if total == 0 && (before || arms_read.len() == items.len()) {
        reader.report.error(
            arms.at,
            codes::NO_WEIGHT,
            "no arm has a weight above 0",
            "give at least one arm a weight, such as `weight: 50`",
        );
    }
    Some(StepKind::Split { arms: arms_read })
}

/// The arms of a split in a plan.
pub(in crate::lang) fn split_facets(arms: &[SplitArm]) -> Vec<Facet> {
    named("", arms.iter().map(|arm| phrase(&arm.facets())).collect::<Vec<_>>().join(", "))
}
