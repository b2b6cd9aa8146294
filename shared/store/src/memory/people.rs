//! People.

use std::sync::{Arc, OnceLock};

use super::{Memory, Stored};
use crate::error::{CommitError, StoreError};
use crate::item::Packing;
use crate::ports::{Commit, CommitToken, DuePerson, Loaded, People};
use crate::{bounds, item};

impl People for Memory {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        Ok(Arc::unwrap_or_clone(self.kept(id)?))
    }

    async fn look(&self, ids: &[String]) -> Result<Vec<Loaded>, StoreError> {
        let mut loaded = Vec::new();
        for id in ids {
            loaded.push(self.load(id).await?);
        }
        Ok(loaded)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        self.write(&commit)
    }

    fn token(&self) -> CommitToken {
        self.next_token()
    }

    fn pseudonym(&self, id: &str) -> Option<String> {
        self.0.keyed.pseudonym(id)
    }

    fn behind(&self, pseudonym: &str) -> Option<String> {
        self.0.keyed.behind(pseudonym)
    }
}

impl Memory {
    /// [`People::commit`] of what the caller keeps.
    ///
    /// # Errors
    /// As [`People::commit`].
    pub fn write(&self, commit: &Commit<'_>) -> Result<u64, CommitError> {
        let item = Arc::new(item::encode(commit, &self.0.keyed, self.0.shards, Packing::Plain)?);
        let id = commit.person.id.to_string();
        let mut state = self.lock();
        let before = state.people.get(&id);
        let tombstone = || state.tombstones.get(&self.0.keyed.person(&id)).map_or(0, |(_, version)| *version);
        if before.map_or_else(tombstone, |stored| stored.version) != commit.expected {
            return Err(CommitError::Conflict);
        }
        let shard = self.0.shards.of(&id);
        let due = commit.due.map(|at| DuePerson { at, id: id.clone() });
        // Whoever was set aside is due again by this very write.
        let gone = before.and_then(|stored| stored.due.clone());
        if gone != due || before.is_some_and(|stored| item::aside(&stored.item).is_some()) {
            let index = state.due.entry(shard).or_default();
            gone.map(|gone| index.remove(&gone));
            index.extend(due.clone());
        }
        if let Some(stream) = &mut state.stream {
            stream.push(Arc::clone(&item));
        }
        let version = commit.expected + 1;
        state.people.insert(id, Stored { item, version, due, loaded: OnceLock::new(), noted: OnceLock::new() });
        Ok(version)
    }

    /// The newest state of a person, not copied; of somebody unknown a fresh one with version 0.
    ///
    /// # Errors
    /// Where their item cannot be read.
    pub fn kept(&self, id: &str) -> Result<Arc<Loaded>, StoreError> {
        let state = self.lock();
        match state.people.get(id).filter(|_| id.len() <= bounds::PERSON_ID_BYTES) {
            Some(stored) => stored.loaded(id).map(Arc::clone),
            None => {
                let tombstone = state.tombstones.get(&self.0.keyed.person(id)).copied();
                let loaded =
                    tombstone.map_or_else(|| Loaded::unknown(id), |(at, version)| Loaded::erased(id, at, version));
                Ok(Arc::new(loaded))
            }
        }
    }
}
