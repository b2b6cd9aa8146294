//! Publications as items: versions first, each for ever; the pointer last, and only if it still is the one seen.
//!
//! Whoever dies in between leaves versions that nothing points to: the next publication takes them over where they are
//! equal, and passes over their numbers where they are not.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use rekindle_engine::catalog::RunState;
use rekindle_engine::lang::Choice;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::offers::Written;
use super::passes::pass_item;
use super::{Attributes, Dynamo, item, number, read, refused, sort_key, text};
use crate::answers::if_met;
use crate::bounds::ITEM_BYTES;
use crate::error::{PublishError, StoreError};
use crate::keys::{self, Key};
use crate::ports::{
    CampaignFiles, CampaignVersion, HistoryEntry, OwedPass, Pass, Publication, Publications, Published, Run,
};
use crate::publishing::{Pointer, choice_texts, choices_of, fingerprint, text_fingerprint};

/// A version of a file.
#[derive(Serialize, Deserialize)]
struct Version {
    yaml: String,
    hash: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<String, String>,
}

/// A compiled mail, as JSON text: tables have their own mind about numbers and nesting.
#[derive(Serialize, Deserialize)]
struct Mail {
    json: String,
}

/// A line of the history.
#[derive(Serialize, Deserialize)]
struct Entry {
    number: u64,
    at: Instant,
    note: String,
    workspace: u32,
    campaigns: BTreeMap<String, u32>,
}

/// Whether a campaign runs.
#[derive(PartialEq, Serialize, Deserialize)]
struct RunRow {
    paused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resumed_at: Option<Instant>,
    reason: String,
    by: String,
    at: Instant,
}

