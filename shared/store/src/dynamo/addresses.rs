//! The suppression list: one small item for each address about which anything is known.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use rekindle_engine::time::Instant;

use super::{Attributes, Dynamo, attributes, read, refused, text};
use crate::answers::failed;
use crate::error::StoreError;
use crate::keys;
use crate::ports::{AddressFact, Addresses, Suppression};
use crate::table::ADDRESS_INDEX;

impl Addresses for Dynamo {
    fn address_hash(&self, address: &str) -> String {
        self.0.keyed.address(address)
    }

    async fn note_address(&self, hash: &str, fact: AddressFact, at: Instant) -> Result<(), StoreError> {
        match fact {
            AddressFact::Bounced => self.note_first(hash, "bounced_at", instant(at)?).await,
            AddressFact::Complained => self.note_first(hash, "complained_at", instant(at)?).await,
            AddressFact::Refused => self.note_newest(hash, "refused_at", at).await,
            AddressFact::Erased { hard } => {
                if hard {
                    self.note_first(hash, "hard", AttributeValue::Bool(true)).await?;
                }
                self.note_newest(hash, "at", at).await
            }
        }
    }

    async fn suppressed(&self, address: &str) -> Result<Option<Suppression>, StoreError> {
        let key = keys::suppression(&self.0.keyed.address(address));
        let request = self.0.client.get_item().table_name(&self.0.table).set_key(Some(attributes(&key)));
        let output = request.send().await.map_err(|error| failed("GetItem", &error))?;
        output.item.map(|item| read(item, &key)).transpose()
    }

    async fn all_suppressed(&self, hashes: &[String]) -> Result<Vec<Option<Suppression>>, StoreError> {
        let keys: Vec<_> = hashes.iter().map(|hash| keys::suppression(hash)).collect();
        let found = self.look_up(&keys).await?;
        let read = |key| found.get(key).map(|item: &Attributes| read(item.clone(), key)).transpose();
        keys.iter().map(read).collect()
    }

    async fn having(&self, hash: &str) -> Result<Vec<String>, StoreError> {
        let request = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .index_name(ADDRESS_INDEX)
            .key_condition_expression("addr = :addr")
            .expression_attribute_values(":addr", text(hash));
        let items = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let items = items.map_err(|error| failed("Query", &error))?;
        let mut ids: Vec<String> = items.iter().filter_map(super::due::person_id).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}

impl Dynamo {
    /// Sets an attribute of an address that has none of that name; the first stays.
    async fn note_first(&self, hash: &str, name: &str, value: AttributeValue) -> Result<(), StoreError> {
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::suppression(hash))))
            .update_expression("SET #name = if_not_exists(#name, :value)")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value);
        request.send().await.map_err(|error| failed("UpdateItem", &error))?;
        Ok(())
    }

    /// Sets an instant of an address; the newest stays, so that a repetition of an earlier fact takes nothing back.
    async fn note_newest(&self, hash: &str, name: &str, at: Instant) -> Result<(), StoreError> {
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::suppression(hash))))
            .update_expression("SET #name = :at")
            .condition_expression("attribute_not_exists(#name) OR #name <= :at")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":at", instant(at)?);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
            Err(error) => Err(failed("UpdateItem", &error)),
        }
    }
}

fn instant(at: Instant) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(at).map_err(|error| refused("UpdateItem", &error))
}
