//! Passes over everyone.

use std::collections::BTreeSet;

use rekindle_engine::person::Person;
use rekindle_store::{Commit, Noted, Pass, Record, Unwritten};

use super::Store;
use crate::sample::at;

pub async fn a_pass_is_kept<S: Store>(store: S) {
    assert_eq!(store.pass("publish-3").await, Ok(None));
    let commit = Commit {
        person: &Person::new("ann"),
        expected: 0,
        unwritten: Unwritten::default(),
        due: None,
        record: Record::default(),
        token: store.token(),
    };
    store.commit(commit).await.unwrap();
    let position = store.people_page(None, 1).await.unwrap().next;
    let found = std::collections::BTreeMap::from([("armed past its lease".to_owned(), 2)]);
    let mut pass = Pass { position, seen: 1, changed: 0, found, started: at("2026-03-01T09:00:00Z"), finished: None };
    store.put_pass("publish-3", &pass).await.unwrap();
    assert_eq!(store.pass("publish-3").await, Ok(Some(pass.clone())));
    pass.finished = Some(at("2026-03-01T09:10:00Z"));
    store.put_pass("publish-3", &pass).await.unwrap();
    assert_eq!(store.pass("publish-3").await, Ok(Some(pass)));
    assert_eq!(store.pass("publish-4").await, Ok(None));
}

pub async fn pages_go_through_everyone_once<S: Store>(store: S) {
    let ids: BTreeSet<String> = (0..40).map(|n| format!("person-{n}")).collect();
    for id in &ids {
        let commit = Commit {
            person: &Person::new(id),
            expected: 0,
            unwritten: Unwritten::default(),
            due: None,
            record: Record::default(),
            token: store.token(),
        };
        store.commit(commit).await.unwrap();
        let lines = vec!["{}".to_owned()];
        let what = Unwritten { lines, ..Unwritten::default() };
        store.append(&[Noted { person: id.to_string(), what, ..Noted::default() }]).await.unwrap();
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
