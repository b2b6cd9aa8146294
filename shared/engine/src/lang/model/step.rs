//! The steps of a campaign (SPEC.md section 5).

use std::collections::BTreeMap;

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::arms::{self, Branch, Split, SplitArm, SplitArms, WaitFor, When};
use super::entry::OnUnknown;
use super::mail::Mail;
use super::object::{Facet, named, object, phrase};
use super::offer::Offer;
use super::survey::Survey;
use super::value::{Duration, EventType, MailName, StepId, Text};
use super::wait::Wait;
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::{self, Node};

object! {
    /// One thing that happens: exactly one of `send`, `wait`, `wait_for`, `branch`, `split`, `offer`, `survey`, `set`,
    /// `emit`, `exit`.
    #[schemars(transform = one_kind)]
    #[derive(Debug, Clone)]
    pub struct Step = "a step", "{ send: hello }";
    read(_reader, _fields, id: String, id_written: bool, kind: Option<StepKind>)
    elsewhere {
        /// Sends a mail of the campaign's folder.
        send: Option<MailName>;
        /// Waits a duration, or until a point in time.
        wait: Option<Wait>;
        /// Waits for an event, at most so long.
        wait_for: Option<WaitFor>;
        /// The first arm that holds.
        branch: Option<Branch>;
        /// A fixed share of the people for each arm.
        split: Option<Split>;
        /// One code for each person.
        offer: Option<Offer>;
        /// A mail whose links carry the answers.
        survey: Option<Survey>;
        /// Changes the profile.
        set: Option<Set>;
        /// Puts an event on the bus.
        emit: Option<Emit>;
        /// Ends the enrolment, for this reason.
        exit: Option<Text>;
        /// What people stand on; `rekindle fmt` writes it where it is missing.
        id: Option<StepId>;
        /// When the event came.
        then: Option<Vec<Step>>;
        /// At the time-out.
        otherwise("else"): Option<Vec<Step>>;
        /// The arms of a split.
        arms: Option<SplitArms>;
        /// How long the mail may be delayed before it is skipped.
        give_up_after: Option<Duration>;
        /// What becomes of a send whose outcome stays unknown.
        on_unknown: Option<OnUnknown>;
    }
    keys {}
    also {
        /// Unique within the campaign.
        id: String = Some(id), |_| ();
        /// Whether the file wrote the id; publishing refuses steps without.
        id_written: bool = Some(id_written), |_| ();
        /// What it does.
        kind: StepKind = kind, StepKind::facets;
    }
}

/// The keys of which a step has exactly one; the others belong beside some of them.
const KINDS: &[&str] = Step::KEYS.split_at(10).0;
const BELONGS: &[(&str, &[&str])] = &[
    ("then", &["wait_for"]),
    ("else", &["wait_for"]),
    ("arms", &["split"]),
    ("give_up_after", MAILS),
    ("on_unknown", MAILS),
];
/// Steps that send mails.
const MAILS: &[&str] = &["send", "survey"];

/// What the schema says of keys beside each other.
fn one_kind(schema: &mut Schema) {
    let required = |kinds: &[&str]| -> Vec<Value> { kinds.iter().map(|kind| json!({ "required": [kind] })).collect() };
    let (alone, several): (Vec<_>, Vec<_>) = BELONGS.iter().partition(|(_, kinds)| kinds.len() == 1);
    let mut beside: Map<String, Value> = alone.iter().map(|(key, kinds)| ((*key).to_owned(), json!(kinds))).collect();
    beside.insert("split".to_owned(), json!(["arms"]));
    let several: Map<String, Value> =
        several.iter().map(|(key, kinds)| ((*key).to_owned(), json!({ "anyOf": required(kinds) }))).collect();
    schema.insert("oneOf".to_owned(), json!(required(KINDS)));
    schema.insert("dependentRequired".to_owned(), json!(beside));
    schema.insert("dependentSchemas".to_owned(), json!(several));
}

/// What a step does (SPEC.md section 5).
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Sends a mail through the gates of section 6.
    Send(Mail),
    /// Waits until an instant that is known at its beginning.
    Wait(Wait),
    /// Waits for an event, at most so long.
    WaitFor(WaitFor),
    /// The first arm that holds.
    Branch {
        /// The arms in order.
        arms: Vec<When>,
        /// Where none holds; `None`: goes on without a line.
        otherwise: Option<Vec<Step>>,
    },
    /// A deterministic share of the people for each arm (section 7).
    Split {
        /// The arms in order; the weights have a sum above 0.
        arms: Vec<SplitArm>,
    },
    /// One code for this person and enrolment.
    Offer(Offer),
    /// A mail whose links carry the answers.
    Survey(Survey),
    /// Changes the profile (RFC 7396).
    Set(Set),
    /// Puts an event on the bus.
    Emit(Emit),
    /// Ends the enrolment with a reason.
    Exit(String),
}

