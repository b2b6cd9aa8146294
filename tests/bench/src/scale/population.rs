//! A population in memory, and some of it in a table of the local AWS, whose units are billed as AWS bills them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::FutureExt;
use rekindle_bench::serve::served;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::sends::next_action;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::Store;
use rekindle_local::{LocalAws, Options};
use rekindle_store::{Commit, Dynamo, Keyed, Ledger, Memory, People, Record, Settings, Shards, table};
use rekindle_workbench::publish;

use crate::shop::{self, Past};

const TABLE: &str = "rekindle";
const SECRET: &[u8] = b"a secret of the benchmark, 32 bytes";

/// Publishes the shop's campaigns into an empty store; gives what is live then.
///
/// # Panics
/// Where the shop of the repository does not compile.
pub async fn published<S: Store>(store: &S, clock: &dyn Clock) -> Arc<Catalog> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let only: Vec<String> = shop::CAMPAIGNS.map(str::to_owned).into();
    let publication = publish::compiled(&folder, &only).expect("the shop's campaigns compile");
    publish::publish(store, &publication, clock.now()).await.expect("they are published");
    Campaigns::new(store.clone()).current(clock.now()).await.expect("they are live")
}

/// An empty store in memory.
#[must_use]
pub fn memory(with_stream: bool) -> Memory {
    let (keyed, shards) = (Keyed::new(SECRET), Shards::default());
    if with_stream { Memory::with_stream(keyed, shards) } else { Memory::new(keyed, shards) }
}

/// Puts people into a store in memory, on two threads.
///
/// # Panics
/// Where somebody cannot be written.
pub fn fill(store: &Memory, catalog: &Catalog, people: u64, past: impl Fn(u64) -> Past + Sync) {
    std::thread::scope(|threads| {
        for half in 0..2 {
            let past = &past;
            threads.spawn(move || {
                for number in (half..people).step_by(2) {
                    put(store, &past(number), catalog).now_or_never().expect("memory answers at once");
                }
            });
        }
    });
}

async fn put<S: People>(store: &S, past: &Past, catalog: &Catalog) {
    let (person, unwritten) = (&past.person, past.unwritten.clone());
    let (due, token) = (next_action(person, catalog), store.token());
    let commit = Commit { person, expected: 0, unwritten, due, record: Record::default(), token };
    store.commit(commit).await.expect("a person is written");
}

/// A table with some people and their ledgers.
pub struct Copy {
    /// The table as handlers have it, over HTTP.
    pub store: Dynamo,
    /// Its AWS.
    pub aws: LocalAws,
    /// Items of each person in it.
    pub items: f64,
}

impl Copy {
    /// Makes a table with these people as they are before anything is measured.
    ///
    /// # Panics
    /// Where the local AWS does not work.
    pub async fn of(people: &[u64], clock: &Arc<ManualClock>) -> Self {
        let aws = LocalAws::open(Options::in_memory(Arc::clone(clock) as _)).expect("a local AWS opens");
        let inside = dynamo(&aws.sdk_config());
        table::create(&aws_sdk_dynamodb::Client::new(&aws.sdk_config()), TABLE).await.expect("the table is made");
        let catalog = published(&inside, &**clock).await;
        let mut items = people.len();
        for number in people {
            let past = shop::past(*number, &catalog);
            put(&inside, &past, &catalog).await;
            items += past.ledger.len();
            inside.append(&past.ledger).await.expect("it is kept");
        }
        let store = dynamo(&rekindle_system::over_http(&served(&aws)).await);
        Self { store, aws, items: items as f64 / people.len() as f64 }
    }

    /// What was asked of the table since the last call.
    #[must_use]
    pub fn used(&self) -> BTreeMap<String, rekindle_local::Used> {
        self.aws.count_usage()
    }

    /// Bytes of each person's item, the smallest first, as DynamoDB counts them; and of everything in the table, with the
    /// 100 bytes that it bills for keeping an item.
    ///
    /// # Panics
    /// Where the table cannot be read.
    pub async fn sizes(&self) -> (Vec<f64>, f64) {
        let client = aws_sdk_dynamodb::Client::new(&self.aws.sdk_config());
        let mut items = client.scan().table_name(TABLE).into_paginator().items().send();
        let (mut people, mut all) = (Vec::new(), 0.0);
        while let Some(item) = items.next().await {
            let item = item.expect("a scan");
            let bytes = bytes(&item) as f64;
            all += bytes + 100.0;
            if item.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == "P") {
                people.push(bytes);
            }
        }
        people.sort_by(f64::total_cmp);
        (people, all)
    }
}

fn dynamo(config: &aws_config::SdkConfig) -> Dynamo {
    let settings = Settings { table: TABLE.to_owned(), keyed: Keyed::new(SECRET), shards: Shards::default() };
    Dynamo::new(aws_sdk_dynamodb::Client::new(config), settings).expect("a store")
}

/// Names and values; a number has a byte for two digits, and one more.
fn bytes(item: &HashMap<String, AttributeValue>) -> usize {
    item.iter().map(|(name, own)| name.len() + value(own)).sum()
}

fn value(of: &AttributeValue) -> usize {
    match of {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.trim_end_matches('0').len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::L(values) => 3 + values.iter().map(|own| 1 + value(own)).sum::<usize>(),
        AttributeValue::M(fields) => 3 + fields.iter().map(|(name, own)| 1 + name.len() + value(own)).sum::<usize>(),
        _ => 1,
    }
}

/// How far the fullest shard of the index is above its even share.
#[must_use]
pub fn fullest_shard(people: u64) -> f64 {
    let mut shards: BTreeMap<u16, u64> = BTreeMap::new();
    (0..people).for_each(|number| *shards.entry(Shards::default().of(&shop::id(number)).0).or_default() += 1);
    let even = people as f64 / Shards::default().all().count() as f64;
    shards.values().copied().max().unwrap_or(0) as f64 / even
}

/// An instant in seconds.
#[must_use]
pub fn seconds(at: jiff::Timestamp) -> i64 {
    Instant::from(at).seconds()
}
