//! What is known about somebody's address, whoever has it: why no mail goes there, and under which other ids it is known.

use anyhow::Result;
use rekindle_engine::person::Person;
use rekindle_lambda::addresses::hash_of;
use rekindle_store::{Addresses, Suppression};
use serde_json::{Value, json};

/// What is known about one address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The other ids that have it.
    pub others: Vec<String>,
    /// What holds for all of them.
    pub known: Suppression,
}

impl Address {
    /// Of the address that somebody has.
    ///
    /// # Errors
    /// Where the table does not answer.
    pub async fn of<S: Addresses>(store: &S, person: &Person) -> Result<Self> {
        let Some(hash) = hash_of(store, person) else { return Ok(Self::default()) };
        let mut others = store.having(&hash).await?;
        others.retain(|id| *id != *person.id);
        let known = store.all_suppressed(std::slice::from_ref(&hash)).await?;
        Ok(Self { others, known: known.into_iter().next().flatten().unwrap_or_default() })
    }

    /// For machines; the other ids are named where `named`, else counted.
    #[must_use]
    pub fn json(&self, named: bool) -> Value {
        let known = &self.known;
        let mut object = json!({
            "ids": self.others.len() + 1,
            "suppressed": known.is_hard(),
            "bounced_at": known.bounced_at,
            "complained_at": known.complained_at,
            "refused_at": known.refused_at,
            "erased_at": known.erased_at,
        });
        if let Some(fields) = object.as_object_mut().filter(|_| named) {
            fields.insert("other_ids".to_owned(), json!(self.others));
        }
        object
    }
}
