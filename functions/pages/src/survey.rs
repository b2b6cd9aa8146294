//! Answering: the link in the mail opens a page with that answer chosen, and the button records it.
//!
//! One answer per person, survey and occasion; another one replaces it until the survey expires, which the signed link
//! itself says, so that an edit of the campaign never shortens what a mail has promised.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Survey, SurveyKind};
use rekindle_engine::person::{Answer, Person};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_mail::compose::label;
use rekindle_mail::{Claim, LinkKind};
use serde_json::{Map, Value};

use crate::act::Act;
use crate::visit::Visit;
use crate::{Pages, Refused};

/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 1_000;

/// What a form says.
struct Given {
    /// The answer, where it is one of the survey's.
    score: Option<Value>,
    comment: String,
}

/// The page on which the answer of the link is chosen.
pub async fn ask<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let visit = pages.visit(LinkKind::Answer, &uri, &headers).await?;
    let Some(survey) = open(&pages, &visit).await? else { return Ok(closed(&visit)) };
    let before = answered(&visit.person, &visit.claim);
    let chosen = survey.scale().into_iter().find(|answer| label(answer) == visit.claim.value);
    let comment = before.and_then(|answer| answer.comment.as_str()).unwrap_or_default().to_owned();
    let given = Given { score: chosen, comment };
    Ok(page(&visit, &survey, &given, before.map(|answer| label(&answer.score)), None).into_response())
}

/// Records the answer, and thanks for it.
pub async fn answer<S: Store>(
    State(pages): State<Arc<Pages<S>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let visit = pages.visit(LinkKind::Answer, &uri, &headers).await?;
    let words = visit.words();
    let Some(survey) = open(&pages, &visit).await? else { return Ok(closed(&visit)) };
    let given = Given::read(&survey, &body);
    let before = answered(&visit.person, &visit.claim).map(|answer| label(&answer.score));
    let again = |problem| {
        (StatusCode::UNPROCESSABLE_ENTITY, page(&visit, &survey, &given, before, Some(problem))).into_response()
    };
    let Some(score) = given.score.clone() else { return Ok(again(words.choose_an_answer)) };
    if given.comment.chars().count() > LONGEST_COMMENT {
        return Ok(again(words.too_long));
    }
    let claim = &visit.claim;
    let mut detail = Map::new();
    detail.insert("survey".to_owned(), claim.step.as_str().into());
    detail.insert("score".to_owned(), score.clone());
    let comment = if given.comment.is_empty() { Value::Null } else { given.comment.as_str().into() };
    if !comment.is_null() {
        detail.insert("comment".to_owned(), comment.clone());
    }
    detail.insert("campaign".to_owned(), claim.campaign.as_str().into());
    detail.insert("step".to_owned(), claim.step.as_str().into());
    detail.insert("entry".to_owned(), claim.entry.into());
    let holds = |person: &Person| {
        answered(person, claim).is_some_and(|answer| answer.score == score && answer.comment == comment)
    };
    let occasion = format!("{}/{}/{}", claim.campaign, claim.step, claim.entry);
    let act = Act { kind: "survey.answered", detail: &detail, occasion: &occasion, always: false, holds };
    pages.act(&claim.person, &act).await?;
    Ok(thanks(&visit, &uri, &label(&score), &given.comment).into_response())
}

impl Given {
    fn read(survey: &Survey, body: &[u8]) -> Self {
        let (mut score, mut comment) = (None, String::new());
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "score" => score = survey.scale().into_iter().find(|answer| label(answer) == value),
                // Browsers send lines with CR LF; other controls have no business in a comment.
                "comment" => comment = value.replace("\r\n", "\n").replace(|c: char| c.is_control() && c != '\n', ""),
                _ => {}
            }
        }
        Self { score, comment: comment.trim().to_owned() }
    }
}

