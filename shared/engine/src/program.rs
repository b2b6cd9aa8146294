//! A campaign made ready to run: its tree of steps as a flat list in which every step knows what comes after it.
//!
//! People stand on step ids, so a program finds a step by id; how deep it lay in the file does not matter.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::expr::{Expr, Root};
use crate::lang::{Campaign, Emit, Offer, OnUnknown, Step, StepKind, Survey, Trigger, Until, Wait, WaitFor, WaitUntil};
use crate::time::Span;

/// A campaign ready to run.
#[derive(Debug)]
pub struct Program {
    /// The campaign as written.
    pub campaign: Campaign,
    /// Its id, shared by every journal line.
    pub id: Arc<str>,
    /// Its event types that end an enrolment, shared as reasons.
    pub exit_on: Vec<Arc<str>>,
    /// The ids of its mail steps, surveys included.
    pub mail_steps: Vec<Arc<str>>,
    /// What of a person a `date` trigger depends on.
    pub date_depends_on: DependsOn,
    /// Whether an expression looks at `entry.person`; otherwise it is not kept.
    keeps_entry_person: bool,
    nodes: Vec<Node>,
    by_id: HashMap<Arc<str>, usize>,
    start: Option<usize>,
}

/// One step, and the place after it.
#[derive(Debug)]
pub struct Node {
    /// The step's id.
    pub id: Arc<str>,
    /// What it does.
    pub action: Action,
    /// The step after it; `None` is the campaign's end.
    pub next: Option<usize>,
}

/// What a step does; targets are places in the list, `None` the campaign's end.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of `lang::StepKind`, with targets for steps")]
pub enum Action {
    Mail { mail: Arc<str>, give_up_after: Span, on_unknown: OnUnknown, survey: Option<Survey> },
    Wait(Wait),
    WaitFor { event: Arc<str>, filter: Option<Expr>, timeout: Span, then: Option<usize>, otherwise: Option<usize> },
    Branch { arms: Vec<BranchArm>, otherwise: Otherwise },
    Split { arms: Vec<Share> },
    Offer(Offer),
    Set(Map<String, Value>),
    Emit { detail_type: Arc<str>, detail: Map<String, Value> },
    Exit(Arc<str>),
}

/// An arm of a branch.
#[derive(Debug, Clone)]
pub struct BranchArm {
    /// Whom it is for.
    pub when: Expr,
    /// The place of its first step; `None`: the campaign's end.
    pub first: Option<usize>,
}

/// What comes where no arm of a branch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// What stands after the branch, without a line.
    GoOn,
    /// The arm `otherwise`, whose first step has this place; `None`: the campaign's end.
    Arm(Option<usize>),
}

impl Otherwise {
    /// The place of the arm's first step, where there is an arm and a step.
    #[must_use]
    pub fn first(self) -> Option<usize> {
        match self {
            Self::Arm(first) => first,
            Self::GoOn => None,
        }
    }
}

/// An arm of a split.
#[derive(Debug, Clone)]
pub struct Share {
    /// Its name in the journal.
    pub name: Arc<str>,
    /// Its part of the sum of all weights.
    pub weight: u32,
    /// The place of its first step; `None`: the campaign's end.
    pub first: Option<usize>,
}

/// What of a person an expression depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependsOn {
    /// Only their attributes.
    Attributes,
    /// Only their orders.
    Orders,
    /// Anything.
    Anything,
}

impl Program {
    /// Makes `campaign` ready to run.
    #[must_use]
    pub fn new(campaign: Campaign) -> Self {
        let mut program = Self {
            id: campaign.id.as_str().into(),
            exit_on: campaign.exit_on.iter().map(|kind| kind.as_str().into()).collect(),
            mail_steps: Vec::new(),
            date_depends_on: date_depends_on(&campaign.trigger),
            keeps_entry_person: false,
            nodes: Vec::new(),
            by_id: HashMap::new(),
            start: None,
            campaign,
        };
        let steps = std::mem::take(&mut program.campaign.steps);
        program.start = program.flatten(&steps, None);
        program.campaign.steps = steps;
        let asks_for_person = |expr: &Expr| {
            let mut slots = expr.slots().iter().filter(|slot| slot.root == Root::Entry);
            slots.any(|slot| slot.path.first().is_none_or(|field| field == "person"))
        };
        let keeps = program.expressions().any(asks_for_person);
        program.keeps_entry_person = keeps;
        program
    }

    /// Adds `steps` before the place `after`; gives the place of the first.
    fn flatten(&mut self, steps: &[Step], after: Option<usize>) -> Option<usize> {
        steps.iter().rev().fold(after, |next, step| Some(self.add(step, next)))
    }

