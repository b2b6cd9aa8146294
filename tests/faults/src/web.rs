//! What readers do on the pages, and their programs, which ask again where they get no answer.
//!
//! Invariants. A page that says that something is done has seen it done: what was chosen stands in the person's own item at
//! that moment, unless somebody else has changed it since. When everything is quiet, the survey's report has the last answer
//! of everybody, and no other.

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::FutureExt;
use rekindle_engine::person::Person;
use rekindle_lambda::batch::each_record;
use rekindle_mail::{Claim, LinkKind};
use rekindle_store::{Commit, Ledger, Memory, People};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;

use crate::faults::Kind;
use crate::gate::Sim;
use crate::shop::TOPICS;
use crate::workers::links;
use crate::world::World;

/// What somebody does on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// Their mail client posts to the one-click address.
    OneClick,
    /// They press the button.
    Button,
    /// They keep these topics, and no others.
    Topics(Vec<String>),
    /// They answer the survey.
    Answer(u8),
}

/// A post of somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Post {
    person: String,
    page: Page,
}

/// A post as the queue of the pages has it.
#[must_use]
pub fn post_of(person: &str, page: &Page) -> String {
    let post = Post { person: person.to_owned(), page: page.clone() };
    serde_json::to_string(&post).expect("a post is JSON")
}

impl Page {
    /// Under what it is counted.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::OneClick => Kind::LeftByLink,
            Self::Button => Kind::PageButton,
            Self::Topics(_) => Kind::PageTopics,
            Self::Answer(_) => Kind::PageAnswer,
        }
    }

    /// The path of the address in a mail to somebody, and the form.
    fn request(&self, person: &str) -> (String, String) {
        let mail = |campaign: &str, step: &str| Claim {
            person: person.to_owned(),
            campaign: campaign.to_owned(),
            step: step.to_owned(),
            entry: 1,
            ..Claim::default()
        };
        let welcome = mail("welcome", "hello");
        let (kind, claim, form) = match self {
            Self::OneClick => (LinkKind::OneClick, welcome, "List-Unsubscribe=One-Click".to_owned()),
            Self::Button => (LinkKind::Unsubscribe, welcome, String::new()),
            Self::Topics(kept) => {
                let kept: Vec<String> = kept.iter().map(|topic| format!("keep={topic}")).collect();
                (LinkKind::Preferences, Claim { until: 1 << 40, ..welcome }, kept.join("&"))
            }
            Self::Answer(score) => (LinkKind::Answer, mail("ask", "how"), format!("score={score}")),
        };
        (format!("/{}/{}", kind.path(), links().sign(kind, &claim)), form)
    }

    /// Whether what they did holds.
    fn holds(&self, person: &Person) -> bool {
        let consent = &person.profile.consent;
        match self {
            Self::OneClick | Self::Button => consent.marketing.is_some_and(|said| !said.agreed),
            Self::Topics(kept) => {
                let stays = consent.allows_marketing();
                let keeps = |topic: &&str| (stays && !consent.has_left(topic)) == kept.iter().any(|own| own == *topic);
                stays != kept.is_empty() && TOPICS.iter().all(keeps)
            }
            Self::Answer(score) => person.profile.answers.get("how").is_some_and(|answer| answer.score == *score),
        }
    }
}

/// Posts each record; what the pages could not do comes again.
pub async fn post(sim: Sim, router: Router, event: SqsEvent) -> SqsBatchResponse {
    let read = |record: &SqsMessage| serde_json::from_str::<Post>(record.body.as_deref().unwrap_or_default()).ok();
    // Each reader waits for an answer before they do something else.
    let by_person = |record: &SqsMessage| read(record).map_or_else(String::new, |post| post.person);
    let each = |record: SqsMessage| {
        let (router, sim, post) = (router.clone(), &sim, read(&record));
        async move {
            let Some(Post { person, page }) = post else { return Err("no post".to_owned()) };
            let (path, form) = page.request(&person);
            let request = Request::post(path).body(Body::from(form)).map_err(|error| error.to_string())?;
            let began = sim.world().number();
            let status = match router.oneshot(request).await {
                Ok(answer) => answer.status(),
                Err(never) => match never {},
            };
            match status {
                StatusCode::OK => sim.world().page_said(&person, &page, began),
                // The survey is over, or the person is gone.
                StatusCode::GONE => {}
                status => return Err(format!("the page answered {status}")),
            }
            Ok(())
        }
    };
    each_record(event.records, by_person, each).await
}

impl World {
    /// A page said that something was done, by a request that began at that number.
    fn page_said(&mut self, person: &str, page: &Page, began: u64) {
        let Some(Ok(loaded)) = self.memory.load(person).now_or_never() else { return };
        let written = self.writers.get(person);
        let by_others = written.is_some_and(|(at, slot)| *at > began && Some(*slot) != self.current);
        if loaded.person.is_known() && !by_others && !page.holds(&loaded.person) {
            self.truth.violated("what a page says is done is done", format!("{page:?} by {person}"));
        }
    }

    /// Somebody was written: an answer to the survey is to be in its report.
    pub fn note_answer(&mut self, commit: &Commit<'_>) {
        let Some(text) = commit.record.event.as_deref().filter(|text| text.contains("survey.answered")) else { return };
        let event: Value = serde_json::from_str(text).expect("an archived event is JSON");
        if event["detail-type"] == "survey.answered" {
            self.truth.answers.insert(commit.person.id.to_string(), event["detail"]["score"].clone());
        }
    }
}

/// When everything is quiet: the report has the last answer of everybody, once.
pub fn judge(sim: &Sim, memory: &Memory) {
    let rows = memory.answers("ask", "how").now_or_never().and_then(Result::ok).unwrap_or_default();
    let kept: BTreeMap<String, Value> = rows.iter().map(|row| (row.person.clone(), row.score.clone())).collect();
    let truth = &mut sim.world().truth;
    if kept != truth.answers || kept.len() != rows.len() {
        let what = format!("{:?} were given, {} rows hold {kept:?}", truth.answers, rows.len());
        truth.violated("the last answer of everybody is kept", what);
    }
}
