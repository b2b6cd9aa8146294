//! The allowance as an item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use serde::{Deserialize, Serialize};

use super::{Dynamo, failed, item, number};
use crate::error::StoreError;
use crate::keys;
use crate::ports::{Allowance, Allowances};

#[derive(Serialize, Deserialize)]
struct Kept {
    v: u64,
    #[serde(flatten)]
    allowance: Allowance,
}

impl Allowances for Dynamo {
    async fn allowance(&self) -> Result<(Allowance, u64), StoreError> {
        let kept: Option<Kept> = self.get_as(&keys::allowance()).await?;
        Ok(kept.map_or((Allowance::default(), 0), |kept| (kept.allowance, kept.v)))
    }

    async fn put_allowance(&self, allowance: &Allowance, seen: u64) -> Result<bool, StoreError> {
        let kept = Kept { v: seen + 1, allowance: *allowance };
        let request = self.0.client.put_item().table_name(&self.0.table);
        let request = request.set_item(Some(item(&keys::allowance(), &kept)?));
        let request = match seen {
            0 => request.condition_expression("attribute_not_exists(pk)"),
            seen => request.condition_expression("v = :seen").expression_attribute_values(":seen", number(seen)),
        };
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
