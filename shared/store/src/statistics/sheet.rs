//! What one batch of the stream counted, each change under a name of its own.

use std::collections::HashSet;

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use super::{Fact, Totals};
use crate::ports::SendRow;

/// A day of the stream, in UTC: the day on which a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of an instant.
    #[must_use]
    pub fn of(at: Instant) -> Self {
        Self(at.seconds().div_euclid(86_400))
    }

    /// The instant at which it begins.
    #[must_use]
    pub fn begin(self) -> Instant {
        Instant::from_seconds(self.0 * 86_400)
    }
}

/// What a batch counted. Facts are written out once, as most changes of a batch tell the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    #[serde(rename = "f")]
    facts: Vec<Fact>,
    #[serde(rename = "e")]
    entries: Vec<Entry>,
}

/// What one change told: its name, then the place of each fact and the value with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry(String, Vec<(usize, i64)>);

impl Sheet {
    /// Bytes of a change's name: among a hundred million of one day, two are alike in one of 10^8 cases.
    const NAME: usize = 10;

    /// Notes what one change told, if anything: its lines with their versions ([`crate::Record::versions`]), and the
    /// sends that came further by it, each with its mark. `version` is the person's after the change.
    pub fn note(
        &mut self,
        person: &str,
        version: u64,
        lines: impl Iterator<Item = (Fact, i64)>,
        sends: &[(&SendRow, &'static str)],
    ) {
        let sends = sends.iter().map(|(row, mark)| (Fact::of_send(row, mark), 0));
        let told: Vec<(usize, i64)> = lines.chain(sends).map(|(fact, value)| (self.place(fact), value)).collect();
        if !told.is_empty() {
            let name = rekindle_engine::ids::short_hash(&format!("{version}/{person}"), Self::NAME);
            self.entries.push(Entry(name, told));
        }
    }

    fn place(&mut self, fact: Fact) -> usize {
        self.facts.iter().position(|known| *known == fact).unwrap_or_else(|| {
            self.facts.push(fact);
            self.facts.len() - 1
        })
    }

    /// A name that only a sheet of the same changes has: a late worker must replace no sheet that holds more than its own.
    /// `None` where it is empty.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let names: Vec<&str> = self.entries.iter().map(|Entry(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| rekindle_engine::ids::short_hash(&names.join("/"), Self::NAME))
    }

    /// Adds what was not seen before to `totals`.
    pub(super) fn count(&self, seen: &mut HashSet<String>, totals: &mut Totals) {
        for Entry(name, told) in &self.entries {
            if !seen.insert(name.clone()) {
                continue;
            }
            for (place, value) in told {
                if let Some(fact) = self.facts.get(*place) {
                    totals.add(fact.clone(), 1, *value);
                }
            }
        }
    }
}
