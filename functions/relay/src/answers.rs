//! Answers to surveys, kept by occasion for the survey's report: the person's own item knows their latest only.

use rekindle_engine::event::Event;
use rekindle_engine::person::{Enrolment, Person};
use rekindle_store::{AnswerRow, Handed, StoreError};
use serde_json::Value;

/// The answer that a change was made by. An answer that names no campaign belongs to no survey of ours.
///
/// # Errors
/// Where the person must be looked at and cannot be read.
pub fn answer(handed: &Handed) -> Result<Option<AnswerRow>, StoreError> {
    let text = handed.record.event.as_deref().unwrap_or_default();
    // Most events are no answers, and need not be read for it.
    let event = text.contains("survey.answered").then(|| Event::parse(text).ok()).flatten();
    let Some(event) = event.filter(|event| &*event.kind == "survey.answered") else { return Ok(None) };
    let (Some(survey), Some(campaign)) = (event.text("survey"), event.text("campaign")) else { return Ok(None) };
    let field = |name: &str| event.detail.get(name).cloned().unwrap_or(Value::Null);
    let entry = match field("entry").as_u64() {
        Some(entry) => Some(entry),
        None => newest(&handed.person()?, campaign, survey),
    };
    Ok(entry.map(|entry| AnswerRow {
        person: event.person.clone(),
        campaign: campaign.to_owned(),
        survey: survey.to_owned(),
        entry,
        score: field("score"),
        comment: field("comment"),
        at: event.time,
        version: handed.version,
    }))
}

/// The newest entry in which the survey was sent.
fn newest(person: &Person, campaign: &str, survey: &str) -> Option<u64> {
    let sent = |own: &&Enrolment| own.mails.get(survey).is_some_and(|flags| flags.sent);
    person.standings.get(campaign)?.enrolments.iter().rev().find(sent).map(|own| u64::from(own.entry))
}
