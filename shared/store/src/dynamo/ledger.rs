//! Journal lines and sends, in the partition of their person.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::due::person_id;
use super::{Attributes, Dynamo, failed, item, number, read, sort_key, text};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{AnswerRow, Ledger, SendRow, SendStage, UnknownSend};
use crate::table::DUE_INDEX;

/// The lines of one decision in one item: a write costs the same for one line and for five.
#[derive(Serialize, Deserialize)]
struct Lines {
    l: Vec<String>,
}

/// A row. One of unknown outcome also stands in the index of what is due, in a part of its own, so that all of them are
/// found without looking at anybody; it leaves the index with its next stage.
#[derive(Serialize)]
struct Row<'a> {
    rank: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    #[serde(flatten)]
    row: &'a SendRow,
}

/// The part of the index of what is due in which sends of unknown outcome stand; people's parts have numbers.
const UNKNOWN: &str = "unknown";

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
        let is_unknown = matches!(row.stage, SendStage::Unknown { .. });
        let (shard, due_at) = (is_unknown.then_some(UNKNOWN), is_unknown.then_some(row.at.seconds()));
        let known = item(&keys::send(&row.person, &row.send_id), &Row { rank, shard, due_at, row })?;
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

    async fn unknown(&self, limit: u32) -> Result<Vec<UnknownSend>, StoreError> {
        let request = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .index_name(DUE_INDEX)
            .key_condition_expression("#shard = :shard")
            // `shard` is a word of the expression language.
            .expression_attribute_names("#shard", "shard")
            .expression_attribute_values(":shard", text(UNKNOWN));
        let mut pages = request.into_paginator().items().send();
        let mut unknown = Vec::new();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        while unknown.len() < limit
            && let Some(found) = pages.next().await
        {
            unknown.extend(unknown_send(&found.map_err(|error| failed("Query", &error))?));
        }
        Ok(unknown)
    }

    async fn put_answer(&self, row: &AnswerRow) -> Result<(), StoreError> {
        let own = keys::answer(row);
        let twin = keys::answer_twin(&row.person, &own.sk);
        // The person's own first: by it the other is found when the person is erased.
        for key in std::iter::once(own).chain(twin) {
            let request = self
                .0
                .client
                .put_item()
                .table_name(&self.0.table)
                .set_item(Some(item(&key, row)?))
                .condition_expression("attribute_not_exists(pk) OR #version <= :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", number(row.version));
            match request.send().await {
                Ok(_) => {}
                Err(SdkError::ServiceError(error))
                    if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) => {}
                Err(error) => return Err(failed("PutItem", &error)),
            }
        }
        Ok(())
    }

    async fn answers(&self, campaign: &str, survey: &str) -> Result<Vec<AnswerRow>, StoreError> {
        let pk = keys::survey_partition(campaign, survey);
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        found.into_iter().map(|row| read(row, &Key { pk: pk.clone(), sk: "…".to_owned() })).collect()
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        let pk = keys::person_partition(person);
        // A sort key is never empty, and a blank comes before every letter.
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        let others = found.iter().map(sort_key).filter(|sk| *sk != keys::PERSON);
        let own: Vec<Key> = others.map(|sk| Key { pk: pk.clone(), sk: sk.to_owned() }).collect();
        // What lies elsewhere goes first: by the person's own it is found, also after a crash in between.
        let twins: Vec<Key> = own.iter().filter_map(|key| keys::answer_twin(person, &key.sk)).collect();
        self.delete_all(&twins).await?;
        self.delete_all(&own).await
    }
}

fn unknown_send(found: &Attributes) -> Option<UnknownSend> {
    let since: i64 = found.get("due_at")?.as_n().ok()?.parse().ok()?;
    let send_id = sort_key(found).strip_prefix(keys::SENDS)?.to_owned();
    Some(UnknownSend { since: Instant::from_seconds(since), person: person_id(found)?, send_id })
}
