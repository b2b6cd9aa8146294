//! Follows each enrolment through its campaign by its journal lines, and counts what happened at each step.
//!
//! Some steps write no line (`set`, `emit`, a wait that was over, a branch without a matching arm): they count as reached
//! when the enrolment's next line lies behind them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rekindle_engine::journal::{By, Kind, Line};
use rekindle_engine::program::{Action, Node, Program};

use crate::unread::Unread;

/// How often each of some things happened, in order of name.
pub type Counts = BTreeMap<Arc<str>, u64>;

/// What happened in one campaign.
#[derive(Debug, Default)]
pub struct Tally {
    /// Entries.
    pub entered: u64,
    /// People who entered at least once.
    pub people: u64,
    /// Entries that were refused, by reason.
    pub not_entered: Counts,
    /// Entries that were held out.
    pub held_out: u64,
    /// Enrolments that ended before the last step, by reason.
    pub exited: Counts,
    /// Enrolments that came to the end of the steps.
    pub completed: u64,
    /// Enrolments that go on at the end.
    pub active: u64,
    /// Of enrolments, and of holdouts.
    pub converted: [Conversions; 2],
    /// By step id.
    pub steps: HashMap<Arc<str>, StepTally>,
    /// Values that its `date` trigger cannot read.
    pub unread: Unread,
}

/// How many reached the goal.
#[derive(Debug, Default, Clone, Copy)]
pub struct Conversions {
    /// How often.
    pub count: u64,
    /// The sum of the values.
    pub value: f64,
}

/// What happened at one step.
#[derive(Debug, Default)]
pub struct StepTally {
    /// Enrolments that came to it.
    pub reached: u64,
    /// Mails that were sent.
    pub sent: u64,
    /// Mails that were left out, by reason.
    pub skipped: Counts,
    /// Mails that were delayed at least once, by the first reason.
    pub delayed: Counts,
    /// Enrolments that stand here at the end.
    pub waiting: u64,
    /// Waits that an event ended.
    pub by_event: u64,
    /// Waits that ran out.
    pub by_timeout: u64,
    /// By the arm that was taken.
    pub arms: Counts,
    /// Codes that were issued.
    pub offered: u64,
    /// Times that no code was left.
    pub unavailable: u64,
}

/// Where an enrolment is.
#[derive(Debug, Default)]
struct Walk {
    /// The step at hand, or the one to come; `None` is the end.
    place: Option<usize>,
    /// Whether the step at hand was counted: it waits, or its mail is delayed.
    stands: bool,
}

