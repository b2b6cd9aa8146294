//! Journal lines and sends, in the partition of their person.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnValue, WriteRequest};
use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::due::person_id;
use super::{Attributes, Dynamo, attributes, failed, item, number, read, refused, sort_key, text};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::ports::{AnswerRow, ClaimedCode, Ledger, Noted, SendRow, SendStage, UnknownSend};
use crate::table::DUE_INDEX;

/// What one decision noted, in one item: a write costs the same for one line and for five, and for consent beside them.
#[derive(Default, Serialize, Deserialize)]
struct Item {
    /// Journal lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    l: Vec<String>,
    /// What was said about consent, each statement as JSON.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    c: Vec<String>,
    /// The version of the person by which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<u64>,
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
/// Before the names of attributes that say by which version of the person a send first came so far.
const MARK: &str = "m_";
/// Attributes that an earlier stage may have had.
const MAY_BE_ABSENT: [&str; 4] = ["message_id", "reason", "shard", "due_at"];

/// Lines in one item at most, so that it stays far below what an item may have.
const LINES_AN_ITEM: usize = 200;

impl Ledger for Dynamo {
    async fn append(&self, noted: &[Noted]) -> Result<(), StoreError> {
        // A decision is always handed on whole, so the same comes under the same key again.
        let mut items = BTreeMap::new();
        for Noted { person, version, first, lines, consents } in noted {
            let said = consents.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
            let said = said.map_err(|error| refused("BatchWriteItem", &error))?;
            let version = Some(*version).filter(|_| !said.is_empty());
            let mut said = Item { c: said, v: version, ..Item::default() };
            for (number, chunk) in (*first..).step_by(LINES_AN_ITEM).zip(lines.chunks(LINES_AN_ITEM)) {
                let item = Item { l: chunk.to_vec(), ..std::mem::take(&mut said) };
                items.insert(keys::line(person, number), item);
            }
            if let Some(version) = said.v {
                items.insert(keys::consents(person, version), said);
            }
        }
        let puts = items.iter().map(|(key, noted)| {
            let put = PutRequest::builder().set_item(Some(item(key, noted)?)).build();
            let put = put.map_err(|error| refused("BatchWriteItem", &error))?;
            Ok(WriteRequest::builder().put_request(put).build())
        });
        self.write_all(puts.collect::<Result<_, StoreError>>()?).await
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let mut lines = BTreeMap::new();
        for found in self.with_prefix(&keys::person_partition(person), keys::LINES).await? {
            let sk = sort_key(&found).to_owned();
            let first: u64 = sk.strip_prefix(keys::LINES).and_then(|first| first.parse().ok()).unwrap_or(0);
            let Item { l, .. } = read(found, &Key { pk: keys::person_partition(person), sk })?;
            lines.extend((first..).zip(l));
        }
        Ok(lines.into_values().collect())
    }

    async fn put_send(&self, row: &SendRow, version: u64) -> Result<bool, StoreError> {
        let rank = row.stage.rank();
        let key = keys::send(&row.person, &row.send_id);
        let is_unknown = matches!(row.stage, SendStage::Unknown { .. });
        let (shard, due_at) = (is_unknown.then_some(UNKNOWN), is_unknown.then_some(row.at.seconds()));
        let known: Attributes =
            serde_dynamo::to_item(Row { rank, shard, due_at, row }).map_err(|error| refused("UpdateItem", &error))?;
        let mut update = Update::default();
        known.into_iter().for_each(|(name, value)| update.set(name, value));
        MAY_BE_ABSENT.into_iter().for_each(|name| update.remove_unless_set(name));
        let mark = row.stage.mark().map(|mark| format!("{MARK}{mark}"));
        // Among equals the last writer wins; whoever is behind what is known changes nothing of it.
        let condition = "attribute_not_exists(pk) OR #rank <= :rank";
        let moved = self.update_send(&key, update.mark(mark.as_deref(), version), condition, Some(rank)).await?;
        let is_first = |row: &Attributes| {
            let own = mark.as_ref().and_then(|mark| row.get(mark)).and_then(|by| by.as_n().ok());
            own.is_some_and(|by| *by == version.to_string())
        };
        match (moved, &mark) {
            (Some(row), _) => Ok(is_first(&row)),
            (None, None) => Ok(false),
            // It is further already, and came by here too. A row that was erased meanwhile stays so.
            (None, Some(mark)) => {
                let update = Update::default().mark(Some(mark), version);
                let marked = self.update_send(&key, update, "attribute_exists(pk)", None).await?;
                Ok(marked.is_some_and(|row| is_first(&row)))
            }
        }
    }

