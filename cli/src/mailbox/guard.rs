//! What holds for every answer: who may ask, and what a browser may do with it.
//!
//! A page of another site can point a name of its own at 127.0.0.1 and read the mailbox through the reader's browser
//! (DNS rebinding). Its requests carry that name in `Host`, and are refused.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names under which the mailbox is reached.
const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];
const REFUSED: &str = "Open the mailbox at http://127.0.0.1 or http://localhost.\n\
    메일함은 http://127.0.0.1 또는 http://localhost 주소로 여세요.\n";
/// Set unless the answer has one of its own: the pages need their stylesheet, a frame for the mail and the search form.
const PAGE: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, PAGE),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    // Mails hold addresses and links that act for their owner.
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Lets only requests to this machine through, and sets the headers of every answer.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = if is_local(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, REFUSED).into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn is_local(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| Authority::try_from(host.as_bytes()).ok());
    host.is_some_and(|host| NAMES.contains(&host.host())) && hosts.next().is_none()
}
