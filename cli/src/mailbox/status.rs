//! How full the queues are, and what could not be handled, with the reason.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use rekindle_local::{LocalError, QueueDepth, QueuedMessage};

use super::Mailbox;
use super::frame::{document, failed, instant, zone_name};
use super::visit::Visit;
use crate::output::numbers::thousands;

/// What the names of dead-letter queues end with.
const DEAD: &str = "-dead";
/// Dead letters of a queue that are shown.
const SHOWN: usize = 50;
/// The longest body that is shown, in characters.
const LONGEST_BODY: usize = 4_000;

/// `/status`.
pub async fn page(State(mailbox): State<Mailbox>, visit: Visit) -> Response {
    match content(&mailbox, &visit) {
        Ok(content) => document(&visit, visit.words().status, &content),
        Err(error) => failed(&visit, &error),
    }
}

fn content(mailbox: &Mailbox, visit: &Visit) -> Result<Markup, LocalError> {
    let words = visit.words();
    let queues = mailbox.aws.queues()?;
    let mut dead = Vec::new();
    for queue in queues.iter().filter(|queue| queue.name.ends_with(DEAD)) {
        let letters = mailbox.aws.peek(&queue.name, SHOWN)?;
        if !letters.is_empty() {
            dead.push((queue, letters));
        }
    }
    Ok(html! {
        h1 { (words.status) }
        h2 { (words.queues) }
        @if queues.is_empty() { p.empty { (words.no_queues) } } @else { (depths(visit, &queues)) }
        h2 { (words.dead) }
        @if dead.is_empty() { p.empty { (words.none_dead) } } @else {
            p.note { (words.dead_explained) " (" (visit.language.times_in(zone_name(&mailbox.zone))) ")" }
        }
        @for (queue, letters) in &dead {
            h3 { (queue.name) }
            @if queue.visible > letters.len() as u64 { p.note { (visit.language.oldest(letters.len(), queue.visible)) } }
            ul.dead { @for letter in letters { (row(mailbox, visit, letter)) } }
        }
    })
}

fn depths(visit: &Visit, queues: &[QueueDepth]) -> Markup {
    let words = visit.words();
    html! {
        table.depths {
            thead { tr {
                th scope="col" { (words.queue) }
                @for name in [words.visible, words.in_flight, words.delayed] { th.number scope="col" { (name) } }
            } }
            tbody { @for queue in queues {
                tr {
                    th scope="row" { (queue.name) }
                    @for depth in [queue.visible, queue.in_flight, queue.delayed] { td.number { (thousands(depth)) } }
                }
            } }
        }
    }
}

fn row(mailbox: &Mailbox, visit: &Visit, letter: &QueuedMessage) -> Markup {
    let reason = letter.reason.clone().unwrap_or_else(|| visit.language.tried(letter.received));
    let cut = letter.body.chars().count() > LONGEST_BODY;
    html! {
        li {
            p { (instant(letter.sent_at, &mailbox.zone)) " " strong { bdi { (reason) } } }
            details {
                summary { (visit.words().content) }
                pre.text { (letter.body.chars().take(LONGEST_BODY).collect::<String>()) @if cut { "…" } }
            }
        }
    }
}
