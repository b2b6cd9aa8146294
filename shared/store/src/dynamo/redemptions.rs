//! The directory of codes and the uses of them.

use super::{Dynamo, attributes, read, text};
use crate::answers::if_met;
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{CodeRow, RedemptionRow, Redemptions};

impl Redemptions for Dynamo {
    async fn whose(&self, code: &str) -> Result<Option<CodeRow>, StoreError> {
        match keys::code(code) {
            Some(key) => self.get_as(&key).await,
            None => Ok(None),
        }
    }

    async fn put_redemption(&self, row: &RedemptionRow) -> Result<(), StoreError> {
        if row.doubt.is_none()
            && let Some(key) = row.code.as_deref().and_then(keys::code)
        {
            self.note_use(&key, row).await?;
        }
        let kept = RedemptionRow { code: None, order: None, ..row.clone() };
        self.put(&keys::redemption(row), &kept).await
    }

    async fn redemptions(&self, campaign: &str, offer: &str) -> Result<Vec<RedemptionRow>, StoreError> {
        let pk = keys::redemptions_partition(campaign, offer);
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        found.into_iter().map(|row| read(row, &Key { pk: pk.clone(), sk: "…".to_owned() })).collect()
    }
}

impl Dynamo {
    /// Notes at a code that it was used. The first use stays; a code that was erased meanwhile stays so.
    async fn note_use(&self, key: &Key, row: &RedemptionRow) -> Result<(), StoreError> {
        let set = if row.order.is_some() { "SET used_at = :at, #order = :order" } else { "SET used_at = :at" };
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(key)))
            .update_expression(set)
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(used_at)")
            .expression_attribute_values(":at", text(row.at.to_string()));
        let request = match &row.order {
            Some(order) => {
                // `order` is a word of the expression language.
                request.expression_attribute_names("#order", "order").expression_attribute_values(":order", text(order))
            }
            None => request,
        };
        if_met(request.send().await)?;
        Ok(())
    }
}
