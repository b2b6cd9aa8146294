//! Looks for texts in every place where a system keeps anything: a table's every attribute, packed ones unpacked, streams,
//! queues, dead letters, the archive, the mailbox, the log, and the very bytes of its files.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use rekindle_store::unpacked;
use rekindle_system::TABLE;

use crate::support::Shop;

/// In how many items, messages, lines or files of each place one of the texts stands.
pub type Found = BTreeMap<String, usize>;

/// Where each of `texts` stands in the running system.
pub async fn search(shop: &Shop, folder: &Path, texts: &[String]) -> Found {
    let mut found = Found::new();
    let mut note = |place: &str, content: &[u8]| {
        let has = texts.iter().any(|text| content.windows(text.len()).any(|part| part == text.as_bytes()));
        *found.entry(place.to_owned()).or_default() += usize::from(has);
    };
    let table = aws_sdk_dynamodb::Client::new(&shop.system.aws.sdk_config());
    let items = table.scan().table_name(TABLE).consistent_read(true).into_paginator().items();
    let items: Vec<_> = items.send().collect::<Result<_, _>>().await.unwrap();
    for item in items {
        let sort = item["sk"].as_s().unwrap();
        let kind = sort.split_once('#').map_or("the person", |(kind, _)| kind);
        let partition = item["pk"].as_s().unwrap().split('#').next().unwrap();
        let content: String = item.iter().map(|(name, value)| format!("{name} {}\n", text(value))).collect();
        note(&format!("table {partition} {kind}"), content.as_bytes());
    }
    for queue in shop.system.aws.queues().unwrap() {
        for message in shop.system.aws.peek(&queue.name, 10_000).unwrap() {
            note(&format!("queue {}", queue.name), format!("{message:?}").as_bytes());
            note(&format!("queue {}", queue.name), message.body.as_bytes());
        }
    }
    for summary in shop.system.aws.search_mails("", None, 10_000).unwrap() {
        let mail = shop.system.aws.mail(&summary.id).unwrap().unwrap();
        note("mailbox", format!("{mail:?}").as_bytes());
    }
    for file in files(folder) {
        let bytes = std::fs::read(&file).unwrap();
        let name = file.strip_prefix(folder).unwrap().display().to_string();
        if name.starts_with("archive") {
            bytes.split(|byte| *byte == b'\n').for_each(|line| note("archive", line));
        }
        note(&format!("file {}", name.trim_end_matches("-wal").trim_end_matches("-shm")), &bytes);
    }
    found.retain(|_, count| *count > 0);
    found
}

/// The key under which everything about somebody lies, and which says nothing of them without the secret.
pub async fn partition_of(shop: &Shop, id: &str) -> String {
    let table = aws_sdk_dynamodb::Client::new(&shop.system.aws.sdk_config());
    let items = table.scan().table_name(TABLE).consistent_read(true).into_paginator().items();
    let items: Vec<_> = items.send().collect::<Result<_, _>>().await.unwrap();
    let is_theirs = |item: &&std::collections::HashMap<String, AttributeValue>| {
        item["sk"] == AttributeValue::S("P".to_owned()) && item.get("id") == Some(&AttributeValue::S(id.to_owned()))
    };
    items.iter().find(is_theirs).unwrap()["pk"].as_s().unwrap().clone()
}

/// An attribute in words: what is packed in it, where something is.
fn text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::B(bytes) => {
            let text = unpacked(bytes.as_ref()).unwrap_or_else(|| bytes.as_ref().to_vec());
            String::from_utf8_lossy(&text).into_owned()
        }
        AttributeValue::S(text) => text.clone(),
        AttributeValue::M(fields) => fields.iter().map(|(name, value)| format!("{name} {}\n", text(value))).collect(),
        AttributeValue::L(list) => list.iter().map(|value| text(value) + "\n").collect(),
        other => format!("{other:?}"),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Everything that is logged in this process from now on.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps every line of every level of our own crates.
    pub fn keep() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let keeping = tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG);
        let _already = keeping.with_writer(move || writer.clone()).try_init();
        log
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
