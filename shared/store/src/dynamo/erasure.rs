//! Tombstones, and the end of a person's item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;

use super::{Dynamo, failed, item, number};
use crate::error::StoreError;
use crate::item::Tombstone;
use crate::ports::{Erased, Erasure};

impl Erasure for Dynamo {
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

    async fn has_come_back(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        let item = self.get(&self.partition(person).person()).await?;
        Ok(item.is_some_and(|item| crate::item::version_of(&item.into()) > erased.version))
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
