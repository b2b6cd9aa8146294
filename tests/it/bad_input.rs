//! What is malformed goes to the dead-letter queue with a reason, changes nothing, and holds nobody up.

use rekindle_store::People;
use serde_json::json;

use crate::support::{START, Shop};

#[tokio::test]
async fn each_malformed_event_is_put_aside_with_its_reason_and_the_rest_is_done() {
    let shop = Shop::open(None, &["welcome"], START.parse().unwrap()).await;
    shop.put("1", "customer.signed_up", json!({ "nobody": true })).await;
    shop.put("2", "customer.signed_up", json!({ "person": { "id": "ann", "email": 7 } })).await;
    shop.put("3", "customer.signed_up", json!({ "person": { "id": "big" }, "filler": "x".repeat(300 * 1024) })).await;
    shop.put("4", "order.completed", json!({ "person": { "id": "bob" }, "order": { "total": "ten" } })).await;
    shop.put(
        "5",
        "customer.signed_up",
        json!({ "person": { "id": "cat", "email": "cat@example.com", "consent": { "marketing": true } } }),
    )
    .await;
    let queue = aws_sdk_sqs::Client::new(&shop.system.aws.sdk_config());
    queue.send_message().queue_url(shop.system.aws.queue_url("intake")).message_body("no JSON").send().await.unwrap();

    shop.settle().await;

    let dead = shop.system.aws.peek("intake-dead", 10).unwrap();
    let whole = "x".repeat(300 * 1024);
    assert!(dead.iter().any(|letter| letter.body.contains(&whole)), "a letter is whole, so that it can be redriven");
    let mut reasons: Vec<String> = dead.into_iter().map(|letter| letter.reason.unwrap()).collect();
    reasons.sort();
    insta::assert_snapshot!(reasons.join("\n"));
    for nobody in ["ann", "big", "bob"] {
        assert_eq!(shop.system.store.load(nobody).await.unwrap().version, 0, "{nobody}");
    }
    assert_eq!(
        shop.system.aws.mail_count().unwrap(),
        2,
        "the good event's welcome mail, and the notice about its consent"
    );
}

#[tokio::test]
async fn an_unknown_zone_or_locale_is_taken_as_the_default() {
    let shop = Shop::open(None, &["welcome"], START.parse().unwrap()).await;
    let person = json!({ "id": "ann", "email": "ann@example.com", "timezone": "Mars/Olympus", "locale": "xx-YY", "consent": { "marketing": true } });
    shop.put("1", "customer.signed_up", json!({ "person": person })).await;
    shop.settle().await;
    let mails = shop.system.aws.mails(None, 10).unwrap();
    let advertising: Vec<&str> =
        mails.iter().map(|mail| mail.subject.as_str()).filter(|subject| subject.starts_with("(광고)")).collect();
    assert_eq!((mails.len(), advertising), (2, vec!["(광고) 반갑습니다"]), "in the workspace's first language");
}
