//! Redeeming a code: once, however many ask at once.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use serde_json::json;

use super::{Checkout, LATER};

#[tokio::test]
async fn the_same_order_gets_the_same_answer_and_another_one_is_too_late() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    let first = checkout.redeem(&code.to_lowercase(), "o1").await;
    assert_eq!((first.status, &first.json["status"]), (StatusCode::OK, &"redeemed".into()));
    assert_eq!((&first.json["order"], &first.json["code"]), (&"o1".into(), &code.clone().into()));
    for again in 0..3 {
        assert_eq!(checkout.redeem(&code, "o1").await.json, first.json, "{again}");
        let other = checkout.redeem(&code, &format!("o2-{again}")).await;
        assert_eq!((other.status, &other.json["status"]), (StatusCode::CONFLICT, &"already_redeemed".into()));
        assert_eq!(other.json["order"], "o1");
        // Also once the stream has handed it on, and after the code would have run out.
        checkout.shop.pass_to(LATER.parse().unwrap()).await;
    }
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "redeemed");
    let rows = checkout.redemptions().await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].total, &rows[0].order, &rows[0].code, rows[0].doubt), (Some(210_000_000), &None, &None, None));
}

#[tokio::test]
async fn two_hundred_at_once_redeem_a_code_exactly_once() {
    let checkout = Arc::new(Checkout::with(&["ann"]).await);
    let code = checkout.code("ann").await;
    // Two workers of the function, each with what it keeps of its own.
    let other = checkout.shop.system.offers().unwrap().router();
    let tasks = (0..200).map(|n| {
        let (checkout, other, code) = (Arc::clone(&checkout), other.clone(), code.clone());
        tokio::spawn(async move {
            let worker = if n % 2 == 0 { checkout.router.clone() } else { other };
            let body = json!({ "code": code, "order": { "id": format!("o{n}") } }).to_string();
            (n, checkout.at(&worker, &body).await)
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    for task in tasks {
        let (n, answer) = task.await.unwrap();
        match answer.status {
            StatusCode::OK => won.push(n),
            StatusCode::CONFLICT => lost.push(answer.json["order"].as_str().unwrap().to_owned()),
            other => panic!("{other}: {}", answer.text),
        }
    }
    assert_eq!((won.len(), lost.len()), (1, 199));
    assert!(lost.iter().all(|order| *order == format!("o{}", won[0])), "all the others are told of the same order");
    checkout.shop.settle().await;
    assert_eq!(checkout.redemptions().await.len(), 1);
    let ann = rekindle_store::People::load(&checkout.shop.system.store, "ann").await.unwrap().person;
    assert_eq!(ann.profile.events["offer.redeemed"].count, 1);
}

#[tokio::test]
async fn a_code_that_ran_out_or_is_somebody_elses_is_not_redeemed() {
    let checkout = Checkout::with(&["ann", "bob"]).await;
    let code = checkout.code("ann").await;
    let by = |person: &str| json!({ "code": code, "order": { "id": "o1" }, "person": person }).to_string();
    let foreign = checkout.post(&by("bob")).await;
    assert_eq!((foreign.status, &foreign.json["status"]), (StatusCode::CONFLICT, &"not_theirs".into()));
    checkout.shop.pass_to(LATER.parse().unwrap()).await;
    let late = checkout.post(&by("ann")).await;
    assert_eq!((late.status, &late.json["status"]), (StatusCode::CONFLICT, &"expired".into()));
    assert!(checkout.redemptions().await.is_empty());
}

#[tokio::test]
async fn a_code_lives_on_after_its_campaign_has_ended_for_the_person() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    // The order ends the enrolment, and with it all that the campaign knows of the offer.
    let order = json!({ "person": { "id": "ann" }, "order": { "id": "o9", "total": 500 } });
    checkout.shop.put("e9", "order.completed", order).await;
    checkout.shop.pass_to("2026-06-03T00:00:00Z".parse().unwrap()).await;
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "valid");
    assert_eq!(checkout.redeem(&code, "o10").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_erased_persons_code_is_nobodys() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    checkout.redeem(&code, "o1").await;
    checkout.shop.settle().await;
    rekindle_store::Ledger::erase(&checkout.shop.system.store, "ann").await.unwrap();
    assert_eq!(checkout.look(&format!("code={code}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(checkout.redeem(&code, "o1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(checkout.redemptions().await.len(), 1, "the offer's numbers stay, without whose they are");
}

#[tokio::test]
async fn about_somebody_at_a_bound_it_says_so_and_not_that_it_should_be_asked_again() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    checkout.fill_the_day("ann").await;
    let answer = checkout.redeem(&code, "o1").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert!(answer.text.contains("5000 events within 24 hours") && answer.headers.get(RETRY_AFTER).is_none());
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "valid", "nothing was changed");
}
