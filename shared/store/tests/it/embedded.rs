//! The contract in the embedded DynamoDB, through the AWS SDK, and what only a wire can do: lose replies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use rekindle_clock::ManualClock;
use rekindle_engine::decide::{Claim, Request};
use rekindle_engine::person::Person;
use rekindle_local::{Fault, LocalAws, Options};
use rekindle_store::{
    CampaignFiles, Commit, CommitError, Dynamo, Keyed, Ledger, LedgerPage, Offers, PendingLedger, People, Publication,
    Publications, Record, Settings, Shards, stream_image, table,
};

use crate::sample;

async fn local() -> (LocalAws, Client, Dynamo) {
    let clock = Arc::new(ManualClock::new("2026-03-01T09:00:00Z".parse().unwrap()));
    let aws = LocalAws::open(Options::in_memory(clock)).unwrap();
    let client = Client::new(&aws.sdk_config());
    table::create(&client, "rekindle").await.unwrap();
    let store = Dynamo::new(client.clone(), settings("rekindle")).unwrap();
    (aws, client, store)
}

pub fn settings(table: &str) -> Settings {
    Settings { table: table.to_owned(), keyed: Keyed::new(b"a secret of the tests"), shards: Shards::default() }
}

async fn open() -> Option<Dynamo> {
    Some(local().await.2)
}

crate::contract::suite!(open, 2_000);

fn commit<'a>(store: &Dynamo, person: &'a Person, expected: u64) -> Commit<'a> {
    Commit {
        person,
        expected,
        unwritten: PendingLedger::default(),
        due: None,
        record: Record::default(),
        token: store.token(),
    }
}

/// How a person is written, by the version that was seen: the first time it is made sure that they were not erased.
const WRITES: [(&str, u64); 2] = [("PutItem", 0), ("PutItem", 1)];

