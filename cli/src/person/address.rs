//! What is known about somebody's address, whoever has it: why no mail goes there, and under which other ids it is known.

use anyhow::Result;
use rekindle_engine::person::Person;
use rekindle_lambda::addresses::hash_of;
use rekindle_store::{Addresses, Suppression};
use serde_json::{Value, json};

use super::text::{Times, row};

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

    /// One row for each thing.
    pub fn rows(&self, times: &Times) -> Vec<Vec<String>> {
        let known = &self.known;
        let mut rows = Vec::new();
        if !self.others.is_empty() {
            let ids = self.others.join(", ");
            rows.push(row(
                "address has",
                format!("{} ids; also {ids}: what is said of it holds for all", self.others.len() + 1),
            ));
        }
        let facts = [
            (known.bounced_at, "it bounced for good; no mail goes there, whoever has it"),
            (known.complained_at, "a mail to it was reported as spam; no mail goes there, whoever has it"),
            (known.refused_at, "marketing was refused by a link; it needs consent given after that"),
            (known.erased_at, "somebody who had it was erased; marketing needs consent given after that"),
        ];
        let said = facts.into_iter().filter_map(|(at, what)| Some((at?, what)));
        rows.extend(said.map(|(at, what)| row("address since", format!("{}: {what}", times.at(at)))));
        if known.hard && known.bounced_at.is_none() && known.complained_at.is_none() {
            rows.push(row("address", "somebody who was erased was suppressed; no mail goes there, whoever has it"));
        }
        rows
    }

    /// The same for machines; `ids` are named where `named`, else counted.
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
