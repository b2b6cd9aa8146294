//! Tombstones, the suppression list, and the end of a person's item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem};
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::offers::Written;
use super::{Attributes, Dynamo, attributes, failed, item, number, read, refused};
use crate::error::{CommitError, StoreError};
use crate::keys;
use crate::ports::{Commit, Erased, Erasure, Left, Loaded, Suppression};

/// What is left of somebody.
#[derive(Serialize, Deserialize)]
struct Tombstone {
    at: Instant,
    v: u64,
}

impl Erasure for Dynamo {
    fn address_hash(&self, address: &str) -> String {
        self.0.keyed.address(address)
    }

    async fn suppress(&self, left: &Left, at: Instant) -> Result<(), StoreError> {
        let set = if left.hard { "SET #at = :at, hard = :hard" } else { "SET #at = :at" };
        let at = serde_dynamo::to_attribute_value(at).map_err(|error| refused("UpdateItem", &error))?;
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::suppression(&left.hash))))
            .update_expression(set)
            // A repetition of an earlier erasure takes nothing back.
            .condition_expression("attribute_not_exists(pk) OR #at <= :at")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":at", at);
        let request = match left.hard {
            true => request.expression_attribute_values(":hard", AttributeValue::Bool(true)),
            false => request,
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
            Err(error) => Err(failed("UpdateItem", &error)),
        }
    }

    async fn suppressed(&self, address: &str) -> Result<Option<Suppression>, StoreError> {
        let key = keys::suppression(&self.0.keyed.address(address));
        let request = self.0.client.get_item().table_name(&self.0.table).set_key(Some(attributes(&key)));
        let output = request.send().await.map_err(|error| failed("GetItem", &error))?;
        output.item.map(|item| read(item, &key)).transpose()
    }

    async fn all_suppressed(&self, addresses: &[String]) -> Result<Vec<Option<Suppression>>, StoreError> {
        let keys: Vec<_> = addresses.iter().map(|address| keys::suppression(&self.0.keyed.address(address))).collect();
        let found = self.look_up(&keys).await?;
        let read = |key| found.get(key).map(|item| read(item.clone(), key)).transpose();
        keys.iter().map(read).collect()
    }

    async fn unfinished(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        match self.get(&keys::person(person)).await? {
            Some(item) => crate::item::handed(item)?.map_or(Ok(None), |handed| handed.erased()),
            None => Ok(None),
        }
    }

    async fn buried(&self, person: &str) -> Result<u64, StoreError> {
        Ok(self.tombstone(person).await?.map_or(0, |tombstone| tombstone.v))
    }

    async fn bury(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        let key = keys::tombstone(&self.0.keyed.person(person));
        let tombstone = Tombstone { at: erased.at, v: erased.version };
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item(&key, &tombstone)?));
        let request = request
            .condition_expression("attribute_not_exists(pk) OR v < :v")
            .expression_attribute_values(":v", number(erased.version));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(failed("PutItem", &error)),
        }
    }

    async fn forget(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        let request = self
            .0
            .client
            .delete_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::person(person))))
            .condition_expression("v = :v")
            .expression_attribute_values(":v", number(erased.version));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), DeleteItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(failed("DeleteItem", &error)),
        }
    }
}

impl Dynamo {
    async fn tombstone(&self, person: &str) -> Result<Option<Tombstone>, StoreError> {
        self.get_as(&keys::tombstone(&self.0.keyed.person(person))).await
    }

    /// Somebody who has no item: a fresh person, or one of whom a tombstone is left.
    pub(super) async fn without_item(&self, id: &str) -> Result<Loaded, StoreError> {
        Ok(left_of(id, self.tombstone(id).await?))
    }

    /// The same of several people, as they were a moment ago.
    pub(super) async fn all_without_item(&self, ids: &[&String]) -> Result<Vec<Loaded>, StoreError> {
        let key = |id: &&String| keys::tombstone(&self.0.keyed.person(id));
        let found = self.look_up(&ids.iter().map(key).collect::<Vec<_>>()).await?;
        let left = |id: &&String| {
            let key = key(id);
            let tombstone = found.get(&key).map(|item| read(item.clone(), &key)).transpose()?;
            Ok(left_of(id, tombstone))
        };
        ids.iter().map(left).collect()
    }

    /// Writes the first item of somebody, provided that they were not erased since they were looked at.
    pub(super) async fn begin(&self, commit: &Commit<'_>, item: Attributes) -> Result<(), CommitError> {
        let put = Put::builder().table_name(&self.0.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build();
        let check = ConditionCheck::builder()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::tombstone(&self.0.keyed.person(&commit.person.id)))));
        let check = match commit.expected {
            0 => check.condition_expression("attribute_not_exists(pk)"),
            seen => check.condition_expression("v = :seen").expression_attribute_values(":seen", number(seen)),
        };
        let put = put.map_err(|error| refused("TransactWriteItems", &error))?;
        let check = check.build().map_err(|error| refused("TransactWriteItems", &error))?;
        let writes = [TransactWriteItem::builder().put(put), TransactWriteItem::builder().condition_check(check)];
        match self.transact(writes.map(|write| write.build()).into()).await? {
            Written::Done => Ok(()),
            Written::Overtaken => Err(CommitError::Conflict),
        }
    }
}

/// A fresh person, or one of whom a tombstone is left.
fn left_of(id: &str, tombstone: Option<Tombstone>) -> Loaded {
    tombstone.map_or_else(|| Loaded::unknown(id), |Tombstone { at, v }| Loaded::erased(id, at, v))
}
