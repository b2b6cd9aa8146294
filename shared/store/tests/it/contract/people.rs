//! One person, one version.

use rekindle_engine::person::{Applied, Person, bounds};
use rekindle_store::{
    Commit, CommitError, ITEM_BYTES, Loaded, OverBounds, PERSON_ID_BYTES, PendingLedger, People, Record,
};
use serde_json::{Value, json};

use super::Store;
use crate::sample;

async fn put<S: People>(store: &S, person: &Person, expected: u64) -> Result<u64, CommitError> {
    let commit = Commit {
        person,
        expected,
        unwritten: PendingLedger::default(),
        due: None,
        record: Record::default(),
        token: store.token(),
    };
    store.commit(commit).await
}

pub async fn nobody_is_known_at_first<S: Store>(store: S) {
    for id in ["ann", "안", &"x".repeat(5_000)] {
        assert_eq!(
            store.load(id).await,
            Ok(Loaded { person: Person::new(id), version: 0, unwritten: PendingLedger::default(), token: None })
        );
    }
}

pub async fn what_was_committed_is_loaded_exactly<S: Store>(store: S) {
    let mut person = sample::typical();
    // What DynamoDB's numbers and nesting would refuse or change.
    let deep = |levels: u32| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let odd = json!({ "huge": 1e300, "tiny": 5e-324, "float": 1.0, "int": 1, "max": u64::MAX, "null": null, "": "", "deep": deep(120) });
    let Value::Object(odd) = odd else { return };
    person.profile.attributes = odd;
    // An event may be nested this deep where it is read, and lies deeper here.
    let detail = std::sync::Arc::new(serde_json::Map::from_iter([("deep".to_owned(), deep(126))]));
    person.standings.change(&"welcome".into(), |own| own.enrolments[0].detail = detail);
    person.profile.orders.total = 0.1 + 0.2;
    person.applied.push(Applied { event: 0, at: sample::at("1969-12-31T23:59:59Z") });
    person.applied.push(Applied { event: u64::MAX, at: sample::at("9999-12-30T00:00:00Z") });
    let commit = Commit {
        person: &person,
        expected: 0,
        unwritten: PendingLedger::default(),
        due: None,
        record: sample::record(),
        token: store.token(),
    };
    let (token, unwritten) = (commit.token.clone(), commit.leaves());
    assert_eq!(store.commit(commit).await, Ok(1));
    assert_eq!(store.load(&person.id).await, Ok(Loaded { person, version: 1, unwritten, token: Some(token) }));
}

pub async fn a_commit_on_an_old_version_changes_nothing<S: Store>(store: S) {
    let mut person = Person::new("ann");
    assert_eq!(put(&store, &person, 0).await, Ok(1));
    person.profile.locale = Some("ko".to_owned());
    assert_eq!(put(&store, &person, 1).await, Ok(2));
    person.profile.locale = Some("en".to_owned());
    for old in [0, 1, 3] {
        let conflict = put(&store, &person, old).await.unwrap_err();
        assert!(conflict == CommitError::Conflict && conflict.is_retryable());
    }
    let loaded = store.load("ann").await.unwrap();
    assert_eq!((loaded.version, loaded.person.profile.locale.as_deref()), (2, Some("ko")));
}

pub async fn a_look_at_several_people_shows_each_as_they_are<S: Store>(store: S) {
    let ids: Vec<String> = (0..120).map(|n| format!("p{n}")).collect();
    for id in &ids[..110] {
        assert_eq!(put(&store, &Person::new(id), 0).await, Ok(1));
    }
    let mut looked = store.look(&ids).await.unwrap();
    looked.sort_by_key(|loaded| loaded.person.id.get(1..).and_then(|number| number.parse::<u32>().ok()));
    for (id, looked) in ids.iter().zip(&looked) {
        assert_eq!(Ok(looked), store.load(id).await.as_ref(), "{id}");
    }
    assert_eq!((looked.len(), store.look(&[]).await), (120, Ok(Vec::new())));
}

