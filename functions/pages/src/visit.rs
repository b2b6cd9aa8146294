//! One request with a valid token: whom and what it is about, and in which language to answer.
//!
//! The token comes first. Nothing is read from the table, and nothing of the request but its address is looked at, before
//! it is verified.

use std::sync::Arc;

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, Uri};
use axum::response::Html;
use jiff::tz::TimeZone;
use maud::Markup;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_mail::{Claim, Language, LinkKind};

use crate::words::Words;
use crate::{Pages, Refused, frame};

/// A request with a valid token.
pub struct Visit {
    /// What the token says.
    pub claim: Claim,
    /// What is live.
    pub catalog: Arc<Catalog>,
    /// The person as they are; a blank one where nothing is known of them any more.
    pub person: Person,
    /// The language of the answer.
    pub language: Language,
}

impl<S: Store> Pages<S> {
    /// Verifies the token at the end of an address and loads whom it is about.
    ///
    /// # Errors
    /// [`Refused::NotALink`] for whatever is no token of that purpose, before anything is read.
    pub async fn visit(&self, purpose: LinkKind, uri: &Uri, headers: &HeaderMap) -> Result<Visit, Refused> {
        // As it came: an encoded token would be a second address of the same page.
        let (head, token) = uri.path().rsplit_once('/').ok_or(Refused::NotALink)?;
        let claim = self.links.verify(purpose, token).map_err(|_| Refused::NotALink)?;
        debug_assert!(head.ends_with(purpose.path()), "the routes lead each purpose to its own pages");
        let catalog = self.deciding.catalog().await?;
        let person = self.deciding.store().load(&claim.person).await?.person;
        let catalog = self.deciding.complete(catalog, &person).await?;
        let language = language(&person, headers, &catalog);
        Ok(Visit { claim, catalog, person, language })
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }

    /// The address of another page for the same person and mail, which may do no more than this one. Only pages about
    /// consent lead to others.
    pub fn link(&self, purpose: LinkKind, claim: &Claim) -> String {
        let claim = Claim { value: String::new(), ..claim.clone() };
        format!("/{}/{}", purpose.path(), self.links.sign(purpose, &claim))
    }
}

impl Visit {
    /// Whether the link may give consent that is not there; a link without an instant never may.
    pub fn may_join(&self, now: Instant) -> bool {
        u64::try_from(now.seconds()).is_ok_and(|now| now < self.claim.until)
    }

    /// The texts of the answer's language.
    pub fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// The shop's name.
    pub fn shop(&self) -> &str {
        &self.catalog.workspace.name
    }

    /// The person's zone.
    pub fn zone(&self) -> TimeZone {
        self.person.zone(&self.catalog.workspace.timezone)
    }

    /// A date as it is written in the answer's language, in the person's zone.
    pub fn date(&self, at: Instant) -> String {
        let local = at.timestamp().to_zoned(self.zone());
        match self.language {
            Language::Ko => format!("{}년 {}월 {}일", local.year(), local.month(), local.day()),
            Language::En => local.strftime("%-d %B %Y").to_string(),
        }
    }

    /// A page under the shop's name.
    pub fn document(&self, title: &str, content: &Markup) -> Html<String> {
        frame::document(self.language.tag(), title, Some(self.shop()), content)
    }
}

/// The person's own language, else the browser's, each where it is one of ours; else the workspace's first.
fn language(person: &Person, headers: &HeaderMap, catalog: &Catalog) -> Language {
    let own = person.profile.locale.as_deref().and_then(Language::known);
    let accepted = || headers.get(ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted);
    let first = || Language::of(catalog.workspace.locales.first().map_or("", String::as_str));
    own.or_else(accepted).unwrap_or_else(first)
}
