//! Where a person stands in campaigns, and what became of their mails.

use std::collections::BTreeSet;

use rekindle_engine::person::{Enrolment, Outgoing, Person, SendState, Stage};
use rekindle_lambda::recording::send_row;
use rekindle_store::{Aside, Note, SendRow, SendStage};
use rekindle_workbench::unread::sample;
use serde_json::Value;

use super::journal::{Entry, held_out};
use super::text::Times;
use crate::words::Words;

/// Enrolments that go on, those whose goal may still be reached, and triggers that will fire by themselves.
/// At last the values that a `date` trigger cannot read, by campaign: it never fires for them.
pub fn standing(person: &Person, entries: &[Entry], unread: &[(String, Value)], times: &Times) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (campaign, standing) in person.standings.iter() {
        for enrolment in &standing.enrolments {
            let (step, state) = state(enrolment, held_out(entries, campaign, enrolment.entry), times);
            let goal = enrolment.goal_until.map(|until| times.words.goal_open(&times.at(until)));
            let started = times.words.stands_since(&times.at(enrolment.started));
            rows.push(vec![
                format!("{campaign} #{}", enrolment.entry),
                step,
                started,
                state + &goal.unwrap_or_default(),
            ]);
        }
        if let Some(due) = standing.trigger_due {
            rows.push(vec![
                campaign.to_string(),
                String::new(),
                String::new(),
                times.words.trigger_fires(&times.at(due)),
            ]);
        }
    }
    if rows.is_empty() {
        rows.push(vec![times.words.in_no_campaign()]);
    }
    rows.extend(unread.iter().map(|(campaign, value)| {
        let never = times.words.never_comes(&sample(value));
        vec![campaign.clone(), String::new(), String::new(), never]
    }));
    rows
}

/// Since when they do not move on, and why nobody can write them; nothing where somebody can.
pub fn aside(aside: Option<&Aside>, times: &Times) -> Vec<Vec<String>> {
    let row = |aside: &Aside| vec![times.words.due_since(&times.at(aside.since)), aside.why.clone()];
    aside.map(row).into_iter().collect()
}

fn state(enrolment: &Enrolment, held_out: bool, times: &Times) -> (String, String) {
    let words = times.words;
    let Some(place) = &enrolment.place else {
        return (String::new(), if held_out { words.held_out() } else { words.ended() });
    };
    let until = times.at(place.until);
    let state = match place.stage {
        Stage::Before => words.yet_to_begin(),
        Stage::Delayed { .. } => words.mail_delayed_until(&until),
        Stage::Waiting => words.waits_until(&until),
    };
    (place.step.to_string(), state)
}

/// Every mail, and how far it is; those that the ledger has yet to learn of come from the person.
pub fn mails(person: &Person, sends: &[SendRow], times: &Times) -> Vec<Vec<String>> {
    let noted: BTreeSet<&str> = sends.iter().map(|send| send.send_id.as_str()).collect();
    let fresh = person
        .outbox
        .iter()
        .filter(|(id, _)| !noted.contains(id.as_str()))
        .map(|(id, outgoing)| pending(person, id, outgoing));
    let mut all: Vec<SendRow> = sends.iter().cloned().chain(fresh).collect();
    all.sort_by(|a, b| (a.at, &a.campaign, a.entry, &a.step).cmp(&(b.at, &b.campaign, b.entry, &b.step)));
    let row = |send: &SendRow| {
        let reason = send.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        vec![
            times.at(send.at),
            format!("{} #{}", send.campaign, send.entry),
            send.step.clone(),
            times.words.mail_named(&send.mail),
            stage(send.stage, times.words) + &reason,
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    if rows.is_empty() { vec![vec![times.words.no_mails()]] } else { rows }
}

fn pending(person: &Person, send_id: &str, outgoing: &Outgoing) -> SendRow {
    let at = match outgoing.state {
        SendState::Planned { .. } | SendState::Armed { .. } => outgoing.planned_at,
        SendState::Unknown { since, .. } => since,
    };
    send_row(person, send_id, outgoing, at, None)
}

/// What operators did to the person, and why.
pub fn acts(notes: &[Note], times: &Times) -> Vec<Vec<String>> {
    let row = |note: &Note| {
        vec![
            times.at(note.at),
            note.campaign.clone(),
            times.words.act(&note.act),
            times.words.act_was(&note.by, &note.reason),
        ]
    };
    notes.iter().map(row).collect()
}

/// How far a mail is, in words.
pub(crate) fn stage(stage: SendStage, words: Words) -> String {
    match stage {
        SendStage::Planned { attempt: 0 } => words.stage_planned(),
        SendStage::Planned { attempt } => words.stage_planned_again(attempt),
        SendStage::Armed { .. } => words.stage_armed(),
        SendStage::Unknown { .. } => words.stage_unknown(),
        SendStage::Withdrawn => words.stage_withdrawn(),
        SendStage::Accepted => words.stage_accepted(),
        SendStage::Rejected => words.stage_rejected(),
        SendStage::SoftBounced => words.stage_soft_bounced(),
        SendStage::Delivered => words.stage_delivered(),
        SendStage::Opened => words.stage_opened(),
        SendStage::Clicked => words.stage_clicked(),
        SendStage::Bounced => words.stage_bounced(),
        SendStage::Complained => words.stage_complained(),
    }
}
