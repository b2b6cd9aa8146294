//! The allowance as an item.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use serde::{Deserialize, Serialize};

use super::{Dynamo, attributes, item, number, read};
use crate::answers::{failed, if_met};
use crate::error::StoreError;
use crate::keys;
use crate::ports::{Allowance, Allowances, Reserve, ReserveFrom, Reserved};

#[derive(Serialize, Deserialize)]
struct Kept {
    v: u64,
    #[serde(flatten)]
    allowance: Allowance,
}

/// What a grant answers.
#[derive(Deserialize)]
struct ReservedTo {
    level: i64,
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
        Ok(if_met(request.send().await)?.is_some())
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, StoreError> {
        let request =
            self.0.client.update_item().table_name(&self.0.table).set_key(Some(attributes(&keys::allowance())));
        let (mut set, mut condition) = (vec!["v = v + :one"], vec!["asked_at = :asked_at"]);
        let request = match reserve.from {
            ReserveFrom::Level { least, most } => {
                set.push("#level = #level + :by");
                condition.push("#level BETWEEN :least AND :most");
                let request = request.expression_attribute_values(":by", number(reserve.by));
                let request = request.expression_attribute_values(":least", number(least));
                request.expression_attribute_values(":most", number(most))
            }
            ReserveFrom::Now(now) => {
                set.push("#level = :level");
                condition.push("#level < :now");
                let request = request.expression_attribute_values(":level", number(now + reserve.by));
                request.expression_attribute_values(":now", number(now))
            }
        };
        let request = if reserve.has_quota {
            set.push("#left = #left - :mails");
            condition.push("#left >= :mails");
            let request = request.expression_attribute_names("#left", "left");
            request.expression_attribute_values(":mails", number(reserve.mails))
        } else {
            request
        };
        let request = request
            .expression_attribute_names("#level", "level")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":asked_at", number(reserve.asked_at))
            .update_expression(format!("SET {}", set.join(", ")))
            .condition_expression(condition.join(" AND "))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let key = keys::allowance();
        match request.send().await {
            Ok(output) => {
                let risen: ReservedTo = read(output.attributes.unwrap_or_default(), &key)?;
                Ok(Reserved::Level(risen.level))
            }
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let UpdateItemError::ConditionalCheckFailedException(failed) = error.into_err() else {
                    return Ok(Reserved::Not(Allowance::default(), 0));
                };
                let kept: Option<Kept> = failed.item.map(|item| read(item, &key)).transpose()?;
                let (allowance, version) = kept.map_or((Allowance::default(), 0), |kept| (kept.allowance, kept.v));
                Ok(Reserved::Not(allowance, version))
            }
            Err(error) => Err(failed("UpdateItem", &error)),
        }
    }
}
