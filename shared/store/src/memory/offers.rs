//! Codes of offers.

use std::collections::BTreeSet;

use rekindle_engine::decide::{Claim, Request};
use rekindle_engine::ids::code_key;

use super::{Memory, State};
use crate::error::StoreError;
use crate::ports::{CodeRow, Offers};

impl Offers for Memory {
    async fn claim(&self, request: &Request) -> Result<Claim, StoreError> {
        let mut state = self.lock();
        let offer = (request.campaign.to_string(), request.offer.to_string());
        let claim = (offer.0.clone(), offer.1.clone(), request.entry);
        if let Some(code) = state.claims.get(&*request.person).and_then(|claims| claims.get(&claim)) {
            return Ok(Claim::Code(code.clone()));
        }
        let issued = state.issued.get(&offer).copied().unwrap_or(0);
        if request.budget.is_some_and(|budget| issued >= budget) {
            return Ok(Claim::Unavailable);
        }
        let code = match &request.pool {
            None => self.0.keyed.code(request),
            Some(name) => {
                let State { pools, codes, .. } = &mut *state;
                let pool = pools.entry(name.clone()).or_default();
                // A code has one holder: one that is somebody's already, from another pool, is passed over.
                let issued = pool.codes.iter().skip(pool.taken).take_while(|code| codes.contains_key(&code_key(code)));
                pool.taken += issued.count();
                let Some(code) = pool.codes.get(pool.taken).cloned() else { return Ok(Claim::Unavailable) };
                pool.taken += 1;
                code
            }
        };
        state.issued.insert(offer, issued + 1);
        state.codes.insert(code_key(&code), CodeRow::of(request, &code));
        state.claims.entry(request.person.to_string()).or_default().insert(claim, code.clone());
        Ok(Claim::Code(code))
    }

    async fn upload_pool(&self, pool: &str, codes: &[String]) -> Result<u64, StoreError> {
        crate::codes::check(codes)?;
        let mut state = self.lock();
        let pool = state.pools.entry(pool.to_owned()).or_default();
        let mut known: BTreeSet<String> = pool.codes.iter().cloned().collect();
        let before = pool.codes.len();
        pool.codes.extend(codes.iter().filter(|code| known.insert((*code).clone())).cloned());
        Ok(u64::try_from(pool.codes.len() - before).unwrap_or(u64::MAX))
    }

    async fn issued(&self, campaign: &str, offer: &str) -> Result<u64, StoreError> {
        Ok(self.lock().issued.get(&(campaign.to_owned(), offer.to_owned())).copied().unwrap_or(0))
    }

    async fn left(&self, pool: &str) -> Result<u64, StoreError> {
        let state = self.lock();
        let left = state.pools.get(pool).map_or(0, |pool| pool.codes.len() - pool.taken);
        Ok(u64::try_from(left).unwrap_or(u64::MAX))
    }
}