// Paused time passes by itself while nothing runs, so the SDK's pauses between attempts take none.
#[tokio::test(start_paused = true)]
async fn a_commit_whose_reply_was_lost_is_recognised() {
    for lost in [1, 3] {
        let (aws, _, store) = local().await;
        for (operation, expected) in WRITES {
            // Once: the SDK repeats the write, which then fails on its own first try. Three times: it gives up.
            aws.fail_next(operation, &Fault::ReplyLost, lost);
            assert_eq!(store.commit(commit(&store, &Person::new("ann"), expected)).await, Ok(expected + 1));
            assert_eq!(store.load("ann").await.unwrap().version, expected + 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_restarts_takes_no_old_success_for_its_own() {
    // A process dies, and Lambda starts the next one in its place: with the same settings, the same log stream, and the
    // same batch. What it read was a moment old.
    for fault in [None, Some(Fault::Throttle)] {
        let (aws, client, before) = local().await;
        assert_eq!(before.commit(commit(&before, &Person::new("ann"), 0)).await, Ok(1));
        let after = Dynamo::new(client, settings("rekindle")).unwrap();
        if let Some(fault) = &fault {
            aws.fail_next("PutItem", fault, 3);
            aws.fail_next("TransactWriteItems", fault, 3);
        }
        let mut changed = Person::new("ann");
        changed.lines = 7;
        let committed = after.commit(commit(&after, &changed, 0)).await;
        assert!(committed.is_err(), "{fault:?}: believed, and never written");
        assert_eq!(after.load("ann").await.unwrap().person.lines, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn commits_whose_common_reply_was_lost_are_recognised_each() {
    let people = ["ann", "bob"].map(Person::new);
    for (lost, expected) in [(1, 0), (3, 0), (1, 1), (3, 1)] {
        let (aws, _, store) = local().await;
        for before in 0..expected {
            store.commit(commit(&store, &people[0], before)).await.unwrap();
            store.commit(commit(&store, &people[1], before)).await.unwrap();
        }
        aws.fail_next("BatchExecuteStatement", &Fault::ReplyLost, lost);
        let [ann, bob] = [&people[0], &people[1]].map(|person| store.commit(commit(&store, person, expected)));
        assert_eq!(tokio::join!(ann, bob), (Ok(expected + 1), Ok(expected + 1)));
    }
}

#[tokio::test(start_paused = true)]
async fn commits_that_were_refused_together_can_be_made_again() {
    let (aws, _, store) = local().await;
    aws.fail_next("BatchExecuteStatement", &Fault::Throttle, 3);
    let [ann, bob] = ["ann", "bob"].map(Person::new);
    let both = tokio::join!(store.commit(commit(&store, &ann, 0)), store.commit(commit(&store, &bob, 0)));
    assert!(both.0.is_err_and(|error| error.is_retryable()) && both.1.is_err_and(|error| error.is_retryable()));
    let both = tokio::join!(store.commit(commit(&store, &ann, 0)), store.commit(commit(&store, &bob, 0)));
    assert_eq!(both, (Ok(1), Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn a_commit_whose_request_was_lost_can_be_made_again() {
    let (aws, _, store) = local().await;
    for (operation, expected) in WRITES {
        aws.fail_next(operation, &Fault::RequestLost, 3);
        let lost = store.commit(commit(&store, &Person::new("ann"), expected)).await.unwrap_err();
        assert!(matches!(lost, CommitError::Store(_)) && lost.is_retryable(), "{lost}");
        assert_eq!(store.load("ann").await.unwrap().version, expected);
        assert_eq!(store.commit(commit(&store, &Person::new("ann"), expected)).await, Ok(expected + 1));
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_unprocessed_is_asked_for_again_after_longer_and_longer_pauses() {
    let (aws, _, store) = local().await;
    let ids = ["ann".to_owned(), "bob".to_owned()];
    let keep = |number: u64| LedgerPage { person: "ann".into(), version: number, first: 0, what: noted() };
    for (operation, times) in [("BatchGetItem", 3), ("BatchWriteItem", 3), ("BatchGetItem", 7)] {
        aws.fail_next(operation, &Fault::Unprocessed, times);
        let begun = tokio::time::Instant::now();
        match operation {
            "BatchGetItem" => assert_eq!(store.look(&ids).await.map(|found| found.len()), Ok(2)),
            _ => store.append(&[keep(1)]).await.unwrap(),
        }
        let (passed, longest) = (begun.elapsed(), Duration::from_millis(50) * ((1 << times) - 1));
        assert!(passed >= longest / 2 && passed <= longest + Duration::from_millis(20), "{passed:?} of {longest:?}");
    }
    aws.fail_next("BatchGetItem", &Fault::Unprocessed, 8);
    assert!(store.look(&ids).await.unwrap_err().is_retryable(), "in the end it is said");
    assert_eq!(store.look(&ids).await.map(|found| found.len()), Ok(2));
}

/// Something for the ledger.
fn noted() -> PendingLedger {
    let mut noted = PendingLedger::default();
    noted.add(&Record { lines: vec!["{}".to_owned()], ..Record::default() });
    noted
}

#[tokio::test(start_paused = true)]
async fn errors_say_whether_a_retry_helps() {
    let (aws, client, store) = local().await;
    aws.fail_next("GetItem", &Fault::Throttle, 3);
    assert!(store.load("ann").await.unwrap_err().is_retryable());
    aws.fail_next("GetItem", &Fault::ServerError, 3);
    assert!(store.load("ann").await.unwrap_err().is_retryable());
    let nowhere = Dynamo::new(client, settings("no-such-table")).unwrap();
    assert!(!nowhere.load("ann").await.unwrap_err().is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_claim_whose_reply_was_lost_counts_once() {
    for lost in [1, 3] {
        let (aws, _, store) = local().await;
        store.upload_pool("spring", &["A".to_owned(), "B".to_owned()]).await.unwrap();
        let request = Request {
            campaign: "win-back".into(),
            offer: "come-back".into(),
            person: "ann".into(),
            entry: 1,
            budget: Some(5),
            prefix: None,
            pool: Some("spring".to_owned()),
        };
        aws.fail_next("TransactWriteItems", &Fault::ReplyLost, lost);
        let first = store.claim(&request).await;
        assert!(first == Ok(Claim::Code("A".to_owned())) || first.is_err_and(|error| error.is_retryable()));
        assert_eq!(store.claim(&request).await, Ok(Claim::Code("A".to_owned())));
        assert_eq!((store.issued("win-back", "come-back").await, store.left("spring").await), (Ok(1), Ok(1)));
    }
}

fn publication(text: &str) -> Publication {
    let mails = BTreeMap::from([(("hello".to_owned(), String::new()), serde_json::json!(text))]);
    let files = CampaignFiles { yaml: text.to_owned(), mails, choices: BTreeMap::new() };
    let campaigns = BTreeMap::from([("welcome".to_owned(), files)]);
    Publication { workspace_yaml: text.to_owned(), campaigns, note: text.to_owned() }
}

#[tokio::test(start_paused = true)]
async fn a_publication_that_died_on_the_way_is_not_live_and_in_nobodys_way() {
    let (aws, _, store) = local().await;
    let now = sample::at("2026-03-01T09:00:00Z");
    for operation in ["PutItem", "TransactWriteItems"] {
        aws.fail_next(operation, &Fault::RequestLost, 3);
        store.publish(&publication("one"), 0, None, now).await.unwrap_err();
        assert_eq!((store.live().await, store.history().await), (Ok(None), Ok(Vec::new())));
    }
    // Other files get other numbers than those that lie there, and each version is of one piece.
    store.publish(&publication("two"), 0, None, now).await.unwrap();
    store.publish(&publication("one"), 1, None, now).await.unwrap();
    for (number, text) in [(1, "two"), (2, "one")] {
        let entry = store.history().await.unwrap().into_iter().find(|entry| entry.number == number).unwrap();
        let version = entry.campaigns["welcome"];
        assert_eq!(store.workspace(entry.workspace).await.unwrap().as_deref(), Some(text));
        assert_eq!(store.version("welcome", version).await.unwrap().unwrap().yaml, text);
        let mails = store.mails("welcome", version, "hello").await.unwrap();
        assert_eq!(mails, [(String::new(), serde_json::json!(text))].into());
    }
}

#[tokio::test(start_paused = true)]
async fn a_publication_or_a_pause_whose_reply_was_lost_is_recognised() {
    let now = sample::at("2026-03-01T09:00:00Z");
    for lost in [1, 3] {
        let (aws, _, store) = local().await;
        aws.fail_next("TransactWriteItems", &Fault::ReplyLost, lost);
        assert_eq!(store.publish(&publication("one"), 0, None, now).await, Ok(1));
        aws.fail_next("PutItem", &Fault::ReplyLost, 1);
        assert_eq!(store.pause("welcome", "a wrong price", "ann", now).await, Ok(true));
        assert_eq!(store.pause("welcome", "a wrong price", "bob", now).await, Ok(false));
    }
}

#[tokio::test]
async fn making_the_table_again_changes_nothing() {
    let (_, client, store) = local().await;
    store.commit(commit(&store, &Person::new("ann"), 0)).await.unwrap();
    table::create(&client, "rekindle").await.unwrap();
    assert_eq!(store.load("ann").await.unwrap().version, 1);
}

/// The raw item, as the stream has it too.
async fn image(
    client: &Client,
    id: &str,
) -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
    let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let request = client
        .get_item()
        .table_name("rekindle")
        .key("pk", text(&format!("P#{}", settings("rekindle").keyed.person(id))))
        .key("sk", text("P"));
    request.send().await.unwrap().item.unwrap()
}

#[tokio::test]
async fn a_typical_person_with_what_a_decision_hands_on_costs_one_write_unit() {
    let (_, client, store) = local().await;
    let (person, record) = (sample::typical(), sample::record());
    let due = Some(sample::at("2026-04-13T00:00:00Z"));
    let plain = serde_json::to_vec(&person).unwrap().len() + serde_json::to_vec(&record).unwrap().len();
    let commit = Commit {
        person: &person,
        expected: 0,
        unwritten: PendingLedger::default(),
        due,
        record: record.clone(),
        token: store.token(),
    };
    store.commit(commit).await.unwrap();
    let image = image(&client, &person.id).await;
    let bytes: usize = image.iter().map(|(name, value)| name.len() + size(value)).sum();
    println!("a typical person with two enrolments: {bytes} bytes, of {plain} bytes of JSON");
    assert!(bytes <= 1024, "{bytes} bytes");
    let stream_image = stream_image(image).unwrap().unwrap();
    assert_eq!((stream_image.version, &stream_image.noted), (1, &None));
    let read = Person { applied: person.applied.clone(), ..stream_image.person().unwrap() };
    assert_eq!((read, stream_image.record), (person, record));
}

fn size(value: &aws_sdk_dynamodb::types::AttributeValue) -> usize {
    use aws_sdk_dynamodb::types::AttributeValue::{B, N, S};
    match value {
        S(text) => text.len(),
        // As many as its digits, though it needs about half of that.
        N(number) => number.len(),
        B(bytes) => bytes.as_ref().len(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_attribute_shows_an_address_or_an_empty_list() {
    let (_, client, store) = local().await;
    store.commit(commit(&store, &Person::new("ann"), 0)).await.unwrap();
    let names = |image: &std::collections::HashMap<String, _>| {
        let mut names: Vec<String> = image.keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&image(&client, "ann").await), ["ct", "id", "pk", "sk", "v", "z"]);
    let person = sample::typical();
    let due = Some(sample::at("2026-04-13T00:00:00Z"));
    let commit = Commit {
        person: &person,
        expected: 0,
        unwritten: PendingLedger::default(),
        due,
        record: Record::default(),
        token: store.token(),
    };
    store.commit(commit).await.unwrap();
    let image = image(&client, &person.id).await;
    assert_eq!(names(&image), ["addr", "ct", "due_at", "id", "ids", "pk", "shard", "sk", "v", "z"]);
    assert!(!format!("{image:?}").contains("minji.kim"));
}

#[tokio::test]
async fn other_items_hand_nothing_on_and_a_foreign_one_is_an_error() {
    use serde_dynamo::{AttributeValue, Item};
    let item =
        |sk: &str| Item::from(std::collections::HashMap::from([("sk".to_owned(), AttributeValue::S(sk.to_owned()))]));
    assert_eq!(stream_image(item("J#00000000000000000001")), Ok(None));
    assert!(!stream_image(item("P")).unwrap_err().is_retryable());
}
