//! Journal lines and sends, in the partition of their person.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnValue, WriteRequest};
use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::due::person_id;
use super::{Attributes, Dynamo, attributes, number, packed, read, refused, sort_key, text, unpacked};
use crate::answers::{failed, if_met};
use crate::error::StoreError;
use crate::item;
use crate::keys::{self, Key};
use crate::pages::{PageAt, Pages};
use crate::ports::{AnswerRow, ClaimedCode, Ledger, LedgerPage, PendingLedger, SendRow, SendStage, UnknownSend};
use crate::table::DUE_INDEX;

/// A page of the ledger, packed into one item: a write costs the same for what one decision noted and for what ten did.
#[derive(Serialize, Deserialize)]
struct Page {
    /// The version of the person up to which it goes.
    v: u64,
    /// The number of its first line.
    n: u64,
    /// What was noted.
    u: PendingLedger,
}

/// The attribute of a send's row that is the row, as JSON: each attribute of a request has its price in processor time.
const ROW: &str = "r";
/// The part of the index of what is due in which sends of unknown outcome stand, so that all of them are found without
/// looking at anybody; people's parts have numbers. With its next stage a send leaves it.
const UNKNOWN: &str = "unknown";
/// Before the names of attributes that say by which version of the person a send first came so far.
const MARK: &str = "m_";

