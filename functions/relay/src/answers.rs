//! Answers to surveys, kept by occasion for the survey's report: the person's own item knows their latest only.

use rekindle_engine::event::Event;
use rekindle_store::{AnswerRow, StreamImage};
use serde_json::Value;

/// An answer, and the occasion where the event names it.
pub(crate) struct Answer {
    /// The answer; its entry counts only where the event gave one.
    pub(crate) row: AnswerRow,
    /// Whether the event names the entry; else it is the newest in which the survey was sent.
    pub(crate) has_entry: bool,
}

/// The answer that a change was made by. An answer that names no campaign belongs to no survey of ours.
pub(crate) fn answer(stream_image: &StreamImage) -> Option<Answer> {
    let text = stream_image.record.event.as_deref().unwrap_or_default();
    // Most events are no answers, and need not be read for it.
    let event = text.contains("survey.answered").then(|| Event::parse(text).ok()).flatten();
    let event = event.filter(|event| &*event.kind == "survey.answered")?;
    let (campaign, survey) = (event.text("campaign")?.to_owned(), event.text("survey")?.to_owned());
    let field = |name: &str| event.detail.get(name).cloned().unwrap_or(Value::Null);
    let entry = field("entry").as_u64();
    let row = AnswerRow {
        person: event.person.clone(),
        campaign,
        survey,
        entry: entry.unwrap_or_default(),
        score: field("score"),
        comment: field("comment"),
        at: event.time,
        version: stream_image.version,
    };
    Some(Answer { row, has_entry: entry.is_some() })
}

/// The newest entry in which the survey was sent, by the person's journal: it knows the entries that have ended too, which
/// is what most answers come after.
pub(crate) fn newest(journal: &[String], campaign: &str, survey: &str) -> Option<u64> {
    let sent = |line: &String| {
        let line: Value = serde_json::from_str(line).ok()?;
        let is = |field: &str, value: &str| line.get(field).is_some_and(|own| own == value);
        (is("kind", "sent") && is("campaign", campaign) && is("step", survey)).then(|| line.get("entry")?.as_u64())?
    };
    journal.iter().filter_map(sent).max()
}
