//! Whoever wants to leave can, however full their item is (SPEC.md section 11, "Bounds").

use rekindle_engine::person::Person;
use rekindle_store::{Ledger, People};
use serde_json::{Value, json};

use crate::support::{START, Shop};

/// Texts that nothing packs, so many bytes in all, as attributes.
fn noise(seed: u64, bytes: usize) -> Value {
    let text = |n: usize| rekindle_engine::ids::short_hash(&format!("{seed}/{n}"), 32);
    (0..bytes / 64).map(|n| (format!("n{n}"), json!(text(n)))).collect::<serde_json::Map<_, _>>().into()
}

async fn person(shop: &Shop) -> Person {
    shop.system.store.load("ann").await.unwrap().person
}

#[tokio::test]
async fn a_statement_about_leaving_is_taken_where_the_rest_of_its_event_cannot_be() {
    for (kind, extra) in [
        ("consent.changed", json!({ "consent": { "marketing": false } })),
        ("email.complained", json!({})),
        ("email.bounced", json!({ "bounce": "hard" })),
    ] {
        let shop = Shop::open(None, &["welcome"], START.parse().unwrap()).await;
        let ann = json!({ "id": "ann", "email": "ann@example.com", "consent": { "marketing": true } });
        shop.put("1", "customer.signed_up", json!({ "person": ann })).await;
        shop.settle().await;
        let too_much = json!({ "id": "ann", "attributes": noise(1, 80 * 1024) });
        shop.put("2", "customer.updated", json!({ "person": too_much })).await;
        let mut detail = extra.clone();
        detail["person"] = too_much.clone();
        shop.put("3", kind, detail).await;
        shop.settle().await;
        let after = person(&shop).await;
        assert!(after.profile.attributes.is_empty(), "{kind}: what does not fit is left out");
        assert!(!after.profile.consent.allows_marketing() || after.profile.suppressed_at.is_some(), "{kind}");
        assert_eq!(shop.system.aws.peek("intake-dead", 10).unwrap().len(), 1, "{kind}: only the update was refused");
        let lines = shop.system.store.read("ann").await.unwrap();
        assert!(lines.last().unwrap().contains("\"kind\":\"exited\""), "{kind}: {lines:?}");
        // And once more, in case the answer was lost.
        let mut again = extra;
        again["person"] = too_much;
        shop.put("3", kind, again).await;
        shop.settle().await;
        assert_eq!(shop.system.store.read("ann").await.unwrap(), lines, "{kind}");
    }
}
