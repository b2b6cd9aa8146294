//! A code was used (SPEC.md sections 4 and 11, `offer.redeemed`). Each code counts as used once, by whichever event was
//! decided first; what comes after it, or is about no code of the person, changes nothing and is told.

use serde_json::Value;

use super::Decider;
use crate::event::Event;
use crate::ids::code_key;
use crate::person::{Enrolment, Used};
use crate::time::Instant;

/// The use of a code, as an event told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Redeemed {
    /// The campaign that the event names.
    pub campaign: String,
    /// The offer that the event names.
    pub offer: String,
    /// The code: the event's, else that of the person's newest.
    pub code: Option<String>,
    /// The shop's own id of the order, where the event says which.
    pub order: Option<String>,
    /// What the order came to, where the event says it.
    pub total: Option<f64>,
    /// When it happened, by the event's own time.
    pub at: Instant,
    /// Why it does not count, if it does not.
    pub doubt: Option<RedemptionProblem>,
}

/// Why the use of a code does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionProblem {
    /// The person has no such code.
    NotTheirs,
    /// It was used before.
    Again,
}

impl Decider<'_> {
    /// Marks an offer as used: that of the code that the event names, else the newest.
    pub(super) fn redeem(&mut self, event: &Event) {
        let (Some(campaign), Some(offer)) = (event.text("campaign"), event.text("offer")) else { return };
        let named = event.text("code");
        let holds = |own: &Enrolment| {
            own.offers.get(offer).is_some_and(|issued| named.is_none_or(|code| same(code, &issued.code)))
        };
        let enrolled = self.newest(campaign, None, holds).and_then(|own| own.offers.get_mut(offer)).map(|issued| {
            issued.redeemed = true;
            issued.code.clone()
        });
        let code = named.map(str::to_owned).or(enrolled);
        let order = event.detail.get("order");
        let used = Used { at: event.time, order: order.and_then(|order| order.get("id")).and_then(id) };
        let is_it = |issued: &str| code.as_deref().is_none_or(|code| same(code, issued));
        let held = self.person.codes.iter_mut().rev();
        let held = held
            .filter(|held| *held.campaign == *campaign && *held.offer == *offer)
            .find(|held| is_it(&held.issued.code));
        let (code, doubt) = match held {
            None => (code, Some(RedemptionProblem::NotTheirs)),
            Some(held) => {
                let doubt = held.used.is_some().then_some(RedemptionProblem::Again);
                held.issued.redeemed = true;
                held.used.get_or_insert(used.clone());
                (Some(held.issued.code.clone()), doubt)
            }
        };
        self.decision.redeemed.push(Redeemed {
            campaign: campaign.to_owned(),
            offer: offer.to_owned(),
            code,
            order: used.order,
            total: order.and_then(|order| order.get("total")).and_then(Value::as_f64),
            at: event.time,
            doubt,
        });
    }
}

fn same(one: &str, other: &str) -> bool {
    one == other || code_key(one) == code_key(other)
}

/// An order's id as shops have them.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
