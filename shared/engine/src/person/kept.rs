//! A person as a store keeps them: everything but the ids of applied events, of which there may be thousands and which a store
//! keeps more tightly.
//!
//! It is written from references, so that nobody is copied for it, and must read as [`Person`] does: each name and each rule
//! for what is left out is that of the person's own field.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{HeldCode, Outgoing, Person, Profile, Standings, is_zero};
use crate::time::Instant;

/// What is written.
#[derive(Serialize)]
struct Kept<'a> {
    id: &'a Arc<str>,
    #[serde(rename = "clk", skip_serializing_if = "Option::is_none")]
    clock: &'a Option<Instant>,
    #[serde(rename = "pro")]
    profile: &'a Profile,
    #[serde(rename = "in", skip_serializing_if = "Standings::is_empty")]
    standings: &'a Standings,
    #[serde(rename = "cap", skip_serializing_if = "Vec::is_empty")]
    recent_sends: &'a Vec<Instant>,
    #[serde(rename = "out", skip_serializing_if = "BTreeMap::is_empty")]
    outbox: &'a BTreeMap<String, Outgoing>,
    #[serde(rename = "cod", skip_serializing_if = "Vec::is_empty")]
    codes: &'a Vec<HeldCode>,
    #[serde(rename = "cfm", skip_serializing_if = "Option::is_none")]
    confirm_at: &'a Option<Instant>,
    #[serde(rename = "ntc", skip_serializing_if = "is_zero")]
    notices: &'a u32,
    #[serde(rename = "jn")]
    lines: &'a u64,
    #[serde(rename = "era", skip_serializing_if = "Option::is_none")]
    erased_at: &'a Option<Instant>,
}

impl Person {
    /// Everything but [`Person::applied`], to be written. It reads back as a person to whom no event was applied.
    #[must_use]
    pub fn without_applied(&self) -> impl Serialize + '_ {
        // Every field is named, so that a new one cannot be forgotten.
        let Self {
            id,
            clock,
            profile,
            applied: _,
            standings,
            recent_sends,
            outbox,
            codes,
            confirm_at,
            notices,
            lines,
            erased_at,
        } = self;
        Kept { id, clock, profile, standings, recent_sends, outbox, codes, confirm_at, notices, lines, erased_at }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Applied;
    use super::*;

    #[test]
    fn it_is_written_as_the_person_is() {
        let at = Instant::from_seconds(1_772_323_200);
        let mut ann = Person::new("ann");
        let mut bob = Person::new("bob");
        bob.clock = Some(at);
        bob.profile.email = Some("bob@example.com".into());
        bob.recent_sends.push(at);
        bob.confirm_at = Some(at);
        (bob.notices, bob.lines, bob.erased_at) = (3, 7, Some(at));
        bob.applied.push(Applied { event: 7, at });
        ann.applied.push(Applied { event: 8, at });
        for mut person in [ann, bob] {
            let written = serde_json::to_string(&person.without_applied()).unwrap();
            person.applied.clear();
            assert_eq!(written, serde_json::to_string(&person).unwrap());
            assert_eq!(serde_json::from_str::<Person>(&written).unwrap(), person);
        }
    }
}
