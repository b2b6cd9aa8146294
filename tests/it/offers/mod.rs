//! Codes in a whole system: a campaign issues one, its mail shows it, and a checkout uses it.

mod contract;
mod events;
mod looking;
mod redeeming;
mod safety;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use rekindle_engine::person::{Applied, bounds};
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_store::{Commit, Loaded, People, Record, RedemptionRow, Redemptions};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{START, Shop};

/// When whoever ordered at [`START`] has lapsed and has their code.
const LAPSED: &str = "2026-06-01T03:00:00Z";
/// When it ends.
const LATER: &str = "2026-06-20T03:00:00Z";

/// A shop with an offer, and its checkout.
struct Checkout {
    shop: Shop,
    router: Router,
    key: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    json: Value,
}

impl Checkout {
    /// Each of `people` ordered once and lapsed, so that they have a code of the offer `come-back`.
    async fn with(people: &[&str]) -> Self {
        Self::of(Shop::open(None, &["win-back-offer"], START.parse().unwrap()).await, people).await
    }

    async fn of(shop: Shop, people: &[&str]) -> Self {
        for id in people {
            let person = json!({ "id": id, "email": format!("{id}@example.com"), "consent": { "marketing": true } });
            let order = json!({ "id": format!("first-{id}"), "total": 9_000 });
            shop.put(&format!("o-{id}"), "order.completed", json!({ "person": person, "order": order })).await;
        }
        shop.pass_to(LAPSED.parse().unwrap()).await;
        let router = shop.system.offers().unwrap().router();
        let key = shop.system.offer_key();
        Self { shop, router, key }
    }

    async fn request(&self, request: Builder, body: &str) -> Answer {
        ask(&self.router, request, body).await
    }

    async fn look(&self, query: &str) -> Answer {
        let request = Request::builder().uri(format!("/v1/codes?{query}"));
        self.request(request.header(AUTHORIZATION, format!("Bearer {}", self.key)), "").await
    }

    async fn post(&self, body: &str) -> Answer {
        let request = Request::builder().method(Method::POST).uri("/v1/redemptions");
        self.request(request.header(AUTHORIZATION, format!("Bearer {}", self.key)), body).await
    }

    async fn redeem(&self, code: &str, order: &str) -> Answer {
        self.post(&json!({ "code": code, "order": { "id": order, "total": 21_000 } }).to_string()).await
    }

    /// The code that a mail of theirs shows.
    async fn code(&self, person: &str) -> String {
        let found = rekindle_store::People::load(&self.shop.system.store, person).await.unwrap().person;
        found.codes.last().unwrap_or_else(|| panic!("{person} has no code")).issued.code.clone()
    }

    /// Somebody has had as many events today as are taken about one person.
    async fn fill_the_day(&self, person: &str) {
        let store = &self.shop.system.store;
        let Loaded { mut person, version, unwritten, .. } = store.load(person).await.unwrap();
        let now = Instant::from(self.shop.clock.now());
        person.applied = (0..bounds::EVENTS_IN_A_DAY as u64).map(|n| Applied { event: n << 32 | 1, at: now }).collect();
        let (record, token) = (Record::default(), store.token());
        let commit = Commit { person: &person, expected: version, unwritten, due: None, record, token };
        store.commit(commit).await.unwrap();
    }

    async fn redemptions(&self) -> Vec<RedemptionRow> {
        self.shop.system.store.redemptions("win-back-offer", "come-back").await.unwrap()
    }
}

/// Asks a worker, and holds the answer against what `openapi.json` promises.
async fn ask(router: &Router, request: Builder, body: &str) -> Answer {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_default();
    let answer = Answer { status: parts.status, headers: parts.headers, text, json };
    contract::hold(&method, &path, &answer);
    answer
}
