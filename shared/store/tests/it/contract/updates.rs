//! Load, decide, commit; again on fresh data.

use rekindle_engine::decide::{Claim, Claims, Request};
use rekindle_engine::person::{ConsentEntry, Person};
use rekindle_store::{
    Change, Commit, CommitError, Keyed, PendingLedger, Record, SendRow, SendStage, Shards, image, stream_image, update,
    update_seen,
};
use serde_json::json;

use super::Store;
use crate::faulty::{Fault, Faulty};
use crate::sample::{self, at};

/// Counts one up in the person's attributes and gives what it found.
fn count(person: &mut Person) -> Change<u64> {
    let found = person.profile.attributes.get("n").and_then(serde_json::Value::as_u64).unwrap_or(0);
    person.profile.attributes.insert("n".to_owned(), json!(found + 1));
    Change::Commit { due: None, record: Record::default(), outcome: found }
}

async fn counted<S: Store>(store: &S) -> (u64, u64) {
    let loaded = store.load("ann").await.unwrap();
    (loaded.version, loaded.person.profile.attributes["n"].as_u64().unwrap())
}

pub async fn two_writers_at_once_lose_nothing<S: Store>(store: S) {
    let writer = |store: S| async move {
        for _ in 0..50 {
            while let Err(error) = update(&store, "ann", |person, _| count(person)).await {
                assert_eq!(error, CommitError::Conflict);
            }
        }
    };
    let writers: Vec<_> = (0..4).map(|_| tokio::spawn(writer(store.clone()))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(counted(&store).await, (200, 200));
}

pub async fn a_conflict_is_decided_again_on_fresh_data<S: Store>(store: S) {
    let faulty = Faulty::new(store.clone(), [Fault::Overtaken, Fault::Overtaken]);
    let mut seen = Vec::new();
    update(&faulty, "ann", |person, _| {
        seen.push(person.profile.locale.clone());
        count(person)
    })
    .await
    .unwrap();
    let by = |version: u32| Some(format!("by somebody else after {version}"));
    assert_eq!(seen, [None, by(0), by(1)]);
    assert_eq!(counted(&store).await, (3, 1));
}

pub async fn a_commit_whose_reply_was_lost_is_not_made_twice<S: Store>(store: S) {
    let faulty = Faulty::new(store.clone(), [Fault::ReplyLost]);
    assert_eq!(update(&faulty, "ann", |person, _| count(person)).await, Ok(0));
    assert_eq!(counted(&store).await, (1, 1));
}

pub async fn a_commit_that_was_lost_is_made_again<S: Store>(store: S) {
    let faulty = Faulty::new(store.clone(), [Fault::RequestLost, Fault::RequestLost]);
    assert_eq!(update(&faulty, "ann", |person, _| count(person)).await, Ok(0));
    assert_eq!(counted(&store).await, (1, 1));
}

pub async fn a_lost_reply_that_was_overtaken_is_decided_again<S: Store>(store: S) {
    let faulty = Faulty::new(store.clone(), [Fault::ReplyLostAndOvertaken]);
    // A decision that knows what it did before, as one about an event does, finds it done.
    let outcome = update(&faulty, "ann", |person, _| {
        if person.profile.attributes.contains_key("n") { Change::Keep(None) } else { map(count(person)) }
    });
    assert_eq!(outcome.await, Ok(None));
    assert_eq!(counted(&store).await, (2, 1));
}

pub async fn what_was_only_looked_at_is_committed_on_but_not_believed<S: Store>(store: S) {
    let old = store.look(&["ann".to_owned()]).await.unwrap().remove(0);
    update(&store, "ann", |person, _| count(person)).await.unwrap();
    // It has changed since: the commit fails and is decided again.
    let mut found = Vec::new();
    let outcome = update_seen(&store, "ann", Some(old.clone()), |person, _| {
        found.push(person.profile.attributes.contains_key("n"));
        count(person)
    });
    assert_eq!((outcome.await, found), (Ok(1), vec![false, true]));
    // There was nothing to do, and no code to ask for; now there is.
    for early in [Change::Keep(None), Change::Ask(Vec::new())] {
        let mut early = Some(early);
        let outcome = update_seen(&store, "ann", Some(old.clone()), |person, _| {
            if person.profile.attributes.contains_key("n") { map(count(person)) } else { early.take().unwrap() }
        });
        assert!(outcome.await.unwrap().is_some());
    }
    assert_eq!(counted(&store).await, (4, 4));
    // What is still so needs no further look.
    let now = store.look(&["ann".to_owned()]).await.unwrap().remove(0);
    assert_eq!(update_seen(&store, "ann", Some(now), |person, _| count(person)).await, Ok(4));
}

fn map(change: Change<u64>) -> Change<Option<u64>> {
    match change {
        Change::Commit { due, record, outcome } => Change::Commit { due, record, outcome: Some(outcome) },
        Change::Ask(requests) => Change::Ask(requests),
        Change::Keep(outcome) => Change::Keep(Some(outcome)),
    }
}

pub async fn ten_conflicts_are_a_retryable_error<S: Store>(store: S) {
    let faulty = Faulty::new(store.clone(), [Fault::Overtaken; 10]);
    let mut decisions = 0;
    let error = update(&faulty, "ann", |person, _| {
        decisions += 1;
        count(person)
    });
    assert_eq!(error.await, Err(CommitError::Conflict));
    assert_eq!((decisions, store.load("ann").await.unwrap().version), (10, 10));
}

pub async fn nothing_is_written_where_nothing_changes<S: Store>(store: S) {
    assert_eq!(update(&store, "ann", |_, _| Change::Keep("kept")).await, Ok("kept"));
    assert_eq!(store.load("ann").await.unwrap().version, 0);
}

pub async fn lines_are_counted<S: Store>(store: S) {
    for lines in [2, 0, 3] {
        let record = Record { lines: vec!["{}".to_owned(); lines], ..Record::default() };
        let change = |_: &mut Person, _: &mut _| Change::Commit { due: None, record: record.clone(), outcome: () };
        update(&store, "ann", change).await.unwrap();
    }
    assert_eq!(store.load("ann").await.unwrap().person.lines, 5);
}

pub async fn codes_are_claimed_before_the_decision<S: Store>(store: S) {
    let request = |offer: &str| Request {
        campaign: "win-back".into(),
        offer: offer.into(),
        person: "ann".into(),
        entry: 1,
        budget: Some(1),
        prefix: None,
        pool: None,
    };
    // The second question comes up only once the first is answered; the person starts as loaded each time.
    let faulty = Faulty::new(store.clone(), [Fault::Overtaken]);
    let codes = update(&faulty, "ann", |person, answers| {
        let mut codes = Vec::new();
        for offer in ["first", "second"] {
            match answers.claim(&request(offer)) {
                Claim::Pending => return Change::Ask(vec![request(offer)]),
                Claim::Code(code) => codes.push(code),
                Claim::Unavailable => panic!("there is one"),
            }
            count(person);
        }
        Change::Commit { due: None, record: Record::default(), outcome: codes }
    })
    .await
    .unwrap();
    assert_eq!(codes.len(), 2);
    assert_eq!(counted(&store).await, (2, 2));
    assert_eq!((store.issued("win-back", "first").await, store.issued("win-back", "second").await), (Ok(1), Ok(1)));
}

pub async fn commits_side_by_side_stand_each_under_its_own_condition<S: Store>(store: S) {
    let ids: Vec<String> = (0..60).map(|n| format!("p{n}")).collect();
    let all = || futures_util::future::join_all(ids.iter().map(|id| update(&store, id, |person, _| count(person))));
    for round in 0..3 {
        assert!(all().await.into_iter().all(|found| found == Ok(round)));
    }
    // Every third one is overtaken: that commit is not made, the others are.
    let people: Vec<Person> = ids.iter().map(|id| Person::new(id)).collect();
    let commit = |(n, person): (u64, _)| {
        let expected = if n % 3 == 0 { 2 } else { 3 };
        let (unwritten, record, token) = (PendingLedger::default(), Record::default(), store.token());
        store.commit(Commit { person, expected, unwritten, due: None, record, token })
    };
    let outcomes = futures_util::future::join_all((0..).zip(&people).map(commit)).await;
    for (n, (outcome, id)) in outcomes.into_iter().zip(&ids).enumerate() {
        let overtaken = n % 3 == 0;
        assert_eq!(outcome, if overtaken { Err(CommitError::Conflict) } else { Ok(4) });
        assert_eq!(store.load(id).await.unwrap().version, if overtaken { 3 } else { 4 });
    }
}

pub async fn whoever_is_dropped_leaves_nobody_behind<S: Store>(store: S) {
    let (first, second) = (Person::new("first"), Person::new("second"));
    let commit = |person| {
        let (unwritten, record, token) = (PendingLedger::default(), Record::default(), store.token());
        store.commit(Commit { person, expected: 0, unwritten, due: None, record, token })
    };
    let (mut dying, other) = (Box::pin(commit(&first)), commit(&second));
    // It has begun, and is dropped while the other one waits with it.
    let waker = futures_util::task::noop_waker();
    let _begun = dying.as_mut().poll(&mut std::task::Context::from_waker(&waker));
    drop(dying);
    assert_eq!(other.await, Ok(1));
    assert_eq!(store.load("second").await.unwrap().version, 1);
}

pub async fn what_is_noted_is_read_whether_the_ledger_has_it_yet_or_not<S: Store>(store: S) {
    let said = |n: u32| ConsentEntry {
        said_at: at("2026-03-01T09:00:00Z").plus_seconds(i64::from(n)),
        recorded_at: at("2026-03-01T09:00:00Z"),
        marketing: Some(n.is_multiple_of(2)),
        topics: std::collections::BTreeMap::new(),
        source: "shop".to_owned(),
        how: None,
        text: None,
        mail: None,
        kind: "consent.changed".into(),
        event: n.to_string(),
    };
    let row = |n: u32, stage| SendRow { send_id: format!("send-{n:02}"), stage, ..sample::record().sends[0].clone() };
    let (mut pages, mut versions) = (Vec::new(), 0);
    for n in 0..40 {
        let lines = vec![format!(r#"{{"n":{n},"{}":0}}"#, "x".repeat(100))];
        let sends = vec![row(n, SendStage::Accepted), row(n, SendStage::Delivered)];
        let record = Record { lines, sends, consents: vec![said(n)], ..Record::default() };
        let loaded = store.load("ann").await.unwrap();
        let person = Person { lines: loaded.person.lines + 1, ..loaded.person };
        let (expected, unwritten, token) = (loaded.version, loaded.unwritten, store.token());
        let commit = Commit { person: &person, expected, unwritten, due: None, record, token };
        // What the stream would bring into the ledger, a commit later.
        store.append(&std::mem::take(&mut pages)).await.unwrap();
        let keyed = Keyed::new(b"a secret of the tests");
        pages.extend(stream_image(image(&commit, &keyed, Shards::default()).unwrap()).unwrap().unwrap().noted);
        store.commit(commit).await.unwrap();
        versions += 1;
        let (lines, sends) = (store.read("ann").await.unwrap(), store.sends("ann").await.unwrap());
        let behind = if pages.is_empty() { 0 } else { 1 };
        let read = |line: &String| serde_json::from_str::<serde_json::Value>(line).unwrap()["n"].as_u64();
        assert_eq!(lines.iter().map(read).collect::<Vec<_>>(), (0..versions).map(Some).collect::<Vec<_>>());
        assert_eq!(sends.len() as u64, versions, "{behind} pages are on their way");
        assert!(sends.iter().all(|row| row.stage == SendStage::Delivered));
        assert_eq!(store.marks("ann").await.unwrap().len() as u64, 2 * versions);
        assert_eq!(store.consents("ann").await.unwrap(), (0..=n).map(said).collect::<Vec<_>>());
    }
    assert!(store.load("ann").await.unwrap().unwritten.lines.len() < 10, "most of it is in the ledger");
}
