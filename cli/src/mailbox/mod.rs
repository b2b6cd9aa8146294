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
mod relink;
mod status;
#[cfg(test)]
mod tests;
mod visit;
mod words;

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::routing::get;
pub use command::{Arguments, run};
use jiff::tz::TimeZone;
use rekindle_local::{LocalAws, guard::local_host, guard::own_pages};
use rekindle_system::System;

use self::relink::Pages;

/// What every page is made from.
#[derive(Clone)]
struct Mailbox {
    aws: LocalAws,
    /// The zone in which instants are shown.
    zone: TimeZone,
    /// Where the links of mails lead to.
    pages: Arc<Pages>,
}

/// All that answers on the port of the mailbox: its pages, the pages that mails link to, and the offers' API. Instants are
/// shown in `zone`; `port` is where it is.
///
/// # Errors
/// Where links cannot be signed.
pub fn site(system: &System, zone: TimeZone, port: u16) -> Result<Router> {
    let mailbox = router(system.aws.clone(), zone, Pages::new(system.links()?, port));
    // Their links and keys are permission enough, from wherever they are used: one click comes from a mail program.
    let open = system.pages()?.routes().merge(system.offers()?.routes()).layer(from_fn(local_host));
    Ok(mailbox.merge(open))
}

/// The pages over the mails and queues of `aws`. They answer only to requests for `127.0.0.1` and `localhost` that no page of
/// another site sends; listen on the loopback interface only.
fn router(aws: LocalAws, zone: TimeZone, pages: Pages) -> Router {
    Router::new()
        .route("/", get(list::page))
        .route("/mails/{id}", get(mail::page))
        .route("/mails/{id}/html", get(mail::html))
        .route("/status", get(status::page))
        .route("/style.css", get(([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))))
        .fallback(frame::missing)
        .layer(from_fn(own_pages))
        .layer(from_fn(guard::headers))
        .with_state(Mailbox { aws, zone, pages: Arc::new(pages) })
}
