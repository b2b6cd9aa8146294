//! The public web pages behind the links of mails: leaving, choosing topics, answering, following a link, reading in a
//! browser.
//!
//! A signed token in the address is the only authority: there is no cookie and no log-in, hence nothing that another site
//! could make a browser carry along (CSRF). A token is verified before anything is read, and whatever is not a valid one
//! gets one and the same answer. Only POST changes anything: scanners follow every link of a business mail.

mod act;
mod click;
mod frame;
mod guard;
mod preferences;
mod refused;
mod survey;
mod unsubscribe;
mod view;
mod visit;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::get;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::mails::Mails;
use rekindle_mail::{LinkKind, Links};

pub use refused::Refused;

/// The longest form: a comment of a thousand Korean letters, percent-encoded, and room to spare.
const LARGEST_FORM: usize = 32 * 1024;

/// What every page is made from.
pub struct Pages<S> {
    deciding: Deciding<S>,
    mails: Mails<S>,
    links: Links,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Pages<S> {
    /// Pages over a store, for links that `links` has signed.
    pub fn new(deciding: Deciding<S>, links: Links, clock: Arc<dyn Clock>) -> Self {
        let mails = Mails::new(deciding.store().clone());
        Self { deciding, mails, links, clock }
    }

    /// The pages at their addresses, and nothing else: the local system has further pages beside them.
    pub fn routes(self) -> Router {
        let at = |purpose: LinkKind| format!("/{}/{{token}}", purpose.path());
        Router::new()
            .route(&at(LinkKind::OneClick), get(unsubscribe::ask::<S>).post(unsubscribe::leave::<S>))
            .route(&at(LinkKind::Unsubscribe), get(unsubscribe::ask::<S>).post(unsubscribe::leave::<S>))
            .route(&at(LinkKind::Preferences), get(preferences::show::<S>).post(preferences::save::<S>))
            .route(&at(LinkKind::Answer), get(survey::ask::<S>).post(survey::answer::<S>))
            .route(&at(LinkKind::Click), get(click::pass::<S>).post(click::count::<S>))
            // As everywhere else: an address that takes other methods than its neighbours would tell itself by it.
            .route(&at(LinkKind::View), get(view::show::<S>).post(view::show::<S>))
            .method_not_allowed_fallback(nothing)
            .layer(DefaultBodyLimit::max(LARGEST_FORM))
            .layer(from_fn(guard::guard))
            .with_state(Arc::new(self))
    }

    /// The pages, and the answer to every other address.
    pub fn router(self) -> Router {
        let missing = Router::new().fallback(nothing).layer(from_fn(guard::guard));
        missing.merge(self.routes())
    }
}

async fn nothing() -> Refused {
    Refused::NotALink
}
