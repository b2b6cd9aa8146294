//! What `functions/offers/openapi.json` promises: every answer that a test here gets is held against it.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Checkout};

fn document() -> Value {
    let path = crate::past::folder("functions/offers").join("openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What stands behind a reference, if it is one.
fn resolved<'d>(document: &'d Value, found: &'d Value) -> &'d Value {
    match found["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => found,
    }
}

/// Holds an answer against the document; addresses that are not in it have no promise.
pub fn hold(method: &Method, path: &str, answer: &Answer) {
    let document = document();
    let operation = &document["paths"][path][method.as_str().to_lowercase()];
    if operation.is_null() {
        return;
    }
    let promised = &operation["responses"][answer.status.as_str()];
    assert!(!promised.is_null(), "{method} {path} promises no {}", answer.status);
    let promised = resolved(&document, promised);
    for (name, header) in promised["headers"].as_object().into_iter().flatten() {
        let value = answer.headers[name.to_lowercase().as_str()].to_str().unwrap();
        assert!(header["schema"]["const"].as_str().is_none_or(|expected| expected == value), "{name}: {value}");
    }
    let Some(content) = promised["content"].as_object() else { return };
    let kind = answer.headers["content-type"].to_str().unwrap();
    let schema = &content.get(kind).unwrap_or_else(|| panic!("{kind} is not promised"))["schema"];
    let schema = json!({ "allOf": [schema], "components": document["components"] });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> = validator.iter_errors(&answer.json).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{} {}: {problems:?}", answer.status, answer.text);
}

#[tokio::test]
async fn every_promised_answer_is_given() {
    let checkout = Checkout::with(&["ann", "bob"]).await;
    let (ann, bob) = (checkout.code("ann").await, checkout.code("bob").await);
    let mut given = BTreeSet::new();
    let mut note = |path: &str, answer: Answer| {
        given.insert((path.to_owned(), answer.status.as_u16()));
        answer
    };
    note("/v1/codes", checkout.look(&format!("code={ann}")).await);
    note("/v1/codes", checkout.look("code=NONE").await);
    note("/v1/codes", checkout.look("kode=NONE").await);
    note("/v1/redemptions", checkout.redeem(&ann, "o1").await);
    note("/v1/redemptions", checkout.redeem(&ann, "o2").await);
    note("/v1/redemptions", checkout.redeem("NONE", "o1").await);
    note("/v1/redemptions", checkout.post("{}").await);
    note("/v1/redemptions", checkout.post(&" ".repeat(9_000)).await);
    checkout.fill_the_day("bob").await;
    note("/v1/redemptions", checkout.redeem(&bob, "o1").await);
    let broken = checkout.without_a_table();
    note("/v1/codes", broken.look(&format!("code={bob}")).await);
    note("/v1/redemptions", broken.redeem(&bob, "o1").await);
    let stranger = Checkout { key: "x".repeat(40), ..broken };
    note("/v1/codes", stranger.look(&format!("code={bob}")).await);
    note("/v1/redemptions", stranger.redeem(&bob, "o1").await);
    let document = document();
    let promised = document["paths"].as_object().unwrap().iter().flat_map(|(path, operations)| {
        let statuses =
            operations.as_object().unwrap().values().flat_map(|one| one["responses"].as_object().unwrap().keys());
        statuses.map(|status| (path.clone(), status.parse().unwrap()))
    });
    assert_eq!(given, promised.collect::<BTreeSet<(String, u16)>>());
}

#[tokio::test]
async fn a_request_that_the_document_allows_is_understood_and_no_other() {
    let checkout = Checkout::with(&["ann"]).await;
    let document = document();
    let schema = json!({ "$ref": "#/components/schemas/Redemption", "components": document["components"] });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let order = json!({ "id": "o1" });
    let long = json!({ "id": "x".repeat(201) });
    for body in [
        json!({ "code": "NONE", "order": order }),
        json!({ "code": "NONE", "order": { "id": "o1", "total": 12.5 }, "person": "ann" }),
        json!({ "code": "NONE", "order": { "id": "o1", "total": null }, "person": null }),
        json!({ "code": "NONE" }),
        json!({ "order": order }),
        json!({ "code": 7, "order": order }),
        json!({ "code": "NONE", "order": "o1" }),
        json!({ "code": "NONE", "order": {} }),
        json!({ "code": "NONE", "order": { "id": "" } }),
        json!({ "code": "NONE", "order": { "id": 7 } }),
        json!({ "code": "NONE", "order": long }),
        json!({ "code": "NONE", "order": { "id": "o1", "total": -1 } }),
        json!({ "code": "NONE", "order": { "id": "o1", "sum": 1 } }),
        json!({ "code": "NONE", "order": order, "persons": "ann" }),
        json!([]),
    ] {
        let answer = checkout.post(&body.to_string()).await;
        let expected = if validator.is_valid(&body) { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        assert_eq!(answer.status, expected, "{body}: {}", answer.text);
    }
}
