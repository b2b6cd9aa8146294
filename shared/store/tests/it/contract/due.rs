//! The index of due people.

use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_store::{Aside, Commit, DuePerson, Loaded, PendingLedger, People, Record, Shard};

use super::Store;
use crate::sample::at;

async fn set<S: People>(store: &S, id: &str, due: Option<Instant>) {
    let expected = store.load(id).await.unwrap().version;
    let person = Person::new(id);
    let commit = Commit {
        person: &person,
        expected,
        unwritten: PendingLedger::default(),
        due,
        record: Record::default(),
        token: store.token(),
    };
    store.commit(commit).await.unwrap();
}

pub async fn the_index_follows_the_due_instant<S: Store>(store: S) {
    let shard = store.shards().of("ann");
    let head = || async { store.head(shard).await.unwrap() };
    let due = |instant| Some(DuePerson { at: at(instant), id: "ann".to_owned() });
    assert_eq!(head().await, None);
    for instant in ["2026-03-01T09:00:00Z", "2026-03-05T09:00:00Z", "2026-03-02T09:00:00Z", "1969-12-31T00:00:00Z"] {
        set(&store, "ann", Some(at(instant))).await;
        assert_eq!(head().await, due(instant));
        let until = |seconds| store.due(shard, at(instant).plus_seconds(seconds), 10, None);
        assert!(until(-1).await.unwrap().people.is_empty());
        assert_eq!(until(0).await.unwrap().people, Vec::from_iter(due(instant)));
    }
    set(&store, "ann", None).await;
    assert_eq!(head().await, None);
}

pub async fn whoever_is_set_aside_is_due_no_more_until_they_are_written<S: Store>(store: S) {
    let ann = DuePerson { at: at("2026-03-01T09:00:00Z"), id: "ann".to_owned() };
    let bob = DuePerson { at: at("2026-03-01T08:00:00Z"), id: "bob".to_owned() };
    for person in [&ann, &bob] {
        set(&store, &person.id, Some(person.at)).await;
        // Doing it again changes nothing.
        for _ in 0..2 {
            assert_eq!(store.set_aside(person, &format!("{} is too large", person.id)).await, Ok(true));
        }
    }
    let head = async |id: &str| store.head(store.shards().of(id)).await.unwrap();
    assert_eq!((head("ann").await, head("bob").await), (None, None));
    assert_eq!(store.all_aside(10).await, Ok(vec![bob.clone(), ann.clone()]));
    assert_eq!(store.all_aside(1).await, Ok(vec![bob.clone()]), "who has been due for longest");
    let aside = Aside { since: ann.at, why: "ann is too large".to_owned() };
    assert_eq!((store.aside("ann").await, store.aside("nobody").await), (Ok(Some(aside)), Ok(None)));
    let loaded = store.load("ann").await.unwrap();
    assert_eq!((loaded.version, &*loaded.person.id), (1, "ann"), "nothing of theirs has changed");
    // Due at the same instant as before, beside somebody else, whom it does not concern.
    futures_util::future::join(set(&store, "ann", Some(ann.at)), set(&store, "eve", None)).await;
    assert_eq!((head("ann").await, head("bob").await), (Some(ann), None));
    assert_eq!((store.aside("ann").await, store.all_aside(10).await), (Ok(None), Ok(vec![bob])));
    set(&store, "bob", None).await;
    assert_eq!((store.aside("bob").await, store.all_aside(10).await), (Ok(None), Ok(vec![])));
}

pub async fn only_who_is_due_then_is_set_aside_and_who_is_erased_is_not<S: Store>(store: S) {
    let ann = DuePerson { at: at("2026-03-01T09:00:00Z"), id: "ann".to_owned() };
    assert_eq!(store.set_aside(&ann, "nobody").await, Ok(false));
    for due in [None, Some(ann.at.plus_seconds(1))] {
        set(&store, "ann", due).await;
        assert_eq!(store.set_aside(&ann, "due at another instant").await, Ok(false));
    }
    set(&store, "ann", Some(ann.at)).await;
    assert_eq!(store.set_aside(&ann, "too large").await, Ok(true));
    let Loaded { mut person, version, unwritten, .. } = store.load("ann").await.unwrap();
    person.erase(at("2026-03-02T09:00:00Z"));
    let (record, token) = (Record::default(), store.token());
    let gone = Commit { person: &person, expected: version, unwritten, due: None, record, token };
    store.commit(gone).await.unwrap();
    assert_eq!((store.aside("ann").await, store.all_aside(10).await), (Ok(None), Ok(vec![])));
    let erased = store.pending_erasure("ann").await.unwrap().unwrap();
    assert_eq!((store.write_tombstone("ann", &erased).await, store.forget("ann", &erased).await), (Ok(()), Ok(true)));
    assert_eq!(store.set_aside(&ann, "only a tombstone").await, Ok(false));
}

pub async fn pages_go_through_everyone_once_and_in_order<S: Store>(store: S) {
    let shard = Shard(3);
    let in_shard = (0_i64..).map(|n| (n, format!("person-{n}"))).filter(|(_, id)| store.shards().of(id) == shard);
    // Two each at one instant.
    let mut expected: Vec<DuePerson> = in_shard
        .take(23)
        .map(|(n, id)| DuePerson { at: at("2026-03-01T09:00:00Z").plus_seconds(-(n / 2)), id })
        .collect();
    for person in &expected {
        set(&store, &person.id, Some(person.at)).await;
    }
    set(&store, "elsewhere", Some(at("2026-03-01T08:00:00Z"))).await;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.due(shard, at("2026-03-01T09:00:00Z"), 5, after.as_ref()).await.unwrap();
        assert!(page.people.len() <= 5);
        found.extend(page.people);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(found.is_sorted_by_key(|person| person.at));
    let head = store.head(shard).await.unwrap();
    assert_eq!(head.as_ref(), found.first());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

pub async fn shards_share_people_out_for_ever<S: Store>(store: S) {
    let shards = store.shards();
    assert_eq!(shards.all().count(), 16);
    let mut counts = [0_u32; 16];
    for n in 0..16_000 {
        counts[usize::from(shards.of(&format!("person-{n}")).0)] += 1;
    }
    assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
    // A shard that moved would leave people in an index that nobody reads.
    assert_eq!((shards.of("ann"), shards.of("bob")), (Shard(14), Shard(10)));
}
