//! What is so at a step on every way that leads there: which codes are issued, and what nobody can reach.
//!
//! A campaign is a tree without loops, so that one walk sees each step once. Times are nominal: what delays a mail, or a
//! clock that is set, makes them later and never earlier.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::codes;
use super::model::{Campaign, OnUnavailable, Step, StepKind, Wait, WaitFor, WaitSpan};
use super::read::Reader;
use crate::expr::Expr;
use crate::time::{Instant, Span};

/// What is so when a step is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached<'c> {
    /// Offers whose code everybody here has.
    pub always: BTreeSet<&'c str>,
    /// Offers whose code somebody here may have.
    pub maybe: BTreeSet<&'c str>,
    /// Seconds from the entry at the latest; `None` where nobody can say.
    latest: Option<i64>,
}

/// One walk through a campaign.
struct Walk<'c> {
    campaign: &'c Campaign,
    mails: BTreeMap<&'c str, Reached<'c>>,
    /// Waits whose event never resumes them, and why.
    unreachable: Vec<(&'c str, EndedBy)>,
}

/// What ends an enrolment before an event could resume it.
#[derive(Clone, Copy)]
enum EndedBy {
    Goal,
    ExitOn,
}

/// What is so at each step that sends a mail, by the step's id. A step that nobody reaches is missing.
#[must_use]
pub fn at_mails(campaign: &Campaign) -> BTreeMap<&str, Reached<'_>> {
    walk(campaign).mails
}

/// Reports the steps of a campaign that nobody can reach.
pub(super) fn report(reader: &mut Reader<'_>, campaign: &Campaign) {
    for (step, ended_by) in walk(campaign).unreachable {
        let Some(at) = reader.steps.iter().find(|own| own.id == step).map(|own| own.node.at) else { continue };
        let (why, help) = match ended_by {
            EndedBy::Goal => (
                "the same event reaches the goal first, and with that the enrolment ends",
                "write `exit: false` in the goal, so that people who convert go on",
            ),
            EndedBy::ExitOn => (
                "the same event stands in `exit_on`, which ends the enrolment first",
                "take the event out of `exit_on`, and let `then` end with an `exit`",
            ),
        };
        reader.report.warning(at, codes::UNREACHABLE, format!("nobody takes the `then` of `{step}`: {why}"), help);
    }
}

fn walk(campaign: &Campaign) -> Walk<'_> {
    let mut walk = Walk { campaign, mails: BTreeMap::new(), unreachable: Vec::new() };
    walk.steps(&campaign.steps, Some(Reached { latest: Some(0), ..Reached::default() }));
    walk
}

impl<'c> Walk<'c> {
    /// What is so behind `steps`; `None` where nobody comes there.
    fn steps(&mut self, steps: &'c [Step], before: Option<Reached<'c>>) -> Option<Reached<'c>> {
        steps.iter().try_fold(before?, |reached, step| self.step(step, reached))
    }

    fn step(&mut self, step: &'c Step, mut reached: Reached<'c>) -> Option<Reached<'c>> {
        match &step.kind {
            StepKind::Send(_) | StepKind::Survey(_) => drop(self.mails.insert(&step.id, reached.clone())),
            StepKind::Offer(offer) => {
                reached.maybe.insert(&step.id);
                // Where codes may run out, people go on without one unless the step ends their enrolment.
                if offer.on_unavailable == OnUnavailable::Exit || (offer.budget.is_none() && offer.code.pool.is_none())
                {
                    reached.always.insert(&step.id);
                }
            }
            StepKind::Wait(wait) => {
                reached.latest = reached.latest.zip(longest(wait)).map(|(latest, wait)| latest + wait)
            }
            StepKind::WaitFor(WaitFor { event, filter, timeout, then, otherwise }) => {
                reached.latest = reached.latest.map(|latest| latest.saturating_add(seconds(*timeout)));
                let ended_by = self.ended_by(event, filter.as_ref(), reached.latest).filter(|_| !then.is_empty());
                self.unreachable.extend(ended_by.map(|ended_by| (step.id.as_str(), ended_by)));
                let ways = [self.steps(then, Some(reached.clone())), self.steps(otherwise, Some(reached))];
                return join(ways);
            }
            StepKind::Branch { arms, otherwise } => {
                let mut ways: Vec<_> = arms.iter().map(|arm| self.steps(&arm.steps, Some(reached.clone()))).collect();
                ways.push(match otherwise {
                    Some(steps) => self.steps(steps, Some(reached)),
                    None => Some(reached),
                });
                return join(ways);
            }
            StepKind::Split { arms } => {
                let arms = arms.iter().filter(|arm| arm.weight > 0);
                let ways: Vec<_> = arms.map(|arm| self.steps(&arm.steps, Some(reached.clone()))).collect();
                return join(ways);
            }
            StepKind::Exit(_) => return None,
            StepKind::Set(_) | StepKind::Emit(_) => {}
        }
        Some(reached)
    }

    /// What of an event ends the enrolment before a wait for it could see it (SPEC.md section 4): `exit_on`, or the goal,
    /// where the wait is over before the goal's window closes.
    fn ended_by(&self, event: &str, filter: Option<&Expr>, latest: Option<i64>) -> Option<EndedBy> {
        // With a key both look at it, and the wait does not.
        let is_keyed = self.campaign.key.is_some();
        if !is_keyed && self.campaign.exit_on.iter().any(|kind| kind == event) {
            return Some(EndedBy::ExitOn);
        }
        let goal = self.campaign.goal.as_ref().filter(|goal| goal.exit && goal.event == event)?;
        let matches = match (&goal.filter, filter) {
            (None, _) => !is_keyed,
            (Some(goal), Some(own)) => goal.source() == own.source(),
            (Some(_), None) => false,
        };
        (matches && latest? <= seconds(goal.within)).then_some(EndedBy::Goal)
    }
}

/// What is so where several ways meet.
fn join<'c>(ways: impl IntoIterator<Item = Option<Reached<'c>>>) -> Option<Reached<'c>> {
    ways.into_iter().flatten().reduce(|one, other| Reached {
        always: one.always.intersection(&other.always).copied().collect(),
        maybe: one.maybe.union(&other.maybe).copied().collect(),
        latest: one.latest.zip(other.latest).map(|(one, other)| one.max(other)),
    })
}

/// The longest that a wait takes, in seconds: to the next time of day a day more, to the next weekday a week.
fn longest(wait: &Wait) -> Option<i64> {
    const DAY: i64 = 24 * 60 * 60;
    match wait {
        Wait::For(WaitSpan { span, at, on }) => {
            let further = if on.is_some() { 7 * DAY } else { 0 } + if at.is_some() { DAY } else { 0 };
            Some(seconds(*span).saturating_add(further))
        }
        Wait::Until(_) => None,
    }
}

/// A span's nominal length: months are those from January on.
fn seconds(span: Span) -> i64 {
    span.after(Instant::from_seconds(0), &TimeZone::UTC).seconds()
}