impl Ledger for Dynamo {
    async fn append(&self, noted: &[LedgerPage]) -> Result<(), StoreError> {
        let mut items = BTreeMap::new();
        for noted in noted {
            let partition = self.partition(&noted.person);
            let key = match PageAt::of(noted) {
                PageAt::Line(first) => partition.line(first),
                PageAt::Version(version) => partition.noted(version),
            };
            let page = packed(&key, &Page { v: noted.version, n: noted.first, u: noted.what.clone() })?;
            // The stream may tell the same twice in one batch, and a request has each key once.
            items.insert(key, page);
        }
        let puts = items.into_values().map(|item| {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.map_err(|error| refused("BatchWriteItem", &error))?;
            Ok(WriteRequest::builder().put_request(put).build())
        });
        self.write_all(puts.collect::<Result<_, StoreError>>()?).await
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.noted(person).await?.0.lines())
    }

    async fn put_send(&self, row: &SendRow, version: u64) -> Result<bool, StoreError> {
        let key = self.partition(&row.person).send(&row.send_id);
        let text = serde_json::to_string(row).map_err(|error| refused("UpdateItem", &error))?;
        let mark = row.stage.mark().map(|mark| format!("{MARK}{mark}"));
        let further = Update { mark: mark.as_deref(), version, row: Some((row, text)) };
        let is_first = |row: &Attributes| {
            let own = mark.as_ref().and_then(|mark| row.get(mark)).and_then(|by| by.as_n().ok());
            own.is_some_and(|by| *by == version.to_string())
        };
        match (self.update_send(&key, further).await?, &mark) {
            (Some(row), _) => Ok(is_first(&row)),
            (None, None) => Ok(false),
            // It is further already, and came by here too. A row that was erased meanwhile stays so.
            (None, mark) => {
                let marked = self.update_send(&key, Update { mark: mark.as_deref(), version, row: None }).await?;
                Ok(marked.is_some_and(|row| is_first(&row)))
            }
        }
    }

    async fn marks(&self, person: &str) -> Result<Vec<(SendRow, String)>, StoreError> {
        let (pages, rows) = self.noted(person).await?;
        let mut marks: Vec<_> = pages.marks().collect();
        for found in rows {
            let own: Vec<String> = found.keys().filter_map(|name| name.strip_prefix(MARK)).map(str::to_owned).collect();
            let row = send_row(&found)?;
            marks.extend(own.into_iter().map(|mark| (row.clone(), mark)));
        }
        Ok(marks)
    }

    async fn send(&self, person: &str, send_id: &str) -> Result<Option<SendRow>, StoreError> {
        Ok(self.sends(person).await?.into_iter().find(|row| row.send_id == send_id))
    }

    async fn sends(&self, person: &str) -> Result<Vec<SendRow>, StoreError> {
        let (pages, rows) = self.noted(person).await?;
        Ok(pages.sends(rows.iter().map(send_row).collect::<Result<_, _>>()?))
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
        let own = self.partition(&row.person).answer(row);
        let twin = keys::answer_twin(&row.person, &own.sk);
        // The person's own first: by it the other is found when the person is erased.
        for key in std::iter::once(own).chain(twin) {
            let request = self
                .0
                .client
                .put_item()
                .table_name(&self.0.table)
                .set_item(Some(super::item(&key, row)?))
                .condition_expression("attribute_not_exists(pk) OR #version <= :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", number(row.version));
            if_met(request.send().await)?;
        }
        Ok(())
    }

    async fn answers(&self, campaign: &str, survey: &str) -> Result<Vec<AnswerRow>, StoreError> {
        let pk = keys::survey_partition(campaign, survey);
        let found = self.range(&pk, " ", "\u{10ffff}").await?;
        found.into_iter().map(|row| read(row, &Key { pk: pk.clone(), sk: "…".to_owned() })).collect()
    }

    async fn consents(&self, person: &str) -> Result<Vec<ConsentEntry>, StoreError> {
        Ok(self.noted(person).await?.0.consents())
    }

    async fn answers_of(&self, person: &str) -> Result<Vec<AnswerRow>, StoreError> {
        let partition = self.partition(person);
        let found = self.with_prefix(partition.pk(), keys::ANSWERS).await?;
        found.into_iter().map(|row| read(row, &partition.at(keys::ANSWERS))).collect()
    }

    async fn codes_of(&self, person: &str) -> Result<Vec<ClaimedCode>, StoreError> {
        let found = self.with_prefix(self.partition(person).pk(), keys::CLAIMS).await?;
        let mut codes: Vec<ClaimedCode> = found.iter().filter_map(claimed_code).collect();
        codes.sort_unstable();
        Ok(codes)
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        let partition = self.partition(person);
        // A sort key is never empty, and a blank comes before every letter.
        let found = self.range(partition.pk(), " ", "\u{10ffff}").await?;
        let others = found.iter().map(sort_key).filter(|sk| ![keys::PERSON, keys::BURIED].contains(sk));
        let own: Vec<Key> = others.map(|sk| partition.at(sk)).collect();
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

/// What becomes of the row of a send.
struct Update<'a> {
    /// By which version of the person a mark was first come to, unless that is known.
    mark: Option<&'a str>,
    version: u64,
    /// How far it is, also as text, unless it is known to be further: among equals the last writer wins. Without it, only
    /// a row that is there is marked.
    row: Option<(&'a SendRow, String)>,
}

impl Dynamo {
    /// The pages of somebody's ledger with what only the person has yet, and the rows of sends, by one query.
    async fn noted(&self, person: &str) -> Result<(Pages, Vec<Attributes>), StoreError> {
        let (mut pages, mut rows) = (Pages::default(), Vec::new());
        let last = format!("{}\u{10ffff}", keys::SENDS);
        // In the order of their keys: what lies in the ledger comes before the person.
        for found in self.range(self.partition(person).pk(), keys::LINES, &last).await? {
            match sort_key(&found) {
                sk if sk.starts_with(keys::LINES) || sk.starts_with(keys::NOTED) => {
                    if let Some(Page { v: version, n: first, u: what }) = unpacked(&found)? {
                        pages.add(LedgerPage { person: person.to_owned(), version, first, what });
                    }
                }
                keys::PERSON => {
                    if let Some(noted) = item::unwritten(&found.into())? {
                        pages.add(noted);
                    }
                }
                sk if sk.starts_with(keys::SENDS) => rows.push(found),
                _ => {}
            }
        }
        Ok((pages, rows))
    }

    /// Updates a send; gives what is there then, `None` where its condition does not hold.
    async fn update_send(&self, key: &Key, update: Update<'_>) -> Result<Option<Attributes>, StoreError> {
        let Update { mark, version, row } = update;
        let request = self.0.client.update_item().table_name(&self.0.table).set_key(Some(attributes(key)));
        let request = request.return_values(ReturnValue::UpdatedNew);
        let (mut set, mut removed) = (Vec::new(), "");
        let request = match row {
            None => request.condition_expression("attribute_exists(pk)"),
            Some((row, text)) => {
                set.extend(["#row = :row", "#rank = :rank"]);
                let request = request
                    .condition_expression("attribute_not_exists(pk) OR #rank <= :rank")
                    .expression_attribute_names("#row", ROW)
                    .expression_attribute_names("#rank", "rank")
                    .expression_attribute_names("#shard", "shard")
                    .expression_attribute_values(":row", AttributeValue::S(text))
                    .expression_attribute_values(":rank", number(row.stage.rank()));
                if matches!(row.stage, SendStage::Unknown { .. }) {
                    set.extend(["#shard = :shard", "due_at = :at"]);
                    let since = number(row.at.seconds());
                    set.push("id = :id");
                    let request = request.expression_attribute_values(":shard", self::text(UNKNOWN));
                    let request = request.expression_attribute_values(":id", self::text(&row.person));
                    request.expression_attribute_values(":at", since)
                } else {
                    removed = " REMOVE #shard, due_at";
                    request
                }
            }
        };
        let request = match mark {
            None => request,
            Some(mark) => {
                set.push("#mark = if_not_exists(#mark, :version)");
                let request = request.expression_attribute_names("#mark", mark);
                request.expression_attribute_values(":version", number(version))
            }
        };
        let request = request.update_expression(format!("SET {}{removed}", set.join(", ")));
        Ok(if_met(request.send().await)?.map(|output| output.attributes.unwrap_or_default()))
    }
}

/// The row of a send.
fn send_row(found: &Attributes) -> Result<SendRow, StoreError> {
    let row = found.get(ROW).and_then(|row| row.as_s().ok()).and_then(|row| serde_json::from_str(row).ok());
    let unreadable =
        || StoreError::Unreadable { key: sort_key(found).to_owned(), reason: "not in the expected shape".to_owned() };
    row.ok_or_else(unreadable)
}
