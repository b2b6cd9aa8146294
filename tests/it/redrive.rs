//! What the stream could not hand on comes back from its pointers, once, and what is too old stays named.

use aws_sdk_sqs::Client;
use rekindle::redrive::{Redriven, redrive};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_local::{Filter, Mappings, StreamMapping};
use rekindle_relay::FILTER;
use rekindle_system::{TABLE, UNDELIVERED};
use serde_json::json;

use crate::support::{START, Shop};

/// The stream's handler fails at everything, as often as its mapping lets it.
async fn broken_relay(shop: &Shop) {
    let mapping = StreamMapping {
        dead_letter: Some(UNDELIVERED.to_owned()),
        max_attempts: 1,
        filter: Filter::parse(FILTER).ok(),
        ..StreamMapping::new("relay", TABLE)
    };
    let mappings = Mappings::new(&shop.system.aws).stream(mapping, |_| async { Err("down".into()) });
    mappings.run_until_quiet().await.unwrap();
}

/// Decided as `intake` does.
async fn sign_up(shop: &Shop, id: &str) {
    let person = json!({ "id": id, "email": format!("{id}@example.com"), "consent": { "marketing": true } });
    let envelope = json!({
        "id": id, "source": "shop", "detail-type": "customer.signed_up", "time": START, "detail": { "person": person },
    });
    let event = Event::from_value(envelope).unwrap();
    let now = Instant::from(shop.clock.now());
    shop.system.deciding.decide(id, &Input::Event(&event), now, None).await.unwrap();
}

#[tokio::test]
async fn pointers_are_handed_on_and_nothing_happens_twice() {
    let shop = Shop::open(None, &["welcome"], START.parse().unwrap()).await;
    sign_up(&shop, "ann").await;
    broken_relay(&shop).await;
    shop.settle().await;
    assert_eq!(shop.system.aws.mail_count().unwrap(), 0, "nobody was told");
    let sqs = Client::new(&shop.system.aws.sdk_config());
    let queue = shop.system.aws.queue_url(UNDELIVERED);
    let old = json!({ "DDBStreamBatchInfo": {
        "shardId": "shardId-00000001-gone", "startSequenceNumber": "100000000000000000001",
        "endSequenceNumber": "100000000000000000002", "approximateArrivalOfFirstRecord": "2026-02-27T00:00:00Z",
        "streamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/gone/stream/local",
    }});
    for other in [old.to_string(), "tick".to_owned()] {
        sqs.send_message().queue_url(&queue).message_body(other).send().await.unwrap();
    }
    let redriven = redrive(&shop.system).await.unwrap();
    assert!(redriven.batches >= 1 && redriven.changes == redriven.batches && redriven.others == 1, "{redriven:?}");
    assert!(redriven.kept.len() == 1 && redriven.kept[0].contains("2026-02-27T00:00:00Z"), "{redriven:?}");
    let told = Redriven { batches: 1, changes: 1, ..redriven }.json();
    assert_eq!((&told["batches"], &told["changes"], &told["others"]), (&json!(1), &json!(1), &json!(1)));
    let kept = "changes 100000000000000000001 to 100000000000000000002 of shardId-00000001-gone, the first of \
                2026-02-27T00:00:00Z: the stream does not have them any more: what they noted in the ledger is lost; see \
                docs/runbook/undelivered.md";
    assert_eq!(told["kept"], json!([kept]));
    shop.settle().await;
    assert_eq!(shop.system.aws.mail_count().unwrap(), 2, "the welcome mail and the notice about consent");
    // Again: only what could not be brought back is there, and nobody gets anything.
    let again = redrive(&shop.system).await.unwrap();
    assert_eq!((again.batches, again.kept.len(), again.others), (0, 1, 1));
    shop.settle().await;
    assert_eq!(shop.system.aws.mail_count().unwrap(), 2);
}
