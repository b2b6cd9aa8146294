//! Looking at a code: valid, expired, redeemed, unknown, and whose.

use axum::http::StatusCode;

use super::{Checkout, LATER};

#[tokio::test]
async fn a_code_is_valid_until_it_ends_and_says_whose_it_is_and_what_it_gives() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    let mail = checkout.shop.system.aws.search_mails("", None, 10).unwrap().remove(0);
    let mail = checkout.shop.system.aws.mail(&mail.id).unwrap().unwrap();
    assert!(mail.html.unwrap().contains(&code), "the mail shows the very code");
    let answer = checkout.look(&format!("code={code}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let mut told = answer.json.clone();
    assert_eq!(told["code"].take(), *code);
    insta::assert_json_snapshot!(told);
    // As somebody types it.
    for typed in [code.to_lowercase(), code.to_uppercase(), format!("%20{code}%20")] {
        assert_eq!(checkout.look(&format!("code={typed}")).await.json, answer.json, "{typed}");
    }
    let until = answer.json["expires_at"].as_str().unwrap();
    let until: jiff::Timestamp = until.parse().unwrap();
    // The offer holds for days, so its codes hold to the end of one, in the shop's zone.
    let local = until.in_tz("Asia/Seoul").unwrap();
    assert_eq!(local.strftime("%H:%M:%S").to_string(), "23:59:59");
    checkout.shop.clock.advance_to(until);
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "valid");
    checkout.shop.clock.advance_to(until + jiff::SignedDuration::from_secs(1));
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "expired");
    checkout.shop.pass_to(LATER.parse().unwrap()).await;
    assert_eq!(checkout.look(&format!("code={code}")).await.json["status"], "expired");
}

#[tokio::test]
async fn a_code_of_somebody_else_says_so_where_the_shop_names_who_asks() {
    let checkout = Checkout::with(&["ann", "bob"]).await;
    let code = checkout.code("ann").await;
    let ask = async |person| checkout.look(&format!("code={code}&person={person}")).await.json["status"].clone();
    assert_eq!((ask("ann").await, ask("bob").await), ("valid".into(), "not_theirs".into()));
}

#[tokio::test]
async fn what_was_never_issued_is_unknown() {
    let checkout = Checkout::with(&["ann"]).await;
    for never in ["BACKaaaaaaaaaa", "", "%00", "%F0%9F%A6%80", &"x".repeat(3_000)] {
        let answer = checkout.look(&format!("code={never}")).await;
        assert_eq!((answer.status, &answer.json["status"]), (StatusCode::NOT_FOUND, &"unknown".into()), "{never:.20}");
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    let version = || async { rekindle_store::People::load(&checkout.shop.system.store, "ann").await.unwrap().version };
    let before = version().await;
    for query in [format!("code={code}"), format!("code={code}&person=bob"), "code=NONE".to_owned()] {
        checkout.look(&query).await;
    }
    assert_eq!(version().await, before);
}
