//! Pages over all people.

use std::ops::Bound;

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Pass, Passes, PeoplePage, ScanCursor};

impl Passes for Memory {
    async fn pass(&self, name: &str) -> Result<Option<Pass>, StoreError> {
        Ok(self.lock().passes.get(name).cloned())
    }

    async fn put_pass(&self, name: &str, pass: &Pass) -> Result<(), StoreError> {
        self.lock().passes.insert(name.to_owned(), pass.clone());
        Ok(())
    }

    async fn people_page(&self, after: Option<&ScanCursor>, limit: u32) -> Result<PeoplePage, StoreError> {
        let state = self.lock();
        let from = after.map_or(Bound::Unbounded, |ScanCursor(last, _)| Bound::Excluded(last.clone()));
        let limit = usize::try_from(limit.max(1)).unwrap_or(usize::MAX);
        let ids: Vec<String> =
            state.people.range((from, Bound::Unbounded)).take(limit).map(|(id, _)| id.clone()).collect();
        let next =
            if ids.len() == limit { ids.last().map(|last| ScanCursor(last.clone(), String::new())) } else { None };
        Ok(PeoplePage { ids, next })
    }
}
