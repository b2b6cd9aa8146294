//! What a checkout asks about codes: is it valid, whose is it, and now it is used.
//!
//! Only who presents the key is answered; without it nothing is read. Whether a code was used is decided in its person's
//! one version, by the same event `offer.redeemed` that a shop may put on the bus, so that of all who redeem it at once
//! exactly one does. GET changes nothing. `openapi.json` describes every answer.

mod answer;
mod code;
mod keys;
mod look;
mod redeem;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::Redemptions;

pub use answer::Refused;
pub use keys::{KeyError, Keys};

/// The longest request that names a code, a person and an order.
const LARGEST_REQUEST: usize = 8 * 1024;

/// Everything that this asks of a store.
pub trait Store: rekindle_lambda::deciding::Store + Redemptions {}

impl<S: rekindle_lambda::deciding::Store + Redemptions> Store for S {}

/// What every request needs.
pub struct Offers<S> {
    deciding: Deciding<S>,
    keys: Keys,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Offers<S> {
    /// Codes of a store, for who presents one of `keys`.
    pub fn new(deciding: Deciding<S>, keys: Keys, clock: Arc<dyn Clock>) -> Self {
        Self { deciding, keys, clock }
    }

    /// The API at its addresses, and nothing else: the local system has pages beside it.
    pub fn routes(self) -> Router {
        let offers = Arc::new(self);
        Router::new()
            .route("/v1/codes", get(look::look::<S>))
            .route("/v1/redemptions", post(redeem::redeem::<S>))
            .method_not_allowed_fallback(|| async { Refused::NoSuchAddress })
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            // Outside of everything that reads: the key comes first.
            .layer(from_fn_with_state(Arc::clone(&offers), only_with_a_key::<S>))
            .layer(from_fn(private))
            .with_state(offers)
    }

    /// The API, and the answer to every other address.
    pub fn router(self) -> Router {
        let missing = Router::new().fallback(|| async { Refused::NoSuchAddress }).layer(from_fn(private));
        missing.merge(self.routes())
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

async fn only_with_a_key<S: Store>(State(offers): State<Arc<Offers<S>>>, request: Request, next: Next) -> Response {
    if offers.keys.open(request.headers()) { next.run(request).await } else { Refused::NoKey.into_response() }
}

/// Answers say whose a code is: they belong in no cache.
async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
