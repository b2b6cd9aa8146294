//! What strangers can do at the checkout's door: nothing, and for nothing.

use std::sync::Arc;

use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, StatusCode};
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::deciding::Deciding;
use rekindle_offers::{Keys, Offers};
use rekindle_store::{Dynamo, Keyed, Settings, Shards};

use super::{Answer, Checkout};

impl Checkout {
    /// The same API, whose table is not there: whatever reads cannot be answered.
    pub fn without_a_table(self) -> Self {
        let system = &self.shop.system;
        let settings = Settings { table: "missing".to_owned(), keyed: Keyed::new(b"any"), shards: Shards::new(1) };
        let store = Dynamo::new(aws_sdk_dynamodb::Client::new(&system.aws.sdk_config()), settings).unwrap();
        let clock = || Arc::clone(&system.clock);
        let deciding = Deciding::new(store.clone(), Arc::new(Campaigns::new(store)), clock());
        let router = Offers::new(deciding, Keys::new(system.offer_key(), None).unwrap(), clock()).router();
        Self { router, ..self }
    }

    /// What another worker at the same table answers.
    pub async fn at(&self, worker: &Router, body: &str) -> Answer {
        let request = Request::builder().method(Method::POST).uri("/v1/redemptions");
        super::ask(worker, request.header(AUTHORIZATION, format!("Bearer {}", self.key)), body).await
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_read_and_every_answer_is_the_same() {
    let checkout = Checkout::with(&["ann"]).await;
    let code = checkout.code("ann").await;
    let checkout = checkout.without_a_table();
    let known = checkout.look(&format!("code={code}")).await;
    assert_eq!(known.status, StatusCode::SERVICE_UNAVAILABLE, "with the key it does read");
    let mut answers = std::collections::BTreeSet::new();
    let long = format!("Bearer {}", "x".repeat(5_000));
    let nearly = format!("Bearer {}", &checkout.key[..checkout.key.len() - 1]);
    for authorization in
        [None, Some(""), Some("Bearer"), Some("Bearer x"), Some(&*long), Some(&*nearly), Some(&*checkout.key)]
    {
        for (method, path) in [
            (Method::GET, format!("/v1/codes?code={code}")),
            (Method::GET, "/v1/codes?code=NONE".to_owned()),
            (Method::GET, "/v1/codes".to_owned()),
            (Method::POST, "/v1/redemptions".to_owned()),
            (Method::PUT, "/v1/redemptions".to_owned()),
            (Method::DELETE, "/v1/codes".to_owned()),
        ] {
            let request = Request::builder().method(method).uri(path);
            let request = match authorization {
                Some(value) => request.header(AUTHORIZATION, value),
                None => request,
            };
            let mut answer = checkout.request(request, "{}").await;
            // Which addresses take which methods stands in the document for everybody.
            answer.headers.remove("allow");
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            answers.insert(format!("{:?} {}", answer.headers, answer.text));
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn answers_are_private_and_other_addresses_are_told_apart_from_unknown_codes() {
    let checkout = Checkout::with(&["ann"]).await;
    let answer = checkout.look("code=NONE").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let authorization = format!("Bearer {}", checkout.key);
    for (method, path) in [(Method::GET, "/v1/redemptions"), (Method::DELETE, "/v1/codes"), (Method::GET, "/v2")] {
        let request = Request::builder().method(method).uri(path).header(AUTHORIZATION, &authorization);
        let answer = checkout.request(request, "").await;
        assert_eq!(
            (answer.status, &answer.json["title"]),
            (StatusCode::NOT_FOUND, &"no such address".into()),
            "{path}"
        );
    }
}
