//! The one thing that people share: how many codes of an offer are left. Codes are derived from what they are for.

use std::collections::HashMap;
use std::sync::Arc;

use super::PendingClaim;
use crate::decide::{Claim, Claims, Request};
use crate::ids;

/// How many codes were issued, over all people.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    issued: HashMap<(Arc<str>, Arc<str>), u64>,
}

impl Budgets {
    /// Answers a claim, and counts the code.
    pub fn answer(&mut self, request: &Request) -> Claim {
        let answer = self.would_answer(request);
        if matches!(answer, Claim::Code(_)) {
            *self.issued.entry(offer(request)).or_default() += 1;
        }
        answer
    }

    /// What the answer would be now.
    pub fn would_answer(&self, request: &Request) -> Claim {
        let issued = self.issued.get(&offer(request)).copied().unwrap_or_default();
        if request.budget.is_some_and(|budget| issued >= budget) { Claim::Unavailable } else { code(request) }
    }
}

fn offer(request: &Request) -> (Arc<str>, Arc<str>) {
    (Arc::clone(&request.campaign), Arc::clone(&request.offer))
}

fn code(request: &Request) -> Claim {
    let Request { campaign, offer, person, entry, .. } = request;
    let prefix = request.prefix.as_deref().unwrap_or_default();
    Claim::Code(format!("{prefix}{}", ids::short_hash(&format!("{campaign}/{offer}/{person}/{entry}"), 10)))
}

/// Answers one person: first what is known, in the order in which they ask, then guesses. A life that is lived again asks
/// the same up to the first answer that is another.
pub(super) struct Answers<'g> {
    given: std::vec::IntoIter<Claim>,
    guess: &'g mut dyn FnMut(&Request) -> Claim,
    count: usize,
    /// The claims of the decision at hand.
    pub asked: Vec<PendingClaim>,
}

impl<'g> Answers<'g> {
    pub fn new(given: Vec<Claim>, guess: &'g mut dyn FnMut(&Request) -> Claim) -> Self {
        Self { given: given.into_iter(), guess, count: 0, asked: Vec::new() }
    }
}

impl Claims for Answers<'_> {
    fn claim(&mut self, request: &Request) -> Claim {
        if request.budget.is_none() {
            return code(request);
        }
        let answer = self.given.next().unwrap_or_else(|| (self.guess)(request));
        self.asked.push(PendingClaim {
            request: request.clone(),
            granted: matches!(answer, Claim::Code(_)),
            nth: self.count,
        });
        self.count += 1;
        answer
    }
}
