//! Passes over everyone.

use std::collections::BTreeSet;

use rekindle_engine::person::Person;
use rekindle_store::{Commit, LedgerPage, Pass, PendingLedger, Record};

use super::Store;
use crate::sample::at;

pub async fn a_pass_is_kept<S: Store>(store: S) {
    assert_eq!(store.pass("publish-3").await, Ok(None));
    let commit = Commit {
        person: &Person::new("ann"),
        expected: 0,
        unwritten: PendingLedger::default(),
        due: None,
        record: Record::default(),
        token: store.token(),
    };
    store.commit(commit).await.unwrap();
    let position = store.people_page(None, 1).await.unwrap().next;
    let found = std::collections::BTreeMap::from([("armed past its lease".to_owned(), 2)]);
    let mut pass = Pass { position, seen: 1, found, ..Pass::owed("{}", at("2026-03-01T09:00:00Z")) };
    assert_eq!(store.put_pass("publish-3", &pass).await, Ok(true));
    pass.turn = 1;
    assert_eq!(store.pass("publish-3").await, Ok(Some(pass.clone())));
    pass.finished = Some(at("2026-03-01T09:10:00Z"));
    assert_eq!(store.put_pass("publish-3", &pass).await, Ok(true));
    pass.turn = 2;
    assert_eq!(store.pass("publish-3").await, Ok(Some(pass)));
    assert_eq!(store.pass("publish-4").await, Ok(None));
}

pub async fn a_worker_whose_turn_another_has_taken_writes_nothing<S: Store>(store: S) {
    let begun = Pass::owed("{}", at("2026-03-01T09:00:00Z"));
    assert_eq!(store.put_pass("p", &begun).await, Ok(true));
    let (one, other) = (Pass { turn: 1, seen: 10, ..begun.clone() }, Pass { turn: 1, seen: 7, ..begun.clone() });
    assert_eq!(store.put_pass("p", &one).await, Ok(true));
    assert_eq!(store.put_pass("p", &other).await, Ok(false));
    assert_eq!(store.put_pass("p", &begun).await, Ok(false), "nor does one that begins it anew");
    assert_eq!(store.pass("p").await, Ok(Some(Pass { turn: 2, ..one })));
}

pub async fn what_is_not_through_is_found_from_when_it_is_to_be_looked_at<S: Store>(store: S) {
    let (nine, ten) = (at("2026-03-01T09:00:00Z"), at("2026-03-01T10:00:00Z"));
    for (name, look_at) in [("late", ten), ("early", nine)] {
        store.put_pass(name, &Pass { look_at, ..Pass::owed("{}", nine) }).await.unwrap();
    }
    assert_eq!(store.unfinished_passes(nine.plus_seconds(-1)).await, Ok(Vec::new()));
    assert_eq!(store.unfinished_passes(nine).await, Ok(vec!["early".to_owned()]));
    assert_eq!(store.unfinished_passes(ten).await, Ok(vec!["early".to_owned(), "late".to_owned()]));
    let through = Pass { turn: 1, finished: Some(nine), ..Pass::owed("{}", nine) };
    store.put_pass("early", &through).await.unwrap();
    assert_eq!(store.unfinished_passes(at("2027-03-01T10:00:00Z")).await, Ok(vec!["late".to_owned()]));
}

pub async fn pages_go_through_everyone_once<S: Store>(store: S) {
    let ids: BTreeSet<String> = (0..40).map(|n| format!("person-{n}")).collect();
    for id in &ids {
        let commit = Commit {
            person: &Person::new(id),
            expected: 0,
            unwritten: PendingLedger::default(),
            due: None,
            record: Record::default(),
            token: store.token(),
        };
        store.commit(commit).await.unwrap();
        let lines = vec!["{}".to_owned()];
        let what = PendingLedger { lines, ..PendingLedger::default() };
        store.append(&[LedgerPage { person: id.to_string(), what, ..LedgerPage::default() }]).await.unwrap();
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.people_page(after.as_ref(), 7).await.unwrap();
        found.extend(page.ids);
        // As a pass that was put away and taken up again.
        let kept = serde_json::to_string(&page.next).unwrap();
        after = serde_json::from_str(&kept).unwrap();
        if after.is_none() {
            break;
        }
    }
    assert_eq!((found.len(), BTreeSet::from_iter(found)), (40, ids));
}
