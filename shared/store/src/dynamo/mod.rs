//! The store in one DynamoDB table. Each port has its module; this one holds what they share.

mod addresses;
mod allowances;
mod commits;
mod due;
mod erasure;
mod ledger;
mod notes;
mod offers;
mod passes;
mod people;
mod publications;
mod redemptions;
mod statistics;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, KeysAndAttributes, WriteRequest};
use aws_smithy_async::rt::sleep::{AsyncSleep, default_async_sleep};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answers::failed;
use crate::error::{NoRandomBits, StoreError};
use crate::item::{pack, unpack};
use crate::keyed::Keyed;
use crate::keys::{Key, Partition};
use crate::ports::{CommitToken, Shards};
use crate::tokens::Tokens;

use commits::Commits;

/// How often a batch is asked for: what is left over was throttled, and the service asks for the same call again, with
/// exponential back-off (DynamoDB API reference, "BatchGetItem" and "BatchWriteItem").
const PASSES: u32 = 8;
/// The longest of the pauses before the second call; each further one may be twice as long.
const PAUSE: Duration = Duration::from_millis(50);

/// An item as the SDK has it.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// What a [`Dynamo`] is told at its construction.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The table's name.
    pub table: String,
    /// The secret under which addresses and codes are hashed.
    pub keyed: Keyed,
    /// Into how many parts the index of due people is divided.
    pub shards: Shards,
}

/// The store in one DynamoDB table. Clones are the same one.
#[derive(Clone)]
pub struct Dynamo(Arc<Inner>);

struct Inner {
    client: Client,
    table: String,
    keyed: Keyed,
    shards: Shards,
    tokens: Tokens,
    commits: Commits,
}

impl fmt::Debug for Dynamo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dynamo").field("table", &self.0.table).finish_non_exhaustive()
    }
}

impl Dynamo {
    /// A store in a table as [`crate::table`] defines it. Nothing is called yet.
    ///
    /// # Errors
    /// Where this process cannot be given a name of its own.
    pub fn new(client: Client, settings: Settings) -> Result<Self, NoRandomBits> {
        let Settings { table, keyed, shards } = settings;
        let tokens = Tokens::draw()?;
        Ok(Self(Arc::new(Inner { client, table, keyed, shards, tokens, commits: Commits::default() })))
    }

    /// The partition of a person.
    fn partition(&self, person: &str) -> Partition {
        self.0.keyed.partition(person)
    }

    fn next_token(&self) -> CommitToken {
        self.0.tokens.next()
    }

    /// Reads one item, strongly consistent.
    async fn get(&self, key: &Key) -> Result<Option<Attributes>, StoreError> {
        let request =
            self.0.client.get_item().table_name(&self.0.table).consistent_read(true).set_key(Some(attributes(key)));
        let output = request.send().await.map_err(|error| failed("GetItem", &error))?;
        Ok(output.item)
    }

