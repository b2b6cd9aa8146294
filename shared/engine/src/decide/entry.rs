//! Who enters a campaign (SPEC.md section 4, Entry, and section 11).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Decider;
use crate::catalog::{LiveCampaign, RunState};
use crate::event::Event;
use crate::expr::Expr;
use crate::ids;
use crate::journal::{Kind, Mark};
use crate::lang::{EntryRule, EventTrigger, Purpose, Trigger};
use crate::person::{Enrolment, bounds};
use crate::reason::Reason;

impl Decider<'_> {
    /// Looks at a campaign that the event at hand may enter.
    pub(super) fn enter_by_event(&mut self, live: &LiveCampaign, event: &Event) {
        self.mark = Mark { version: live.version, held_out: false };
        if let Trigger::Event(EventTrigger { filter: Some(filter), .. }) = &live.program.campaign.trigger {
            let entry = self.next_entry(&live.program.id);
            if !self.look(&live.program, entry, None, None, filter, Expr::holds).unwrap_or(false) {
                return;
            }
        }
        self.enter(live, &event.detail, false);
    }

    /// Looks at a campaign whose time has come.
    ///
    /// `missed` says that the time came during a pause.
    pub(super) fn enter_by_time(&mut self, live: &LiveCampaign, missed: bool) {
        self.mark = Mark { version: live.version, held_out: false };
        // A schedule's audience is looked at first; who is not in it is no entry.
        let scheduled = matches!(live.program.campaign.trigger, Trigger::Schedule(_));
        if scheduled && !self.is_in_audience(live) {
            return;
        }
        if missed {
            let entry = self.next_entry(&live.program.id);
            return self.write(&live.program.id, entry, None, Kind::NotEntered { reason: Reason::Paused });
        }
        self.enter(live, &Arc::default(), scheduled);
    }

    /// An operator or the API enrols the person.
    pub(super) fn enrol(&mut self, campaign: &str, detail: &Arc<Map<String, Value>>) {
        let catalog = self.catalog;
        if let Some(live) = catalog.get(campaign).filter(|live| !live.retired) {
            self.enter(live, detail, false);
        }
    }

    fn next_entry(&self, campaign: &str) -> u32 {
        self.person.standings.get(campaign).map_or(0, |standing| standing.entries) + 1
    }

    fn is_in_audience(&mut self, live: &LiveCampaign) -> bool {
        let Some(audience) = &live.program.campaign.audience else { return true };
        let entry = self.next_entry(&live.program.id);
        self.look(&live.program, entry, None, None, audience, Expr::holds).unwrap_or(false)
    }

    fn enter(&mut self, live: &LiveCampaign, detail: &Arc<Map<String, Value>>, audience_holds: bool) {
        self.mark = Mark { version: live.version, held_out: false };
        let program = &live.program;
        let entry = self.next_entry(&program.id);
        if live.run == RunState::Paused {
            return self.write(&program.id, entry, None, Kind::NotEntered { reason: Reason::Paused });
        }
        let key = match &program.campaign.key {
            Some(key) => self.look(program, entry, None, None, key, Expr::json).unwrap_or(Value::Null),
            None => Value::Null,
        };
        if let Some(reason) = self.obstacle(live, &key, audience_holds) {
            return self.write(&program.id, entry, None, Kind::NotEntered { reason });
        }
        let held_out = self.is_held_out(live);
        let goal_until = program.campaign.goal.as_ref().map(|goal| goal.within.after(self.now, &self.zone));
        let late_shift = goal_until.map_or(0, |until| Enrolment::late_shift_after(until, &self.zone));
        let mut own = Enrolment {
            entry,
            version: live.version,
            key: key.clone(),
            detail: program.entry_detail(detail),
            place: None,
            held_out,
            started: self.now,
            goal_until,
            late_shift,
            mails: std::collections::BTreeMap::new(),
            offers: std::collections::BTreeMap::new(),
        };
        self.person.standings.change(&program.id, |standing| {
            standing.entries = entry;
            standing.note_start(key, self.now, program.campaign.entry.again_after());
        });
        if held_out {
            self.mark.held_out = true;
            self.write(&program.id, entry, None, Kind::HeldOut);
        } else {
            self.write(&program.id, entry, None, Kind::Entered);
            self.run(live, program, &mut own, program.start());
        }
        if (own.is_active() || own.goal_until.is_some())
            && let Some(standing) = self.person.standings.get_mut(&program.id)
        {
            standing.enrolments.reserve_exact(1);
            standing.enrolments.push(own);
        }
    }

    /// The first reason that keeps the person out, in the order of section 4.
    fn obstacle(&mut self, live: &LiveCampaign, key: &Value, audience_holds: bool) -> Option<Reason> {
        let campaign = &live.program.campaign;
        if let Some(standing) = self.person.standings.get(&live.program.id) {
            if standing.enrolments.iter().any(|own| own.is_active() && own.key == *key) {
                return Some(Reason::AlreadyIn);
            }
            let allowed = match (campaign.entry, standing.last_entry(key)) {
                (EntryRule::Every, _) | (_, None) => true,
                (EntryRule::Once, Some(_)) => false,
                (EntryRule::AgainAfter(span), Some(last)) => span.after(last, &self.zone) <= self.now,
            };
            if !allowed {
                return Some(Reason::EntryRule);
            }
        }
        if !audience_holds && !self.is_in_audience(live) {
            return Some(Reason::Audience);
        }
        // Somebody without an address enters, and their mails are skipped: it may come until then.
        let marketing = campaign.purpose == Purpose::Marketing;
        let mut closed = self.person.profile.closed_gates(marketing, campaign.topic.as_deref());
        let closed = closed.find(|reason| *reason != Reason::NoAddress);
        closed.or_else(|| self.is_at_a_bound(live, key).then_some(Reason::Bounds))
    }

    /// Whether the person has so much that this entry is not made.
    fn is_at_a_bound(&self, live: &LiveCampaign, key: &Value) -> bool {
        let campaign = &live.program.campaign;
        let standing = self.person.standings.get(&live.program.id).filter(|_| campaign.key.is_some());
        if standing.is_some_and(|own| own.keys() >= bounds::KEYS && own.last_entry(key).is_none()) {
            return true;
        }
        let all = || self.person.standings.values().flat_map(|standing| &standing.enrolments);
        // Hardly anybody has so many, of whatever kind.
        let most = self.person.standings.values().map(|standing| standing.enrolments.len()).sum::<usize>();
        if most < bounds::ENROLMENTS.min(bounds::CONVERTIBLE) {
            return false;
        }
        all().filter(|own| own.is_active()).count() >= bounds::ENROLMENTS
            || campaign.goal.is_some() && all().filter(|own| own.can_convert(self.now)).count() >= bounds::CONVERTIBLE
    }

    /// The workspace's holdout is looked at first, and does not concern transactional campaigns.
    fn is_held_out(&self, live: &LiveCampaign) -> bool {
        let campaign = &live.program.campaign;
        let held = |name: &str, percent: u8| {
            percent > 0 && ids::is_held_out(ids::share(name, "holdout", &self.person.id), percent)
        };
        let workspace = campaign.purpose == Purpose::Marketing && held("workspace", self.catalog.workspace.holdout);
        workspace || held(&live.program.id, campaign.holdout)
    }
}
