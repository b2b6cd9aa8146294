//! Choosing: which topics to hear about, and whether to be counted.
//!
//! Consent is never assumed: who receives nothing sees nothing ticked, and is told what ticking means before they save.
//! Taking consent back is possible for ever. Giving what is not there is only for some days after the mail, as whoever was
//! forwarded a mail has its links, and would otherwise opt its reader in years later.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Html;
use maud::{Markup, html};
use rekindle_engine::lang::Topic;
use rekindle_engine::person::{Consent, Person, TRACKING};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_mail::LinkKind;
use serde_json::{Map, Value, json};

use crate::visit::Visit;
use crate::words::Words;
use crate::{Pages, Refused, unsubscribe};

/// The field for all marketing, where a workspace has no topics.
const EVERYTHING: &str = "@marketing";

/// What a person wants to receive.
#[derive(PartialEq, Eq)]
struct Wish {
    marketing: bool,
    /// In the workspace's order.
    topics: Vec<(String, bool)>,
    /// Whether links may be counted.
    tracking: bool,
}

/// The page with the topics.
pub async fn show<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Html<String>, Refused> {
    let visit = pages.visit(LinkKind::Preferences, &uri, &headers).await?;
    Ok(page(&pages, &visit, false))
}

/// Saves what was ticked, and shows it.
pub async fn save<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Html<String>, Refused> {
    let mut visit = pages.visit(LinkKind::Preferences, &uri, &headers).await?;
    let topics = visit.catalog.workspace.topics.clone();
    let now = Wish::of(&topics, &visit.person.profile.consent);
    let mut wish = Wish::read(&topics, &body);
    if !visit.may_join(pages.now()) {
        wish = wish.within(&now);
    }
    let detail = wish.said(&visit);
    let always = wish.within(&now) == wish;
    let holds = |person: &Person| Wish::of(&topics, &person.profile.consent) == wish;
    visit.person = match wish.marketing {
        true => unsubscribe::say(&pages, &visit, &detail, always, holds).await?,
        false => unsubscribe::refuse(&pages, &visit, &detail, holds).await?,
    };
    Ok(page(&pages, &visit, true))
}

impl Wish {
    fn of(topics: &[Topic], consent: &Consent) -> Self {
        let marketing = consent.allows_marketing();
        let kept = |topic: &Topic| (topic.id.clone(), marketing && !consent.has_left(&topic.id));
        Self { marketing, topics: topics.iter().map(kept).collect(), tracking: !consent.has_left(TRACKING) }
    }

    /// Reads a form; a box that is not ticked is not sent.
    fn read(topics: &[Topic], body: &[u8]) -> Self {
        let ticked: Vec<_> =
            form_urlencoded::parse(body).filter(|(name, _)| name == "keep").map(|(_, value)| value).collect();
        let is_ticked = |name: &str| ticked.iter().any(|ticked| ticked == name);
        let topics: Vec<_> = topics.iter().map(|topic| (topic.id.clone(), is_ticked(&topic.id))).collect();
        // Who wants none of the topics wants no marketing, also from campaigns without a topic.
        let marketing = topics.iter().any(|(_, kept)| *kept) || (topics.is_empty() && is_ticked(EVERYTHING));
        Self { marketing, topics, tracking: !is_ticked(TRACKING) }
    }

    /// As much of it as is there already. Both are of the same topics.
    fn within(&self, now: &Self) -> Self {
        let topics = self.topics.iter().zip(&now.topics).map(|((id, kept), own)| (id.clone(), *kept && own.1));
        let topics: Vec<_> = topics.collect();
        let marketing = self.marketing && now.marketing && (topics.is_empty() || topics.iter().any(|(_, kept)| *kept));
        Self { marketing, topics, tracking: self.tracking && now.tracking }
    }

    /// What the event says: all of it, and which words the person read.
    fn said(&self, visit: &Visit) -> Map<String, Value> {
        let mut topics: Map<String, Value> =
            self.topics.iter().map(|(id, kept)| (id.clone(), Value::from(*kept))).collect();
        topics.insert(TRACKING.to_owned(), self.tracking.into());
        let mut detail = Map::new();
        detail.insert("consent".to_owned(), json!({ "marketing": self.marketing, "topics": topics }));
        detail.insert("how".to_owned(), "preferences-page".into());
        detail.insert("text".to_owned(), visit.words().consent(visit.shop()).into());
        detail.insert("campaign".to_owned(), visit.claim.campaign.as_str().into());
        detail.insert("step".to_owned(), visit.claim.step.as_str().into());
        detail
    }
}

fn page<S: Store>(pages: &Pages<S>, visit: &Visit, saved: bool) -> Html<String> {
    // Of somebody who was erased nothing is kept, hence nothing to choose either.
    if !visit.person.is_known() {
        return unsubscribe::left(pages, visit);
    }
    let words = visit.words();
    let workspace = &visit.catalog.workspace;
    let wish = Wish::of(&workspace.topics, &visit.person.profile.consent);
    let now = pages.now();
    let may_join = visit.may_join(now);
    let until = i64::try_from(visit.claim.until).map(Instant::from_seconds).unwrap_or(now);
    let content = html! {
        h1 { (words.choose_title) }
        @if saved {
            p.saved role="status" { (words.saved) " " (if wish.marketing { words.saved_some } else { words.saved_none }) }
        }
        p { (words.choose_explained(visit.shop())) }
        @if may_join && !wish.marketing { p { (words.consent(visit.shop())) } }
        @if !may_join { p.note { (words.only_leaving(visit.shop())) } }
        form method="post" {
            fieldset {
                legend { (words.topics) }
                @if workspace.topics.is_empty() { (tick(EVERYTHING, words.all_marketing, None, wish.marketing, may_join || wish.marketing)) }
                @for (topic, (_, kept)) in workspace.topics.iter().zip(&wish.topics) {
                    (tick(&topic.id, name(topic, words), None, *kept, may_join || *kept))
                }
            }
            fieldset {
                legend { (words.privacy) }
                (tick(TRACKING, words.no_tracking, Some(words.no_tracking_explained), !wish.tracking, may_join || wish.tracking))
            }
            button { (words.save) }
        }
        @if may_join { p.note { (words.may_add_until(&visit.date(until))) } }
        @if wish.marketing {
            p.other { a href=(pages.link(LinkKind::Unsubscribe, &visit.claim)) { (words.leave_everything) } }
        }
    };
    visit.document(words.choose_title, &content)
}

/// A topic's name in the page's language, else in any that it has.
fn name<'t>(topic: &'t Topic, words: &Words) -> &'t str {
    topic.name.get(words.tag).or_else(|| topic.name.values().next()).map_or(&topic.id, String::as_str)
}

/// One box; what may not be changed is shown and not sent.
fn tick(value: &str, label: &str, hint: Option<&str>, ticked: bool, may_change: bool) -> Markup {
    html! {
        label.tick {
            input type="checkbox" name="keep" value=(value) checked[ticked] disabled[!may_change];
            span { (label) @if let Some(hint) = hint { small { (hint) } } }
        }
    }
}
