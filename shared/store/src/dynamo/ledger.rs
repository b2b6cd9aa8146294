//! Journal lines and sends, in the partition of their person.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use serde::{Deserialize, Serialize};

use super::{Dynamo, failed, item, number, read, sort_key};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{Ledger, SendRow};

/// The lines of one decision in one item: a write costs the same for one line and for five.
#[derive(Serialize, Deserialize)]
struct Lines {
    l: Vec<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    rank: u64,
    #[serde(flatten)]
    row: &'a SendRow,
}

/// Lines in one item at most, so that it stays far below what an item may have.
const LINES_AN_ITEM: usize = 200;

impl Ledger for Dynamo {
    async fn append(&self, person: &str, first: u64, lines: &[String]) -> Result<(), StoreError> {
        let mut number = first;
        for chunk in lines.chunks(LINES_AN_ITEM) {
            // A decision is always handed on whole, so the same lines come under the same number again.
            self.put(&keys::line(person, number), &Lines { l: chunk.to_vec() }).await?;
            number += u64::try_from(chunk.len()).unwrap_or(0);
        }
        Ok(())
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let mut lines = BTreeMap::new();
        for found in self.with_prefix(&keys::person_partition(person), keys::LINES).await? {
            let sk = sort_key(&found).to_owned();
            let first: u64 = sk.strip_prefix(keys::LINES).and_then(|first| first.parse().ok()).unwrap_or(0);
            let Lines { l } = read(found, &Key { pk: keys::person_partition(person), sk })?;
            lines.extend((first..).zip(l));
        }
        Ok(lines.into_values().collect())
    }

    async fn put_send(&self, row: &SendRow) -> Result<(), StoreError> {
        let rank = row.stage.rank();
        let known = item(&keys::send(&row.person, &row.send_id), &Row { rank, row })?;
        let request = self
            .0
            .client
            .put_item()
            .table_name(&self.0.table)
            .set_item(Some(known))
            // Among equals the last writer wins; whoever is behind what is known changes nothing.
            .condition_expression("attribute_not_exists(pk) OR #rank <= :rank")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":rank", number(rank));
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

    async fn send(&self, person: &str, send_id: &str) -> Result<Option<SendRow>, StoreError> {
        self.get_as(&keys::send(person, send_id)).await
    }

    async fn sends(&self, person: &str) -> Result<Vec<SendRow>, StoreError> {
        let pk = keys::person_partition(person);
        let found = self.with_prefix(&pk, keys::SENDS).await?;
        found.into_iter().map(|row| read(row, &keys::send(person, "…"))).collect()
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        let pk = keys::person_partition(person);
        // A sort key is never empty, and a blank comes before every letter.
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        let others = found.iter().map(sort_key).filter(|sk| *sk != keys::PERSON);
        let keys: Vec<Key> = others.map(|sk| Key { pk: pk.clone(), sk: sk.to_owned() }).collect();
        self.delete_all(&keys).await
    }
}
