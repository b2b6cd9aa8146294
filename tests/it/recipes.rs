//! Each recipe of campaigns/ does what its first comment says: who enters, which mails go when, which way people take,
//! and how it ends. Recipes run one at a time; times are Seoul's.

use rekindle_engine::catalog::Catalog;
use serde_json::json;

use crate::past::{Past, catalog, files, folder};

/// The workspace with this recipe alone.
fn recipe(name: &str) -> Catalog {
    let mut files = files(&folder("campaigns"));
    files.retain(|path, _| path.split_once('/').is_none_or(|(campaign, _)| campaign == name || campaign == "layouts"));
    catalog(&files).unwrap()
}

#[test]
fn every_recipe_is_tested_here() {
    let mut recipes: Vec<String> = files(&folder("campaigns"))
        .into_keys()
        .filter_map(|path| path.strip_suffix("/campaign.yaml").map(str::to_owned))
        .collect();
    recipes.sort();
    let tested = include_str!("recipes.rs");
    let missing: Vec<&String> =
        recipes.iter().filter(|name| !tested.contains(&format!("recipe(\"{name}\")"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(recipes.len() >= 16, "{recipes:?}");
}

/// Three mails in a week, in the morning window, once for ever; without consent none.
#[test]
fn welcome() {
    let past = Past::default()
        .sign_up("2026-03-02T22:30", "ann", json!({}))
        .on("2026-03-02T10:00", "customer.signed_up", "bob", json!({ "person": { "email": "bob@example.com" } }))
        .sign_up("2026-03-02T10:00", "eve", json!({}))
        .on("2026-03-04T10:00", "consent.changed", "eve", json!({ "consent": { "topics": { "news": false } } }))
        .sign_up("2026-03-20T10:00", "ann", json!({}));
    insta::assert_snapshot!(past.journal(&recipe("welcome"), "2026-04-01T00:00"));
}

/// Reminded after four hours and two days more, each cart for itself, unless that very cart was bought.
#[test]
fn abandoned_cart() {
    let cart = |id: &str| json!({ "cart_id": id, "items": [] });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .sign_up("2026-03-01T09:00", "bob", json!({}))
        .on("2026-03-02T10:00", "cart.abandoned", "ann", cart("a1"))
        .on("2026-03-02T11:00", "cart.abandoned", "ann", cart("a2"))
        .on("2026-03-02T12:00", "order.completed", "ann", json!({ "cart_id": "a1", "order": { "total": 42_000 } }))
        .on("2026-03-02T12:30", "cart.abandoned", "ann", cart("a2"))
        .on("2026-03-02T19:00", "cart.abandoned", "bob", cart("b1"))
        .on("2026-03-04T09:00", "order.completed", "bob", json!({ "order": { "total": 10_000 } }))
        .on("2026-03-04T09:30", "order.completed", "bob", json!({ "cart_id": "b1", "order": { "total": 21_000 } }))
        .on("2026-03-05T09:00", "cart.abandoned", "bob", json!({ "items": [] }));
    insta::assert_snapshot!(past.journal(&recipe("abandoned-cart"), "2026-03-20T00:00"));
}

/// One mail the next morning, at most once in two weeks; an order or a filled cart ends it.
#[test]
fn browse_abandonment() {
    let product = json!({ "product": { "id": "p-11", "name": "강변 블렌드" } });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .sign_up("2026-03-01T09:00", "bob", json!({}))
        .sign_up("2026-03-01T09:00", "eve", json!({}))
        .on("2026-03-02T15:00", "product.viewed", "ann", product.clone())
        .on("2026-03-02T15:00", "product.viewed", "bob", product.clone())
        .on("2026-03-02T15:00", "product.viewed", "eve", product.clone())
        .on("2026-03-02T15:00", "product.viewed", "eve", json!({ "product": { "id": "p-12" } }))
        .on("2026-03-02T16:00", "cart.abandoned", "bob", json!({ "cart_id": "b1" }))
        .on("2026-03-02T17:00", "order.completed", "eve", json!({ "order": { "total": 18_000 } }))
        .on("2026-03-10T15:00", "product.viewed", "ann", product.clone())
        .on("2026-03-16T15:00", "product.viewed", "ann", product);
    insta::assert_snapshot!(past.journal(&recipe("browse-abandonment"), "2026-04-01T00:00"));
}

/// How to brew two days after the order, a question a week later; a refund ends it.
#[test]
fn after_purchase() {
    let order = json!({ "order": { "id": "o1", "total": 42_000 } });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .sign_up("2026-03-01T09:00", "bob", json!({}))
        .on("2026-03-02T15:00", "order.completed", "ann", order.clone())
        .on("2026-03-02T15:00", "order.completed", "bob", order.clone())
        .on("2026-03-06T15:00", "order.refunded", "bob", order.clone())
        .on("2026-03-20T15:00", "order.completed", "ann", order.clone())
        .on("2026-04-02T15:00", "order.completed", "ann", order);
    insta::assert_snapshot!(past.journal(&recipe("after-purchase"), "2026-04-10T00:00"));
}

/// Asked on the next morning; a low score gets an apology, silence ends after two weeks. No consent is needed.
#[test]
fn csat_after_delivery() {
    let delivered = json!({ "order": { "id": "o1" } });
    let signed_up = |past: Past, person: &str| {
        past.on(
            "2026-03-01T09:00",
            "customer.signed_up",
            person,
            json!({ "person": { "email": format!("{person}@example.com") } }),
        )
    };
    let past = ["ann", "bob", "eve"].into_iter().fold(Past::default(), signed_up);
    let past = ["ann", "bob", "eve"]
        .into_iter()
        .fold(past, |past, person| past.on("2026-03-02T15:00", "order.delivered", person, delivered.clone()))
        .on("2026-03-04T12:00", "survey.answered", "ann", json!({ "survey": "nps", "score": 1 }))
        .on("2026-03-04T21:30", "survey.answered", "ann", json!({ "survey": "csat", "score": 2 }))
        .on("2026-03-04T12:00", "survey.answered", "bob", json!({ "survey": "csat", "score": 5 }))
        .on("2026-03-12T15:00", "order.delivered", "ann", delivered.clone());
    insta::assert_snapshot!(past.journal(&recipe("csat-after-delivery"), "2026-04-01T00:00"));
}

/// Asked two weeks after a delivery, at most every 90 days; 9 and 10 are thanked, 6 and less are asked why.
#[test]
fn nps() {
    let delivered = json!({ "order": { "id": "o1" } });
    let mut past = Past::default();
    for person in ["ann", "bob", "eve", "joe"] {
        past = past.sign_up("2026-03-01T09:00", person, json!({})).on(
            "2026-03-02T15:00",
            "order.delivered",
            person,
            delivered.clone(),
        );
    }
    let past = past
        .on("2026-03-18T12:00", "survey.answered", "ann", json!({ "survey": "nps", "score": 10 }))
        .on("2026-03-18T22:00", "survey.answered", "bob", json!({ "survey": "nps", "score": 6 }))
        .on("2026-03-18T12:00", "survey.answered", "eve", json!({ "survey": "nps", "score": 8 }))
        .on("2026-05-29T15:00", "order.delivered", "ann", delivered.clone())
        .on("2026-05-31T16:00", "order.delivered", "ann", delivered);
    insta::assert_snapshot!(past.journal(&recipe("nps"), "2026-06-20T00:00"));
}

/// A code 90 days after the last order and two reminders; an order or the code's use ends it. `ida` is held out.
#[test]
fn win_back_offer() {
    let order = json!({ "order": { "total": 42_000 } });
    let mut past = Past::default();
    for person in ["ann", "bob", "eve", "ida"] {
        past = past.sign_up("2026-01-01T09:00", person, json!({})).on(
            "2026-01-02T10:00",
            "order.completed",
            person,
            order.clone(),
        );
    }
    let past = past
        .on("2026-04-05T10:00", "order.completed", "bob", order.clone())
        .on("2026-04-09T10:00", "offer.redeemed", "eve", json!({ "campaign": "win-back-offer", "offer": "come-back" }))
        .on("2026-04-05T10:00", "order.completed", "ida", order);
    insta::assert_snapshot!(past.journal(&recipe("win-back-offer"), "2026-07-01T00:00"));
}

/// Two plain mails 60 days after the last order; an order ends it and counts, for `ben`, who is held out, as well.
#[test]
fn win_back() {
    let order = json!({ "order": { "total": 42_000 } });
    let mut past = Past::default();
    for person in ["ann", "bob", "ben"] {
        past = past.sign_up("2026-01-01T09:00", person, json!({})).on(
            "2026-01-02T10:00",
            "order.completed",
            person,
            order.clone(),
        );
    }
    let past = past.on("2026-03-05T10:00", "order.completed", "bob", order.clone()).on(
        "2026-03-05T10:00",
        "order.completed",
        "ben",
        order,
    );
    insta::assert_snapshot!(past.journal(&recipe("win-back"), "2026-04-01T00:00"));
}

/// Five thousand won on the day at nine, a reminder if unused; moving the birthday brings no second present.
#[test]
fn birthday() {
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({ "birthday": "1990-03-10" }))
        .sign_up("2026-03-01T09:00", "bob", json!({ "birthday": "1992-02-29" }))
        .sign_up("2026-03-01T09:00", "eve", json!({ "birthday": "1990-03-10" }))
        .on("2026-03-12T12:00", "offer.redeemed", "eve", json!({ "campaign": "birthday", "offer": "present" }))
        .on("2026-03-12T12:00", "order.completed", "eve", json!({ "order": { "total": 30_000 } }))
        .on(
            "2026-04-01T12:00",
            "customer.updated",
            "ann",
            json!({ "person": { "attributes": { "birthday": "1990-04-05" } } }),
        );
    insta::assert_snapshot!(past.journal(&recipe("birthday"), "2027-03-20T00:00"));
}

/// A thank-you on the day of the first order to people who came back and still order.
#[test]
fn anniversary() {
    let order = json!({ "order": { "total": 42_000 } });
    let mut past = Past::default();
    for person in ["ann", "bob", "eve"] {
        past = past.sign_up("2025-03-01T09:00", person, json!({})).on(
            "2025-03-02T15:00",
            "order.completed",
            person,
            order.clone(),
        );
    }
    let past = past.on("2025-12-01T15:00", "order.completed", "ann", order.clone()).on(
        "2025-03-03T15:00",
        "order.completed",
        "eve",
        order,
    );
    insta::assert_snapshot!(past.journal(&recipe("anniversary"), "2027-03-10T00:00"));
}

/// 30 days after the last order and a week later; every order starts anew, a refunded only order keeps out.
#[test]
fn replenishment() {
    let order = json!({ "order": { "total": 42_000 } });
    let mut past = Past::default();
    for person in ["ann", "bob", "eve"] {
        past = past.sign_up("2026-01-01T09:00", person, json!({})).on(
            "2026-01-02T10:00",
            "order.completed",
            person,
            order.clone(),
        );
    }
    let past = past
        .on("2026-01-20T10:00", "order.completed", "bob", order.clone())
        .on("2026-01-10T10:00", "order.refunded", "eve", order.clone())
        .on("2026-02-21T10:00", "order.completed", "bob", order);
    insta::assert_snapshot!(past.journal(&recipe("replenishment"), "2026-03-01T00:00"));
}

/// Ten days after each delivery; not after a low score, not after that order's refund.
#[test]
fn review_request() {
    let delivered = |order: &str| json!({ "order": { "id": order } });
    let mut past = Past::default();
    for person in ["ann", "bob", "eve"] {
        past = past.sign_up("2026-03-01T09:00", person, json!({})).on(
            "2026-03-02T15:00",
            "order.delivered",
            person,
            delivered(&format!("{person}-1")),
        );
    }
    let past = past
        .on("2026-03-03T15:00", "order.delivered", "ann", delivered("ann-2"))
        .on("2026-03-04T15:00", "order.refunded", "ann", delivered("ann-1"))
        .on("2026-03-05T15:00", "survey.answered", "bob", json!({ "survey": "csat", "score": 2 }))
        .on("2026-03-05T15:00", "survey.answered", "eve", json!({ "survey": "csat", "score": 3 }));
    insta::assert_snapshot!(past.journal(&recipe("review-request"), "2026-04-01T00:00"));
}

/// Once, when orders add up to 300,000 won: the attribute at once, the mail on the next morning.
#[test]
fn vip() {
    let order = |total: u32| json!({ "order": { "total": total } });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .on("2026-03-02T15:00", "order.completed", "ann", order(200_000))
        .on("2026-03-03T15:00", "order.completed", "ann", order(99_999))
        .on("2026-03-04T15:00", "order.completed", "ann", order(1))
        .on("2026-03-09T15:00", "order.completed", "ann", order(50_000));
    insta::assert_snapshot!(past.journal(&recipe("vip"), "2026-03-20T00:00"));
}

/// Two weeks and three days before points expire, as long as there are any.
#[test]
fn points_expiring() {
    let points = |points: u32| json!({ "points": points, "points_expire_on": "2026-03-31" });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", points(500))
        .sign_up("2026-03-01T09:00", "bob", points(500))
        .sign_up("2026-03-01T09:00", "eve", points(0))
        .on("2026-03-20T15:00", "customer.updated", "bob", json!({ "person": { "attributes": { "points": 0 } } }));
    insta::assert_snapshot!(past.journal(&recipe("points-expiring"), "2026-04-10T00:00"));
}

/// Each product for itself, at most once a week.
#[test]
fn back_in_stock() {
    let product =
        |id: &str| json!({ "product": { "id": id, "name": "강변 블렌드", "url": "https://shop.example.com/p" } });
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .on("2026-03-02T15:00", "product.back_in_stock", "ann", product("p-1"))
        .on("2026-03-02T16:00", "product.back_in_stock", "ann", product("p-2"))
        .on("2026-03-04T15:00", "product.back_in_stock", "ann", product("p-1"))
        .on("2026-03-04T18:00", "order.completed", "ann", json!({ "order": { "total": 20_000 } }))
        .on("2026-03-09T15:00", "product.back_in_stock", "ann", product("p-1"))
        .on("2026-03-20T23:00", "product.back_in_stock", "ann", product("p-2"));
    insta::assert_snapshot!(past.journal(&recipe("back-in-stock"), "2026-04-01T00:00"));
}

/// Nobody ordered or clicked for 180 days: a click keeps them, silence puts them to sleep, an order wakes them up.
#[test]
fn sunset() {
    let mut past = Past::default();
    for person in ["ann", "bob", "eve"] {
        past = past.sign_up("2026-01-01T09:00", person, json!({})).on(
            "2026-01-02T10:00",
            "order.completed",
            person,
            json!({ "order": { "total": 42_000 } }),
        );
    }
    let past = past
        .on("2026-05-01T12:00", "email.clicked", "eve", json!({ "campaign": "newsletter", "step": "issue" }))
        .on("2026-07-03T12:00", "email.clicked", "ann", json!({ "campaign": "sunset", "step": "stay" }))
        .on("2026-09-01T12:00", "order.completed", "bob", json!({ "order": { "total": 42_000 } }));
    insta::assert_snapshot!(past.journal(&recipe("sunset"), "2026-12-01T00:00"));
}

/// Every Thursday at ten to everybody who agreed and is awake.
#[test]
fn newsletter() {
    let past = Past::default()
        .sign_up("2026-03-01T09:00", "ann", json!({}))
        .sign_up("2026-03-01T09:00", "bob", json!({ "asleep": true }))
        .on("2026-03-01T09:00", "customer.signed_up", "eve", json!({ "person": { "email": "eve@example.com" } }))
        .on("2026-03-06T09:00", "customer.updated", "bob", json!({ "person": { "attributes": { "asleep": null } } }))
        .on("2026-03-13T09:00", "consent.changed", "ann", json!({ "consent": { "topics": { "news": false } } }));
    insta::assert_snapshot!(past.journal(&recipe("newsletter"), "2026-03-20T00:00"));
}
