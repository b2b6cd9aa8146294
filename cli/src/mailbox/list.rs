//! The list of mails, newest first, page by page, with a search.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use rekindle_local::{LocalError, MailSummary, Tag};

use super::Mailbox;
use super::frame::{document, failed, instant, zone_name};
use super::visit::Visit;

/// Mails on a page.
const PAGE: usize = 50;
/// The longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 200;

/// `/?q=TEXT&before=N`.
pub async fn page(State(mailbox): State<Mailbox>, visit: Visit) -> Response {
    match content(&mailbox, &visit) {
        Ok(content) => document(&visit, visit.words().mailbox, &content),
        Err(error) => failed(&visit, &error),
    }
}

fn content(mailbox: &Mailbox, visit: &Visit) -> Result<Markup, LocalError> {
    let words = visit.words();
    let search: String = visit.get("q").unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
    let before = visit.get("before").and_then(|n| n.parse().ok());
    let mut mails = mailbox.aws.search_mails(&search, before, PAGE + 1)?;
    let more = mails.len() > PAGE;
    mails.truncate(PAGE);
    let oldest = mails.last().map(|mail| mail.n.to_string()).unwrap_or_default();
    let query = |before: &str| match search.as_str() {
        "" => visit.link("/", &[("before", before)]),
        text => visit.link("/", &[("q", text), ("before", before)]),
    };
    Ok(html! {
        h1 { (words.mailbox) }
        p.note { (words.not_sent) }
        form.search role="search" action="/" method="get" {
            label for="q" { (words.search_label) }
            input #q type="search" name="q" value=(search) maxlength=(LONGEST_SEARCH) autocomplete="off";
            @if visit.chosen { input type="hidden" name="lang" value=(visit.language.tag()); }
            button { (words.search) }
            @if !search.is_empty() { a href=(visit.link("/", &[])) { (words.clear) } }
        }
        @if mails.is_empty() {
            p.empty { (if search.is_empty() { words.none_yet } else { words.none_found }) }
        } @else {
            p.note {
                @if search.is_empty() { (visit.language.mails(mailbox.aws.mail_count()?)) " · " }
                (visit.language.times_in(zone_name(&mailbox.zone)))
            }
            ul.mails { @for mail in &mails { (row(mailbox, visit, mail)) } }
        }
        nav.pages {
            @if before.is_some() { a href=(query("")) { "← " (words.newest) } }
            @if more { a.older href=(query(&oldest)) { (words.older) " →" } }
        }
    })
}

fn row(mailbox: &Mailbox, visit: &Visit, mail: &MailSummary) -> Markup {
    html! {
        li {
            a.subject href=(visit.link(&format!("/mails/{}", mail.id), &[])) { bdi { (subject(visit, mail)) } }
            span.to { bdi { (mail.to.join(", ")) } }
            span.where {
                @if let Some(campaign) = tag(&mail.tags, "campaign") {
                    (campaign)
                    @if let Some(step) = tag(&mail.tags, "step") { " / " (step) }
                }
            }
            (instant(mail.at, &mailbox.zone))
        }
    }
}

/// The subject, or words that there is none: a link needs a name.
pub fn subject<'a>(visit: &Visit, mail: &'a MailSummary) -> &'a str {
    if mail.subject.trim().is_empty() { visit.words().no_subject } else { &mail.subject }
}

/// The value of a message tag.
pub fn tag<'a>(tags: &'a [Tag], name: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.name == name).map(|tag| tag.value.as_str())
}