/// The survey of the link, if it is still there and may still be answered.
async fn open<S: Store>(pages: &Pages<S>, visit: &Visit) -> Result<Option<Survey>, Refused> {
    let claim = &visit.claim;
    let expired = claim.until != 0 && u64::try_from(pages.now().seconds()).is_ok_and(|now| now >= claim.until);
    if expired || !visit.person.is_known() {
        return Ok(None);
    }
    if let Some(survey) = survey_of(&visit.catalog, claim) {
        return Ok(Some(survey));
    }
    // Who was asked by a version that is gone may still answer.
    let catalog = pages.deciding.catalog_with_history(&claim.campaign).await?;
    Ok(survey_of(&catalog, claim))
}

/// The survey of the link in the newest version that has it.
fn survey_of(catalog: &Catalog, claim: &Claim) -> Option<Survey> {
    let live = catalog.get(&claim.campaign)?;
    let mut programs = std::iter::once(&live.program).chain(live.older.values().rev());
    programs.find_map(|program| program.survey(&claim.step)).cloned()
}

/// The answer that was given on this occasion.
fn answered<'p>(person: &'p Person, claim: &Claim) -> Option<&'p Answer> {
    let answer = person.profile.answers.get(&claim.step)?;
    let occasion = answer.occasion.as_ref()?;
    (occasion.campaign == claim.campaign && occasion.entry == u64::from(claim.entry)).then_some(answer)
}

fn page(
    visit: &Visit,
    survey: &Survey,
    given: &Given,
    before: Option<String>,
    problem: Option<&'static str>,
) -> Html<String> {
    let words = visit.words();
    let shop = visit.shop();
    let chosen = given.score.as_ref().map(label);
    let ends = words.ends(survey.kind);
    let content = html! {
        h1 { (words.question(survey.kind, shop)) }
        @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
        @if let Some(before) = before { p.note { (words.answered_before) " " strong { (before) } } }
        form method="post" {
            fieldset {
                legend { (words.your_answer) }
                div.scale.(columns(survey.kind)) {
                    @for answer in survey.scale() {
                        @let answer = label(&answer);
                        label {
                            input type="radio" name="score" value=(answer) required checked[chosen.as_ref() == Some(&answer)];
                            span { (answer) }
                        }
                    }
                }
                @if let Some([low, high]) = ends { p.ends { span { (low) } span { (high) } } }
            }
            label.comment {
                span { (words.comment) " " small { (words.optional) } }
                textarea name="comment" rows="4" maxlength=(LONGEST_COMMENT) { (given.comment) }
            }
            button { (words.send) }
        }
        (changeable(visit))
    };
    visit.document(words.your_answer, &content)
}

/// How the answers stand side by side.
fn columns(kind: SurveyKind) -> &'static str {
    match kind {
        SurveyKind::Nps => "eleven",
        SurveyKind::Csat => "five",
        SurveyKind::Ces => "seven",
        SurveyKind::Choice => "one",
    }
}

/// Until when an answer may be changed.
fn changeable(visit: &Visit) -> Markup {
    let until = i64::try_from(visit.claim.until).ok().filter(|until| *until > 0);
    // The page names the last day on which it holds: the link's end is the first second after it.
    let until = until.map(|end| Instant::from_seconds(end - 1));
    html! { @if let Some(until) = until { p.note { (visit.words().changeable_until(&visit.date(until))) } } }
}

fn thanks(visit: &Visit, uri: &Uri, score: &str, comment: &str) -> Html<String> {
    let words = visit.words();
    let content = html! {
        h1 { (words.thanks) }
        p { (words.you_answered) " " strong { (score) } }
        @if !comment.is_empty() { blockquote { (comment) } }
        p.other { a href=(uri.path()) { (words.change_answer) } }
        (changeable(visit))
    };
    visit.document(words.thanks, &content)
}

fn closed(visit: &Visit) -> Response {
    let words = visit.words();
    let content = html! { h1 { (words.ended) } p { (words.ended_explained) } };
    (StatusCode::GONE, visit.document(words.ended, &content)).into_response()
}
