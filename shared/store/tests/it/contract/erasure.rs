//! Who was erased stays away until something new happens to them.

use rekindle_engine::person::Person;
use rekindle_store::{Commit, CommitError, Erased, Loaded, PendingLedger, Record, SuppressedAddress};

use super::Store;
use crate::sample::at;

async fn commit<S: Store>(
    store: &S,
    person: &Person,
    expected: u64,
    left: Option<SuppressedAddress>,
) -> Result<u64, CommitError> {
    let record = Record { left: left.map(Box::new), ..Record::default() };
    store
        .commit(Commit {
            person,
            expected,
            unwritten: PendingLedger::default(),
            due: None,
            record,
            token: store.token(),
        })
        .await
}

fn ann(email: &str) -> Person {
    let mut ann = Person::new("ann");
    ann.clock = Some(at("2026-03-01T09:00:00Z"));
    ann.profile.created_at = ann.clock;
    ann.profile.email = Some(email.to_owned());
    ann
}

/// Ann is made known and erased; her erasure.
async fn erased<S: Store>(store: &S) -> Erased {
    let mut ann = ann("ann@example.com");
    let left = SuppressedAddress { hash: store.address_hash("Ann@Example.com"), hard: false };
    assert_eq!(commit(store, &ann, 0, None).await.unwrap(), 1);
    assert_eq!(store.pending_erasure("ann").await, Ok(None));
    ann.erase(at("2026-03-02T09:00:00Z"));
    assert_eq!(commit(store, &ann, 1, Some(left.clone())).await.unwrap(), 2);
    let erased = store.pending_erasure("ann").await.unwrap().unwrap();
    assert_eq!(erased, Erased { at: at("2026-03-02T09:00:00Z"), version: 2, left: Some(left) });
    erased
}

pub async fn who_was_forgotten_leaves_a_tombstone_and_may_come_back<S: Store>(store: S) {
    let erased = erased(&store).await;
    assert_eq!(store.tombstone("ann").await, Ok(0));
    for _ in 0..2 {
        store.write_tombstone("ann", &erased).await.unwrap();
    }
    assert_eq!(store.tombstone("ann").await, Ok(2));
    assert_eq!((store.forget("ann", &erased).await, store.forget("ann", &erased).await), (Ok(true), Ok(false)));
    assert_eq!(store.pending_erasure("ann").await, Ok(None));
    assert_eq!(store.has_come_back("ann", &erased).await, Ok(false));
    let loaded = store.load("ann").await.unwrap();
    assert!(
        loaded.person.is_erased() && loaded.person.erased_at == Some(erased.at) && loaded.version == 2,
        "{loaded:?}"
    );
    assert_eq!(store.look(&["ann".to_owned()]).await.as_deref(), Ok(std::slice::from_ref(&loaded)));
    // Somebody of nearly the same id is nobody.
    assert_eq!((store.load("anna").await.unwrap().version, store.tombstone("anna").await), (0, Ok(0)));
    let mut back = ann("new@example.com");
    back.erased_at = loaded.person.erased_at;
    // Beside somebody else, whom it does not concern.
    let anna = Person::new("anna");
    let both = futures_util::future::join(commit(&store, &back, 2, None), commit(&store, &anna, 0, None)).await;
    assert_eq!(both, (Ok(3), Ok(1)));
    assert_eq!(store.has_come_back("ann", &erased).await, Ok(true));
    assert_eq!(store.load("ann").await.unwrap().version, 3);
    // What is repeated of the former life touches nothing of the new one.
    store.write_tombstone("ann", &erased).await.unwrap();
    assert_eq!(store.forget("ann", &erased).await, Ok(false));
    assert_eq!(commit(&store, &back, 3, None).await.unwrap(), 4);
}

pub async fn what_the_ledger_lacked_goes_with_whom_it_was_about<S: Store>(store: S) {
    let mut ann = ann("ann@example.com");
    let record = |line: &str| Record { lines: vec![line.to_owned()], ..Record::default() };
    for (expected, line) in [(0, "hers"), (1, "her end"), (2, "another's")] {
        if expected == 1 {
            ann.erase(at("2026-03-02T09:00:00Z"));
        } else {
            ann.profile.created_at = ann.clock;
        }
        ann.lines += 1;
        let Loaded { version, unwritten, .. } = store.load("ann").await.unwrap();
        assert_eq!((version, unwritten.lines.is_empty()), (expected, expected != 1), "{unwritten:?}");
        let (record, token) = (record(line), store.token());
        let commit = Commit { person: &ann, expected, unwritten, due: None, record, token };
        store.commit(commit).await.unwrap();
        let read = store.read("ann").await.unwrap();
        assert_eq!(read, if expected == 1 { vec![] } else { vec![line.to_owned()] });
        if expected == 1 {
            ann.lines = 0;
        }
    }
}

pub async fn what_was_decided_before_an_erasure_is_not_written_after_it<S: Store>(store: S) {
    // A worker looked at Ann before she was known, and stood still until she was forgotten.
    let erased = erased(&store).await;
    store.write_tombstone("ann", &erased).await.unwrap();
    store.forget("ann", &erased).await.unwrap();
    let mut late = ann("ann@example.com");
    for expected in [0, 1] {
        assert_eq!(commit(&store, &late, expected, None).await, Err(CommitError::Conflict), "{expected}");
    }
    // One that looked at an earlier tombstone.
    late.erased_at = Some(at("2026-02-01T09:00:00Z"));
    assert_eq!(commit(&store, &late, 1, None).await, Err(CommitError::Conflict));
    assert!(store.load("ann").await.unwrap().person.is_erased());
}