    /// Reads one item into a type, strongly consistent.
    async fn get_as<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.get(key).await?.map(|item| read(item, key)).transpose()
    }

    /// Waits before a batch is asked for again, by the client's own way to sleep; between a half and the whole of the pause,
    /// and in another process for another part of it.
    async fn pause_before(&self, pass: u32) {
        let Some(doubled) = pass.checked_sub(1) else { return };
        // A client that was given none sleeps with the default, which its configuration does not tell.
        let Some(sleep) = self.0.client.config().sleep_impl().or_else(default_async_sleep) else { return };
        let longest = PAUSE.saturating_mul(1 << doubled.min(10));
        let jitter = (self.0.tokens.process() >> (doubled.min(10) * 8)) as u8;
        sleep.sleep(longest / 2 + (longest / 2).mul_f64(f64::from(jitter) / 255.0)).await;
    }

    /// Reads several items, 100 in a request, as they were a moment ago: for half of what a strongly consistent read costs.
    async fn look_up(&self, keys: &[Key]) -> Result<HashMap<Key, Attributes>, StoreError> {
        self.get_all(keys, false).await
    }

    /// Reads several items, 100 in a request.
    async fn get_all(&self, keys: &[Key], consistent: bool) -> Result<HashMap<Key, Attributes>, StoreError> {
        let keys: Vec<&Key> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut found = HashMap::new();
        for batch in keys.chunks(100) {
            let mut left: Vec<Attributes> = batch.iter().map(|key| attributes(key)).collect();
            for pass in 0..PASSES {
                if left.is_empty() {
                    break;
                }
                self.pause_before(pass).await;
                let asked = KeysAndAttributes::builder().set_keys(Some(std::mem::take(&mut left)));
                let asked = asked.set_consistent_read(Some(true).filter(|_| consistent)).build();
                let asked = asked.map_err(|error| refused("BatchGetItem", &error))?;
                let request = self.0.client.batch_get_item().request_items(&self.0.table, asked);
                let output = request.send().await.map_err(|error| failed("BatchGetItem", &error))?;
                let items = output.responses.unwrap_or_default().remove(&self.0.table).unwrap_or_default();
                found.extend(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))));
                left = output
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.0.table)
                    .map_or_else(Vec::new, |left| left.keys);
            }
            if !left.is_empty() {
                return Err(unprocessed("BatchGetItem"));
            }
        }
        Ok(found)
    }

    /// Writes one item, whatever was there.
    async fn put(&self, key: &Key, value: &impl Serialize) -> Result<(), StoreError> {
        let request = self.0.client.put_item().table_name(&self.0.table).set_item(Some(item(key, value)?));
        request.send().await.map_err(|error| failed("PutItem", &error))?;
        Ok(())
    }

    /// All items of a partition whose sort keys lie between two texts, both included, in their order; strongly consistent.
    async fn range(&self, pk: &str, from: &str, to: &str) -> Result<Vec<Attributes>, StoreError> {
        let request = self
            .0
            .client
            .query()
            .table_name(&self.0.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to));
        let pages = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        pages.map_err(|error| failed("Query", &error))
    }

    /// All items of a partition whose sort keys begin with a text.
    async fn with_prefix(&self, pk: &str, prefix: &str) -> Result<Vec<Attributes>, StoreError> {
        self.range(pk, prefix, &format!("{prefix}\u{10ffff}")).await
    }

    /// Deletes items, whether they are there or not.
    async fn delete_all(&self, keys: &[Key]) -> Result<(), StoreError> {
        let delete = |key: &Key| {
            let delete = DeleteRequest::builder().set_key(Some(attributes(key))).build();
            let delete = delete.map_err(|error| refused("BatchWriteItem", &error))?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        };
        self.write_all(keys.iter().map(delete).collect::<Result<_, StoreError>>()?).await
    }

    /// Puts and deletes items, whatever was there, 25 in a request; no two of one key.
    async fn write_all(&self, requests: Vec<WriteRequest>) -> Result<(), StoreError> {
        for batch in requests.chunks(25) {
            let mut left = batch.to_vec();
            for pass in 0..PASSES {
                if left.is_empty() {
                    break;
                }
                self.pause_before(pass).await;
                let request = self.0.client.batch_write_item().request_items(&self.0.table, std::mem::take(&mut left));
                let output = request.send().await.map_err(|error| failed("BatchWriteItem", &error))?;
                left = output.unprocessed_items.unwrap_or_default().remove(&self.0.table).unwrap_or_default();
            }
            if !left.is_empty() {
                return Err(unprocessed("BatchWriteItem"));
            }
        }
        Ok(())
    }
}

/// A text attribute.
fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A key as attributes.
fn attributes(key: &Key) -> Attributes {
    HashMap::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

/// The key of an item.
fn key_of(item: &Attributes) -> Option<Key> {
    let text = |name: &str| item.get(name)?.as_s().ok().cloned();
    Some(Key { pk: text("pk")?, sk: text("sk")? })
}

/// A value as the item of a key.
fn item(key: &Key, value: &impl Serialize) -> Result<Attributes, StoreError> {
    let mut item: Attributes = serde_dynamo::to_item(value).map_err(|error| refused("PutItem", &error))?;
    item.extend(attributes(key));
    Ok(item)
}

/// The value in the item of a key. The reader's own words are left out: they would show the value it stumbled over.
fn read<T: DeserializeOwned>(item: Attributes, key: &Key) -> Result<T, StoreError> {
    serde_dynamo::from_item(item)
        .map_err(|_| StoreError::Unreadable { key: key.to_string(), reason: "not in the expected shape".to_owned() })
}

/// A value as an item of packed JSON.
fn packed(key: &Key, value: &impl Serialize) -> Result<Attributes, StoreError> {
    let text = serde_json::to_vec(value).map_err(|error| refused("PutItem", &error))?;
    let bytes = pack(&text).map_err(|error| refused("PutItem", &error))?;
    let mut item = attributes(key);
    item.insert("z".to_owned(), AttributeValue::B(Blob::new(bytes)));
    Ok(item)
}

/// The value in an item of packed JSON; `None` where nothing is packed in it.
fn unpacked<T: DeserializeOwned>(item: &Attributes) -> Result<Option<T>, StoreError> {
    let Some(AttributeValue::B(bytes)) = item.get("z") else { return Ok(None) };
    let unreadable = |reason: String| StoreError::Unreadable { key: sort_key(item).to_owned(), reason };
    let text = unpack(bytes.as_ref()).map_err(unreadable)?;
    let read = serde_json::from_slice(&text);
    read.map(Some).map_err(|error| unreadable(format!("{:?} at byte {}", error.classify(), error.column())))
}

/// The sort key of an item.
fn sort_key(item: &Attributes) -> &str {
    item.get("sk").and_then(|sk| sk.as_s().ok()).map_or("", String::as_str)
}

/// A part of a batch was throttled again and again.
fn unprocessed(operation: &'static str) -> StoreError {
    StoreError::Unavailable { operation, reason: "a part stayed unprocessed".to_owned() }
}

/// An error of the program's own making.
fn refused(operation: &'static str, error: &impl fmt::Display) -> StoreError {
    StoreError::Refused { operation, reason: error.to_string() }
}
