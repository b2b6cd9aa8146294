//! What happens to a person: `decide(person, input, catalog, now)` (SPEC.md sections 4 to 7, 10 and 11).
//!
//! Deterministic and total: any input gives a result. It never looks at a clock or at another person; the one thing that
//! people share, the budget of an offer, is asked of [`Claims`].

mod apply;
mod claims;
mod dated;
mod entry;
mod fold;
mod gates;
mod lapses;
mod notify;
mod occurrences;
mod redeem;
mod run;
mod timers;
mod waits;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use thiserror::Error;

pub use claims::{Claim, Claims, Request};
pub use dated::unreadable_date;
pub use fold::imported;
pub use redeem::{Redeemed, RedemptionProblem};

use crate::catalog::{Catalog, LiveCampaign, RunState};
use crate::event::Event;
use crate::expr::{Expr, Scope};
use crate::journal::{Kind, Line, Mark};
use crate::person::{ConsentEntry, Enrolment, Outgoing, Person, bounds};
use crate::program::Program;
use crate::time::Instant;

/// What there is to decide about.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// An event arrived at `now`.
    Event(&'a Event),
    /// Time has passed: everything due up to `now` is done, each at its own instant.
    Due,
    /// Somebody became known without an event: their triggers are set.
    Refresh,
    /// A pass over everyone after a publication or a resumption: triggers are set, also for occurrences that came since,
    /// and people go on in the new version (SPEC.md section 10).
    Sweep {
        /// When it was published or resumed.
        since: Instant,
    },
    /// An operator or the API enrols the person.
    Enrol {
        /// In which campaign.
        campaign: &'a str,
        /// What `entry` shows.
        detail: &'a Arc<Map<String, Value>>,
    },
    /// An operator ends the person's active enrolments in a campaign.
    Exit {
        /// In which campaign.
        campaign: &'a str,
        /// Why; it stands in the journal.
        reason: &'a str,
        /// Only of enrolments that began by then; `None`: of all.
        until: Option<Instant>,
    },
}

/// What was decided.
#[derive(Debug, Default)]
pub struct Decision {
    /// The journal, in the order in which it was decided.
    pub lines: Vec<Line>,
    /// What the lines do not say of themselves: one for each, in the same order.
    pub marks: Vec<Mark>,
    /// The mails that were planned, by `send_id`.
    pub sends: Vec<(String, Outgoing)>,
    /// What was said about consent, in the order in which it was applied, for the consent ledger.
    pub consents: Vec<ConsentEntry>,
    /// The events that `emit` steps made. They were applied to this person already.
    pub emitted: Vec<Event>,
    /// The uses of codes that events told of.
    pub redeemed: Vec<Redeemed>,
    /// The instant that was decided on.
    pub at: Option<Instant>,
    /// When the person has something to do next, by themselves: what [`next_due`] gives.
    pub next_due: Option<Instant>,
    /// Whether the input was an event that was dropped as a duplicate or as older than an erasure.
    pub dropped: bool,
    /// Why the input was an event that was refused whole. What was due before it was done all the same; a caller that
    /// keeps nothing of the decision finds it due again.
    pub refused: Option<Refused>,
    /// Why events among `emitted` were refused whole when they came back: one for each.
    pub emitted_refused: Vec<Refused>,
}

/// Why a well-formed event was refused whole: nothing of it was applied. A retry does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// So many were decided about the person within the last 24 hours.
    #[error(
        "the person has had {} events within 24 hours, and no more are taken. Find out what sends so many about one person; \
         send what matters of them again a day later",
        bounds::EVENTS_IN_A_DAY
    )]
    EventsInADay,
}

/// What came of asking for a decision.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing is decided until these codes are claimed: what became of the person is to be thrown away, and to be decided
    /// again with the answers.
    Ask(Vec<Request>),
    /// It was decided; the person was changed accordingly.
    Decided(Decision),
}