    async fn marks(&self, person: &str) -> Result<Vec<(SendRow, String)>, StoreError> {
        let mut marks = Vec::new();
        for found in self.with_prefix(&keys::person_partition(person), keys::SENDS).await? {
            let own: Vec<String> = found.keys().filter_map(|name| name.strip_prefix(MARK)).map(str::to_owned).collect();
            let row: SendRow = read(found, &keys::send(person, "…"))?;
            marks.extend(own.into_iter().map(|mark| (row.clone(), mark)));
        }
        Ok(marks)
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

    async fn consents(&self, person: &str) -> Result<Vec<ConsentEntry>, StoreError> {
        let key = keys::consents(person, 0);
        let mut entries = BTreeMap::new();
        for prefix in [keys::LINES, keys::CONSENTS] {
            for said in self.with_prefix(&keys::person_partition(person), prefix).await? {
                let Item { c, v, .. } = read(said, &key)?;
                if let Some(version) = v {
                    entries.insert(version, c);
                }
            }
        }
        let read = |entry: String| {
            // The reader's own words would show the value that it stumbled over.
            let unreadable = |_| StoreError::Unreadable { key: key.to_string(), reason: "no entry".to_owned() };
            serde_json::from_str(&entry).map_err(unreadable)
        };
        entries.into_values().flatten().map(read).collect()
    }

    async fn answers_of(&self, person: &str) -> Result<Vec<AnswerRow>, StoreError> {
        let pk = keys::person_partition(person);
        let found = self.with_prefix(&pk, keys::ANSWERS).await?;
        found.into_iter().map(|row| read(row, &Key { pk: pk.clone(), sk: keys::ANSWERS.to_owned() })).collect()
    }

    async fn codes_of(&self, person: &str) -> Result<Vec<ClaimedCode>, StoreError> {
        let found = self.with_prefix(&keys::person_partition(person), keys::CLAIMS).await?;
        let mut codes: Vec<ClaimedCode> = found.iter().filter_map(claimed_code).collect();
        codes.sort_unstable();
        Ok(codes)
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        let pk = keys::person_partition(person);
        // A sort key is never empty, and a blank comes before every letter.
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        let others = found.iter().map(sort_key).filter(|sk| *sk != keys::PERSON);
        let own: Vec<Key> = others.map(|sk| Key { pk: pk.clone(), sk: sk.to_owned() }).collect();
        // What lies elsewhere goes first: by the person's own it is found, also after a crash in between.
        let answers = own.iter().filter_map(|key| keys::answer_twin(person, &key.sk));
        let twins: Vec<Key> = answers.chain(found.iter().filter_map(code_of_claim)).collect();
        self.delete_all(&twins).await?;
        self.delete_all(&own).await
    }
}

/// Where it stands whose the code of a claim is.
fn code_of_claim(found: &Attributes) -> Option<Key> {
    let is_claim = sort_key(found).starts_with(keys::CLAIMS);
    found.get("code").filter(|_| is_claim)?.as_s().ok().and_then(|code| keys::code(code))
}

fn claimed_code(found: &Attributes) -> Option<ClaimedCode> {
    let mut parts = sort_key(found).strip_prefix(keys::CLAIMS)?.split('#').map(str::to_owned);
    let (campaign, offer) = (parts.next()?, parts.next()?);
    let entry = parts.next()?.parse().ok()?;
    Some(ClaimedCode { campaign, offer, entry, code: found.get("code")?.as_s().ok()?.clone() })
}

fn unknown_send(found: &Attributes) -> Option<UnknownSend> {
    let since: i64 = found.get("due_at")?.as_n().ok()?.parse().ok()?;
    let send_id = sort_key(found).strip_prefix(keys::SENDS)?.to_owned();
    Some(UnknownSend { since: Instant::from_seconds(since), person: person_id(found)?, send_id })
}

impl Dynamo {
    /// Updates a send where a condition holds; gives what was updated, `None` where it does not hold.
    async fn update_send(
        &self,
        key: &Key,
        update: Update,
        condition: &str,
        rank: Option<u64>,
    ) -> Result<Option<Attributes>, StoreError> {
        let request = self
            .0
            .client
            .update_item()
            .table_name(&self.0.table)
            .set_key(Some(attributes(key)))
            .update_expression(update.expression())
            .condition_expression(condition)
            .set_expression_attribute_names(Some(update.names))
            .set_expression_attribute_values(Some(update.values))
            .return_values(ReturnValue::UpdatedNew);
        let request = match rank {
            Some(rank) => {
                request.expression_attribute_names("#rank", "rank").expression_attribute_values(":rank", number(rank))
            }
            None => request,
        };
        match request.send().await {
            Ok(output) => Ok(Some(output.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(None)
            }
            Err(error) => Err(failed("UpdateItem", &error)),
        }
    }
}

/// An update of one item. Every name goes by a placeholder, as some are words of the expression language.
#[derive(Default)]
struct Update {
    set: Vec<String>,
    removed: Vec<String>,
    names: HashMap<String, String>,
    values: Attributes,
}

impl Update {
    fn set(&mut self, name: String, value: AttributeValue) {
        let number = self.names.len();
        self.set.push(format!("#n{number} = :v{number}"));
        self.values.insert(format!(":v{number}"), value);
        self.names.insert(format!("#n{number}"), name);
    }

    fn remove_unless_set(&mut self, name: &str) {
        if self.names.values().all(|known| known != name) {
            let number = self.names.len();
            self.removed.push(format!("#n{number}"));
            self.names.insert(format!("#n{number}"), name.to_owned());
        }
    }

    /// Says by which version a mark was first come to, unless that is known.
    fn mark(mut self, mark: Option<&str>, version: u64) -> Self {
        if let Some(mark) = mark {
            self.set.push("#mark = if_not_exists(#mark, :version)".to_owned());
            self.names.insert("#mark".to_owned(), mark.to_owned());
            self.values.insert(":version".to_owned(), number(version));
        }
        self
    }

    fn expression(&self) -> String {
        let set = format!("SET {}", self.set.join(", "));
        if self.removed.is_empty() { set } else { format!("{set} REMOVE {}", self.removed.join(", ")) }
    }
}
