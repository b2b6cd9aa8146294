//! What was said about leaving holds: at an address under every id that has it, and for whoever stands at a bound.
//!
//! Every fourth person has the address of the one before them, in other letters. Whatever a commit makes known about an
//! address has reached the system with that commit; a minute later nothing is asked of SES that it forbids, whoever the mail
//! is for and whatever faults there are. When everything is quiet, whoever has the address knows, too.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use rekindle_engine::person::{Consent, Person};
use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::SOURCE;
use rekindle_relay::Entry;
use rekindle_store::{AddressFact, Addresses, Commit};

use crate::faults::Kind;
use crate::gate::Sim;
use crate::world::{SECOND, World};

/// How long what was said may take to reach everybody, in milliseconds (SPEC.md section 11, **Addresses**).
const MINUTE: i64 = 60 * SECOND;
/// What must hold.
const HOLDS: &str = "what was said about leaving holds";

/// What was said, by keyed hash of the address, and when that was committed, in milliseconds.
#[derive(Debug, Default)]
pub struct Leaving {
    /// No mail may go there.
    hard: BTreeMap<String, i64>,
    /// No marketing without consent given after that instant.
    refused: BTreeMap<String, (i64, Instant)>,
}

/// The address of the person of that id.
#[must_use]
pub fn address_of(person: &str) -> String {
    let number = person.strip_prefix('p').and_then(|number| number.parse::<u32>().ok());
    match number {
        Some(number) if number % 4 == 1 => format!("P{}@Example.COM", number - 1),
        _ => format!("{person}@example.com"),
    }
}

impl World {
    fn hash_of(&self, person: &str) -> String {
        self.memory.address_hash(&address_of(person))
    }

    /// Somebody was written: what that makes known has reached the system.
    pub fn note_leaving(&mut self, commit: &Commit<'_>) {
        let now = self.now;
        let leaving = &mut self.truth.leaving;
        for note in &commit.record.addresses {
            match note.fact {
                AddressFact::Bounced | AddressFact::Complained => {
                    leaving.hard.entry(note.hash.clone()).or_insert(now);
                }
                AddressFact::Refused => {
                    let known = leaving.refused.entry(note.hash.clone()).or_insert((now, note.at));
                    if known.1 < note.at {
                        *known = (now, note.at);
                    }
                }
                AddressFact::Erased { .. } => {}
            }
        }
        // What a page, the API, or a report on a mail of whoever was erased did is an event that nobody put on the bus.
        if let Some(event) = commit.record.event.as_deref().filter(|event| event.contains(r#""source":"rekindle"#)) {
            let event: serde_json::Value = serde_json::from_str(event).expect("an archived event is JSON");
            let text = |name: &str| event[name].as_str().unwrap_or_default();
            let (kind, source) = (text("detail-type"), text("source"));
            let is_said = matches!(kind, "consent.changed" | "survey.answered" | "offer.redeemed");
            if source == SOURCE || (source == "rekindle" && is_said) {
                let id = event["detail"]["event_id"].as_str().unwrap_or(text("id"));
                self.expect_event(&commit.person.id, kind, id.to_owned());
            }
        }
    }

    /// The bus took an event: where it tells somebody what was said about their address, it is to be applied once.
    pub fn told(&mut self, entry: &Entry) {
        if entry.source != SOURCE {
            return;
        }
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        let person = detail["person"]["id"].as_str().unwrap_or_default();
        // An index that lags behind names people who have another address: they are told nothing.
        // Nor does it bring anybody back who was erased.
        if detail["address_hash"] == self.hash_of(person) && !self.truth.erasing.is_gone(person) {
            let id = detail["event_id"].as_str().unwrap_or_default().to_owned();
            self.count(Kind::ToldByAddress);
            self.expect_event(person, &entry.kind, id);
        }
    }

    fn expect_event(&mut self, person: &str, kind: &str, id: String) {
        if !crate::full::is_full(person) {
            self.truth.events.entry((person.to_owned(), kind.to_owned())).or_default().insert(id);
        }
    }

    /// SES is asked for a mail.
    pub fn ask_about_leaving(&mut self, campaign: &str, send_id: &str) {
        let Some(person) = self.truth.planned.get(send_id).cloned() else { return };
        let hash = self.hash_of(&person);
        let late = |reached: i64| self.now > reached + MINUTE;
        let hard = self.truth.leaving.hard.get(&hash).is_some_and(|reached| late(*reached));
        let kept = self.memory.kept(&person).ok();
        let consent = kept.as_ref().map(|kept| &kept.person.profile.consent);
        let refused = self.truth.leaving.refused.get(&hash);
        let refused = refused.is_some_and(|(reached, said)| late(*reached) && !has_agreed(consent, *said));
        if hard || (refused && campaign == "welcome") {
            self.truth.violated(HOLDS, format!("{send_id} of {campaign} to {person}"));
        }
    }
}

fn has_agreed(consent: Option<&Consent>, since: Instant) -> bool {
    consent.and_then(|consent| consent.marketing).is_some_and(|said| said.agreed && said.at > since)
}

/// When everything is quiet: whoever has an address knows what was said about it, and whoever stands at a bound has left.
pub fn judge(sim: &Sim, people: &[Person]) {
    let mut world = sim.world();
    // Whom an index that lagged behind left out is told by the audit, and has no part in this.
    let is_complete = world.counts.of(Kind::StalePageMissing) == 0;
    for person in people.iter().filter(|_| is_complete) {
        let hash = world.hash_of(&person.id);
        let profile = &person.profile;
        let knows = !world.truth.leaving.hard.contains_key(&hash) || profile.suppressed_at.is_some();
        let refused = world.truth.leaving.refused.get(&hash).map(|(_, said)| *said);
        let stays = profile.consent.allows_marketing();
        if !knows || refused.is_some_and(|said| stays && !has_agreed(Some(&profile.consent), said)) {
            world.truth.violated("whoever has the address knows", &person.id);
        }
    }
    crate::full::judge(&mut world, people);
    // The list itself says what the commits said.
    let leaving = &world.truth.leaving;
    let hashes: Vec<String> = leaving.hard.keys().chain(leaving.refused.keys()).cloned().collect();
    let known = world.memory.all_suppressed(&hashes).now_or_never().and_then(Result::ok).unwrap_or_default();
    for (hash, known) in hashes.iter().zip(known) {
        let known = known.unwrap_or_default();
        let hard = !world.truth.leaving.hard.contains_key(hash) || known.is_hard();
        let said = world.truth.leaving.refused.get(hash).map(|(_, said)| *said);
        if !hard || known.refused_at < said {
            world.truth.violated("what was said about an address is known", hash);
        }
    }
}
