//! Tombstones.

use super::Memory;
use crate::error::StoreError;
use crate::item;
use crate::ports::{Erased, Erasure};

impl Erasure for Memory {
    async fn pending_erasure(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        let known = self.lock().people.get(person).map(|stored| stored.item.clone());
        known
            .map(|item| item::stream_image(serde_dynamo::Item::clone(&item)))
            .transpose()?
            .flatten()
            .map_or(Ok(None), |stream_image| stream_image.erased())
    }

    async fn tombstone(&self, person: &str) -> Result<u64, StoreError> {
        Ok(self.lock().tombstones.get(&self.0.keyed.person(person)).map_or(0, |(_, version)| *version))
    }

    async fn has_come_back(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        Ok(self.lock().people.get(person).is_some_and(|stored| stored.version > erased.version))
    }

    async fn write_tombstone(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        let mut state = self.lock();
        let tombstone = state.tombstones.entry(self.0.keyed.person(person)).or_insert((erased.at, 0));
        if tombstone.1 < erased.version {
            *tombstone = (erased.at, erased.version);
        }
        Ok(())
    }

    async fn forget(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        let mut state = self.lock();
        if state.people.get(person).is_none_or(|stored| stored.version != erased.version) {
            return Ok(false);
        }
        state.people.remove(person);
        Ok(true)
    }
}
