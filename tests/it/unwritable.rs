//! Somebody whom nobody can write, on the whole local system: they stand in nobody's way, the audit names them every day, and
//! the write that makes room lets them go on.

use std::collections::BTreeMap;

use rekindle_engine::person::bounds::ATTRIBUTE_BYTES;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::findings;
use rekindle_store::{Due, People};
use serde_json::{Value, json};

use crate::feedback::{audited, dead_letters, mails, pass_hours, shop};
use crate::support::Shop;

/// A day after they signed up, everybody gets an attribute of two kilobytes and a mail.
fn growing() -> String {
    let more = "y".repeat(2_048);
    format!(
        "[ {{ id: w, wait: 1d }}, {{ id: more, set: {{ attributes: {{ more: \"{more}\" }} }} }}, {{ id: a, send: m }} ]"
    )
}

async fn tell(shop: &Shop, id: &str, kind: &str, attributes: Value) {
    let person = json!({ "id": id, "email": format!("{id}@example.com"), "attributes": attributes });
    shop.put(&format!("{id}-{kind}"), kind, json!({ "person": person })).await;
    shop.settle().await;
}

async fn has_more(shop: &Shop, id: &str) -> bool {
    shop.system.store.load(id).await.unwrap().person.profile.attributes.contains_key("more")
}

#[tokio::test]
async fn somebody_whom_nobody_can_write_is_named_by_each_audit_until_there_is_room() {
    let shop = shop(&growing()).await;
    let begin = Instant::from(shop.clock.now());
    tell(&shop, "full", "customer.signed_up", json!({ "note": "x".repeat(ATTRIBUTE_BYTES - 1_024) })).await;
    tell(&shop, "roomy", "customer.signed_up", json!({ "note": "x" })).await;
    pass_hours(&shop, 25).await;
    assert_eq!((has_more(&shop, "full").await, has_more(&shop, "roomy").await), (false, true));
    assert_eq!((mails(&shop), dead_letters(&shop)), (1, 0), "only one of the two goes on, and nothing failed");
    let set_aside = async || shop.system.store.all_aside(10).await.unwrap();
    let [full] = <[_; 1]>::try_from(set_aside().await).unwrap();
    assert_eq!((full.id.as_str(), full.at), ("full", begin.plus_seconds(24 * 3_600)));
    // Nobody waits behind them, and the alarm on who is late is silent.
    let ticked = shop.system.tick().handle().await.unwrap();
    assert_eq!((ticked.queued, ticked.max_lag), (0, 0));
    for _ in 0..2 {
        pass_hours(&shop, 24).await;
        let found = BTreeMap::from([(findings::DUE.to_owned(), 1), (findings::UNWRITABLE.to_owned(), 1)]);
        assert_eq!(audited(&shop).await, found);
        assert_eq!((set_aside().await.len(), dead_letters(&shop), mails(&shop)), (1, 0, 1));
    }
    // The shop removes what no campaign uses: that very write takes them back.
    tell(&shop, "full", "customer.updated", json!({ "note": null })).await;
    pass_hours(&shop, 1).await;
    assert!(has_more(&shop, "full").await && set_aside().await.is_empty());
    assert_eq!((mails(&shop), audited(&shop).await), (2, BTreeMap::new()));
}
