//! The suppression list.

use rekindle_engine::time::Instant;

use super::Memory;
use crate::error::StoreError;
use crate::ports::{AddressFact, Addresses, Suppression};

impl Addresses for Memory {
    fn address_hash(&self, address: &str) -> String {
        self.0.keyed.address(address)
    }

    async fn note_address(&self, hash: &str, fact: AddressFact, at: Instant) -> Result<(), StoreError> {
        self.lock().suppressions.entry(hash.to_owned()).or_default().note(fact, at);
        Ok(())
    }

    async fn suppressed(&self, address: &str) -> Result<Option<Suppression>, StoreError> {
        Ok(self.lock().suppressions.get(&self.0.keyed.address(address)).copied())
    }

    async fn all_suppressed(&self, hashes: &[String]) -> Result<Vec<Option<Suppression>>, StoreError> {
        let state = self.lock();
        Ok(hashes.iter().map(|hash| state.suppressions.get(hash).copied()).collect())
    }

    async fn having(&self, hash: &str) -> Result<Vec<String>, StoreError> {
        let state = self.lock();
        let has = |(_, stored): &(&String, &super::Stored)| stored.address() == Some(hash);
        Ok(state.people.iter().filter(has).map(|(id, _)| id.clone()).collect())
    }
}
