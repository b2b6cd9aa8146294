//! The mail in a browser, made again from the version that sent it and what is still known of the person.
//!
//! Its HTML is a mail's: it may show styles and pictures, and runs nothing. What the mail needs may be gone, most of all the
//! detail of an enrolment that has ended; then the page says so, and never shows a mail with holes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use maud::html;
use rekindle_engine::ids;
use rekindle_engine::person::{Outgoing, SendState};
use rekindle_lambda::deciding::Store;
use rekindle_lambda::mails::MailsError;
use rekindle_mail::{LinkKind, compose};
use rekindle_store::SendRow;

use crate::visit::Visit;
use crate::{Pages, Refused};

/// What a mail may do in a browser.
const ISOLATED: &str = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; \
    default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// The page.
pub async fn show<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visit = pages.visit(LinkKind::View, &uri, &headers).await?;
    Ok(match pages.written(&visit).await? {
        Some(html) => ([(CONTENT_SECURITY_POLICY, ISOLATED)], Html(html)).into_response(),
        None => {
            let words = visit.words();
            let content = html! { h1 { (words.no_mail) } p { (words.no_mail_explained) } };
            (StatusCode::GONE, visit.document(words.no_mail, &content)).into_response()
        }
    })
}

impl<S: Store> Pages<S> {
    /// The HTML of the mail; `None` where it cannot be written any more.
    async fn written(&self, visit: &Visit) -> Result<Option<String>, Refused> {
        let (claim, person) = (&visit.claim, &visit.person);
        let send_id = ids::send_id(&claim.campaign, &claim.step, &claim.person, claim.entry);
        let outgoing = match person.outbox.get(&send_id) {
            Some(planned) => planned.clone(),
            None => match self.deciding.store().send(&claim.person, &send_id).await? {
                Some(row) => outgoing(visit, row),
                None => return Ok(None),
            },
        };
        let catalog = self.deciding.catalog_with(&outgoing.campaign, outgoing.version).await?;
        let workspace = &catalog.workspace;
        let Some(live) = catalog.get(&outgoing.campaign) else { return Ok(None) };
        let program = live.version(outgoing.version).unwrap_or(&live.program);
        let locale = person.profile.locale.as_deref().unwrap_or_default();
        let fallback = workspace.locales.first().map_or("", String::as_str);
        let mail = match self.mails.get(&outgoing, locale, fallback).await {
            Ok(mail) => mail,
            Err(MailsError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        };
        let Some(sender) = workspace.senders.get(program.campaign.sender) else { return Ok(None) };
        // Its links may do no more than those of the mail in the inbox.
        let signed = compose::sign(&self.links, person, &outgoing, program, workspace, claim.until);
        let Ok(signed) = signed else { return Ok(None) };
        let data = compose::data(person, &outgoing, program, workspace, &signed, mail.locale());
        let Ok(rendered) = mail.render(&data) else { return Ok(None) };
        let message = compose::address(rendered, &signed, person, program, sender, workspace.policy);
        Ok(message.ok().map(|message| message.html))
    }
}

/// The mail as it was planned, as far as the person still shows.
fn outgoing(visit: &Visit, row: SendRow) -> Outgoing {
    let standing = visit.person.standings.get(&row.campaign);
    let enrolment = standing.and_then(|standing| standing.enrolments.iter().find(|own| own.entry == row.entry));
    Outgoing {
        campaign: row.campaign.into(),
        version: row.version,
        step: row.step.into(),
        entry: row.entry,
        mail: row.mail.into(),
        planned_at: row.at,
        detail: enrolment.map(|own| Arc::clone(&own.detail)).unwrap_or_default(),
        offers: enrolment.map(|own| own.offers.clone()).unwrap_or_default(),
        released: false,
        seen_at: None,
        chain: None,
        state: SendState::Planned { attempt: 0 },
    }
}
