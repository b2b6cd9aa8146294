//! One mail: who, when, why; its text; its HTML in a frame that may do nothing; its headers and tags.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use rekindle_local::{Header, LocalError, Mail};

use super::Mailbox;
use super::frame::{document, failed, instant, missing, zone_name};
use super::list::{subject, tag};
use super::visit::Visit;

/// What the HTML of a mail may do, also when it is opened alone: show styles and pictures. `sandbox` gives it an origin
/// of its own and takes scripts and forms away. Opened alone its links may open a tab, which they ask for themselves;
/// in the frame, whose own sandbox allows nothing, they do nothing.
const ISOLATED: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
    img-src https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// `/mails/ID?view=html|text&width=390|700&colours=light|dark`.
pub async fn page(State(mailbox): State<Mailbox>, Path(id): Path<String>, visit: Visit) -> Response {
    match shown(&mailbox, &id) {
        Ok(Some(mail)) => document(&visit, subject(&visit, &mail.summary), &content(&mailbox, &visit, &mail)),
        other => absent(visit, other).await,
    }
}

/// `/mails/ID/html`: the HTML as it was sent, but for the port that our links lead to.
pub async fn html(State(mailbox): State<Mailbox>, Path(id): Path<String>, visit: Visit) -> Response {
    match shown(&mailbox, &id) {
        Ok(Some(Mail { html: Some(html), .. })) => {
            ([(CONTENT_SECURITY_POLICY, HeaderValue::from_static(ISOLATED))], Html(html)).into_response()
        }
        other => absent(visit, other).await,
    }
}

/// A mail whose links to our pages work.
fn shown(mailbox: &Mailbox, id: &str) -> Result<Option<Mail>, LocalError> {
    let relinked = |text: String| mailbox.pages.relinked(&text);
    Ok(mailbox.aws.mail(id)?.map(|mail| Mail {
        html: mail.html.map(relinked),
        text: mail.text.map(relinked),
        headers: mail.headers.into_iter().map(|header| Header { value: relinked(header.value), ..header }).collect(),
        ..mail
    }))
}

async fn absent(visit: Visit, mail: Result<Option<Mail>, LocalError>) -> Response {
    match mail {
        Ok(_) => missing(visit).await,
        Err(error) => failed(&visit, &error),
    }
}

fn content(mailbox: &Mailbox, visit: &Visit, mail: &Mail) -> Markup {
    let words = visit.words();
    let summary = &mail.summary;
    html! {
        h1 { bdi { (subject(visit, summary)) } }
        dl.facts {
            dt { (words.from) } dd { bdi { (summary.from) } }
            dt { (words.to) }
            dd { @for to in &summary.to { a href=(visit.link("/", &[("q", to)])) { bdi { (to) } } " " } }
            dt { (words.sent) } dd { (instant(summary.at, &mailbox.zone)) " " (zone_name(&mailbox.zone)) }
            @for (name, tag_name) in [(words.campaign, "campaign"), (words.step, "step")] {
                @if let Some(value) = tag(&summary.tags, tag_name) { dt { (name) } dd { (value) } }
            }
        }
        (body(visit, mail))
        h2 { (words.headers) }
        (pairs(visit, mail.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()))))
        h2 { (words.tags) }
        (pairs(visit, summary.tags.iter().map(|tag| (tag.name.as_str(), tag.value.as_str()))))
        dl.facts {
            dt { (words.message_id) } dd { (summary.id) }
            @if let Some(set) = &mail.configuration_set { dt { (words.configuration_set) } dd { (set) } }
        }
    }
}

fn body(visit: &Visit, mail: &Mail) -> Markup {
    let words = visit.words();
    let as_text = visit.get("view").map_or(mail.html.is_none(), |view| view == "text");
    let width = if visit.get("width") == Some("390") { "390" } else { "700" };
    let colours = visit.get("colours").filter(|colours| matches!(*colours, "light" | "dark")).unwrap_or("device");
    let alone = visit.link(&format!("/mails/{}/html", mail.summary.id), &[]);
    html! {
        section #body {
            div.switches {
                (switch(visit, "view", words.view, if as_text { "text" } else { "html" }, &[("html", words.html), ("text", words.text)]))
                @if !as_text {
                    (switch(visit, "width", words.width, width, &[("390", words.phone), ("700", words.wide)]))
                    (switch(visit, "colours", words.colours, colours, &[("device", words.as_device), ("light", words.light), ("dark", words.dark)]))
                }
            }
            @if as_text {
                @if let Some(text) = &mail.text { pre.text { (text) } } @else { p.empty { (words.no_text) } }
            } @else if mail.html.is_some() {
                p.note { a href=(alone) target="_blank" rel="noopener noreferrer" { (words.alone) } " " (words.alone_explained) }
                iframe.{ "w" (width) }.(colours) sandbox="" src=(alone) title=(subject(visit, &mail.summary)) {}
            } @else {
                p.empty { (words.no_html) }
            }
        }
    }
}

/// Links that change one value of the page's address.
fn switch(visit: &Visit, name: &str, label: &str, current: &str, choices: &[(&str, &str)]) -> Markup {
    html! {
        div.switch role="group" aria-label=(label) {
            span.label aria-hidden="true" { (label) }
            @for (value, text) in choices {
                a href={ (visit.with(name, value)) "#body" } aria-current=[(*value == current).then_some("true")] { (text) }
            }
        }
    }
}

fn pairs<'a>(visit: &Visit, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    let words = visit.words();
    html! {
        table.pairs {
            thead { tr { th scope="col" { (words.name) } th scope="col" { (words.value) } } }
            tbody { @for (name, value) in pairs { tr { th scope="row" { (name) } td { (value) } } } }
        }
    }
}
