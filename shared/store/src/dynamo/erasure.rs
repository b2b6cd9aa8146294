//! Tombstones, and the end of a person's item.

use super::{Dynamo, item, number};
use crate::answers::if_met;
use crate::error::StoreError;
use crate::item::Tombstone;
use crate::ports::{Erased, Erasure};

impl Erasure for Dynamo {
    async fn pending_erasure(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        match self.get(&self.partition(person).person()).await? {
            Some(item) => crate::item::stream_image(item)?.map_or(Ok(None), |stream_image| stream_image.erased()),
            None => Ok(None),
        }
    }

    async fn tombstone(&self, person: &str) -> Result<u64, StoreError> {
        let buried: Option<Tombstone> = self.get_as(&self.partition(person).tombstone()).await?;
        Ok(buried.map_or(0, |buried| buried.v))
    }

    async fn has_come_back(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        let item = self.get(&self.partition(person).person()).await?;
        Ok(item.is_some_and(|item| crate::item::version_of(&item.into()) > erased.version))
    }

    async fn write_tombstone(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        let key = self.partition(person).tombstone();
        let tombstone = Tombstone { at: erased.at, v: erased.version };
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item(&key, &tombstone)?));
        let request = request
            .condition_expression("attribute_not_exists(pk) OR v < :v")
            .expression_attribute_values(":v", number(erased.version));
        if_met(request.send().await)?;
        Ok(())
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
        Ok(if_met(request.send().await)?.is_some())
    }
}
