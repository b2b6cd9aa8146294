//! Codes of offers: a counter, a claim and the head of a pool change in one transaction or not at all.
//!
//! A counter takes about 500 claims a second, which is what one item of a table can do in transactions.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use rekindle_engine::decide::{Claim, Request};
use serde::{Deserialize, Serialize};

use super::{Attributes, Dynamo, attributes, item, number, read, refused, sort_key, text};
use crate::answers::failed;
use crate::error::StoreError;
use crate::keys;
use crate::ports::{CodeRow, Offers, Redemptions};

/// How often a claim is tried anew because another one was faster.
const TRIES: u32 = 32;
/// Codes of a pool in one item: each claim reads one such item.
const CODES_AN_ITEM: usize = 200;

/// A claimed code.
#[derive(Serialize, Deserialize)]
struct Claimed {
    code: String,
}

/// How many codes of an offer were issued.
#[derive(Deserialize)]
struct Counter {
    n: u64,
}

/// How many codes a pool has, and how many of them are taken.
#[derive(Deserialize, Default, Clone, Copy)]
struct Pool {
    size: u64,
    taken: u64,
}

/// Codes of a pool, in order.
#[derive(Serialize, Deserialize)]
struct Block {
    codes: Vec<String>,
}

/// What became of a transaction.
pub(super) enum Written {
    Done,
    /// One of its conditions did not hold, or another transaction was at the same item.
    Overtaken,
}

impl Offers for Dynamo {
    async fn claim(&self, request: &Request) -> Result<Claim, StoreError> {
        let claim = self.partition(&request.person).claim(&request.campaign, &request.offer, request.entry);
        for _ in 0..TRIES {
            // First of all, so that whoever has a code keeps it whatever is left.
            if let Some(Claimed { code }) = self.get_as(&claim).await? {
                return Ok(Claim::Code(code));
            }
            if let Some(budget) = request.budget
                && self.issued(&request.campaign, &request.offer).await? >= budget
            {
                return Ok(Claim::Unavailable);
            }
            let mut writes = vec![self.count(request)?];
            let code = match &request.pool {
                None => self.0.keyed.code(request),
                Some(name) => {
                    let Some((taken, code)) = self.next_in(name).await? else { return Ok(Claim::Unavailable) };
                    let take = self.take(name, taken)?;
                    // A code has one holder: one that is somebody's already, from another pool, is passed over.
                    if self.whose(&code).await?.is_some() {
                        self.transact(vec![take]).await?;
                        continue;
                    }
                    writes.push(take);
                    code
                }
            };
            let directory = keys::code(&code).ok_or_else(|| refused("claim", &"a code is too long"))?;
            writes.push(self.put_new(item(&directory, &CodeRow::of(request, &code))?)?);
            writes.push(self.put_new(item(&claim, &Claimed { code: code.clone() })?)?);
            match self.transact(writes).await? {
                Written::Done => return Ok(Claim::Code(code)),
                Written::Overtaken => {}
            }
        }
        Err(StoreError::Unavailable { operation: "TransactWriteItems", reason: "too many claims at once".to_owned() })
    }

    async fn upload_pool(&self, pool: &str, codes: &[String]) -> Result<u64, StoreError> {
        crate::codes::check(codes)?;
        let mut added = None;
        'again: for _ in 0..TRIES {
            let mut known: BTreeSet<String> = self.codes_of(pool).await?.into_iter().collect();
            let fresh: Vec<&String> = codes.iter().filter(|code| known.insert((*code).clone())).collect();
            let added = *added.get_or_insert(u64::try_from(fresh.len()).unwrap_or(u64::MAX));
            let mut size = self.pool(pool).await?.size;
            for chunk in fresh.chunks(CODES_AN_ITEM) {
                let block = Block { codes: chunk.iter().map(|code| (*code).clone()).collect() };
                let after = size + u64::try_from(chunk.len()).unwrap_or(0);
                match self.transact(self.grow(pool, size, after, &block)?).await? {
                    Written::Done => size = after,
                    Written::Overtaken => continue 'again,
                }
            }
            return Ok(added);
        }
        Err(StoreError::Unavailable { operation: "TransactWriteItems", reason: "too many uploads at once".to_owned() })
    }

    async fn issued(&self, campaign: &str, offer: &str) -> Result<u64, StoreError> {
        Ok(self.get_as(&keys::offer(campaign, offer)).await?.map_or(0, |Counter { n }| n))
    }

    async fn left(&self, pool: &str) -> Result<u64, StoreError> {
        let Pool { size, taken } = self.pool(pool).await?;
        Ok(size.saturating_sub(taken))
    }
}

