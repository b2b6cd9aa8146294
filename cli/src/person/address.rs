//! What is known about somebody's address, as rows for people.

use rekindle_engine::time::Instant;
use rekindle_workbench::person::Address;

use super::text::{Times, row};
use crate::words::Words;

/// An entry of the catalogue that says what happened, and when.
type Fact = fn(Words, &str) -> String;

/// One row for each thing.
pub fn rows(address: &Address, times: &Times) -> Vec<Vec<String>> {
    let (known, words) = (&address.known, times.words);
    let mut rows = Vec::new();
    if !address.others.is_empty() {
        let ids = words.address_ids(address.others.len() + 1, &address.others.join(", "));
        rows.push(row(&words.address_has(), ids));
    }
    let facts: [(Option<Instant>, Fact); 4] = [
        (known.bounced_at, Words::address_bounced),
        (known.complained_at, Words::address_complained),
        (known.refused_at, Words::address_refused),
        (known.erased_at, Words::address_erased),
    ];
    let said = facts.into_iter().filter_map(|(at, what)| Some(what(words, &times.at(at?))));
    rows.extend(said.map(|what| row(&words.address_since(), what)));
    if known.hard && known.bounced_at.is_none() && known.complained_at.is_none() {
        rows.push(row(&words.field_address(), words.address_hard()));
    }
    rows
}
