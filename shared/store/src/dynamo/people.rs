//! People as items.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;

use super::{Attributes, Dynamo, failed, number, text};
use crate::error::{CommitError, StoreError};
use crate::ports::{Commit, CommitToken, Erasure, Loaded, People};
use crate::table::ADDRESS_INDEX;
use crate::{bounds, item, keys};

impl People for Dynamo {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        // An id that cannot be a key belongs to nobody; the commit will say what is wrong with it.
        if id.len() > bounds::PERSON_ID_BYTES {
            return Ok(Loaded::unknown(id));
        }
        match self.get(&keys::person(id)).await? {
            Some(known) => Ok(item::decode(&known.into())?.0),
            None => self.without_item(id).await,
        }
    }

    async fn look(&self, ids: &[String]) -> Result<Vec<Loaded>, StoreError> {
        let ids: Vec<&String> = ids.iter().filter(|id| id.len() <= bounds::PERSON_ID_BYTES).collect();
        let mut found = self.look_up(&ids.iter().map(|id| keys::person(id)).collect::<Vec<_>>()).await?;
        let (mut loaded, mut absent) = (Vec::new(), Vec::new());
        for id in ids {
            match found.remove(&keys::person(id)) {
                Some(known) => loaded.push(item::decode(&known.into())?.0),
                None => absent.push(id),
            }
        }
        loaded.extend(self.all_without_item(&absent).await?);
        Ok(loaded)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let item = item::image(&commit, &self.0.keyed, self.0.shards)?;
        let item: Attributes = item.into();
        let outcome = match commit.expected {
            0 => self.begin(&commit, item).await,
            _ if commit.person.erased_at.is_none() => self.replace(&commit, item).await,
            // There may be no item although there is a version: that of the tombstone.
            seen => match self.replace(&commit, item.clone()).await {
                Err(CommitError::Conflict) if self.buried(&commit.person.id).await? == seen => {
                    self.begin(&commit, item).await
                }
                outcome => outcome,
            },
        };
        let Err(failure) = outcome else { return Ok(commit.expected + 1) };
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

impl Dynamo {
    /// Writes a person over the version that was seen.
    async fn replace(&self, commit: &Commit<'_>, item: Attributes) -> Result<(), CommitError> {
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item));
        let request =
            request.condition_expression("v = :seen").expression_attribute_values(":seen", number(commit.expected));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Err(CommitError::Conflict)
            }
            Err(error) => Err(failed("PutItem", &error).into()),
        }
    }
}
