//! Triggers that are a matter of time: `lapsed`, `date` and `schedule` (SPEC.md sections 2 and 11).
//!
//! Each campaign's next instant is kept with the person, so that the earliest is known without asking; it is set again
//! whenever what it depends on has changed, and never by looking at everybody.

use std::sync::Arc;

use jiff::civil::Date;

use super::Decider;
use super::lapses::Told;
use super::occurrences::{Dates, next_scheduled};
use crate::catalog::{LiveCampaign, RunState};
use crate::lang::{DateTrigger, Trigger};
use crate::program::{DependsOn, Program};
use crate::time::Instant;

/// What of a person has changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Changed {
    /// Everything: a person who was not known, a new zone, a new version.
    pub everything: bool,
    /// Their attributes.
    pub attributes: bool,
    /// Their orders.
    pub orders: bool,
    /// The address that they have: it was suppressed.
    pub suppressed: bool,
    /// The counter of this event type.
    pub counter: Option<Arc<str>>,
    /// Whether that counter's `last_at` has.
    pub moved: bool,
    /// By a fact of the past that is told now.
    pub history: bool,
}

impl Changed {
    pub fn attributes() -> Self {
        Self { attributes: true, ..Self::default() }
    }

    /// What that means for the timer of a program.
    fn told(&self, program: &Program) -> Told {
        let Trigger::Lapsed(lapsed) = &program.campaign.trigger else { return Told::Nothing };
        let moved = self.moved && self.counter.as_ref().is_some_and(|kind| **kind == *lapsed.since());
        Told::Changed { moved, history: self.history }
    }

    fn touches(&self, program: &Program) -> bool {
        self.everything
            || match &program.campaign.trigger {
                Trigger::Lapsed(lapsed) => self.counter.as_ref().is_some_and(|kind| **kind == *lapsed.since()),
                Trigger::Date(_) => match program.date_depends_on {
                    DependsOn::Attributes => self.attributes,
                    DependsOn::Orders => self.orders,
                    DependsOn::Anything => true,
                },
                Trigger::Event(_) | Trigger::Schedule(_) | Trigger::Manual => false,
            }
    }
}

