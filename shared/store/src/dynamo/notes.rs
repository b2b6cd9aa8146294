//! Notes of operators: those about a person lie in the person's partition, so that they are erased with it.

use super::{Dynamo, read};
use crate::error::StoreError;
use crate::keys;
use crate::ports::{Note, Notes};

impl Notes for Dynamo {
    async fn note(&self, note: &Note) -> Result<(), StoreError> {
        let about = note.person.as_deref().map(|person| self.partition(person).note(note));
        self.put(&about.unwrap_or_else(|| keys::note(note)), note).await
    }

    async fn notes(&self) -> Result<Vec<Note>, StoreError> {
        self.notes_in(keys::NOTES_PARTITION).await
    }

    async fn notes_about(&self, person: &str) -> Result<Vec<Note>, StoreError> {
        self.notes_in(self.partition(person).pk()).await
    }
}

impl Dynamo {
    async fn notes_in(&self, pk: &str) -> Result<Vec<Note>, StoreError> {
        let found = self.with_prefix(pk, keys::NOTES).await?;
        found.into_iter().map(|note| read(note, &keys::notes())).collect()
    }
}
