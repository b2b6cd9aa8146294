//! The mailbox: the web page on which the mails of the local system are read.
//!
//! Nothing on it changes anything, and a mail's HTML never runs in the page that shows it: it has a path of its own
//! whose answer forbids scripts, forms and everything that is not a picture or a style. It works without JavaScript.

mod command;
mod frame;
mod guard;
mod language;
mod list;
mod mail;
mod status;
#[cfg(test)]
mod tests;
mod visit;
mod words;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::routing::get;
pub use command::{Arguments, run};
use jiff::tz::TimeZone;
use rekindle_local::LocalAws;

/// What every page is made from.
#[derive(Clone)]
struct Mailbox {
    aws: LocalAws,
    /// The zone in which instants are shown.
    zone: TimeZone,
}

/// The pages over the mails and queues of `aws`, with instants shown in `zone`. They answer only to requests for
/// `127.0.0.1` and `localhost`; listen on the loopback interface only.
pub fn router(aws: LocalAws, zone: TimeZone) -> Router {
    Router::new()
        .route("/", get(list::page))
        .route("/mails/{id}", get(mail::page))
        .route("/mails/{id}/html", get(mail::html))
        .route("/status", get(status::page))
        .route("/style.css", get(([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))))
        .fallback(frame::missing)
        .layer(from_fn(guard::guard))
        .with_state(Mailbox { aws, zone })
}
