//! Answers to surveys, kept by occasion for the survey's report: the person's own item knows their latest only.

use rekindle_engine::event::Event;
use rekindle_engine::person::Enrolment;
use rekindle_store::{AnswerRow, Handed};
use serde_json::Value;

/// The answer that a change was made by. An answer that names no campaign belongs to no survey of ours.
pub fn answer(handed: &Handed) -> Option<AnswerRow> {
    let text = handed.record.event.as_deref()?;
    // Most events are no answers, and need not be read for it.
    let event = text.contains("survey.answered").then(|| Event::parse(text).ok()).flatten()?;
    if &*event.kind != "survey.answered" {
        return None;
    }
    let (survey, campaign) = (event.text("survey")?, event.text("campaign")?);
    let field = |name: &str| event.detail.get(name).cloned().unwrap_or(Value::Null);
    let entry = field("entry").as_u64().or_else(|| newest(handed, campaign, survey))?;
    Some(AnswerRow {
        person: event.person.clone(),
        campaign: campaign.to_owned(),
        survey: survey.to_owned(),
        entry,
        score: field("score"),
        comment: field("comment"),
        at: event.time,
        version: handed.version,
    })
}

/// The newest entry in which the survey was sent.
fn newest(handed: &Handed, campaign: &str, survey: &str) -> Option<u64> {
    let sent = |own: &&Enrolment| own.mails.get(survey).is_some_and(|flags| flags.sent);
    let standing = handed.person.standings.get(campaign)?;
    standing.enrolments.iter().rev().find(sent).map(|own| u64::from(own.entry))
}