impl Dynamo {
    /// Writes an item that is not there yet.
    fn put_new(&self, item: Attributes) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.0.table).condition_expression("attribute_not_exists(pk)");
        let put = put.set_item(Some(item)).build().map_err(|error| refused("TransactWriteItems", &error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    async fn pool(&self, name: &str) -> Result<Pool, StoreError> {
        Ok(self.get_as(&keys::pool(name)).await?.unwrap_or_default())
    }

    /// How many codes of a pool are taken, and the code that is next; `None` where it is empty.
    async fn next_in(&self, name: &str) -> Result<Option<(u64, String)>, StoreError> {
        let Pool { size, taken } = self.pool(name).await?;
        if taken >= size {
            return Ok(None);
        }
        let (first, last) = (keys::pool_block(name, 0), keys::pool_block(name, taken));
        let request = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(&first.pk))
            .expression_attribute_values(":first", text(&first.sk))
            .expression_attribute_values(":last", text(&last.sk))
            .scan_index_forward(false)
            .limit(1);
        let output = request.send().await.map_err(|error| failed("Query", &error))?;
        let gap = || StoreError::Unreadable { key: last.to_string(), reason: "a code is missing".to_owned() };
        let found = output.items.unwrap_or_default().into_iter().next().ok_or_else(gap)?;
        let begins: u64 = sort_key(&found).strip_prefix("B#").and_then(|begins| begins.parse().ok()).ok_or_else(gap)?;
        let Block { codes } = read(found, &last)?;
        let place = usize::try_from(taken.saturating_sub(begins)).unwrap_or(usize::MAX);
        let code = codes.into_iter().nth(place).ok_or_else(gap)?;
        Ok(Some((taken, code)))
    }

    async fn codes_of(&self, pool: &str) -> Result<Vec<String>, StoreError> {
        let key = keys::pool(pool);
        let mut codes = Vec::new();
        for found in self.with_prefix(&key.pk, "B#").await? {
            let Block { codes: more } = read(found, &key)?;
            codes.extend(more);
        }
        Ok(codes)
    }

    /// Counts one code of an offer, within its budget.
    fn count(&self, request: &Request) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::offer(&request.campaign, &request.offer))))
            .update_expression("ADD n :one")
            .expression_attribute_values(":one", number(1));
        let update = match request.budget {
            None => update,
            Some(budget) => update
                .condition_expression("attribute_not_exists(pk) OR n < :budget")
                .expression_attribute_values(":budget", number(budget)),
        };
        let update = update.build().map_err(|error| refused("TransactWriteItems", &error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Takes the next code of a pool, if it still is the next.
    fn take(&self, pool: &str, taken: u64) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::pool(pool))))
            .update_expression("SET taken = :after")
            .condition_expression("taken = :taken")
            .expression_attribute_values(":taken", number(taken))
            .expression_attribute_values(":after", number(taken + 1));
        let update = update.build().map_err(|error| refused("TransactWriteItems", &error))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Appends codes to a pool, if it still has the size that was seen.
    fn grow(&self, pool: &str, size: u64, after: u64, block: &Block) -> Result<Vec<TransactWriteItem>, StoreError> {
        let put = Put::builder()
            .table_name(&self.0.table)
            .set_item(Some(item(&keys::pool_block(pool, size), block)?))
            .condition_expression("attribute_not_exists(pk)");
        let update = Update::builder()
            .table_name(&self.0.table)
            .set_key(Some(attributes(&keys::pool(pool))))
            .update_expression("SET #size = :after, taken = if_not_exists(taken, :zero)")
            .condition_expression("attribute_not_exists(pk) OR #size = :size")
            .expression_attribute_names("#size", "size")
            .expression_attribute_values(":size", number(size))
            .expression_attribute_values(":after", number(after))
            .expression_attribute_values(":zero", number(0));
        let put = put.build().map_err(|error| refused("TransactWriteItems", &error))?;
        let update = update.build().map_err(|error| refused("TransactWriteItems", &error))?;
        Ok(vec![TransactWriteItem::builder().put(put).build(), TransactWriteItem::builder().update(update).build()])
    }

    /// Writes several items or none.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Written, StoreError> {
        let request = self.0.client.transact_write_items().set_transact_items(Some(writes));
        let error = match request.send().await {
            Ok(_) => return Ok(Written::Done),
            Err(error) => error,
        };
        if let SdkError::ServiceError(service) = &error
            && let TransactWriteItemsError::TransactionCanceledException(cancelled) = service.err()
        {
            let codes = || cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
            let overtaken = |code: &str| matches!(code, "None" | "ConditionalCheckFailed" | "TransactionConflict");
            let Some(reason) = codes().find(|code| !overtaken(code)).map(str::to_owned) else {
                return Ok(Written::Overtaken);
            };
            // What is left are limits of throughput, which pass, and mistakes, which do not.
            return Err(match reason.as_str() {
                "ProvisionedThroughputExceeded" | "ThrottlingError" => {
                    StoreError::Unavailable { operation: "TransactWriteItems", reason }
                }
                _ => StoreError::Refused { operation: "TransactWriteItems", reason },
            });
        }
        Err(failed("TransactWriteItems", &error))
    }
}
