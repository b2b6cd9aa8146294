//! What one event does to a person, in the order of SPEC.md section 4.

use std::sync::Arc;

use serde_json::Value;

use super::{Decider, Refused, Taken};
use crate::event::{Event, amount};
use crate::journal::{By, Kind};
use crate::lang::{Goal, Purpose};
use crate::person::{Applied, ConsentEntry, Enrolment, bounds};
use crate::program::{Action, Program};
use crate::reason::Ended;

const DAY: i64 = 24 * 60 * 60;

impl Decider<'_> {
    /// Applies an event at the instant at hand, unless it is dropped or refused.
    pub(super) fn apply(&mut self, event: &Event) -> Taken {
        if self.person.erased_at.is_some_and(|erased| event.time <= erased) {
            return Taken::Dropped;
        }
        let remembered = self.remember(event);
        if remembered != Taken::Applied {
            return remembered;
        }
        if *event.kind == *"customer.deleted" {
            self.exit_where(&Arc::clone(&event.kind), |_, _| true);
            self.person.erase(self.now);
            self.decision.consents.clear();
            // What was due by then has happened, and goes to nobody.
            self.decision.sends.clear();
            self.zone = self.catalog.workspace.timezone.clone();
            self.queue.clear();
            return Taken::Applied;
        }
        self.event = Some(Arc::clone(&event.detail));
        let consent = (!event.consent.is_empty()).then(|| self.person.profile.consent.clone());
        let changed = self.fold(event);
        self.decision.consents.extend(ConsentEntry::of(event, self.now));
        if let Some(before) = consent {
            self.tell_of_consent(event, &before);
        }
        self.leave(event, changed.suppressed);
        // A fact of the past that is told now makes nothing happen (SPEC.md section 11, History).
        if !event.history {
            self.reach_goals(event);
            self.exit_on(event);
            self.resume(event);
            let catalog = self.catalog;
            for live in catalog.entered_by(&event.kind) {
                self.enter_by_event(live, event);
            }
        }
        self.refresh_timers(&changed);
        self.forget_closed_goals();
        self.event = None;
        Taken::Applied
    }

    /// Notes the event's id, unless it was applied before, or too many were. Ids are kept for at least 24 hours.
    fn remember(&mut self, event: &Event) -> Taken {
        let fingerprint = event.fingerprint();
        let applied = &mut self.person.applied;
        if applied.iter().any(|known| known.event == fingerprint) {
            return Taken::Dropped;
        }
        let day_ago = self.now.plus_seconds(-DAY);
        // What was decided a day ago does not count any more, and is still recognised.
        if applied.len() >= bounds::EVENTS_IN_A_DAY
            && applied.iter().filter(|known| known.at > day_ago).count() >= bounds::EVENTS_IN_A_DAY
        {
            return if event.is_about_leaving() { Taken::Applied } else { Taken::Refused(Refused::EventsInADay) };
        }
        applied.push(Applied { event: fingerprint, at: self.now });
        let beyond = applied.iter().take_while(|known| known.at < day_ago).count();
        applied.drain(..beyond.saturating_sub(bounds::APPLIED_BEYOND_A_DAY));
        Taken::Applied
    }

    /// Exits through what the event said about consent, and where it suppressed the person's address. That a suppressed
    /// address has come back ends nothing.
    fn leave(&mut self, event: &Event, suppressed: bool) {
        if !event.consent.is_empty() {
            let consent = self.person.profile.consent.clone();
            let refused = consent.marketing.is_some_and(|statement| !statement.agreed);
            self.exit_where(&Ended::Unsubscribed.into(), |program, _| {
                let campaign = &program.campaign;
                let left = campaign.topic.as_ref().is_some_and(|topic| consent.has_left(topic));
                campaign.purpose == Purpose::Marketing && (refused || left)
            });
        }
        if suppressed {
            self.exit_where(&Ended::Suppressed.into(), |_, _| true);
        }
    }

    fn reach_goals(&mut self, event: &Event) {
        let catalog = self.catalog;
        let mut watched = Vec::new();
        for (campaign, standing) in self.person.standings.iter() {
            if standing.enrolments.iter().all(|own| own.goal_until.is_none()) {
                continue;
            }
            let Some(live) = catalog.get(campaign) else { continue };
            let Some(goal) = live.program.campaign.goal.as_ref().filter(|goal| *goal.event == *event.kind) else {
                continue;
            };
            let open = |own: &&Enrolment| {
                own.started <= event.time
                    && own.goal_until.is_some_and(|until| event.time < until)
                    && own.can_convert(self.now)
            };
            watched.extend(standing.enrolments.iter().filter(open).map(|own| (&live.program, goal, own.entry)));
        }
        for (program, goal, entry) in watched {
            let key = if goal.filter.is_none() { self.key_of_event(program) } else { Value::Null };
            self.with_enrolment(&program.id, entry, |this, _, own| {
                if this.goal_matches(program, goal, own, &key) {
                    this.convert(program, goal, own);
                }
            });
        }
    }

    fn goal_matches(&mut self, program: &Program, goal: &Goal, own: &Enrolment, key: &Value) -> bool {
        match &goal.filter {
            Some(filter) => {
                self.look(program, own.entry, None, Some(own), filter, crate::expr::Expr::holds).unwrap_or(false)
            }
            None => key.is_null() || *key == own.key,
        }
    }

    fn convert(&mut self, program: &Program, goal: &Goal, own: &mut Enrolment) {
        let value = goal
            .value
            .as_ref()
            .and_then(|value| self.look(program, own.entry, None, Some(own), value, crate::expr::Expr::json))
            .and_then(|value| amount(&value));
        self.write(&program.id, own.entry, None, Kind::Converted { value });
        own.goal_until = None;
        if goal.exit && own.is_active() {
            self.exit(program, own, &Ended::Converted.into());
        }
    }

    fn exit_on(&mut self, event: &Event) {
        let catalog = self.catalog;
        let mut keys: Vec<(Arc<str>, Value)> = Vec::new();
        for (campaign, standing) in self.person.standings.iter() {
            if !standing.enrolments.iter().any(Enrolment::is_active) {
                continue;
            }
            let Some(live) = catalog.get(campaign) else { continue };
            if live.program.exit_on.contains(&event.kind) {
                keys.push((Arc::clone(campaign), self.key_of_event(&live.program)));
            }
        }
        for (campaign, key) in keys {
            self.exit_where(&event.kind, |program, own| program.id == campaign && (key.is_null() || key == own.key));
        }
    }

    /// The key that the event at hand has for a campaign; null where there is none or it fails, without a line.
    fn key_of_event(&self, program: &Program) -> Value {
        let Some(key) = &program.campaign.key else { return Value::Null };
        key.json(&self.scope(program, None)).unwrap_or(Value::Null)
    }

    /// Resumes the enrolments that wait for this event, each once.
    fn resume(&mut self, event: &Event) {
        let waiting = self.enrolments_where(|live, own| {
            let place = own.place.as_ref().filter(|place| place.is_waiting());
            let node = place.and_then(|place| super::run::program_of(live, own)?.at(&place.step));
            // A pause does not keep the event away: who bought meanwhile is not reminded afterwards.
            matches!(node.map(|node| &node.action), Some(Action::WaitFor { event: awaited, .. }) if *awaited == event.kind)
        });
        for (campaign, entry) in waiting {
            self.with_enrolment(&campaign, entry, |this, live, own| {
                let Some(program) = super::run::program_of(live, own) else { return };
                let Some(node) = own.place.as_ref().and_then(|place| program.at(&place.step)) else { return };
                let Action::WaitFor { filter, then, .. } = &node.action else { return };
                let matches = filter.as_ref().is_none_or(|filter| {
                    let holds = crate::expr::Expr::holds;
                    this.look(program, own.entry, Some(&node.id), Some(own), filter, holds).unwrap_or(false)
                });
                if matches {
                    this.write(&program.id, own.entry, Some(&node.id), Kind::Resumed { by: By::Event });
                    this.run(live, program, own, *then);
                }
            });
        }
    }

    /// Forgets goal windows that closed so long ago that a late event reaches them no more.
    pub(super) fn forget_closed_goals(&mut self) {
        let now = self.now;
        for (_, standing) in self.person.standings.iter_mut() {
            standing.enrolments.retain(|own| own.is_active() || own.can_convert(now));
            if standing.enrolments.is_empty() {
                // People are many: none of them keeps room that is not needed.
                standing.enrolments = Vec::new();
            }
        }
    }
}
