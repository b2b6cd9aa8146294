//! What all pages share: head, navigation, instants, and the pages for what is not there.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, html};
use rekindle_local::LocalError;

use super::visit::Visit;

/// A whole page.
pub fn document(visit: &Visit, title: &str, content: &Markup) -> Response {
    let words = visit.words();
    let other = visit.language.other();
    let page = html! {
        (DOCTYPE)
        html lang=(visit.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Rekindle" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a.skip href="#content" { (words.skip) }
                header.top {
                    a.brand href=(visit.link("/", &[])) { "Rekindle" }
                    nav {
                        @for (path, name) in [("/", words.mailbox), ("/status", words.status)] {
                            a href=(visit.link(path, &[])) aria-current=[visit.is_at(path).then_some("page")] { (name) }
                        }
                        a href=(visit.translated(other)) hreflang=(other.tag()) lang=(other.tag()) { (words.other_language) }
                    }
                }
                main #content { (content) }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// An instant in the zone, to the second.
pub fn instant(at: Timestamp, zone: &TimeZone) -> Markup {
    let local = at.to_zoned(zone.clone());
    html! { time datetime=(at) { (local.strftime("%Y-%m-%d %H:%M:%S").to_string()) } }
}

/// The name of a zone.
pub fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The answer to an address at which nothing is.
pub async fn missing(visit: Visit) -> Response {
    let words = visit.words();
    notice(&visit, StatusCode::NOT_FOUND, words.missing, words.missing_explained)
}

/// The answer where the state could not be read.
pub fn failed(visit: &Visit, error: &LocalError) -> Response {
    tracing::error!(%error, "the mailbox could not read the local state");
    let words = visit.words();
    notice(visit, StatusCode::INTERNAL_SERVER_ERROR, words.failed, words.failed_explained)
}

fn notice(visit: &Visit, status: StatusCode, title: &str, text: &str) -> Response {
    let content = html! { h1 { (title) } p { (text) } };
    (status, document(visit, title, &content)).into_response()
}
