//! People as items.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use rekindle_engine::person::Person;

use super::{Dynamo, failed, number, text};
use crate::error::{CommitError, StoreError};
use crate::ports::{Commit, CommitToken, Loaded, People};
use crate::table::ADDRESS_INDEX;
use crate::{bounds, item, keys};

impl People for Dynamo {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        // An id that cannot be a key belongs to nobody; the commit will say what is wrong with it.
        let known = if id.len() > bounds::PERSON_ID_BYTES { None } else { self.get(&keys::person(id)).await? };
        match known {
            Some(known) => Ok(item::decode(&known.into())?.0),
            None => Ok(Loaded { person: Person::new(id), version: 0, token: None }),
        }
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let item = item::encode(&commit, &self.0.keyed, self.0.shards)?;
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item.into()));
        // Version 0 means that nobody has written yet; any other, that the last one who did is the one we saw.
        let request = match commit.expected {
            0 => request.condition_expression("attribute_not_exists(pk)"),
            seen => request.condition_expression("v = :seen").expression_attribute_values(":seen", number(seen)),
        };
        let failure = match request.send().await {
            Ok(_) => return Ok(commit.expected + 1),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                CommitError::Conflict
            }
            Err(error) => failed("PutItem", &error).into(),
        };
        // The SDK repeats a request whose reply was lost, and the repetition then fails on what the first one wrote: a
        // failed condition, too, may be our own success.
        if failure.is_retryable() && self.load(&commit.person.id).await?.token.as_ref() == Some(&commit.token) {
            return Ok(commit.expected + 1);
        }
        Err(failure)
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

    async fn with_address(&self, address: &str) -> Result<Vec<String>, StoreError> {
        let request = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .index_name(ADDRESS_INDEX)
            .key_condition_expression("addr = :addr")
            .expression_attribute_values(":addr", text(self.0.keyed.address(address)));
        let items = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let items = items.map_err(|error| failed("Query", &error))?;
        let mut ids: Vec<String> = items.iter().filter_map(super::due::person_id).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}
