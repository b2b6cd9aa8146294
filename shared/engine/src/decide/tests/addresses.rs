//! Whom a bounce or a complaint is about (SPEC.md section 11, "Addresses"): the address that the event names, else the one
//! that the person has.

use serde_json::json;

use super::*;

const WAITING: &str = "name: C\npurpose: transactional\ntrigger: { event: go }\nentry: every\nkey: event.n\nsteps: [ { id: w, wait: 400d } ]\n";

fn suppressed(shop: &Shop) -> bool {
    shop.ann.profile.suppressed_at.is_some()
}

#[test]
fn what_comes_back_of_an_address_that_they_left_is_about_that_address() {
    for (kind, detail) in [
        ("email.bounced", json!({ "bounce": "hard", "address": "Old@example.com" })),
        ("email.complained", json!({ "address": "old@example.com" })),
    ] {
        let mut shop = Shop::with(WAITING);
        shop.event("go", json!({ "person": { "email": "old@example.com" }, "n": 1 }));
        shop.event("customer.updated", json!({ "person": { "email": "new@example.com" } }));
        shop.decided();
        shop.event(kind, detail);
        shop.event("go", json!({ "n": 2 }));
        assert_eq!(shop.decided(), ["03-01T00:00 entered", "03-01T00:00 waiting w"], "{kind}: nobody left");
        assert!(!suppressed(&shop), "{kind}");
        shop.event("customer.updated", json!({ "person": { "email": "OLD@example.com" } }));
        shop.event("go", json!({ "n": 3 }));
        assert_eq!(
            shop.decided(),
            ["03-01T00:00 not_entered suppressed"],
            "{kind}: nor does anybody by its coming back"
        );
        assert!(suppressed(&shop), "{kind}");
    }
}

#[test]
fn of_the_address_that_they_have_each_bounce_and_complaint_ends_everything() {
    for detail in [json!({ "bounce": "hard", "address": "ANN@example.com" }), json!({ "bounce": "hard" })] {
        let mut shop = Shop::with(WAITING);
        shop.event("go", json!({ "n": 1 }));
        shop.event("email.bounced", json!({ "bounce": "soft", "address": "ann@example.com" }));
        shop.event("go", json!({ "n": 2 }));
        shop.decided();
        shop.event("email.bounced", detail);
        assert_eq!(shop.decided(), ["03-01T00:00 exited suppressed", "03-01T00:00 exited suppressed"]);
        assert!(suppressed(&shop));
    }
}

#[test]
fn erasing_somebody_does_not_lift_what_was_said_of_their_address() {
    let mut shop = Shop::with(WAITING);
    shop.event("email.complained", json!({}));
    shop.event("customer.deleted", json!({}));
    assert!(shop.ann.is_erased() && shop.ann.profile.suppressed.len() == 1 && shop.ann.profile.email.is_none());
    shop.now = at("2026-03-02T00:00:00Z");
    shop.event("go", json!({ "person": { "email": "ann@example.com" }, "n": 1 }));
    assert_eq!(shop.decided(), ["03-02T00:00 not_entered suppressed"]);
}

#[test]
fn an_address_that_was_suppressed_before_they_had_it_ends_nothing() {
    for (kind, detail) in [
        ("email.bounced", json!({ "bounce": "hard", "suppressed_before": true })),
        ("email.complained", json!({ "suppressed_before": true })),
    ] {
        let mut shop = Shop::with(WAITING);
        shop.event("go", json!({ "n": 1 }));
        shop.decided();
        shop.event(kind, detail);
        shop.event("go", json!({ "n": 2 }));
        assert_eq!(shop.decided(), ["03-01T00:00 not_entered suppressed"], "{kind}: nobody left");
        assert!(suppressed(&shop), "{kind}");
        shop.event(kind, json!({ "bounce": "hard" }));
        assert_eq!(shop.decided(), ["03-01T00:00 exited suppressed"], "{kind}: what comes while they have it ends all");
    }
}
