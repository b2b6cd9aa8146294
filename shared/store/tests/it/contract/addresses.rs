//! What is known about an address holds for whoever has it, under any id and in any letter case.

use rekindle_engine::person::{Consent, Person};
use rekindle_store::{AddressFact, Commit, PendingLedger, Record, Suppression};

use super::Store;
use crate::sample::at;

/// Makes somebody known, or known anew, with an address.
async fn put<S: Store>(store: &S, id: &str, email: Option<&str>, expected: u64) {
    let mut person = Person::new(id);
    person.clock = Some(at("2026-03-01T09:00:00Z"));
    person.profile.email = email.map(str::to_owned);
    let (unwritten, record, token) = (PendingLedger::default(), Record::default(), store.token());
    store.commit(Commit { person: &person, expected, unwritten, due: None, record, token }).await.unwrap();
}

pub async fn whoever_has_an_address_is_found_by_its_hash<S: Store>(store: S) {
    let having = async |address: &str| store.having(&store.address_hash(address)).await;
    put(&store, "ann", Some("Ann@Example.com"), 0).await;
    put(&store, "bob", Some("ann@example.com"), 0).await;
    put(&store, "nobody", Some(""), 0).await;
    assert_eq!(having("ANN@example.COM").await.unwrap(), ["ann", "bob"]);
    assert_eq!(having("").await.unwrap(), [""; 0], "no address is nobody's");
    put(&store, "ann", Some("a@example.com"), 1).await;
    put(&store, "bob", None, 1).await;
    assert_eq!(having("a@example.com").await.unwrap(), ["ann"]);
    assert_eq!(having("ann@example.com").await.unwrap(), [""; 0]);
}

pub async fn what_is_known_about_an_address_is_found_by_its_hash_and_never_taken_back<S: Store>(store: S) {
    let [early, mid, late] = ["2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"].map(at);
    let hash = store.address_hash("Ann@Example.com");
    assert_eq!(store.suppressed("ann@example.com").await, Ok(None));
    let facts = [
        (AddressFact::Refused, mid),
        (AddressFact::Bounced, mid),
        (AddressFact::Erased { hard: false }, mid),
        // In any order, and again: of what ends all mail the first stays, of what consent can outlast the last.
        (AddressFact::Refused, early),
        (AddressFact::Bounced, late),
        (AddressFact::Erased { hard: false }, early),
        (AddressFact::Refused, mid),
        (AddressFact::Complained, late),
    ];
    for (fact, at) in facts {
        store.note_address(&hash, fact, at).await.unwrap();
    }
    let known = Suppression {
        erased_at: Some(mid),
        hard: false,
        bounced_at: Some(mid),
        complained_at: Some(late),
        refused_at: Some(mid),
    };
    assert_eq!(store.suppressed("ANN@example.com").await, Ok(Some(known)));
    assert_eq!(store.suppressed("anna@example.com").await, Ok(None));
    let other = store.address_hash("anna@example.com");
    assert_eq!(store.all_suppressed(&[other.clone(), hash]).await, Ok(vec![None, Some(known)]));
    // What an erasure that is repeated late says of the bounce before it counts, although a later one has been there.
    store.note_address(&other, AddressFact::Erased { hard: false }, late).await.unwrap();
    store.note_address(&other, AddressFact::Erased { hard: true }, early).await.unwrap();
    let known = store.suppressed("anna@example.com").await.unwrap().unwrap();
    assert_eq!((known.erased_at, known.is_hard()), (Some(late), true));
    assert_eq!(known.obstacle(false, &Consent::default()), Some("suppressed"));
}
