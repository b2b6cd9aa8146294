//! Codes: never more than there are.

use std::collections::BTreeSet;

use rekindle_engine::decide::{Claim, Request};
use rekindle_store::Offers;

use super::Store;

fn request(person: &str, budget: Option<u64>) -> Request {
    Request {
        campaign: "win-back".into(),
        offer: "come-back".into(),
        person: person.into(),
        entry: 1,
        budget,
        prefix: None,
        pool: None,
    }
}

fn from_pool(person: &str, pool: &str) -> Request {
    Request { pool: Some(pool.to_owned()), ..request(person, None) }
}

async fn code<S: Offers>(store: &S, request: &Request) -> String {
    match store.claim(request).await.unwrap() {
        Claim::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

pub async fn the_same_request_gets_the_same_code<S: Store>(store: S) {
    let ann = code(&store, &request("ann", Some(2))).await;
    let bob = code(&store, &request("bob", Some(2))).await;
    assert_ne!(ann, bob);
    assert_eq!(store.claim(&request("carl", Some(2))).await, Ok(Claim::Unavailable));
    for _ in 0..3 {
        // Also when nothing is left, and when an edit lowered the budget.
        assert_eq!(code(&store, &request("ann", Some(2))).await, ann);
        assert_eq!(code(&store, &request("bob", Some(0))).await, bob);
    }
    assert_eq!(store.issued("win-back", "come-back").await, Ok(2));
    // Another entry, offer or campaign is another request.
    for other in [
        Request { entry: 2, ..request("ann", None) },
        Request { offer: "other".into(), ..request("ann", None) },
        Request { campaign: "other".into(), ..request("ann", None) },
    ] {
        assert_ne!(code(&store, &other).await, ann);
    }
}

pub async fn one_request_many_times_at_once_is_one_code<S: Store>(store: S) {
    store.upload_pool("spring", &codes(0..50)).await.unwrap();
    let claim = |store: S, request: Request| async move { code(&store, &request).await };
    for n in 0..40 {
        let person = format!("person-{n}");
        let request = if n % 2 == 0 { request(&person, Some(50)) } else { from_pool(&person, "spring") };
        let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(claim(store.clone(), request.clone()))).collect();
        let mut codes = BTreeSet::new();
        for task in tasks {
            codes.insert(task.await.unwrap());
        }
        assert_eq!(codes.len(), 1);
    }
    assert_eq!((store.issued("win-back", "come-back").await, store.left("spring").await), (Ok(40), Ok(30)));
}

pub async fn a_code_is_the_prefix_and_ten_clear_letters<S: Store>(store: S) {
    let mut seen = BTreeSet::new();
    for n in 0..200 {
        let request = Request { prefix: Some("COME-".to_owned()), ..request(&format!("person-{n}"), None) };
        let code = code(&store, &request).await;
        let letters = code.strip_prefix("COME-").unwrap();
        assert_eq!(letters.len(), 10);
        assert!(
            letters.chars().all(|letter| matches!(letter, 'a'..='z' | '2'..='7') && !"lo".contains(letter)),
            "{code}"
        );
        assert!(seen.insert(code));
    }
}

pub async fn a_budget_that_is_spent_stays_spent<S: Store>(store: S) {
    assert_eq!(store.claim(&request("ann", Some(0))).await, Ok(Claim::Unavailable));
    assert_eq!(store.issued("win-back", "come-back").await, Ok(0));
    code(&store, &request("ann", Some(1))).await;
    assert_eq!(store.claim(&request("bob", Some(1))).await, Ok(Claim::Unavailable));
    // An edit that raises the budget makes room for those who ask afterwards.
    code(&store, &request("bob", Some(2))).await;
    assert_eq!(store.issued("win-back", "come-back").await, Ok(2));
}

pub async fn many_claims_at_once_give_exactly_the_budget<S: Store>(store: S, claims: u32) {
    let claim = |store: S, task: u32| async move {
        let mut codes = Vec::new();
        for n in (task..claims).step_by(16) {
            if let Claim::Code(code) = store.claim(&request(&format!("person-{n}"), Some(100))).await.unwrap() {
                codes.push(code);
            }
        }
        codes
    };
    let tasks: Vec<_> = (0..16).map(|task| tokio::spawn(claim(store.clone(), task))).collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.extend(task.await.unwrap());
    }
    assert_eq!((codes.len(), BTreeSet::from_iter(codes).len()), (100, 100));
    assert_eq!(store.issued("win-back", "come-back").await, Ok(100));
}

