//! Runs an enrolment from step to step until it has to wait or ends (SPEC.md section 5).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Claim, Decider, Request};
use crate::catalog::{LiveCampaign, RunState};
use crate::event::Event;
use crate::expr::Expr;
use crate::ids;
use crate::journal::{By, Kind};
use crate::lang::{Choice, Discount, Offer, OnUnavailable};
use crate::person::{Enrolment, HeldCode, IssuedOffer, Place, forget_old};
use crate::program::{Action, BranchArm, Node, Otherwise, Program, Share};
use crate::reason::Ended;

/// The program in which an enrolment's step is: the live one where it has the step, else the one it stands in.
pub(super) fn program_of<'l>(live: &'l LiveCampaign, own: &Enrolment) -> Option<&'l Arc<Program>> {
    let step = &own.place.as_ref()?.step;
    if live.program.place_of(step).is_some() {
        return Some(&live.program);
    }
    match live.choices.get(&**step) {
        None | Some(Choice::FinishOnOld) => live.older.get(&own.version).filter(|old| old.place_of(step).is_some()),
        Some(Choice::Move(_) | Choice::Exit) => None,
    }
}

/// What comes after a step.
enum Next {
    /// The step at this place; `None`: the campaign's end.
    At(Option<usize>),
    /// The enrolment waits or has ended.
    Stop,
}