/// One person's enrolments in all campaigns.
#[derive(Debug, Default)]
pub(super) struct Walks<'c> {
    active: BTreeMap<(&'c str, u32), Walk>,
    held: BTreeSet<(&'c str, u32)>,
}

impl<'c> Walks<'c> {
    /// In how many campaigns the person is now.
    pub fn campaigns(&self) -> usize {
        let mut campaigns: Vec<&str> = self.active.keys().map(|(campaign, _)| *campaign).collect();
        campaigns.dedup();
        campaigns.len()
    }

    /// Counts a line. `own` is the tally of the line's campaign.
    pub fn line(&mut self, program: &'c Program, own: &mut Tally, line: &Line) {
        let key = (&*program.id, line.entry);
        match &line.kind {
            Kind::Entered => {
                own.entered += 1;
                self.active.insert(key, Walk { place: program.start(), stands: false });
            }
            Kind::NotEntered { reason } => add(&mut own.not_entered, reason.as_str()),
            Kind::HeldOut => {
                own.held_out += 1;
                self.held.insert(key);
            }
            Kind::Converted { value } => {
                let [treated, held] = &mut own.converted;
                let side = if self.held.contains(&key) { held } else { treated };
                side.count += 1;
                side.value += value.unwrap_or_default();
            }
            Kind::Exited { reason } => {
                add(&mut own.exited, reason);
                if let Some(mut walk) = self.active.remove(&key) {
                    walk.exit(program, own, reason);
                }
            }
            Kind::Completed => {
                own.completed += 1;
                if let Some(mut walk) = self.active.remove(&key) {
                    walk.pass_to(program, own, |_| false);
                }
            }
            // It says that something failed and moves nobody.
            Kind::ExpressionError { .. } => {}
            kind => {
                if let (Some(walk), Some(step)) = (self.active.get_mut(&key), &line.step) {
                    walk.step(program, own, step, kind);
                }
            }
        }
    }

    /// Gives where the person stands in the end: each campaign and the place in its program.
    pub fn standing(self) -> impl Iterator<Item = (&'c str, Option<usize>)> {
        self.active.into_iter().map(|((campaign, _), walk)| (campaign, walk.place))
    }
}

impl Walk {
    /// A line of a step: the walk passes what lies before it, and the step.
    fn step(&mut self, program: &Program, own: &mut Tally, id: &Arc<str>, kind: &Kind) {
        self.pass_to(program, own, |node| node.id == *id);
        let Some(node) = program.at(id) else { return };
        let tally = own.steps.entry(Arc::clone(id)).or_default();
        if !self.stands {
            tally.reached += 1;
        }
        let stood = self.stands;
        self.stands = matches!(kind, Kind::Delayed { .. } | Kind::Waiting { .. });
        self.place = if self.stands { program.place_of(id) } else { node.next };
        match (kind, &node.action) {
            (Kind::Sent { .. }, _) => tally.sent += 1,
            (Kind::Skipped { reason }, _) => add(&mut tally.skipped, reason.as_str()),
            (Kind::Delayed { reason, .. }, _) if !stood => add(&mut tally.delayed, reason.as_str()),
            (Kind::Resumed { by }, Action::WaitFor { then, otherwise, .. }) => match by {
                By::Event => {
                    tally.by_event += 1;
                    self.place = *then;
                }
                By::Timeout => {
                    tally.by_timeout += 1;
                    self.place = *otherwise;
                }
            },
            (Kind::Branched { arm }, Action::Branch { arms, otherwise }) => match arm {
                Some(arm) => {
                    add(&mut tally.arms, &arm.to_string());
                    self.place = arms.get(*arm).and_then(|arm| arm.first);
                }
                None => {
                    add(&mut tally.arms, "otherwise");
                    self.place = otherwise.first();
                }
            },
            (Kind::Split { arm }, Action::Split { arms }) => {
                add(&mut tally.arms, arm);
                self.place = arms.iter().find(|own| own.name == *arm).and_then(|own| own.first);
            }
            (Kind::Offered { .. }, _) => tally.offered += 1,
            (Kind::OfferUnavailable { .. }, _) => tally.unavailable += 1,
            _ => {}
        }
    }

    /// Moves over steps that wrote no line up to the one that `is`, and counts them.
    fn pass_to(&mut self, program: &Program, own: &mut Tally, is: impl Fn(&Node) -> bool) {
        while let Some(node) = self.place.and_then(|place| program.node(place)).filter(|node| !is(node)) {
            if !self.stands {
                own.steps.entry(Arc::clone(&node.id)).or_default().reached += 1;
            }
            self.stands = false;
            self.place = node.next;
        }
    }

    /// Ended with this reason: perhaps by an `exit` step, which writes no line of its own.
    fn exit(&mut self, program: &Program, own: &mut Tally, reason: &Arc<str>) {
        let exits = |node: &Node| matches!(&node.action, Action::Exit(text) if text == reason);
        let silent = |node: &Node| {
            matches!(node.action, Action::Set(_) | Action::Emit { .. } | Action::Wait(_) | Action::Branch { .. })
        };
        let mut place = self.place;
        while let Some(node) = place.and_then(|place| program.node(place)) {
            if exits(node) {
                self.pass_to(program, own, exits);
                own.steps.entry(Arc::clone(&node.id)).or_default().reached += 1;
                return;
            }
            place = node.next.filter(|_| silent(node));
        }
    }
}

fn add(counts: &mut Counts, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.into(), 1)),
    }
}
