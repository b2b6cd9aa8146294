//! Who has something due.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;

use rekindle_engine::time::Instant;

use super::Memory;
use crate::error::StoreError;
use crate::item::{ASIDE, aside};
use crate::ports::{Aside, Due, DueCursor, DuePage, DuePerson, Shard, Shards};

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

    async fn set_aside(&self, person: &DuePerson, why: &str) -> Result<bool, StoreError> {
        let shard = self.0.shards.of(&person.id);
        let mut state = self.lock();
        let state = &mut *state;
        let due = state.people.get_mut(&person.id).filter(|stored| stored.due.as_ref() == Some(person));
        let Some(stored) = due else { return Ok(false) };
        let text = |value: &str| serde_dynamo::AttributeValue::S(value.to_owned());
        let changed = [("shard", text(ASIDE)), ("why", text(why))].map(|(name, value)| (name.to_owned(), value));
        let item: HashMap<_, _> = stored.item.inner().clone().into_iter().chain(changed).collect();
        stored.item = Arc::new(item.into());
        if let Some(index) = state.due.get_mut(&shard) {
            index.remove(person);
        }
        if let Some(stream) = &mut state.stream {
            stream.push(stored.item.clone());
        }
        Ok(true)
    }

    async fn all_aside(&self, limit: u32) -> Result<Vec<DuePerson>, StoreError> {
        let state = self.lock();
        let found = state
            .people
            .iter()
            .filter_map(|(id, stored)| aside(&stored.item).map(|own| DuePerson { at: own.since, id: id.clone() }));
        let mut found: Vec<_> = found.collect();
        found.sort();
        found.truncate(usize::try_from(limit.max(1)).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn aside(&self, person: &str) -> Result<Option<Aside>, StoreError> {
        Ok(self.lock().people.get(person).and_then(|stored| aside(&stored.item)))
    }
}
