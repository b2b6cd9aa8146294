//! Where a person stands in campaigns, and what became of their mails.

use std::collections::BTreeSet;

use rekindle_engine::person::{Enrolment, Outgoing, Person, SendState};
use rekindle_lambda::recording::send_row;
use rekindle_store::{Aside, Note, SendRow, SendStage};
use rekindle_workbench::unread::sample;
use serde_json::Value;

use super::journal::{Entry, held_out};
use super::text::Times;

/// Enrolments that go on, those whose goal may still be reached, and triggers that will fire by themselves.
/// At last the values that a `date` trigger cannot read, by campaign: it never fires for them.
pub fn standing(person: &Person, entries: &[Entry], unread: &[(String, Value)], times: &Times) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (campaign, standing) in person.standings.iter() {
        for enrolment in &standing.enrolments {
            let (step, state) = state(enrolment, held_out(entries, campaign, enrolment.entry), times);
            let goal = enrolment.goal_until.map(|until| format!(", goal open until {}", times.at(until)));
            let started = format!("since {}", times.at(enrolment.started));
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
                format!("trigger fires on {}", times.at(due)),
            ]);
        }
    }
    if rows.is_empty() {
        rows.push(vec!["In no campaign.".to_owned()]);
    }
    rows.extend(unread.iter().map(|(campaign, value)| {
        let never = format!("never comes: {} does not read as a date", sample(value));
        vec![campaign.clone(), String::new(), String::new(), never]
    }));
    rows
}

/// Since when they do not move on, and why nobody can write them; nothing where somebody can.
pub fn aside(aside: Option<&Aside>, times: &Times) -> Vec<Vec<String>> {
    let row = |aside: &Aside| vec![format!("due since {}", times.at(aside.since)), aside.why.clone()];
    aside.map(row).into_iter().collect()
}

fn state(enrolment: &Enrolment, held_out: bool, times: &Times) -> (String, String) {
    let Some(place) = &enrolment.place else {
        let state = if held_out { "held out" } else { "ended" };
        return (String::new(), state.to_owned());
    };
    let until = times.at(place.until);
    let state = if place.before {
        "has yet to begin: the campaign was paused, or they were moved here".to_owned()
    } else if place.reached.is_some() {
        format!("mail delayed until {until}")
    } else {
        format!("waits until {until}")
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
            format!("mail {}", send.mail),
            stage(send.stage) + &reason,
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    if rows.is_empty() { vec![vec!["None.".to_owned()]] } else { rows }
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
        vec![times.at(note.at), note.campaign.clone(), note.act.clone(), format!("by {}: {}", note.by, note.reason)]
    };
    notes.iter().map(row).collect()
}

/// How far a mail is, in words.
pub(crate) fn stage(stage: SendStage) -> String {
    let text = match stage {
        SendStage::Planned { attempt: 0 } => "planned",
        SendStage::Planned { attempt: 1 } => "planned again, refused once",
        SendStage::Planned { attempt } => return format!("planned again, refused {attempt} times"),
        SendStage::Armed { .. } => "being sent",
        SendStage::Unknown { .. } => "unknown whether it was sent; held",
        SendStage::Withdrawn => "not sent",
        SendStage::Accepted => "sent",
        SendStage::Rejected => "taken, then not sent",
        SendStage::SoftBounced => "bounced for a passing reason",
        SendStage::Delivered => "delivered",
        SendStage::Opened => "opened",
        SendStage::Clicked => "clicked",
        SendStage::Bounced => "bounced",
        SendStage::Complained => "reported as spam",
    };
    text.to_owned()
}
