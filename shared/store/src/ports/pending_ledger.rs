//! What decisions noted that is not in the ledger yet. It lies in the person's own item, whose next write takes it on, until
//! it is worth a write of its own.
//!
//! DynamoDB bills each begun kilobyte of each write, and what one decision notes is a small part of that; a person's item
//! has room for what several note. It is never only here and lost: a commit that does not take it on is not made on the
//! version that it says.

use rekindle_engine::person::ConsentEntry;
use serde::{Deserialize, Serialize};

use super::record::Record;
use super::sends::SendRow;

/// Bytes of JSON, roughly, from which on it is written. So much is some 300 bytes of an item, as most of it repeats what is
/// in there anyway.
const PAGE_BYTES: usize = 2_000;
/// What a send takes of them beside its names.
const SEND_OVERHEAD_BYTES: usize = 180;
/// What a statement about consent takes of them beside its evidence.
const CONSENT_OVERHEAD_BYTES: usize = 200;

/// What the ledger lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PendingLedger {
    /// Journal lines, in the order in which they were decided.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// How far sends came, where that is all that is to be said of them ([`SendRow::is_plain`]).
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub sends: Vec<SendRow>,
    /// What was said about consent.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentEntry>,
}

impl PendingLedger {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.sends.is_empty() && self.consents.is_empty()
    }

    /// Adds what a decision notes.
    pub fn add(&mut self, record: &Record) {
        self.lines.extend_from_slice(&record.lines);
        self.sends.extend(record.sends.iter().filter(|row| row.is_plain()).cloned());
        self.consents.extend_from_slice(&record.consents);
    }

    /// Adds what a decision notes, as it stands in its [`Record`], whose fields of these names hold it.
    pub(crate) fn append(&mut self, mut own: Self) {
        self.lines.append(&mut own.lines);
        self.sends.extend(own.sends.into_iter().filter(SendRow::is_plain));
        self.consents.append(&mut own.consents);
    }

    /// Whether it is time to write it into the ledger.
    #[must_use]
    pub fn is_worth_a_write(&self) -> bool {
        self.bytes() >= PAGE_BYTES
    }

    /// How much it is of what is written into the ledger at a time.
    #[must_use]
    pub fn share_of_a_page(&self) -> f64 {
        self.bytes() as f64 / PAGE_BYTES as f64
    }

    fn bytes(&self) -> usize {
        bytes(&self.lines, self.sends.iter(), &self.consents)
    }

    /// Whether it is time to write it once a decision's notes are [added](Self::add).
    pub(crate) fn is_worth_a_write_with(&self, record: &Record) -> bool {
        let own = bytes(&record.lines, record.sends.iter().filter(|row| row.is_plain()), &record.consents);
        self.bytes() + own >= PAGE_BYTES
    }
}

/// Bytes of JSON, roughly.
fn bytes<'a>(lines: &[String], sends: impl Iterator<Item = &'a SendRow>, consents: &[ConsentEntry]) -> usize {
    let lines: usize = lines.iter().map(String::len).sum();
    let sends: usize = sends.map(|row| SEND_OVERHEAD_BYTES + row.person.len() + row.send_id.len()).sum();
    let evidence = |said: &ConsentEntry| {
        let texts = [Some(&said.source), said.how.as_ref(), said.text.as_ref()];
        CONSENT_OVERHEAD_BYTES + texts.into_iter().flatten().map(String::len).sum::<usize>()
    };
    lines + sends + consents.iter().map(evidence).sum::<usize>()
}
