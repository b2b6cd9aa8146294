//! Who has something due.

use std::ops::Bound;

use rekindle_engine::time::Instant;

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Due, DueCursor, DuePage, DuePerson, Shard, Shards};

impl Due for Memory {
    fn shards(&self) -> Shards {
        self.0.shards
    }

    async fn head(&self, shard: Shard) -> Result<Option<DuePerson>, StoreError> {
        Ok(self.lock().due.get(&shard).and_then(|index| index.first().cloned()))
    }

    async fn due(
        &self,
        shard: Shard,
        until: Instant,
        limit: u32,
        after: Option<&DueCursor>,
    ) -> Result<DuePage, StoreError> {
        let state = self.lock();
        let Some(index) = state.due.get(&shard) else { return Ok(DuePage::default()) };
        let from = after.map_or(Bound::Unbounded, |DueCursor(last)| Bound::Excluded(last.clone()));
        let limit = usize::try_from(limit.max(1)).unwrap_or(usize::MAX);
        let due = index.range((from, Bound::Unbounded)).take_while(|person| person.at <= until);
        let people: Vec<DuePerson> = due.take(limit).cloned().collect();
        let next = if people.len() == limit { people.last().cloned().map(DueCursor) } else { None };
        Ok(DuePage { people, next })
    }
}
