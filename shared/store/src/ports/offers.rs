//! Codes of offers: the one thing that people share. Budgets are a hard limit over all people, for ever.

use std::future::Future;

use rekindle_engine::decide::{Claim, Request};

use crate::error::StoreError;

/// Issues codes.
pub trait Offers: Clone + Send + Sync + 'static {
    /// One code for this request's campaign, offer, person and entry, or [`Claim::Unavailable`]; never
    /// [`Claim::Pending`]. A request that has its code gets the same again, whatever is left.
    fn claim(&self, request: &Request) -> impl Future<Output = Result<Claim, StoreError>> + Send;

    /// Adds codes at the end of a pool, each that is not in it yet; gives how many were new. What is no code
    /// ([`CODE_LETTERS`](crate::CODE_LETTERS)) is refused, and nothing is added then: in a pool it would stand in the way of all behind it.
    fn upload_pool(&self, pool: &str, codes: &[String]) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many codes of an offer were issued.
    fn issued(&self, campaign: &str, offer: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// How many codes of a pool nobody has yet.
    fn left(&self, pool: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
