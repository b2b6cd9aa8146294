//! Sheets and totals as items.

use super::{Attributes, Dynamo, attributes, number, packed, sort_key, unpacked};
use crate::answers::{failed, if_met};
use crate::error::StoreError;
use crate::keys;
use crate::statistics::{Day, Sheet, Statistics, Totals};
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
        if_met(request.condition_expression(condition).send().await)?;
        Ok(())
    }
}