impl Publications for Dynamo {
    async fn publish(
        &self,
        publication: &Publication,
        seen: u64,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<u64, PublishError> {
        let pointer = self.pointer(seen).await?;
        let yaml = publication.workspace_yaml.clone();
        let version = Version { hash: text_fingerprint(&yaml), yaml, choices: BTreeMap::new() };
        let workspace =
            self.keep("workspace.yaml", &version, keys::workspace_version, pointer.workspace, pointer.last_workspace);
        let workspace = workspace.await?.0;
        let mut campaigns = BTreeMap::new();
        for (id, files) in &publication.campaigns {
            let live = pointer.campaigns.get(id).copied().unwrap_or(0);
            let last = pointer.last.get(id).copied().unwrap_or(0);
            campaigns.insert(id.clone(), self.keep_campaign(id, files, live, last).await?);
        }
        self.point(&pointer, &pointer.next(workspace, campaigns, now), &publication.note, owed, now).await
    }

    async fn rollback(
        &self,
        to: u64,
        seen: u64,
        note: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<u64, PublishError> {
        let pointer = self.pointer(seen).await?;
        let entry: Option<Entry> = self.get_as(&keys::publication(to)).await?;
        let entry = entry.ok_or(PublishError::Unknown { number: to })?;
        self.point(&pointer, &pointer.next(entry.workspace, entry.campaigns, now), note, owed, now).await
    }

    async fn live(&self) -> Result<Option<Published>, StoreError> {
        let mut pointer: Option<Pointer> = None;
        let mut runs = BTreeMap::new();
        for found in self.range(keys::WORKSPACE, keys::LIVE, &format!("{}\u{10ffff}", keys::RUNS)).await? {
            match sort_key(&found).strip_prefix(keys::RUNS).map(str::to_owned) {
                None => pointer = Some(read(found, &keys::live())?),
                Some(campaign) => {
                    let row: RunRow = read(found, &keys::run(&campaign))?;
                    runs.insert(campaign, row.into());
                }
            }
        }
        Ok(pointer.and_then(|pointer| pointer.published(runs)))
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, StoreError> {
        let found = self.with_prefix(keys::HISTORY, "PUB#").await?;
        let entry = |found| {
            let Entry { number, at, note, workspace, campaigns } = read(found, &keys::publication(0))?;
            Ok(HistoryEntry { number, at, note, workspace, campaigns })
        };
        found.into_iter().rev().map(entry).collect()
    }

    async fn workspace(&self, version: u32) -> Result<Option<String>, StoreError> {
        let found: Option<Version> = self.get_as(&keys::workspace_version(version)).await?;
        Ok(found.map(|version| version.yaml))
    }

    async fn version(&self, campaign: &str, version: u32) -> Result<Option<CampaignVersion>, StoreError> {
        let key = keys::campaign_version(campaign, version);
        self.get(&key).await?.map(|found| campaign_version(found, &key)).transpose()
    }

    async fn versions(&self, wanted: &[(String, u32)]) -> Result<Vec<Option<CampaignVersion>>, StoreError> {
        let keys: Vec<Key> =
            wanted.iter().map(|(campaign, version)| keys::campaign_version(campaign, *version)).collect();
        // Strongly consistent: what was published a moment ago is asked for at once.
        let mut found = self.get_all(&keys, true).await?;
        keys.iter().map(|key| found.remove(key).map(|found| campaign_version(found, key)).transpose()).collect()
    }

    async fn mails(
        &self,
        campaign: &str,
        version: u32,
        mail: &str,
    ) -> Result<BTreeMap<String, serde_json::Value>, StoreError> {
        let first = keys::mail(campaign, version, mail, "");
        let compiled = |found: Attributes| {
            let locale = sort_key(&found).strip_prefix(&first.sk).unwrap_or_default().to_owned();
            let Mail { json } = read(found, &first)?;
            let broken = |_| StoreError::Unreadable { key: first.to_string(), reason: "not JSON".to_owned() };
            Ok((locale, serde_json::from_str(&json).map_err(broken)?))
        };
        self.with_prefix(&first.pk, &first.sk).await?.into_iter().map(compiled).collect()
    }

    async fn pause(&self, campaign: &str, reason: &str, by: &str, now: Instant) -> Result<bool, StoreError> {
        let row = RunRow { paused: true, resumed_at: None, reason: reason.to_owned(), by: by.to_owned(), at: now };
        self.put_run(campaign, &row, "attribute_not_exists(pk) OR paused = :other", None).await
    }

    async fn resume(
        &self,
        campaign: &str,
        reason: &str,
        by: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let row =
            RunRow { paused: false, resumed_at: Some(now), reason: reason.to_owned(), by: by.to_owned(), at: now };
        self.put_run(campaign, &row, "paused = :other", owed).await
    }
}

impl From<RunRow> for Run {
    fn from(row: RunRow) -> Self {
        let RunRow { paused, resumed_at, reason, by, at } = row;
        Self { state: if paused { RunState::Paused } else { RunState::Running { resumed_at } }, reason, by, at }
    }
}

fn campaign_version(found: Attributes, key: &Key) -> Result<CampaignVersion, StoreError> {
    let Version { yaml, choices, .. } = read(found, key)?;
    let broken = || StoreError::Unreadable { key: key.to_string(), reason: "an unknown choice".to_owned() };
    let choices: BTreeMap<String, Choice> = choices_of(choices).ok_or_else(broken)?;
    Ok(CampaignVersion { yaml, choices })
}

impl Dynamo {
    /// The pointer, provided it is the one that was seen.
    async fn pointer(&self, seen: u64) -> Result<Pointer, PublishError> {
        let pointer: Pointer = self.get_as(&keys::live()).await?.unwrap_or_default();
        if pointer.number == seen { Ok(pointer) } else { Err(PublishError::Overtaken { live: pointer.number }) }
    }

    async fn keep_campaign(&self, id: &str, files: &CampaignFiles, live: u32, last: u32) -> Result<u32, PublishError> {
        let version =
            Version { yaml: files.yaml.clone(), hash: fingerprint(files), choices: choice_texts(&files.choices) };
        let key = |version| keys::campaign_version(id, version);
        let (number, is_new) = self.keep(&format!("{id}/campaign.yaml"), &version, key, live, last).await?;
        if is_new {
            for ((mail, locale), compiled) in &files.mails {
                let json = compiled.to_string();
                fits(&format!("{id}/{mail} ({locale}), compiled,"), json.len())?;
                self.put(&keys::mail(id, number, mail, locale), &Mail { json }).await?;
            }
        }
        Ok(number)
    }

    /// Gives a file a number: that of its live version where it is equal, else the next that is free. Whether it is new.
    async fn keep(
        &self,
        what: &str,
        version: &Version,
        key: impl Fn(u32) -> Key,
        live: u32,
        last: u32,
    ) -> Result<(u32, bool), PublishError> {
        fits(what, version.yaml.len())?;
        let known: Option<Version> = if live == 0 { None } else { self.get_as(&key(live)).await? };
        if known.is_some_and(|known| known.hash == version.hash) {
            return Ok((live, false));
        }
        let mut number = last + 1;
        loop {
            let request = self
                .0
                .client
                .put_item()
                .table_name(&self.0.table)
                .set_item(Some(item(&key(number), version)?))
                .condition_expression("attribute_not_exists(pk) OR #hash = :hash")
                .expression_attribute_names("#hash", "hash")
                .expression_attribute_values(":hash", text(&version.hash));
            if if_met(request.send().await)?.is_some() {
                return Ok((number, true));
            }
            number += 1;
        }
    }

    /// Makes `next` live after `seen`, and writes the history's line and the pass that is owed with it.
    async fn point(
        &self,
        seen: &Pointer,
        next: &Pointer,
        note: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<u64, PublishError> {
        let HistoryEntry { number: publication, at, note, workspace, campaigns } = next.entry(note, now);
        let entry = Entry { number: publication, at, note, workspace, campaigns };
        let put = |item| Put::builder().table_name(&self.0.table).set_item(Some(item));
        let history =
            put(item(&keys::publication(publication), &entry)?).condition_expression("attribute_not_exists(pk)");
        let pointer = put(item(&keys::live(), next)?);
        let pointer = match seen.number {
            0 => pointer.condition_expression("attribute_not_exists(pk)"),
            seen => pointer
                .condition_expression("#number = :seen")
                .expression_attribute_names("#number", "number")
                .expression_attribute_values(":seen", number(seen)),
        };
        let written = self.transact(self.writes([history, pointer], owed, now)?).await;
        if matches!(written, Ok(Written::Done)) {
            return Ok(publication);
        }
        // Where the reply was lost, a look tells whether this one became live all the same.
        let live: Pointer = self.get_as(&keys::live()).await?.unwrap_or_default();
        match written {
            _ if live == *next => Ok(publication),
            Ok(_) => Err(PublishError::Overtaken { live: live.number }),
            Err(error) => Err(error.into()),
        }
    }

    /// The writes of one transaction: these, and the pass that is owed for them.
    fn writes(
        &self,
        puts: impl IntoIterator<Item = PutBuilder>,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let owed = owed.map(|owed| pass_item(&owed.name, &Pass::owed(&owed.request, now))).transpose()?;
        let owed = owed.map(|item| Put::builder().table_name(&self.0.table).set_item(Some(item)));
        let write = |put: PutBuilder| {
            let put = put.build().map_err(|error| refused("TransactWriteItems", &error))?;
            Ok(TransactWriteItem::builder().put(put).build())
        };
        puts.into_iter().chain(owed).map(write).collect()
    }

    /// Writes a run state where it is the other one, and the pass that is owed with it; whether it was.
    async fn put_run(
        &self,
        campaign: &str,
        row: &RunRow,
        condition: &str,
        owed: Option<&OwedPass>,
    ) -> Result<bool, StoreError> {
        let put = Put::builder()
            .table_name(&self.0.table)
            .set_item(Some(item(&keys::run(campaign), row)?))
            .condition_expression(condition)
            .expression_attribute_values(":other", AttributeValue::Bool(!row.paused));
        match self.transact(self.writes([put], owed, row.at)?).await? {
            Written::Done => Ok(true),
            Written::Overtaken => {
                let known: Option<RunRow> = self.get_as(&keys::run(campaign)).await?;
                if known.as_ref() == Some(row) {
                    // Written by a request of ours whose reply was lost.
                    return Ok(true);
                }
                if known.is_some_and(|known| known.paused) == row.paused {
                    return Ok(false);
                }
                let reason = "another write came between".to_owned();
                Err(StoreError::Unavailable { operation: "TransactWriteItems", reason })
            }
        }
    }
}

fn fits(what: &str, bytes: usize) -> Result<(), PublishError> {
    if bytes > ITEM_BYTES { Err(PublishError::TooLarge { what: what.to_owned(), bytes }) } else { Ok(()) }
}