pub async fn equal_commits_of_two_workers_are_told_apart<S: Store>(store: S) {
    let person = Person::new("ann");
    let (mine, others) = (store.token(), store.token());
    let commit = |token| Commit {
        person: &person,
        expected: 0,
        unwritten: PendingLedger::default(),
        due: None,
        record: Record::default(),
        token,
    };
    assert_eq!(store.commit(commit(others.clone())).await, Ok(1));
    assert_eq!(store.commit(commit(mine)).await, Err(CommitError::Conflict));
    assert_eq!(store.load("ann").await.unwrap().token, Some(others));
}

/// Commits a good person, then the same made worse, which must be refused whole.
async fn refused<S: People>(store: &S, worse: impl FnOnce(&mut Person)) -> CommitError {
    let good = Person::new("ann");
    let seen = store.load("ann").await.unwrap().version;
    let version = if seen == 0 { put(store, &good, 0).await.unwrap() } else { seen };
    let mut bad = good.clone();
    worse(&mut bad);
    let error = put(store, &bad, version).await.unwrap_err();
    let after = store.load("ann").await.unwrap();
    assert_eq!((after.version, after.person), (version, good));
    assert!(!error.is_retryable(), "{error}");
    error
}

pub async fn over_bounds_is_a_clear_error_and_changes_nothing<S: Store>(store: S) {
    let typical = sample::typical();
    let (_, outgoing) = typical.outbox.first_key_value().unwrap();
    type Worse<'a> = Box<dyn FnOnce(&mut Person) + Send + 'a>;
    let cases: Vec<(&str, usize, Worse<'_>)> = vec![
        (
            "bytes of attributes",
            bounds::ATTRIBUTE_BYTES,
            Box::new(|person| drop(person.profile.attributes.insert("a".into(), json!("x".repeat(70_000))))),
        ),
        (
            "mails waiting to be made",
            bounds::OUTBOX,
            Box::new(|person| {
                person.outbox = (0..=500).map(|n| (format!("s{n}"), outgoing.clone())).collect();
            }),
        ),
    ];
    for (list, bound, worse) in cases {
        let error = refused(&store, worse).await;
        let CommitError::OverBounds(OverBounds { list: named, have, bound: held, remedy }) = &error else {
            panic!("{error}")
        };
        assert_eq!((*named, *held), (list, bound));
        assert!(have > held && !remedy.is_empty());
    }
    let unnameable = Person::new(&"x".repeat(PERSON_ID_BYTES + 1));
    assert!(matches!(put(&store, &unnameable, 0).await, Err(CommitError::OverBounds(_))));
    let longest = Person::new(&"x".repeat(PERSON_ID_BYTES));
    assert_eq!(put(&store, &longest, 0).await, Ok(1));
}

pub async fn too_large_is_a_clear_error_and_changes_nothing<S: Store>(store: S) {
    // Nothing of it is alike, so nothing makes it smaller.
    let noise = |n: u64| rekindle_engine::ids::short_hash(&n.to_string(), 32);
    let typical = sample::typical();
    let own = &typical.standings.get("after-purchase").unwrap().enrolments[0];
    // The same detail many times packs well, and would still be much to read; other details do not pack.
    let unlike = |n: u64| {
        let fields: serde_json::Map<String, Value> =
            (0..250).map(|m| (noise(n << 20 | m), json!(noise(n << 30 | m)))).collect();
        let mut own = own.clone();
        own.detail = std::sync::Arc::new(fields);
        own
    };
    let alike = vec![unlike(0); 100];
    for (enrolments, held) in [(alike, 2 * 1024 * 1024), ((0..60).map(unlike).collect(), ITEM_BYTES)] {
        let error =
            refused(&store, |person| person.standings.change(&"c".into(), |own| own.enrolments = enrolments)).await;
        let CommitError::TooLarge { bytes, bound } = error else { panic!("{error}") };
        assert!(bytes > bound && bound == held);
    }
}

pub async fn a_pseudonym_leads_back_to_the_person<S: Store>(store: S) {
    for id in ["ann", "김민지 <minji@example.com>"] {
        let pseudonym = store.pseudonym(id).unwrap();
        assert!(!pseudonym.contains(id));
        assert_eq!(store.behind(&pseudonym).as_deref(), Some(id));
    }
    assert_eq!((store.pseudonym(&"x".repeat(177)), store.behind("ann")), (None, None));
}
