//! Who may speak to a port of this machine: programs that run here, and pages that came from the port itself.
//!
//! A page of another site reaches a loopback port through its reader's browser in two ways. It points a name of its own at
//! 127.0.0.1 and is then of the same origin as the port (DNS rebinding): such a request carries the foreign name in `Host`.
//! Or it sends what a page may send anywhere without asking first, and does not see the answer: such a request carries
//! `Origin` or, from browsers since 2020 (Safari: 2023), `Sec-Fetch-Site`. No AWS SDK, no AWS CLI and no program of ours
//! sends either. Mailpit's CVE-2026-22689 was of this class.
//!
//! It must never let a request through because a header is missing that only browsers send: `Host` is always looked at.

use axum::extract::Request;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names under which this machine is reached.
const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

const FOREIGN_HOST: &str = "This port answers at http://127.0.0.1 and http://localhost only.\n\
    이 포트는 http://127.0.0.1 또는 http://localhost 주소에만 응답합니다.\n";
const FOREIGN_PAGE: &str = "This port takes no request that a page of another site sends.\n\
    이 포트는 다른 사이트의 페이지가 보낸 요청을 받지 않습니다.\n";

/// Lets through what names this machine in `Host`: enough for pages whose links carry their own permission, such as one
/// click to unsubscribe, which comes from anywhere.
pub async fn local_host(request: Request, next: Next) -> Response {
    match host(request.headers()) {
        Some(_) => next.run(request).await,
        None => (StatusCode::MISDIRECTED_REQUEST, FOREIGN_HOST).into_response(),
    }
}

/// Lets through what names this machine in `Host` and was not sent by a page of another origin.
pub async fn own_pages(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let Some(host) = host(headers) else {
        return (StatusCode::MISDIRECTED_REQUEST, FOREIGN_HOST).into_response();
    };
    if is_of_another_page(request.method(), headers, host) {
        return (StatusCode::FORBIDDEN, FOREIGN_PAGE).into_response();
    }
    next.run(request).await
}

/// The one authority of `Host`, where it is this machine's.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    let authority = Authority::try_from(host).ok()?;
    // A user before the name would be a trick.
    let named = NAMES.contains(&authority.host()) && !host.contains('@') && hosts.next().is_none();
    named.then_some(host)
}

/// Whether a browser says that a page of another origin made it send this. Following a link to here is no such request: the
/// page that has the link cannot read what is shown (<https://web.dev/articles/fetch-metadata>).
fn is_of_another_page(method: &Method, headers: &HeaderMap, host: &str) -> bool {
    let origin = headers.get_all(ORIGIN).iter().all(|origin| *origin == format!("http://{host}"));
    let is = |name: HeaderName, values: &[&str]| {
        headers.get_all(name).iter().all(|value| values.iter().any(|known| value == *known))
    };
    let follows_link = method == Method::GET
        && headers.contains_key(&MODE)
        && is(MODE, &["navigate"])
        && headers.contains_key(&DESTINATION)
        && is(DESTINATION, &["document"]);
    !origin || !(is(SITE, &["same-origin", "none"]) || follows_link)
}
