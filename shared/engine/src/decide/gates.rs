//! The gates before a mail (SPEC.md section 6): whether it goes now, later or not at all.

use std::sync::Arc;

use super::Decider;
use crate::ids;
use crate::journal::Kind;
use crate::lang::{Campaign, Purpose, WindowRule};
use crate::person::{Enrolment, Outgoing, Place, SendState, Stage};
use crate::program::{Node, Program};
use crate::reason::Reason;
use crate::time::{Instant, Span, Window};

/// The fewest recent mails that are remembered, so that a cap set later finds a past to count.
const REMEMBERED: usize = 32;

impl Decider<'_> {
    /// Passes a mail through the gates; true where the enrolment goes on, false where it waits.
    pub(super) fn send(
        &mut self,
        program: &Arc<Program>,
        own: &mut Enrolment,
        node: &Node,
        mail: &Arc<str>,
        give_up_after: Span,
    ) -> bool {
        let campaign = &program.campaign;
        let place = own.place.take().filter(|place| place.step == node.id);
        let skip = if own.mails.get(&node.id).is_some_and(|flags| flags.sent) {
            // An edit led the enrolment here again: no edit sends anyone the same step twice.
            Some(Reason::AlreadySent)
        } else {
            self.closed_gate(campaign)
        };
        if let Some(reason) = skip {
            self.write(&program.id, own.entry, Some(&node.id), Kind::Skipped { reason });
            return true;
        }
        if let Some((reason, until)) = self.delay(campaign) {
            let reached = place.and_then(|place| place.reached()).unwrap_or(self.now);
            if until > give_up_after.after(reached, &self.zone) {
                self.write(&program.id, own.entry, Some(&node.id), Kind::Skipped { reason });
                return true;
            }
            own.place = Some(Place { step: Arc::clone(&node.id), until, stage: Stage::Delayed { reached } });
            self.write(&program.id, own.entry, Some(&node.id), Kind::Delayed { reason, until });
            return false;
        }
        self.plan(program, own, node, mail);
        true
    }

    /// The first gate that keeps a mail from ever going.
    fn closed_gate(&self, campaign: &Campaign) -> Option<Reason> {
        let marketing = campaign.purpose == Purpose::Marketing;
        self.person.profile.closed_gates(marketing, campaign.topic.as_deref()).next()
    }

    /// Whether cap or window hold a mail back now: the first that does, and the earliest instant that both allow.
    fn delay(&self, campaign: &Campaign) -> Option<(Reason, Instant)> {
        if campaign.purpose == Purpose::Transactional {
            return None;
        }
        let under_cap = self.under_cap_at();
        let window = self.window(campaign);
        let open = |at: Instant| window.map_or(at, |window| window.earliest(at, &self.zone));
        if under_cap > self.now {
            return Some((Reason::Cap, open(under_cap)));
        }
        let until = open(self.now);
        (until > self.now).then_some((Reason::Window, until))
    }

    fn window(&self, campaign: &Campaign) -> Option<Window> {
        match campaign.window {
            WindowRule::Inherit => self.catalog.workspace.window,
            WindowRule::Lifted => None,
            WindowRule::Own(window) => Some(window),
        }
    }

    /// The earliest instant, not before now, at which the cap allows one more mail: a mail planned at s counts until s + per.
    fn under_cap_at(&self) -> Instant {
        let Some(cap) = self.catalog.workspace.cap else { return self.now };
        let max = usize::try_from(cap.max).unwrap_or(usize::MAX);
        // Calendars are dear: a mail whose period is over by any of them need not be asked about.
        let recent = self.person.recent_sends.iter().filter(|sent| cap.per.at_most_after(**sent) > self.now);
        if recent.clone().count() < max {
            return self.now;
        }
        let ends = recent.map(|sent| cap.per.after(*sent, &self.zone));
        let mut counted: Vec<Instant> = ends.filter(|end| *end > self.now).collect();
        counted.sort_unstable();
        counted.len().checked_sub(max).and_then(|over| counted.get(over)).copied().unwrap_or(self.now)
    }

    fn plan(&mut self, program: &Program, own: &mut Enrolment, node: &Node, mail: &Arc<str>) {
        let send_id = ids::send_id(&program.id, &node.id, &self.person.id, own.entry);
        own.mails.entry(Arc::clone(&node.id)).or_default().sent = true;
        if program.campaign.purpose == Purpose::Marketing {
            let kept = self.catalog.workspace.cap.map_or(0, |cap| usize::try_from(cap.max).unwrap_or(usize::MAX));
            let sends = &mut self.person.recent_sends;
            sends.push(self.now);
            sends.drain(..sends.len().saturating_sub(kept.max(REMEMBERED)));
        }
        self.write(
            &program.id,
            own.entry,
            Some(&node.id),
            Kind::Sent { mail: Arc::clone(mail), send_id: send_id.clone() },
        );
        let outgoing = Outgoing {
            campaign: Arc::clone(&program.id),
            version: own.version,
            step: Arc::clone(&node.id),
            entry: own.entry,
            mail: Arc::clone(mail),
            planned_at: self.now,
            detail: Arc::clone(&own.detail),
            offers: own.offers.clone(),
            released: false,
            seen_at: None,
            chain: None,
            state: SendState::Planned { attempt: 0 },
        };
        self.decision.sends.push((send_id, outgoing));
    }
}
