//! Codes: each has one holder, and is used once.

use std::sync::Arc;

use rekindle_engine::catalog::{Catalog, LiveCampaign};
use rekindle_engine::decide::{Claim, Input, Request, decide};
use rekindle_engine::event::Event;
use rekindle_engine::lang::{Files, load};
use rekindle_engine::person::{HeldCode, IssuedOffer, Person};
use rekindle_store::{Change, Record, RedemptionDoubt, RedemptionRow, update};
use serde_json::json;

use super::Store;
use crate::sample::at;

const NOW: &str = "2026-03-10T00:00:00Z";

fn request(person: &str, pool: Option<&str>) -> Request {
    Request {
        campaign: "win-back".into(),
        offer: "gift".into(),
        person: person.into(),
        entry: 1,
        budget: None,
        prefix: Some("GIFT-".to_owned()),
        pool: pool.map(str::to_owned),
    }
}

async fn claim<S: Store>(store: &S, request: &Request) -> String {
    match store.claim(request).await.unwrap() {
        Claim::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

fn row(name: &str, code: &str, order: Option<&str>, doubt: Option<RedemptionDoubt>) -> RedemptionRow {
    RedemptionRow {
        name: name.to_owned(),
        campaign: "win-back".to_owned(),
        offer: "gift".to_owned(),
        code: Some(code.to_owned()),
        order: order.map(str::to_owned),
        total: Some(120_000),
        at: at(NOW),
        doubt,
    }
}

pub async fn a_code_is_found_as_people_type_it<S: Store>(store: S) {
    let code = claim(&store, &request("ann", None)).await;
    for typed in [code.clone(), code.to_uppercase(), code.to_lowercase(), format!("  {code}\n")] {
        let found = store.whose(&typed).await.unwrap().unwrap();
        assert_eq!((&*found.person, &*found.campaign, &*found.offer, found.entry), ("ann", "win-back", "gift", 1));
        assert_eq!((&found.code, found.used_at, found.order), (&code, None, None));
    }
    for other in ["", " ", "GIFT-", &code[1..], &format!("{code}x"), "P", &"x".repeat(5_000)] {
        assert_eq!(store.whose(other).await, Ok(None), "{other:.20}");
    }
}

pub async fn a_code_that_is_in_two_pools_has_one_holder<S: Store>(store: S) {
    let spring: Vec<String> = ["A-1", "A-2", "A-3"].map(str::to_owned).into();
    let autumn: Vec<String> = ["a-1", "A-2", "B-1"].map(str::to_owned).into();
    store.upload_pool("spring", &spring).await.unwrap();
    store.upload_pool("autumn", &autumn).await.unwrap();
    assert_eq!(claim(&store, &request("ann", Some("spring"))).await, "A-1");
    assert_eq!(claim(&store, &request("bob", Some("spring"))).await, "A-2");
    assert_eq!(claim(&store, &request("cat", Some("autumn"))).await, "B-1");
    assert_eq!(store.claim(&request("dan", Some("autumn"))).await, Ok(Claim::Unavailable));
    assert_eq!(store.whose("a-1").await.unwrap().unwrap().person, "ann");
    assert_eq!((store.issued("win-back", "gift").await, store.left("autumn").await), (Ok(3), Ok(0)));
}

pub async fn the_first_use_stays_and_the_report_does_not_tell_whose<S: Store>(store: S) {
    let code = claim(&store, &request("ann", None)).await;
    let first = row("one", &code, Some("o1"), None);
    for used in [&first, &row("two", &code, Some("o2"), Some(RedemptionDoubt::Again)), &first] {
        store.put_redemption(used).await.unwrap();
    }
    // Also a second one that were to count, which no decision makes.
    store.put_redemption(&row("three", &code, Some("o3"), None)).await.unwrap();
    store.put_redemption(&row("four", "NEVER-ISSUED", None, None)).await.unwrap();
    let found = store.whose(&code).await.unwrap().unwrap();
    assert_eq!((found.used_at, found.order.as_deref()), (Some(at(NOW)), Some("o1")));
    assert_eq!(store.whose("NEVER-ISSUED").await, Ok(None), "what tells of a code does not issue it");
    let mut rows = store.redemptions("win-back", "gift").await.unwrap();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["four", "one", "three", "two"]);
    assert!(rows.iter().all(|row| row.code.is_none() && row.order.is_none()));
    assert_eq!((rows[1].total, rows[3].doubt), (Some(120_000), Some(RedemptionDoubt::Again)));
    assert_eq!(store.redemptions("win-back", "other").await, Ok(Vec::new()));
}

pub async fn erasing_somebody_leaves_no_code_of_theirs<S: Store>(store: S) {
    let (ann, bob) = (claim(&store, &request("ann", None)).await, claim(&store, &request("bob", None)).await);
    store.put_redemption(&row("one", &ann, None, None)).await.unwrap();
    store.erase("ann").await.unwrap();
    // The stream may still tell of it.
    store.put_redemption(&row("one", &ann, None, None)).await.unwrap();
    assert_eq!(store.whose(&ann).await, Ok(None));
    assert_eq!(store.whose(&bob).await.unwrap().unwrap().person, "bob");
    assert_eq!(store.redemptions("win-back", "gift").await.unwrap().len(), 1);
}

fn catalog() -> Arc<Catalog> {
    let workspace =
        "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n".to_owned();
    let workspace = load(&Files::from([("workspace.yaml".to_owned(), workspace)])).definitions.unwrap().workspace;
    Arc::new(Catalog::new(Arc::new(workspace), std::iter::empty::<LiveCampaign>()))
}

/// Redeems Ann's code for an order, as every function decides; whether it was this order that did.
async fn redeem<S: Store>(store: &S, catalog: &Catalog, order: &str) -> bool {
    let event = json!({
        "id": order, "source": "shop", "detail-type": "offer.redeemed", "time": NOW,
        "detail": { "person": { "id": "ann" }, "campaign": "win-back", "offer": "gift", "code": "GIFT-1", "order": { "id": order } },
    });
    let event = Event::from_value(event).unwrap();
    loop {
        let decided = update(store, "ann", |person, answers| {
            let decision = decide(person, &Input::Event(&event), catalog, at(NOW), answers).decided().unwrap();
            let counted = decision.redeemed.iter().any(|used| used.doubt.is_none());
            Change::Commit { due: None, record: Record::default(), outcome: counted }
        });
        match decided.await {
            Ok(counted) => return counted,
            Err(error) if error.is_retryable() => {}
            Err(error) => panic!("{error}"),
        }
    }
}

pub async fn two_hundred_redemptions_at_once_by_two_workers_are_one<S: Store>(store: S) {
    let mut ann = Person::new("ann");
    ann.codes.push(HeldCode {
        campaign: "win-back".into(),
        offer: "gift".into(),
        entry: 1,
        issued: IssuedOffer {
            code: "GIFT-1".to_owned(),
            redeemed: false,
            runs_out_at: None,
            percent_off: Some(10.0),
            amount_off: None,
        },
        used: None,
    });
    update(&store, "ann", |person, _| {
        *person = ann.clone();
        Change::Commit { due: None, record: Record::default(), outcome: () }
    })
    .await
    .unwrap();
    let catalog = catalog();
    let worker = |store: S, catalog: Arc<Catalog>, worker: u32| async move {
        let orders: Vec<String> = (0..100).map(|n| format!("o{worker}-{n}")).collect();
        let mut counted = Vec::new();
        for order in orders {
            if redeem(&store, &catalog, &order).await {
                counted.push(order);
            }
        }
        counted
    };
    let workers: Vec<_> = (0..2).map(|n| tokio::spawn(worker(store.clone(), Arc::clone(&catalog), n))).collect();
    let mut counted = Vec::new();
    for worker in workers {
        counted.extend(worker.await.unwrap());
    }
    let used = store.load("ann").await.unwrap().person.codes.remove(0).used.unwrap();
    assert_eq!(counted, [used.order.unwrap()]);
}