fn codes(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("POOL-{n:04}")).collect()
}

pub async fn a_pool_takes_no_code_that_no_claim_could_give_out<S: Store>(store: S) {
    // Its capital letters are too many.
    let grows = "ß".repeat(200);
    for bad in ["", "  ", &"A".repeat(257), &grows] {
        let refused = store.upload_pool("spring", &[codes(0..1), vec![bad.to_owned()]].concat()).await.unwrap_err();
        assert!(!refused.is_retryable() && refused.to_string().contains("code 2 "), "{refused}");
    }
    assert_eq!(store.left("spring").await, Ok(0), "nothing was added");
    let longest = "A".repeat(256);
    assert_eq!(store.upload_pool("spring", &[vec![longest.clone()], codes(0..1)].concat()).await, Ok(2));
    assert_eq!(code(&store, &from_pool("ann", "spring")).await, longest);
    assert_eq!(code(&store, &from_pool("bob", "spring")).await, "POOL-0000");
}

pub async fn a_pool_gives_each_code_once_and_in_order<S: Store>(store: S) {
    assert_eq!(store.claim(&from_pool("ann", "spring")).await, Ok(Claim::Unavailable));
    // A code that is twice in the upload, or was uploaded before, is one code.
    let upload = [codes(0..3), codes(1..3)].concat();
    assert_eq!(store.upload_pool("spring", &upload).await, Ok(3));
    assert_eq!(code(&store, &from_pool("ann", "spring")).await, "POOL-0000");
    assert_eq!(store.upload_pool("spring", &codes(0..5)).await, Ok(2));
    assert_eq!(store.left("spring").await, Ok(4));
    for (person, expected) in [("ann", 0), ("bob", 1), ("carl", 2), ("bob", 1), ("dora", 3)] {
        assert_eq!(code(&store, &from_pool(person, "spring")).await, codes(expected..expected + 1)[0]);
    }
    // A budget holds for a pool too, and another offer takes from the same pool.
    let tight = Request { budget: Some(4), ..from_pool("emil", "spring") };
    assert_eq!(store.claim(&tight).await, Ok(Claim::Unavailable));
    let other = Request { offer: "other".into(), ..from_pool("ann", "spring") };
    assert_eq!(code(&store, &other).await, "POOL-0004");
    assert_eq!(store.claim(&from_pool("frida", "spring")).await, Ok(Claim::Unavailable));
    assert_eq!((store.left("spring").await, store.left("autumn").await), (Ok(0), Ok(0)));
    assert_eq!(store.issued("win-back", "come-back").await, Ok(4));
}

pub async fn a_large_pool_is_taken_to_its_end<S: Store>(store: S) {
    assert_eq!(store.upload_pool("spring", &codes(0..210)).await, Ok(210));
    let claim = |store: S, task: u32| async move {
        let mut taken = Vec::new();
        for n in (task..220).step_by(2) {
            let request = from_pool(&format!("person-{n}"), "spring");
            loop {
                match store.claim(&request).await {
                    Ok(Claim::Code(code)) => taken.push(code),
                    Ok(_) => {}
                    Err(busy) if busy.is_retryable() => continue,
                    Err(error) => panic!("{error}"),
                }
                break;
            }
        }
        taken
    };
    let tasks: Vec<_> = (0..2).map(|task| tokio::spawn(claim(store.clone(), task))).collect();
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await.unwrap());
    }
    taken.sort();
    assert_eq!(taken, codes(0..210));
}