impl Outcome {
    /// The decision; `None` where codes are asked for.
    #[must_use]
    pub fn decided(self) -> Option<Decision> {
        match self {
            Self::Decided(decision) => Some(decision),
            Self::Ask(_) => None,
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Applied,
    /// A duplicate, or older than an erasure.
    Dropped,
    Refused(Refused),
}

/// Decides about `person` and changes them accordingly.
///
/// `now` is when the input arrived; the instant decided on is never earlier than one decided before.
pub fn decide(
    person: &mut Person,
    input: &Input<'_>,
    catalog: &Catalog,
    now: Instant,
    claims: &mut dyn Claims,
) -> Outcome {
    let now = person.clock.map_or(now, |clock| clock.max(now));
    let mut decider = Decider {
        zone: person.zone(&catalog.workspace.timezone),
        now: person.clock.unwrap_or(now),
        person,
        catalog,
        claims,
        event: None,
        queue: VecDeque::new(),
        emits_left: bounds::EMITTED,
        mark: Mark::default(),
        asked: Vec::new(),
        decision: Decision::default(),
    };
    let mut next_due = decider.settle(now);
    if !matches!(input, Input::Due) {
        decider.reach(now);
        decider.take(input);
        next_due = decider.settle(now);
    }
    if !decider.asked.is_empty() {
        return Outcome::Ask(decider.asked);
    }
    decider.decision.next_due = next_due;
    decider.decision.at = decider.person.clock;
    Outcome::Decided(decider.decision)
}

/// When the person has something to do next, by themselves.
#[must_use]
pub fn next_due(person: &Person, catalog: &Catalog) -> Option<Instant> {
    let mut next = notify::confirmation_due(person, catalog);
    for (campaign, standing) in person.standings.iter() {
        let places = standing.enrolments.iter().filter_map(|own| own.place.as_ref().map(|place| place.until));
        let Some(earliest) = places.chain(standing.trigger_due).min() else { continue };
        // Asking the catalogue is the dear part, and a campaign can only put things off.
        if next.is_some_and(|next| next <= earliest) {
            continue;
        }
        let Some(RunState::Running { resumed_at }) = catalog.get(campaign).map(|live| live.run) else { continue };
        let due = resumed_at.map_or(earliest, |resumed| earliest.max(resumed));
        next = Some(next.map_or(due, |next| next.min(due)));
    }
    next
}

struct Decider<'a> {
    person: &'a mut Person,
    catalog: &'a Catalog,
    claims: &'a mut dyn Claims,
    /// The person's zone at this moment.
    zone: TimeZone,
    /// The instant being decided on.
    now: Instant,
    /// The detail of the event at hand.
    event: Option<Arc<Map<String, Value>>>,
    /// Emitted events that come back to this person.
    queue: VecDeque<Event>,
    emits_left: u32,
    /// Of the enrolment, or the entry, at hand.
    mark: Mark,
    /// Codes to be claimed first.
    asked: Vec<Request>,
    decision: Decision,
}

impl Decider<'_> {
    /// Moves the person's clock to `at`.
    fn reach(&mut self, at: Instant) {
        if self.person.clock != Some(at) {
            self.person.clock = Some(at);
            self.emits_left = bounds::EMITTED;
        }
        self.now = at;
    }

    fn take(&mut self, input: &Input<'_>) {
        self.emits_left = bounds::EMITTED;
        match input {
            Input::Event(event) => match self.apply(event) {
                Taken::Applied => {}
                Taken::Dropped => self.decision.dropped = true,
                Taken::Refused(reason) => self.decision.refused = Some(reason),
            },
            Input::Due => {}
            Input::Refresh => {
                self.refresh(self.now);
                self.note_confirmation();
            }
            Input::Sweep { since } => {
                self.refresh(*since);
                self.note_confirmation();
            }
            Input::Enrol { campaign, detail } => self.enrol(campaign, detail),
            Input::Exit { campaign, reason, until } => {
                let began = |own: &Enrolment| until.is_none_or(|until| own.started <= until);
                self.exit_where(&Arc::from(*reason), |program, own| *program.id == **campaign && began(own));
            }
        }
    }

    /// Does everything due up to `until`, each at its own instant; emitted events come back after what is due at theirs.
    /// Gives what is due after `until`.
    fn settle(&mut self, until: Instant) -> Option<Instant> {
        loop {
            let next = next_due(self.person, self.catalog);
            match next.filter(|due| *due <= until) {
                Some(due) if due <= self.now => self.do_due(),
                due => {
                    if let Some(event) = self.queue.pop_front() {
                        if let Taken::Refused(reason) = self.apply(&event) {
                            self.decision.emitted_refused.push(reason);
                        }
                    } else if let Some(due) = due {
                        self.reach(due);
                        self.do_due();
                    } else {
                        return next;
                    }
                }
            }
        }
    }

