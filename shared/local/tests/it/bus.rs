//! EventBridge.

use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Local, Way};

fn entry(bus: &str, detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source("shop")
        .detail_type("order.placed")
        .detail(detail)
        .build()
}

#[rstest]
#[tokio::test]
async fn an_event_reaches_the_queues_of_the_rules_that_want_it(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    for (queue, pattern) in [
        ("all", json!({"source": [{"prefix": ""}]})),
        ("big", json!({"detail": {"total": [{"numeric": [">=", 100]}]}})),
    ] {
        local.queue(queue);
        local.aws.put_rule("shop", queue, &pattern.to_string(), queue).unwrap();
    }
    let mut timed = entry("arn:aws:events:us-east-1:000000000000:event-bus/shop", r#"{"total": 100.10}"#);
    timed.time = Some(DateTime::from_secs(1_300_000_000));
    timed.resources = Some(vec!["arn:x".to_owned()]);
    let put = local.events().put_events().entries(entry("shop", r#"{"total":1}"#)).entries(timed);
    let answer = put.send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0);

    assert_eq!(local.bodies("all").len(), 2);
    let big = local.bodies("big");
    assert_eq!(big.len(), 1);
    assert!(big[0].contains("100.10"), "the detail is handed on as it was written");
    let envelope: Value = serde_json::from_str(&big[0]).unwrap();
    assert_eq!(
        envelope,
        json!({
            "version": "0",
            "id": answer.entries()[1].event_id().unwrap(),
            "detail-type": "order.placed",
            "source": "shop",
            "account": "000000000000",
            "time": "2011-03-13T07:06:40Z",
            "region": "us-east-1",
            "resources": ["arn:x"],
            "detail": {"total": 100.1},
        })
    );
}

#[rstest]
#[tokio::test]
async fn bad_entries_fail_alone(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    local.queue("all");
    local.aws.put_rule("shop", "all", r#"{"source":[{"exists":true}]}"#, "all").unwrap();
    let mut unsourced = entry("shop", "{}");
    unsourced.source = None;
    let mut forged = entry("shop", "{}");
    forged.source = Some("aws.ses".to_owned());
    let put = local.events().put_events().entries(entry("shop", "no json")).entries(unsourced);
    let put = put.entries(forged).entries(entry("nowhere", "{}")).entries(entry("shop", "{}"));
    let answer = put.send().await.unwrap();
    let codes: Vec<_> = answer.entries().iter().map(|entry| entry.error_code().unwrap_or("")).collect();
    let expected =
        ["MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException", "ResourceNotFoundException", ""];
    assert_eq!(codes, expected);
    assert_eq!(answer.failed_entry_count(), 4);
    assert_eq!(local.bodies("all").len(), 1);
}

#[tokio::test]
async fn a_call_has_at_most_a_megabyte() {
    let local = Local::new(Way::InProcess).await;
    let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(1_048_576));
    let refused = local.events().put_events().entries(entry("default", &large)).send().await;
    let error = refused.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("ValidationException"));
}

#[tokio::test]
async fn rules_are_checked() {
    let local = Local::new(Way::InProcess).await;
    local.queue("q");
    assert!(local.aws.put_rule("b", "r", "{}", "q").is_err());
    assert!(local.aws.put_rule("b", "r", r#"{"source":["x"]}"#, "missing").is_err());
}
