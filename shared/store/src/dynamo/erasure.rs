//! Tombstones, the suppression list, and the end of a person's item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use rekindle_engine::time::Instant;

use super::{Dynamo, attributes, failed, item, number, read, refused};
use crate::error::StoreError;
use crate::item::Tombstone;
use crate::keys;
use crate::ports::{Erased, Erasure, Left, Suppression};

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
        match self.get(&self.partition(person).person()).await? {
            Some(item) => crate::item::handed(item)?.map_or(Ok(None), |handed| handed.erased()),
            None => Ok(None),
        }
    }

    async fn buried(&self, person: &str) -> Result<u64, StoreError> {
        let buried: Option<Tombstone> = self.get_as(&self.partition(person).buried()).await?;
        Ok(buried.map_or(0, |buried| buried.v))
    }

    async fn bury(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        let key = self.partition(person).buried();
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
        let tombstone = Tombstone { at: erased.at, v: erased.version };
        let request = self
            .0
            .client
            .put_item()
            .table_name(&self.0.table)
            .set_item(Some(item(&self.partition(person).person(), &tombstone)?))
            .condition_expression("v = :v AND attribute_exists(id)")
            .expression_attribute_values(":v", number(erased.version));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(false)
            }
            Err(error) => Err(failed("PutItem", &error)),
        }
    }
}