    fn add(&mut self, step: &Step, next: Option<usize>) -> usize {
        let action = match &step.kind {
            StepKind::Send(mail) => self.mail(&step.id, mail, None),
            StepKind::Survey(survey) => self.mail(&step.id, &survey.mail, Some(survey.clone())),
            StepKind::Wait(wait) => Action::Wait(wait.clone()),
            StepKind::WaitFor(WaitFor { event, filter, timeout, then, otherwise }) => Action::WaitFor {
                event: event.as_str().into(),
                filter: filter.clone(),
                timeout: *timeout,
                then: self.flatten(then, next),
                otherwise: self.flatten(otherwise, next),
            },
            StepKind::Branch { arms, otherwise } => Action::Branch {
                arms: arms
                    .iter()
                    .map(|arm| BranchArm { when: arm.when.clone(), first: self.flatten(&arm.steps, next) })
                    .collect(),
                otherwise: match otherwise {
                    Some(steps) => Otherwise::Arm(self.flatten(steps, next)),
                    None => Otherwise::GoOn,
                },
            },
            StepKind::Split { arms } => Action::Split {
                arms: arms
                    .iter()
                    .map(|arm| Share {
                        name: arm.name.as_str().into(),
                        weight: arm.weight,
                        first: self.flatten(&arm.steps, next),
                    })
                    .collect(),
            },
            StepKind::Offer(offer) => Action::Offer(offer.clone()),
            StepKind::Set(set) => Action::Set(set.attributes.clone()),
            StepKind::Emit(Emit { detail_type, detail }) => {
                Action::Emit { detail_type: detail_type.as_str().into(), detail: detail.clone() }
            }
            StepKind::Exit(reason) => Action::Exit(reason.as_str().into()),
        };
        let id: Arc<str> = step.id.as_str().into();
        let place = self.nodes.len();
        self.by_id.insert(Arc::clone(&id), place);
        self.nodes.push(Node { id, action, next });
        place
    }

    fn mail(&mut self, step: &str, mail: &crate::lang::Mail, survey: Option<Survey>) -> Action {
        self.mail_steps.push(step.into());
        Action::Mail {
            mail: mail.mail.as_str().into(),
            give_up_after: mail.give_up_after.unwrap_or(self.campaign.give_up_after),
            on_unknown: mail.on_unknown.unwrap_or(self.campaign.on_unknown),
            survey,
        }
    }

    /// The place of the first step; `None` where there is no step.
    #[must_use]
    pub fn start(&self) -> Option<usize> {
        self.start
    }

    /// The step at a place.
    #[must_use]
    pub fn node(&self, place: usize) -> Option<&Node> {
        self.nodes.get(place)
    }

    /// The place of the step of that id.
    #[must_use]
    pub fn place_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The step of that id.
    #[must_use]
    pub fn at(&self, id: &str) -> Option<&Node> {
        self.node(self.place_of(id)?)
    }

    /// Its offers, by step, in the order in which they are written.
    pub fn offers(&self) -> impl Iterator<Item = (&Arc<str>, &Offer)> {
        let mut offers: Vec<_> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.action {
                Action::Offer(offer) => Some((&node.id, offer)),
                _ => None,
            })
            .collect();
        offers.reverse();
        offers.into_iter()
    }

    /// The survey that a step asks.
    #[must_use]
    pub fn survey(&self, step: &str) -> Option<&Survey> {
        match &self.at(step)?.action {
            Action::Mail { survey, .. } => survey.as_ref(),
            _ => None,
        }
    }

    /// The detail of an entering event as it is kept with the enrolment.
    #[must_use]
    pub fn entry_detail(&self, detail: &Arc<Map<String, Value>>) -> Arc<Map<String, Value>> {
        if self.keeps_entry_person || !detail.contains_key("person") {
            return Arc::clone(detail);
        }
        // The person is known already; keeping their fields twice would double every item.
        Arc::new(
            detail
                .iter()
                .filter(|(name, _)| *name != "person")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// Whether its trigger is a matter of time.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        matches!(self.campaign.trigger, Trigger::Lapsed(_) | Trigger::Date(_) | Trigger::Schedule(_))
    }

    /// Every expression of the campaign.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let campaign = &self.campaign;
        let trigger = match &campaign.trigger {
            Trigger::Event(event) => event.filter.as_ref(),
            Trigger::Date(date) => Some(&date.date),
            _ => None,
        };
        let goal = campaign.goal.iter().flat_map(|goal| goal.filter.iter().chain(&goal.value));
        let steps = self.nodes.iter().flat_map(|node| match &node.action {
            Action::WaitFor { filter, .. } => filter.iter().collect(),
            Action::Branch { arms, .. } => arms.iter().map(|arm| &arm.when).collect(),
            Action::Wait(Wait::Until(WaitUntil { until: Until::Expr(until), .. })) => vec![until],
            _ => Vec::new(),
        });
        [&campaign.audience, &campaign.key, &campaign.stay_while]
            .into_iter()
            .flatten()
            .chain(trigger)
            .chain(goal)
            .chain(steps)
    }
}

fn date_depends_on(trigger: &Trigger) -> DependsOn {
    let Trigger::Date(trigger) = trigger else { return DependsOn::Anything };
    let on = |field: &str| {
        trigger
            .date
            .slots()
            .iter()
            .all(|slot| slot.root == Root::Person && slot.path.first().is_some_and(|first| first == field))
    };
    if on("attributes") {
        DependsOn::Attributes
    } else if on("orders") {
        DependsOn::Orders
    } else {
        DependsOn::Anything
    }
}
