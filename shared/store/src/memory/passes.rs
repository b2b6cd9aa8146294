//! Pages over all people.

use std::ops::Bound;

use rekindle_engine::time::Instant;

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Pass, Passes, PeoplePage, ScanCursor};

impl Passes for Memory {
    async fn pass(&self, name: &str) -> Result<Option<Pass>, StoreError> {
        Ok(self.lock().passes.get(name).cloned())
    }

    async fn put_pass(&self, name: &str, pass: &Pass) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let is_next = state.passes.get(name).is_none_or(|known| known.turn == pass.turn);
        if is_next {
            state.passes.insert(name.to_owned(), Pass { turn: pass.turn + 1, ..pass.clone() });
        }
        Ok(is_next)
    }

    async fn unfinished_passes(&self, until: Instant) -> Result<Vec<String>, StoreError> {
        let state = self.lock();
        let open = state.passes.iter().filter(|(_, pass)| pass.finished.is_none() && pass.look_at <= until);
        let mut open: Vec<_> = open.map(|(name, pass)| (pass.look_at, name.clone())).collect();
        open.sort();
        Ok(open.into_iter().map(|(_, name)| name).collect())
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
