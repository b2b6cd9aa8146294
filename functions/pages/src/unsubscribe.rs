//! Leaving: one button for people, and RFC 8058's POST for mail clients, at addresses that never expire.
//!
//! It asks for no reason, no log-in and no second confirmation, and leaves all marketing: who wants to keep some of it finds
//! the topics one link away.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Html;
use maud::{Markup, html};
use rekindle_engine::person::Person;
use rekindle_lambda::deciding::Store;
use rekindle_mail::LinkKind;
use serde_json::{Map, Value, json};

use crate::act::Act;
use crate::visit::Visit;
use crate::{Pages, Refused};

/// Which of the two addresses this is; both lead to the same page.
fn purpose(uri: &Uri) -> LinkKind {
    let one_click = uri.path().trim_start_matches('/').split('/').next() == Some(LinkKind::OneClick.path());
    if one_click { LinkKind::OneClick } else { LinkKind::Unsubscribe }
}

/// The page with the button.
pub async fn ask<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Html<String>, Refused> {
    let visit = pages.visit(purpose(&uri), &uri, &headers).await?;
    if has_left(&visit.person) {
        return Ok(left(&pages, &visit));
    }
    let words = visit.words();
    let content = html! {
        h1 { (words.leave_title) }
        p { (words.leave_explained(visit.shop())) }
        form method="post" { button { (words.leave) } }
        p.other { a href=(pages.link(LinkKind::Preferences, &visit.claim)) { (words.rather_choose) } }
    };
    Ok(visit.document(words.leave, &content))
}

/// Leaves all marketing. Whatever the body says, the address says it already: a mail client that writes the body in a way
/// of its own has asked no less, so RFC 8058's `List-Unsubscribe=One-Click` is not insisted on in either encoding.
pub async fn leave<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Html<String>, Refused> {
    let purpose = purpose(&uri);
    let mut visit = pages.visit(purpose, &uri, &headers).await?;
    let how = if purpose == LinkKind::OneClick { "one-click" } else { "unsubscribe-page" };
    let detail = json!({
        "consent": { "marketing": false },
        "how": how,
        "campaign": visit.claim.campaign,
        "step": visit.claim.step,
        "entry": visit.claim.entry,
    });
    let Value::Object(detail) = detail else { return Err(Refused::NotALink) };
    visit.person = refuse(&pages, &visit, &detail, has_left).await?;
    Ok(left(&pages, &visit))
}

/// Refuses all marketing, until that holds for the person, and for their address where they had refused before.
pub async fn refuse<S: Store>(
    pages: &Pages<S>,
    visit: &Visit,
    detail: &Map<String, Value>,
    holds: impl Fn(&Person) -> bool,
) -> Result<Person, Refused> {
    let had_left = has_left(&visit.person);
    let person = say(pages, visit, detail, true, holds).await?;
    if !had_left || pages.is_refused_for_all(&person).await? {
        return Ok(person);
    }
    let before = person.profile.consent.marketing;
    let holds = |person: &Person| has_left(person) && person.profile.consent.marketing != before;
    match say(pages, visit, detail, false, holds).await {
        // They have left all the same.
        Err(Refused::TooOften) => Ok(person),
        said => said,
    }
}

/// Says something about consent, until it holds; `always` where it only takes consent back.
pub async fn say<S: Store>(
    pages: &Pages<S>,
    visit: &Visit,
    detail: &Map<String, Value>,
    always: bool,
    holds: impl Fn(&Person) -> bool,
) -> Result<Person, Refused> {
    pages.act(&visit.claim.person, &Act { kind: "consent.changed", detail, occasion: "", always, holds }).await
}

fn has_left(person: &Person) -> bool {
    person.profile.consent.marketing.is_some_and(|statement| !statement.agreed)
}

/// The page of somebody who receives no marketing.
pub fn left<S: Store>(pages: &Pages<S>, visit: &Visit) -> Html<String> {
    let words = visit.words();
    let since = visit.person.profile.consent.marketing.map(|statement| visit.date(statement.at));
    let content: Markup = html! {
        h1 { (words.left_title) }
        p { (words.left_explained(visit.shop())) }
        @if let Some(since) = since { p.note { (words.recorded_on) " " (since) } }
        @if visit.may_join(pages.now()) {
            p.other { a href=(pages.link(LinkKind::Preferences, &visit.claim)) { (words.changed_your_mind) } }
        }
    };
    visit.document(words.left_title, &content)
}
