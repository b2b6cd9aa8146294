//! What a browser may do with an answer: nothing but show it and send its own form back.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::frame::STYLE;

/// Addresses hold tokens: they must reach no other site, no cache and no search engine.
const HEADERS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

static PAGE: LazyLock<String> = LazyLock::new(|| policy("", ""));

/// Sets the headers of every answer; an answer may have a content policy of its own.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&PAGE) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// The content policy of a page. `script` is the one script that it may run, `target` the further origin to which its form
/// may lead on; both may be empty.
pub fn policy(script: &str, target: &str) -> String {
    let allowed = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
    let script = if script.is_empty() { String::new() } else { format!("script-src {}; ", allowed(script)) };
    format!(
        "default-src 'none'; style-src {}; {script}img-src data:; form-action 'self' {target}; base-uri 'none'; \
         frame-ancestors 'none'",
        allowed(STYLE)
    )
}
