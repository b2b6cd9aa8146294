//! Notes of operators.

use super::Memory;
use crate::error::StoreError;
use crate::keys;
use crate::ports::{Note, Notes};

impl Notes for Memory {
    async fn note(&self, note: &Note) -> Result<(), StoreError> {
        self.lock().notes.insert(keys::note(note), note.clone());
        Ok(())
    }

    async fn notes(&self) -> Result<Vec<Note>, StoreError> {
        let state = self.lock();
        Ok(state.notes.values().filter(|note| note.person.is_none()).cloned().collect())
    }

    async fn notes_about(&self, person: &str) -> Result<Vec<Note>, StoreError> {
        let state = self.lock();
        Ok(state.notes.values().filter(|note| note.person.as_deref() == Some(person)).cloned().collect())
    }
}