object! {
    /// Attributes to merge into the profile; `null` removes one.
    #[derive(Debug, Clone)]
    pub struct Set = "a set", "{ attributes: { tier: gold } }";
    read(reader, fields)
    keys {
        /// By name; `null` removes one.
        attributes: BTreeMap<String, Value> => Map<String, Value>, [needs "attributes: { tier: gold }"]
            |node| reader.object(node, "attributes", "{ tier: gold }"), |attributes| named("", json!(attributes));
    }
}

object! {
    /// An event about the same person.
    #[derive(Debug, Clone)]
    pub struct Emit = "an emit", "{ detail_type: vip.reached }";
    read(reader, fields)
    keys {
        /// The type of the event.
        detail_type: EventType => String, [needs "detail_type: vip.reached"] |node| emitted(reader, node),
            |kind| named("", kind);
        /// The event's own fields; `person` is filled in.
        #[schemars(extend("propertyNames" = { "not": { "const": "person" } }))]
        detail: BTreeMap<String, Value> => Map<String, Value>, [or Map::new()] |node| detail(reader, node),
            |detail| json!(detail).to_string();
    }
}

/// Whoever emits a type makes it known, and need not be the one who listens to it.
fn emitted(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let kind = reader.event(node)?;
    reader.emitted.extend(reader.events.pop().map(|(kind, _)| kind));
    Some(kind)
}

fn detail(reader: &mut Reader<'_>, node: &Node) -> Option<Map<String, Value>> {
    if let Some(person) = node.get("person") {
        reader.report.error(
            person.at,
            codes::MISPLACED_KEY,
            "`person` in the detail of an `emit`",
            "remove it: the event is about this person already",
        );
    }
    reader.object(node, "a detail", "{ tier: gold }")
}

impl StepKind {
    /// The key that makes a step one of this kind.
    pub(in crate::lang) fn key(&self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Wait(_) => "wait",
            Self::WaitFor(_) => "wait_for",
            Self::Branch { .. } => "branch",
            Self::Split { .. } => "split",
            Self::Offer(_) => "offer",
            Self::Survey(_) => "survey",
            Self::Set(_) => "set",
            Self::Emit(_) => "emit",
            Self::Exit(_) => "exit",
        }
    }

    /// The step as a plan tells it, the steps inside of it aside: first what it is known by.
    pub(in crate::lang) fn facets(&self) -> Vec<Facet> {
        match self {
            Self::Send(mail) => [named("", &mail.mail), mail.facets()].concat(),
            Self::Wait(wait) => wait.facets(),
            Self::WaitFor(wait) => wait.facets(),
            Self::Branch { arms, .. } => {
                let arms = arms.iter().enumerate();
                arms.flat_map(|(place, arm)| named(format!("arm {place}"), phrase(&arm.facets()))).collect()
            }
            Self::Split { arms } => arms::split_facets(arms),
            Self::Offer(offer) => offer.facets(),
            Self::Survey(survey) => [survey.described(), survey.mail.facets()].concat(),
            Self::Set(set) => set.facets(),
            Self::Emit(emit) => emit.facets(),
            Self::Exit(reason) => named("", reason),
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads all steps of a campaign.
    pub(in crate::lang) fn all_steps(&mut self, node: &'a Node) -> Vec<Step> {
        let steps = self.steps(node);
        self.check_step_ids();
        steps
    }

    /// Reads a list of steps.
    pub(super) fn steps(&mut self, node: &'a Node) -> Vec<Step> {
        let items = self.list(node, "a list of steps", "[ { send: hello } ]").unwrap_or_default();
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    fn step(&mut self, node: &'a Node) -> Option<Step> {
        let yaml::Value::Map(entries) = &node.value else {
            self.wrong_type(node, "a step", "{ send: hello }");
            return None;
        };
        // A step whose kind is misspelt needs one message, not two.
        let none = !entries.iter().any(|(key, _)| KINDS.contains(&key.text()));
        let fields = self.fields(node, "a step", "{ send: hello }", Step::KEYS)?;
        if none && entries.iter().any(|(key, _)| !Step::KEYS.contains(&key.text())) {
            return None;
        }
        let (kind, value) = self.exactly_one(&fields, KINDS, codes::NOT_ONE_KIND)?;
        self.misplaced(&fields, kind, BELONGS);
        // Before the steps inside: the n-th step is counted as written.
        let (id, id_written) = self.step_id(kind, value, &fields);
        let kind = match kind {
            "send" => Mail::read(self, value, &fields).map(StepKind::Send),
            "wait" => Wait::read(self, value).map(StepKind::Wait),
            "wait_for" => arms::wait_for(self, value, &fields).map(StepKind::WaitFor),
            "branch" => arms::branch(self, value),
            "split" => arms::split(self, value, &fields),
            "offer" => Offer::read(self, value).map(StepKind::Offer),
            "survey" => Survey::read(self, value, &fields).map(StepKind::Survey),
            "set" => Set::read(self, value).map(StepKind::Set),
            "emit" => Emit::read(self, value).map(StepKind::Emit),
            _ => self.text(value, "a reason", "returned").map(StepKind::Exit),
        };
        Step::of(self, &fields, id, id_written, kind)
    }
}
