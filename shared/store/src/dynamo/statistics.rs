//! Sheets and totals as items.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Attributes, Dynamo, attributes, failed, number, refused, sort_key};
use crate::error::StoreError;
use crate::item::{pack, unpack};
use crate::keys::{self, Key};
use crate::ports::Statistics;
use crate::statistics::{Day, Sheet, Totals};
use crate::table::TTL_ATTRIBUTE;

/// Days after which sheets may go: the day itself, two until it is folded, and then some.
const KEPT_DAYS: i64 = 9;

impl Statistics for Dynamo {
    async fn open_day(&self, day: Day) -> Result<(), StoreError> {
        self.put_if(attributes(&keys::day(day.0)), "attribute_not_exists(pk)").await
    }

    async fn put_sheet(&self, day: Day, sheet: &Sheet) -> Result<(), StoreError> {
        let Some(name) = sheet.name() else { return Ok(()) };
        let key = keys::sheet(day.0, &name);
        let mut item = packed(&key, sheet)?;
        item.insert(TTL_ATTRIBUTE.to_owned(), number(Day(day.0 + KEPT_DAYS).begin().seconds()));
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item));
        request.send().await.map_err(|error| failed("PutItem", &error))?;
        Ok(())
    }

    async fn days(&self) -> Result<Vec<(Day, Option<Totals>)>, StoreError> {
        let mut days = Vec::new();
        for item in self.with_prefix(keys::STATISTICS, keys::DAYS).await? {
            let day = sort_key(&item).strip_prefix(keys::DAYS).and_then(|day| day.parse().ok());
            let unreadable = || StoreError::Unreadable { key: sort_key(&item).to_owned(), reason: "no day".to_owned() };
            let day = Day(day.ok_or_else(unreadable)?);
            days.push((day, unpacked(&item)?));
        }
        Ok(days)
    }

    async fn sheets(&self, day: Day) -> Result<Vec<Sheet>, StoreError> {
        let found = self.with_prefix(&keys::sheets(day.0), keys::SHEETS).await?;
        found.iter().filter_map(|item| unpacked(item).transpose()).collect()
    }

    async fn fold(&self, day: Day, totals: &Totals) -> Result<(), StoreError> {
        let item = packed(&keys::day(day.0), totals)?;
        self.put_if(item, "attribute_exists(pk) AND attribute_not_exists(z)").await
    }
}

impl Dynamo {
    /// Writes an item where a condition holds, and nothing where it does not.
    async fn put_if(&self, item: Attributes, condition: &str) -> Result<(), StoreError> {
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item));
        match request.condition_expression(condition).send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(failed("PutItem", &error)),
        }
    }
}

fn packed(key: &Key, value: &impl Serialize) -> Result<Attributes, StoreError> {
    let text = serde_json::to_vec(value).map_err(|error| refused("PutItem", &error))?;
    let bytes = pack(&text).map_err(|error| refused("PutItem", &error))?;
    let mut item = attributes(key);
    item.extend(HashMap::from([("z".to_owned(), AttributeValue::B(Blob::new(bytes)))]));
    Ok(item)
}

/// `None` where nothing is packed in the item.
fn unpacked<T: DeserializeOwned>(item: &Attributes) -> Result<Option<T>, StoreError> {
    let Some(AttributeValue::B(bytes)) = item.get("z") else { return Ok(None) };
    let unreadable = |reason: String| StoreError::Unreadable { key: sort_key(item).to_owned(), reason };
    let text = unpack(bytes.as_ref()).map_err(unreadable)?;
    let read = serde_json::from_slice(&text);
    read.map(Some).map_err(|error| unreadable(format!("{:?} at byte {}", error.classify(), error.column())))
}
