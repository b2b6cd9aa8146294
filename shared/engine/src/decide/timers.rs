//! Triggers that are a matter of time: `lapsed`, `date` and `schedule` (SPEC.md sections 2 and 11).
//!
//! Each campaign's next instant is kept with the person, so that the earliest is known without asking; it is set again
//! whenever what it depends on has changed, and never by looking at everybody.

use std::sync::Arc;

use super::Decider;
use super::occurrences::{Dates, next_scheduled};
use super::waits::moment_of;
use crate::catalog::{Live, RunState};
use crate::expr::Expr;
use crate::lang::{Moment, Trigger};
use crate::person::Standing;
use crate::program::{DependsOn, Program};
use crate::time::local_of;

/// What of a person has changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Changed {
    /// Everything: a person who was not known, a new zone, a new version.
    pub everything: bool,
    /// Their attributes.
    pub attributes: bool,
    /// Their orders.
    pub orders: bool,
    /// The counter of this event type.
    pub counter: Option<Arc<str>>,
}

impl Changed {
    pub fn attributes() -> Self {
        Self { attributes: true, ..Self::default() }
    }

    fn touches(&self, program: &Program) -> bool {
        self.everything
            || match &program.campaign.trigger {
                Trigger::Lapsed { since, .. } => self.counter.as_ref().is_some_and(|kind| **kind == **since),
                Trigger::Date { .. } => match program.date_depends_on {
                    DependsOn::Attributes => self.attributes,
                    DependsOn::Orders => self.orders,
                    DependsOn::Anything => true,
                },
                Trigger::Event { .. } | Trigger::Schedule(_) | Trigger::Manual => false,
            }
    }
}

impl Decider<'_> {
    /// Sets the next instants of the triggers that depend on what has changed.
    pub(super) fn refresh_timers(&mut self, changed: &Changed) {
        let catalog = self.catalog;
        for live in catalog.timed() {
            if changed.touches(&live.program) {
                self.set_timer(live);
            }
        }
    }

    /// Sets all triggers, as after a publication or a resumption, and moves people off steps that are gone.
    pub(super) fn refresh_all_timers(&mut self) {
        if self.person.is_known() {
            self.refresh_timers(&Changed { everything: true, ..Changed::default() });
        }
        let catalog = self.catalog;
        for (campaign, entry) in self.enrolments_where(|_, _| true) {
            self.with_enrolment(&campaign, entry, |this, live, own| {
                this.relocate(live, own);
            });
        }
        // A campaign whose trigger is no matter of time any more fires nothing.
        for (campaign, standing) in self.person.standings.iter_mut() {
            if !catalog.get(campaign).is_some_and(|live| live.program.is_timed()) {
                standing.trigger_due = None;
            }
        }
    }

    fn set_timer(&mut self, live: &Live) {
        let program = &live.program;
        let standing = self.person.standings.get(&program.id);
        let fired = standing.and_then(|standing| standing.occurrence_fired);
        let next = match &program.campaign.trigger {
            Trigger::Lapsed { after, since, .. } => {
                let last = self.person.profile.events.get(since.as_str()).map(|counter| counter.last_at);
                let again = last.filter(|last| standing.and_then(|standing| standing.lapse_fired) != Some(*last));
                again.map(|last| (None, after.after(last, &self.zone)))
            }
            Trigger::Date { value, at, offset, yearly } => {
                let dates = Dates { at: *at, offset: *offset, yearly: *yearly };
                self.date_of(program, value)
                    .and_then(|date| dates.next(date, self.now, fired, &self.zone))
                    .map(|(date, due)| (Some(date), due))
            }
            Trigger::Schedule(schedule) => {
                next_scheduled(schedule, self.now, fired, &self.zone).map(|(date, due)| (Some(date), due))
            }
            Trigger::Event { .. } | Trigger::Manual => None,
        };
        if next.is_some() || self.person.standings.get(&program.id).is_some() {
            self.person.standings.change(&program.id, |standing| {
                standing.trigger_due = next.map(|(_, due)| due);
                standing.occurrence = next.and_then(|(date, _)| date);
            });
        }
    }

    /// The local date that a `date` trigger's expression gives; a missing or unparsable one is no error, a failing one is.
    fn date_of(&mut self, program: &Program, value: &Expr) -> Option<jiff::civil::Date> {
        let entry = self.person.standings.get(&program.id).map_or(1, |standing| standing.entries + 1);
        let event = self.event.take();
        let dated = self.look(program, entry, None, None, value, Expr::dated);
        self.event = event;
        match moment_of(&dated?)? {
            Moment::Local(date, _) => Some(date),
            Moment::Instant(at) => Some(local_of(at, &self.zone).date()),
        }
    }

    /// Fires the triggers that are due now, in order of campaign.
    pub(super) fn fire_timers(&mut self) {
        let is_due = |standing: &Standing, now| standing.trigger_due.is_some_and(|due| due <= now);
        let now = self.now;
        let due = self.person.standings.iter().filter(|(_, standing)| is_due(standing, now));
        let due: Vec<Arc<str>> = due.map(|(campaign, _)| Arc::clone(campaign)).collect();
        let catalog = self.catalog;
        for campaign in &due {
            let Some(live) = catalog.get(campaign).filter(|live| live.program.is_timed()) else { continue };
            // During a pause a lapse waits, so that the resumption finds it; a date that passes meanwhile is gone.
            if live.run == RunState::Paused {
                continue;
            }
            let Some(standing) = self.person.standings.get_mut(campaign) else { continue };
            if !is_due(standing, now) {
                continue;
            }
            match &live.program.campaign.trigger {
                Trigger::Lapsed { since, .. } => {
                    standing.lapse_fired = self.person.profile.events.get(since.as_str()).map(|counter| counter.last_at);
                    standing.trigger_due = None;
                }
                _ => standing.occurrence_fired = standing.occurrence.take(),
            }
            self.set_timer(live);
            self.enter_by_time(live);
        }
    }
}

