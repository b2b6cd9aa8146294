//! What really happened, as nobody inside of the system can know it: what the shop said, what was committed, what SES took.

use std::collections::{BTreeMap, BTreeSet};

use rekindle_engine::person::SendState;
use rekindle_store::{Commit, SendStage};

use crate::checkout::Uses;
use crate::erasing::Erasing;
use crate::leaving::Leaving;

/// A mail that SES took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Which planned mail it was.
    pub send_id: String,
    /// Which try.
    pub attempt: u32,
    /// To whom.
    pub to: String,
    /// When, in milliseconds.
    pub at: i64,
    /// Its tags, as JSON, and whose it is: what SES reports.
    pub tags: String,
    /// The person.
    pub person: String,
    /// In which of their lives it was planned: how often they had been erased.
    pub life: u32,
}

/// The truth about a run.
#[derive(Debug, Default)]
pub struct Truth {
    /// What SES took.
    pub accepted: Vec<Accepted>,
    /// Mails on which a report came.
    pub reported: BTreeSet<String>,
    /// Requests that were made to SES.
    pub requests: u64,
    /// Journal lines by person, as committed.
    pub lines: BTreeMap<String, Vec<String>>,
    /// Events that were applied, by person and version.
    pub applied: BTreeSet<(String, u64)>,
    /// Mails that were planned, with the person.
    pub planned: BTreeMap<String, String>,
    /// Events that decisions put on the bus, by id.
    pub emitted: BTreeSet<String>,
    /// Ids of events that the bus took.
    pub on_bus: BTreeSet<String>,
    /// Ids of good events by person and type, as the shop put them.
    pub events: BTreeMap<(String, String), BTreeSet<String>>,
    /// Bodies that no handler can ever read.
    pub poison: BTreeSet<String>,
    /// When campaigns were paused and resumed, in milliseconds.
    pub pauses: Vec<(String, i64, Option<i64>)>,
    /// What was said about leaving.
    pub leaving: Leaving,
    /// Who was erased.
    pub erasing: Erasing,
    /// Uses of codes.
    pub uses: Uses,
    /// The last answer of everybody to the survey.
    pub answers: BTreeMap<String, serde_json::Value>,
    /// What must not have happened.
    pub violations: Vec<String>,
}

impl Truth {
    /// Something that must not happen.
    pub fn violated(&mut self, invariant: &str, what: impl std::fmt::Display) {
        self.violations.push(format!("{invariant}: {what}"));
    }

    /// A person was written.
    pub fn committed(&mut self, commit: &Commit<'_>) {
        let person = commit.person;
        for row in &commit.record.sends {
            match row.stage {
                SendStage::Planned { attempt: 0 } => {
                    let known = self.planned.insert(row.send_id.clone(), person.id.to_string());
                    if known.is_some() {
                        self.violated("a mail is planned once", &row.send_id);
                    }
                }
                SendStage::Armed { .. } => self.armed(commit, &row.send_id),
                _ => {}
            }
        }
        if commit.record.event.is_some() {
            self.applied.insert((person.id.to_string(), commit.expected + 1));
        }
        for (person, kind, id) in self.emit(commit) {
            self.events.entry((person, kind)).or_default().insert(id);
        }
        self.lines.entry(person.id.to_string()).or_default().extend(commit.record.lines.iter().cloned());
    }

    /// Notes what a commit puts on the bus; gives each event's person, type and id.
    pub fn emit(&mut self, commit: &Commit<'_>) -> Vec<(String, String, String)> {
        let mut emitted = Vec::new();
        for event in &commit.record.emitted {
            let event: serde_json::Value = serde_json::from_str(event).expect("an emitted event is JSON");
            let id = event["detail"]["event_id"].as_str().expect("an emitted event has an id").to_owned();
            let person = event["detail"]["person"]["id"].as_str().unwrap_or(&commit.person.id).to_owned();
            let kind = event["detail-type"].as_str().unwrap_or_default().to_owned();
            self.emitted.insert(id.clone());
            emitted.push((person, kind, id));
        }
        emitted
    }

    /// Somebody was erased: what was expected of their mails and events is expected no more.
    pub fn forget(&mut self, person: &str) {
        let theirs: Vec<String> =
            self.planned.iter().filter(|(_, own)| *own == person).map(|(send_id, _)| send_id.clone()).collect();
        for send_id in theirs {
            self.planned.remove(&send_id);
            self.reported.remove(&send_id);
        }
        self.applied.retain(|(own, _)| own != person);
        self.events.retain(|(own, _), _| own != person);
        self.answers.remove(person);
    }

    fn armed(&mut self, commit: &Commit<'_>, send_id: &str) {
        let profile = &commit.person.profile;
        if profile.suppressed_at.is_some() {
            self.violated("no arm after a suppression", send_id);
        }
        let outgoing = commit.person.outbox.get(send_id);
        let marketing = outgoing.is_some_and(|outgoing| &*outgoing.campaign == "welcome");
        if marketing && !profile.consent.allows_marketing() {
            self.violated("no arm after an unsubscription", send_id);
        }
        if marketing && profile.consent.has_left(crate::shop::TOPICS[0]) {
            self.violated("no arm after a topic was left", send_id);
        }
        if !outgoing.is_some_and(|outgoing| matches!(outgoing.state, SendState::Armed { .. })) {
            self.violated("what is said to be armed is armed", send_id);
        }
    }

    /// SES is asked, at `now`.
    pub fn asked(&mut self, campaign: &str, send_id: &str, now: i64) {
        self.requests += 1;
        let paused = self
            .pauses
            .iter()
            .any(|(own, from, to)| own == campaign && now > from + 5_000 && to.is_none_or(|to| now < to));
        if paused {
            self.violated("no request later than 5 s after a pause", send_id);
        }
    }

    /// SES took a mail.
    pub fn took(&mut self, accepted: Accepted) {
        if let Some(first) =
            self.accepted.iter().find(|own| own.send_id == accepted.send_id && own.life == accepted.life)
        {
            let what = format!("{} by tries {} and {}", accepted.send_id, first.attempt, accepted.attempt);
            self.violated("no mail twice", what);
        }
        self.accepted.push(accepted);
    }
}
