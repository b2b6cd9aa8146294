//! The one thing that people share: how many codes of an offer are left. Codes are derived from what they are for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::decide::{Claim, Claims, Request};
use crate::ids;

/// How many codes were issued, over all people.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    issued: HashMap<(Arc<str>, Arc<str>), u64>,
}

impl Budgets {
    /// Answers a claim whose turn it is.
    pub fn answer(&mut self, request: &Request) -> Claim {
        let issued = self.issued.entry((Arc::clone(&request.campaign), Arc::clone(&request.offer))).or_default();
        if request.budget.is_some_and(|budget| *issued >= budget) {
            return Claim::Unavailable;
        }
        *issued += 1;
        code(request)
    }
}

fn code(request: &Request) -> Claim {
    let Request { campaign, offer, person, entry, .. } = request;
    let prefix = request.prefix.as_deref().unwrap_or_default();
    Claim::Code(format!("{prefix}{}", ids::short_hash(&format!("{campaign}/{offer}/{person}/{entry}"), 10)))
}

/// What one person was answered so far, in the order in which they asked. A life that is lived again asks the same.
#[derive(Debug, Default)]
pub(super) struct Answers {
    given: Vec<Claim>,
    /// How many of them this life has used.
    used: usize,
    /// The claim that has no answer yet.
    pub asked: Option<Request>,
}

impl Answers {
    /// Adds an answer, and begins anew.
    pub fn note(&mut self, answer: Claim) {
        self.given.push(answer);
        self.used = 0;
    }
}

impl Claims for Answers {
    fn claim(&mut self, request: &Request) -> Claim {
        if request.budget.is_none() {
            return code(request);
        }
        if let Some(answer) = self.given.get(self.used) {
            self.used += 1;
            return answer.clone();
        }
        self.asked.get_or_insert_with(|| request.clone());
        Claim::Pending
    }
}