impl Decider<'_> {
    /// Goes on with an enrolment whose instant has come.
    pub(super) fn go_on(&mut self, live: &LiveCampaign, own: &mut Enrolment) {
        if !self.relocate(live, own) {
            return;
        }
        let (Some(program), Some(place)) = (program_of(live, own), own.place.clone()) else { return };
        let Some(at) = program.place_of(&place.step) else { return };
        let Some(node) = program.node(at) else { return };
        match &node.action {
            Action::Wait(_) if place.is_waiting() => self.run(live, program, own, node.next),
            Action::WaitFor { otherwise, .. } if place.is_waiting() => {
                self.write(&program.id, own.entry, Some(&node.id), Kind::Resumed { by: By::Timeout });
                self.run(live, program, own, *otherwise);
            }
            _ => self.run(live, program, own, Some(at)),
        }
    }

    /// Moves an enrolment off a step that is gone, as the publication chose; false where it ended.
    pub(super) fn relocate(&mut self, live: &LiveCampaign, own: &mut Enrolment) -> bool {
        if program_of(live, own).is_some() {
            return true;
        }
        let Some(place) = &own.place else { return false };
        if let Some(Choice::Move(step)) = live.choices.get(&*place.step)
            && live.program.place_of(step).is_some()
        {
            let step = Arc::from(step.as_str());
            own.place = Some(Place::before(step, self.now));
            own.version = live.version;
            self.mark.version = live.version;
            return true;
        }
        self.exit(&live.program, own, &Ended::StepRemoved.into());
        false
    }

    /// Runs from `at` on.
    pub(super) fn run(&mut self, live: &LiveCampaign, program: &Arc<Program>, own: &mut Enrolment, at: Option<usize>) {
        if Arc::ptr_eq(program, &live.program) {
            own.version = live.version;
            self.mark.version = live.version;
        }
        let mut at = at;
        loop {
            let Some(node) = at.and_then(|at| program.node(at)) else {
                own.place = None;
                return self.write(&program.id, own.entry, None, Kind::Completed);
            };
            // A pause stops what does something; time goes on, so a wait begins when it is reached.
            let waits = matches!(node.action, Action::Wait(_) | Action::WaitFor { .. });
            if live.run == RunState::Paused && !waits {
                let step = Arc::clone(&node.id);
                own.place = Some(Place::before(step, self.now));
                return;
            }
            if !self.stays(program, own) {
                return self.exit(program, own, &Ended::NoLongerMatches.into());
            }
            match self.step(program, own, node) {
                Next::At(next) => at = next,
                Next::Stop => return,
            }
        }
    }

    fn stays(&mut self, program: &Program, own: &Enrolment) -> bool {
        let Some(expr) = &program.campaign.stay_while else { return true };
        self.look(program, own.entry, None, Some(own), expr, Expr::holds).unwrap_or(false)
    }

    fn step(&mut self, program: &Arc<Program>, own: &mut Enrolment, node: &Node) -> Next {
        match &node.action {
            Action::Mail { mail, give_up_after, .. } => {
                if self.send(program, own, node, mail, *give_up_after) {
                    Next::At(node.next)
                } else {
                    Next::Stop
                }
            }
            Action::Wait(wait) => match self.wait_until(program, own, node, wait) {
                Some(until) => self.wait(program, own, node, until),
                None => Next::At(node.next),
            },
            Action::WaitFor { timeout, otherwise, .. } => {
                let until = timeout.after(self.now, &self.zone);
                if until > self.now {
                    return self.wait(program, own, node, until);
                }
                self.write(&program.id, own.entry, Some(&node.id), Kind::Resumed { by: By::Timeout });
                Next::At(*otherwise)
            }
            Action::Branch { arms, otherwise } => self.branch(program, own, node, arms, *otherwise),
            Action::Split { arms } => {
                let share = ids::share(&program.id, &node.id, &self.person.id);
                let arm = ids::arm_of(share, arms.iter().map(|arm| arm.weight)).and_then(|arm| arms.get(arm));
                let Some(Share { name, first, .. }) = arm else { return Next::At(node.next) };
                self.write(&program.id, own.entry, Some(&node.id), Kind::Split { arm: Arc::clone(name) });
                Next::At(*first)
            }
            Action::Offer(offer) => self.offer(program, own, node, offer),
            Action::Set(attributes) => {
                self.set(attributes);
                Next::At(node.next)
            }
            Action::Emit { detail_type, detail } => {
                self.emit(program, own, node, detail_type, detail);
                Next::At(node.next)
            }
            Action::Exit(reason) => {
                self.exit(program, own, reason);
                Next::Stop
            }
        }
    }

    fn wait(&mut self, program: &Program, own: &mut Enrolment, node: &Node, until: crate::time::Instant) -> Next {
        own.place = Some(Place::waiting(&node.id, until));
        self.write(&program.id, own.entry, Some(&node.id), Kind::Waiting { until });
        Next::Stop
    }

    fn branch(
        &mut self,
        program: &Program,
        own: &Enrolment,
        node: &Node,
        arms: &[BranchArm],
        otherwise: Otherwise,
    ) -> Next {
        for (arm, BranchArm { when, first }) in arms.iter().enumerate() {
            if self.look(program, own.entry, Some(&node.id), Some(own), when, Expr::holds).unwrap_or(false) {
                self.write(&program.id, own.entry, Some(&node.id), Kind::Branched { arm: Some(arm) });
                return Next::At(*first);
            }
        }
        let Otherwise::Arm(first) = otherwise else { return Next::At(node.next) };
        self.write(&program.id, own.entry, Some(&node.id), Kind::Branched { arm: None });
        Next::At(first)
    }

    fn offer(&mut self, program: &Program, own: &mut Enrolment, node: &Node, offer: &Offer) -> Next {
        // An edit may lead past the same offer again: the entry keeps the code it has.
        if own.offers.contains_key(&node.id) {
            return Next::At(node.next);
        }
        let request = Request {
            campaign: Arc::clone(&program.id),
            offer: Arc::clone(&node.id),
            person: Arc::clone(&self.person.id),
            entry: own.entry,
            budget: offer.budget,
            prefix: offer.code.prefix.clone(),
            pool: offer.code.pool.clone(),
        };
        match self.claims.claim(&request) {
            Claim::Code(code) => {
                let runs_out_at = offer.expires.map(|span| span.runs_out(self.now, &self.zone));
                let (percent_off, amount_off) = match offer.discount {
                    Discount::Percent(percent) => (Some(percent), None),
                    Discount::Amount(amount) => (None, Some(amount)),
                };
                let issued = IssuedOffer { code: code.clone(), redeemed: false, runs_out_at, percent_off, amount_off };
                forget_old(&mut self.person.codes, self.now);
                self.person.codes.push(HeldCode {
                    campaign: Arc::clone(&program.id),
                    offer: Arc::clone(&node.id),
                    entry: own.entry,
                    issued: issued.clone(),
                    used: None,
                });
                own.offers.insert(Arc::clone(&node.id), issued);
                self.write(&program.id, own.entry, Some(&node.id), Kind::Offered { offer: Arc::clone(&node.id), code });
                return Next::At(node.next);
            }
            Claim::Pending => self.asked.push(request),
            Claim::Unavailable => {}
        }
        self.write(&program.id, own.entry, Some(&node.id), Kind::OfferUnavailable { offer: Arc::clone(&node.id) });
        if offer.on_unavailable == OnUnavailable::Exit {
            self.exit(program, own, &Ended::OfferUnavailable.into());
            return Next::Stop;
        }
        Next::At(node.next)
    }

    fn set(&mut self, attributes: &Map<String, Value>) {
        super::fold::merge(&mut self.person.profile.attributes, attributes);
        self.refresh_timers(&super::timers::Changed::attributes());
    }

    fn emit(&mut self, program: &Program, own: &Enrolment, node: &Node, kind: &Arc<str>, detail: &Map<String, Value>) {
        if self.emits_left == 0 {
            return;
        }
        let mut detail = detail.clone();
        detail.insert("person".to_owned(), json!({ "id": &*self.person.id }));
        let id = format!("emit/{}/{}/{}/{}/{}", program.id, node.id, self.person.id, own.entry, self.now);
        let envelope = json!({
            "id": ids::short_hash(&id, 20),
            "source": "rekindle",
            "detail-type": &**kind,
            "time": self.now,
            "detail": detail,
        });
        // The loader refuses details that would be malformed; an older version's may still be, and then has no effect.
        if let Ok(event) = Event::from_value(envelope) {
            self.emits_left -= 1;
            self.decision.emitted.push(event.clone());
            self.queue.push_back(event);
        }
    }
}
