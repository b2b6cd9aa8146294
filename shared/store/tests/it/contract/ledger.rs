//! Journals and sends.

use rekindle_engine::decide::{Claim, Request};
use rekindle_engine::person::{ConsentEntry, Person};
use rekindle_store::{AnswerRow, Commit, LedgerPage, PendingLedger, Record, SendRow, SendStage, UnknownSend};

use super::Store;
use crate::sample::at;

fn lines(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!(r#"{{"n":{n}}}"#)).collect()
}

fn noted(person: &str, first: u64, lines: Vec<String>) -> LedgerPage {
    let what = PendingLedger { lines, ..PendingLedger::default() };
    LedgerPage { person: person.to_owned(), version: 1, first, what }
}

pub async fn a_journal_comes_back_in_order_however_often_it_was_appended<S: Store>(store: S) {
    assert!(store.read("ann").await.unwrap().is_empty());
    // The stream repeats and reorders; one decision may have many lines.
    for (first, last) in [(3, 5), (0, 3), (5, 460), (3, 5), (0, 3), (460, 461)] {
        let hers = noted("ann", u64::from(first), lines(first..last));
        let his = noted("bob", u64::from(first), vec!["his".to_owned()]);
        store.append(&[hers, his]).await.unwrap();
    }
    store.append(&[]).await.unwrap();
    assert_eq!(store.read("ann").await.unwrap(), lines(0..461));
}

fn row(stage: SendStage) -> SendRow {
    SendRow {
        person: "ann".to_owned(),
        send_id: "zynx".to_owned(),
        campaign: "welcome".to_owned(),
        version: 1,
        step: "hello".to_owned(),
        entry: 1,
        mail: "hello".to_owned(),
        stage,
        at: at("2026-03-01T09:00:00Z"),
        message_id: None,
        reason: None,
        was_unknown: false,
    }
}

pub async fn a_send_never_goes_back<S: Store>(store: S) {
    use SendStage::{Accepted, Armed, Bounced, Clicked, Complained, Delivered, Opened, Planned, Unknown, Withdrawn};
    let order = [
        Planned { attempt: 0 },
        Armed { attempt: 1 },
        Unknown { attempt: 1 },
        Planned { attempt: 1 },
        Armed { attempt: 2 },
        Unknown { attempt: 2 },
        Withdrawn,
        Accepted,
        Delivered,
        Opened,
        Clicked,
        Bounced,
        Complained,
    ];
    assert_eq!(store.send("ann", "zynx").await, Ok(None));
    for (n, stage) in order.iter().enumerate() {
        store.put_send(&row(*stage), 1).await.unwrap();
        for earlier in &order[..n] {
            store.put_send(&row(*earlier), 1).await.unwrap();
        }
        assert_eq!(store.send("ann", "zynx").await, Ok(Some(row(*stage))));
    }
    // Of equals the last one stays, with what it knows.
    let again = SendRow { message_id: Some("0100".to_owned()), reason: Some("abuse".to_owned()), ..row(Complained) };
    store.put_send(&again, 1).await.unwrap();
    let other = SendRow { send_id: "a".to_owned(), ..row(Accepted) };
    store.put_send(&other, 1).await.unwrap();
    assert_eq!(store.sends("ann").await, Ok(vec![other, again]));
    assert_eq!(store.sends("bob").await, Ok(Vec::new()));
}

pub async fn sends_of_unknown_outcome_are_found_without_looking_at_anybody<S: Store>(store: S) {
    let unknown = |person: &str, send_id: &str, since: &str| SendRow {
        person: person.to_owned(),
        send_id: send_id.to_owned(),
        at: at(since),
        ..row(SendStage::Unknown { attempt: 1 })
    };
    let (late, early) =
        (unknown("ann", "late", "2026-03-02T09:00:00Z"), unknown("bob", "early", "2026-03-01T09:00:00Z"));
    let between = unknown("ann", "between", "2026-03-01T21:00:00Z");
    for row in [&late, &early, &between] {
        store.put_send(row, 1).await.unwrap();
    }
    // They are nobody's next action by being so.
    for shard in store.shards().all() {
        assert_eq!(store.head(shard).await, Ok(None));
    }
    let found = |sends: Vec<UnknownSend>| sends.into_iter().map(|send| send.send_id).collect::<Vec<_>>();
    assert_eq!(found(store.unknown(10).await.unwrap()), ["early", "between", "late"]);
    assert_eq!(
        store.unknown(1).await,
        Ok(vec![UnknownSend { since: early.at, person: "bob".to_owned(), send_id: "early".to_owned() }])
    );
    // Whatever comes after it ends it, and it does not come back.
    store.put_send(&SendRow { stage: SendStage::Planned { attempt: 1 }, ..between.clone() }, 1).await.unwrap();
    store.put_send(&SendRow { stage: SendStage::Accepted, ..late.clone() }, 1).await.unwrap();
    store.put_send(&late, 1).await.unwrap();
    assert_eq!(found(store.unknown(10).await.unwrap()), ["early"]);
    store.erase("bob").await.unwrap();
    assert_eq!(store.unknown(10).await, Ok(Vec::new()));
}

fn answer(person: &str, entry: u64, score: u8, version: u64) -> AnswerRow {
    AnswerRow {
        person: person.to_owned(),
        campaign: "nps".to_owned(),
        survey: "likely".to_owned(),
        entry,
        score: score.into(),
        comment: serde_json::Value::Null,
        at: at("2026-03-01T09:00:00Z"),
        version,
    }
}

pub async fn of_two_answers_on_one_occasion_the_newer_one_stays<S: Store>(store: S) {
    // The stream repeats: the first answer comes once more after the second.
    for row in [
        answer("ann", 1, 3, 7),
        answer("ann", 1, 9, 8),
        answer("ann", 1, 3, 7),
        answer("ann", 2, 5, 12),
        answer("a#b", 1, 0, 1),
    ] {
        store.put_answer(&row).await.unwrap();
    }
    let all = [answer("a#b", 1, 0, 1), answer("ann", 1, 9, 8), answer("ann", 2, 5, 12)];
    assert_eq!(store.answers("nps", "likely").await.unwrap(), all);
    assert!(store.answers("nps", "other").await.unwrap().is_empty());
    store.erase("ann").await.unwrap();
    assert_eq!(store.answers("nps", "likely").await.unwrap(), [answer("a#b", 1, 0, 1)]);
}

pub async fn a_send_is_counted_by_whom_it_first_came_so_far<S: Store>(store: S) {
    let put = async |stage, version| store.put_send(&row(stage), version).await.unwrap();
    assert!(!put(SendStage::Planned { attempt: 0 }, 1).await && !put(SendStage::Armed { attempt: 1 }, 2).await);
    assert!(put(SendStage::Accepted, 3).await && put(SendStage::Clicked, 6).await);
    // What is behind counts all the same, once however often it is told; a second one of its kind does not.
    for _ in 0..2 {
        assert!(put(SendStage::Delivered, 4).await && put(SendStage::Accepted, 3).await);
        assert!(!put(SendStage::Clicked, 7).await);
    }
    assert_eq!(store.send("ann", "zynx").await, Ok(Some(row(SendStage::Clicked))));
    let mut marks: Vec<String> = store.marks("ann").await.unwrap().into_iter().map(|(_, mark)| mark).collect();
    marks.sort();
    assert_eq!(marks, ["accepted", "clicked", "delivered"]);
    store.erase("ann").await.unwrap();
    assert_eq!(store.marks("ann").await, Ok(Vec::new()));
}

pub async fn the_consent_ledger_comes_back_in_order_however_often_it_was_noted<S: Store>(store: S) {
    let said = |topic: &str| ConsentEntry {
        said_at: at("2026-03-01T09:00:00Z"),
        recorded_at: at("2026-03-01T09:00:01Z"),
        marketing: None,
        topics: [(topic.to_owned(), false)].into(),
        source: "shop".to_owned(),
        how: Some("체크박스".to_owned()),
        text: None,
        mail: Some(("welcome".to_owned(), "hello".to_owned())),
        kind: "consent.changed".into(),
        event: topic.to_owned(),
    };
    let (first, second) = ([said("a"), said("b")], [said("c")]);
    // The stream repeats, and in pieces.
    let by = |person: &str, version, consents: &[ConsentEntry], lines: &[String]| LedgerPage {
        person: person.to_owned(),
        version,
        first: version,
        what: PendingLedger { lines: lines.to_vec(), consents: consents.to_vec(), ..PendingLedger::default() },
    };
    for _ in 0..2 {
        store.append(&[by("ann", 10, &second, &[])]).await.unwrap();
        // By itself, or beside the lines of the same decision.
        store.append(&[by("ann", 9, &first, &lines(0..2)), by("anna", 1, &second, &[])]).await.unwrap();
    }
    assert_eq!(store.read("ann").await, Ok(lines(0..2)));
    assert_eq!(store.consents("ann").await, Ok(vec![said("a"), said("b"), said("c")]));
    store.erase("ann").await.unwrap();
    assert_eq!(store.consents("ann").await, Ok(Vec::new()));
    assert_eq!(store.consents("anna").await, Ok(vec![said("c")]));
}

pub async fn erasing_leaves_only_the_persons_own_item<S: Store>(store: S) {
    let request = Request {
        campaign: "win-back".into(),
        offer: "come-back".into(),
        person: "ann".into(),
        entry: 1,
        budget: Some(1),
        prefix: None,
        pool: None,
    };
    for person in ["ann", "anna"] {
        let commit = Commit {
            person: &Person::new(person),
            expected: 0,
            unwritten: PendingLedger::default(),
            due: None,
            record: Record::default(),
            token: store.token(),
        };
        store.commit(commit).await.unwrap();
        for n in 0..60 {
            store.append(&[noted(person, n, lines(0..1))]).await.unwrap();
        }
        store.put_send(&SendRow { person: person.to_owned(), ..row(SendStage::Accepted) }, 1).await.unwrap();
    }
    store.claim(&request).await.unwrap();
    store.erase("ann").await.unwrap();
    assert!(store.read("ann").await.unwrap().is_empty() && store.sends("ann").await.unwrap().is_empty());
    assert_eq!(store.load("ann").await.unwrap().version, 1);
    // The code is gone with her; the budget remembers that it was issued.
    assert_eq!(store.claim(&request).await, Ok(Claim::Unavailable));
    assert_eq!((store.read("anna").await.unwrap().len(), store.sends("anna").await.unwrap().len()), (60, 1));
}