impl Decider<'_> {
    /// Sets the next instants of the triggers that depend on what has changed.
    pub(super) fn refresh_timers(&mut self, changed: &Changed) {
        let catalog = self.catalog;
        for live in catalog.timed() {
            if changed.touches(&live.program) {
                self.set_timer(live, changed.told(&live.program));
            }
        }
    }

    /// Sets all triggers, also for what came since `since`; people go on in the new version, and off steps that are gone.
    pub(super) fn refresh(&mut self, since: Instant) {
        let catalog = self.catalog;
        if self.person.is_known() {
            // A schedule reaches people known before its instant, whenever the pass comes to them.
            let since = since.max(self.person.profile.created_at.unwrap_or(since)).min(self.now);
            for live in catalog.timed() {
                let next = self.next_firing(live, since, Told::Nothing);
                self.keep_timer(live, next);
            }
        }
        for (campaign, entry) in self.enrolments_where(|_, _| true) {
            self.with_enrolment(&campaign, entry, |this, live, own| {
                if own.place.as_ref().is_some_and(|place| live.program.place_of(&place.step).is_some()) {
                    own.version = live.version;
                } else if live.run != RunState::Paused {
                    this.relocate(live, own);
                }
            });
        }
        // A campaign whose trigger is no matter of time any more fires nothing.
        for (campaign, standing) in self.person.standings.iter_mut() {
            if !catalog.get(campaign).is_some_and(LiveCampaign::is_timed) {
                standing.stop_timer();
            }
        }
    }

    fn set_timer(&mut self, live: &LiveCampaign, told: Told) {
        // What fires at this very instant, and is not touched by the change, is not lost to it.
        let pending =
            self.person.standings.get(&live.program.id).filter(|standing| standing.trigger_due == Some(self.now));
        let pending = pending.filter(|standing| standing.occurrence.is_some());
        if let Some(pending) = pending.map(|standing| (standing.occurrence, self.now))
            && self.next_firing(live, self.now.plus_seconds(-1), told) == Some(pending)
        {
            return;
        }
        let next = self.next_firing(live, self.now, told);
        self.keep_timer(live, next);
    }

    /// When a campaign's trigger fires next: the local date of the occurrence, where there is one, and the instant. Dates
    /// and schedules are looked for after `after`; a lapse is at once if it is past, but for what [`Told`] says of it.
    fn next_firing(&mut self, live: &LiveCampaign, after: Instant, told: Told) -> Option<(Option<Date>, Instant)> {
        let program = &live.program;
        let fired = self.person.standings.get(&program.id).and_then(|standing| standing.occurrence_fired);
        match &program.campaign.trigger {
            Trigger::Lapsed(lapsed) => {
                self.next_lapse(live, lapsed.after(), lapsed.since(), lapsed.catch_up(), told).map(|due| (None, due))
            }
            Trigger::Date(DateTrigger { date: value, at, offset, again }) => {
                let dates = Dates { at: *at, offset: *offset, again: *again };
                let day = self.day_of(live, value, *again)?;
                dates.next(day, after, fired, &self.zone).map(|(date, due)| (Some(date), due))
            }
            Trigger::Schedule(schedule) => {
                next_scheduled(schedule, after, fired, &self.zone).map(|(date, due)| (Some(date), due))
            }
            Trigger::Event(_) | Trigger::Manual => None,
        }
    }

    fn keep_timer(&mut self, live: &LiveCampaign, next: Option<(Option<Date>, Instant)>) {
        if next.is_some() || self.person.standings.get(&live.program.id).is_some() {
            self.person.standings.change(&live.program.id, |standing| {
                standing.trigger_due = next.map(|(_, due)| due);
                standing.occurrence = next.and_then(|(date, _)| date);
            });
        }
    }

    /// Fires the triggers that are due now, in order of campaign.
    pub(super) fn fire_timers(&mut self) {
        let now = self.now;
        let due =
            self.person.standings.iter().filter(|(_, standing)| standing.trigger_due.is_some_and(|due| due <= now));
        let due: Vec<Arc<str>> = due.map(|(campaign, _)| Arc::clone(campaign)).collect();
        let catalog = self.catalog;
        for campaign in &due {
            // During a pause a trigger waits, so that the resumption finds it.
            let Some(live) = catalog.get(campaign).filter(|live| live.run.runs_at(now)) else { continue };
            let Some(standing) = self.person.standings.get_mut(campaign) else { continue };
            let Some(due) = standing.trigger_due.filter(|due| *due <= now) else { continue };
            if !live.is_timed() {
                standing.stop_timer();
                continue;
            }
            // It may have been set by another version, or before what it depends on had changed: it counts as it is now.
            let found = self.next_firing(live, due.plus_seconds(-1), Told::Nothing);
            let Some((occurrence, at)) = found.filter(|(_, at)| *at <= now) else {
                self.keep_timer(live, found);
                continue;
            };
            self.fire(live, occurrence, at);
        }
    }

    fn fire(&mut self, live: &LiveCampaign, occurrence: Option<Date>, at: Instant) {
        let Some(standing) = self.person.standings.get_mut(&live.program.id) else { return };
        // A lapse still is one when the campaign goes on; a date that passed during a pause is gone.
        let mut missed = false;
        if let Trigger::Lapsed(lapsed) = &live.program.campaign.trigger {
            standing.lapse_fired = self.person.profile.events.get(lapsed.since()).map(|counter| counter.last_at);
            standing.late_lapse = None;
        } else {
            standing.occurrence_fired = occurrence;
            missed = matches!(live.run, RunState::Running { resumed_at: Some(resumed) } if at < resumed);
        }
        let next = self.next_firing(live, self.now, Told::Nothing);
        self.keep_timer(live, next);
        self.enter_by_time(live, missed);
    }
}
