//! The one thing that people share: how many codes of an offer are left.

use std::sync::Arc;

/// Asks for one code of an offer for one entry. The same request always gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Request {
    /// The campaign that offers.
    pub campaign: Arc<str>,
    /// The offer's id, which is the step's.
    pub offer: Arc<str>,
    /// To whom.
    pub person: Arc<str>,
    /// For which entry.
    pub entry: u32,
    /// How many codes there are for ever; `None`: any number.
    pub budget: Option<u64>,
    /// Letters before the code.
    pub prefix: Option<String>,
    /// The uploaded list that codes are taken from.
    pub pool: Option<String>,
}

/// The answer to a [`Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This code, for ever this entry's.
    Code(String),
    /// None is left.
    Unavailable,
    /// Not asked yet: the decision must be made again once the answer is known.
    Pending,
}

/// Answers claims. Budgets are a hard limit over all people, for ever.
pub trait Claims {
    /// The answer to `request`.
    fn claim(&mut self, request: &Request) -> Claim;
}