    /// What is due now: enrolments by campaign and entry, then triggers by campaign.
    fn do_due(&mut self) {
        if self.person.clock.is_none() {
            self.reach(self.now);
        }
        let due = self.enrolments_where(|live, own| {
            live.run.runs_at(self.now) && own.place.as_ref().is_some_and(|place| place.until <= self.now)
        });
        for (campaign, entry) in due {
            self.with_enrolment(&campaign, entry, Self::go_on);
        }
        self.fire_timers();
        self.remind_of_consent();
    }

    /// The active enrolments for which `holds`, in order of campaign and entry.
    fn enrolments_where(&self, holds: impl Fn(&LiveCampaign, &Enrolment) -> bool) -> Vec<(Arc<str>, u32)> {
        let mut found = Vec::new();
        for (campaign, standing) in self.person.standings.iter() {
            if !standing.enrolments.iter().any(Enrolment::is_active) {
                continue;
            }
            let Some(live) = self.catalog.get(campaign) else { continue };
            let active = standing.enrolments.iter().filter(|own| own.is_active());
            found.extend(active.filter(|own| holds(live, own)).map(|own| (Arc::clone(campaign), own.entry)));
        }
        found
    }

    /// Takes an enrolment out of the person, lets `act` change it, and puts it back as long as it matters.
    fn with_enrolment(
        &mut self,
        campaign: &str,
        entry: u32,
        act: impl FnOnce(&mut Self, &LiveCampaign, &mut Enrolment),
    ) {
        let catalog = self.catalog;
        let Some(live) = catalog.get(campaign) else { return };
        let Some(standing) = self.person.standings.get_mut(campaign) else { return };
        let Some(at) = standing.enrolments.iter().position(|own| own.entry == entry) else { return };
        let mut own = standing.enrolments.remove(at);
        self.mark = Mark { version: own.version, held_out: own.held_out };
        act(self, live, &mut own);
        if (own.is_active() || own.goal_until.is_some())
            && let Some(standing) = self.person.standings.get_mut(campaign)
        {
            standing.enrolments.insert(at.min(standing.enrolments.len()), own);
        }
    }

    fn write(&mut self, campaign: &Arc<str>, entry: u32, step: Option<&Arc<str>>, kind: Kind) {
        let step = step.map(Arc::clone);
        self.decision.marks.push(self.mark);
        self.decision.lines.push(Line { at: self.now, campaign: Arc::clone(campaign), entry, step, kind });
    }

    /// Looks at an expression; a failing one is journalled and gives `None`.
    fn look<T>(
        &mut self,
        program: &Program,
        entry: u32,
        step: Option<&Arc<str>>,
        own: Option<&Enrolment>,
        expr: &Expr,
        read: impl FnOnce(&Expr, &Scope<'_>) -> Result<T, crate::expr::EvalError>,
    ) -> Option<T> {
        match read(expr, &self.scope(program, own)) {
            Ok(value) => Some(value),
            Err(error) => {
                let kind = Kind::ExpressionError { expression: expr.source().to_owned(), error: error.0 };
                self.write(&program.id, entry, step, kind);
                None
            }
        }
    }

    fn scope<'s>(&'s self, program: &'s Program, own: Option<&'s Enrolment>) -> Scope<'s> {
        let event = self.event.as_deref();
        Scope {
            person: self.person,
            event,
            // Before there is an enrolment, the event at hand is the one that would enter.
            entry: own.map_or(event, |own| Some(&own.detail)),
            enrolment: own,
            mail_steps: &program.mail_steps,
            now: self.now,
        }
    }

    /// Ends an enrolment.
    fn exit(&mut self, program: &Program, own: &mut Enrolment, reason: &Arc<str>) {
        self.write(&program.id, own.entry, None, Kind::Exited { reason: Arc::clone(reason) });
        own.place = None;
    }

    /// Ends the active enrolments for which `holds`, in order of campaign and entry.
    fn exit_where(&mut self, reason: &Arc<str>, holds: impl Fn(&Program, &Enrolment) -> bool) {
        let mut leaving = Vec::new();
        for (campaign, standing) in self.person.standings.iter() {
            if !standing.enrolments.iter().any(Enrolment::is_active) {
                continue;
            }
            let Some(live) = self.catalog.get(campaign) else { continue };
            let active = standing.enrolments.iter().filter(|own| own.is_active());
            leaving.extend(active.filter(|own| holds(&live.program, own)).map(|own| (Arc::clone(campaign), own.entry)));
        }
        for (campaign, entry) in leaving {
            self.with_enrolment(&campaign, entry, |this, live, own| this.exit(&live.program, own, reason));
        }
    }
}

#[cfg(test)]
mod tests;
