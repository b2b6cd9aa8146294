//! Erasing somebody (SPEC.md section 10).

use serde_json::json;

use super::*;

const WAITING: &str = "name: C\npurpose: transactional\ntrigger: { event: go }\nsteps: [ { id: w, wait: 1d }, { id: a, send: a }, { id: v, wait: 1d } ]\n";

#[test]
fn a_mail_that_was_due_when_somebody_is_erased_goes_to_nobody() {
    let mut shop = Shop::with(WAITING);
    shop.event("go", json!({}));
    shop.decided();
    shop.now = at("2026-03-02T00:00:00Z");
    shop.event("customer.deleted", json!({}));
    let decided = shop.decided();
    assert!(decided.contains(&"03-02T00:00 sent a".to_owned()), "{decided:?}");
    assert_eq!(decided.last().map(String::as_str), Some("03-02T00:00 exited customer.deleted"));
    assert_eq!(shop.sent, Vec::<String>::new());
    assert!(shop.ann.is_erased());
}
