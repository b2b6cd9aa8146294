//! What is known about somebody's address, as rows for people.

use rekindle_workbench::person::Address;

use super::text::{Times, row};

/// One row for each thing.
pub fn rows(address: &Address, times: &Times) -> Vec<Vec<String>> {
    let known = &address.known;
    let mut rows = Vec::new();
    if !address.others.is_empty() {
        let ids = address.others.join(", ");
        rows.push(row(
            "address has",
            format!("{} ids; also {ids}: what is said of it holds for all", address.others.len() + 1),
        ));
    }
    let facts = [
        (known.bounced_at, "it bounced for good; no mail goes there, whoever has it"),
        (known.complained_at, "a mail to it was reported as spam; no mail goes there, whoever has it"),
        (known.refused_at, "marketing was refused by a link; it needs consent given after that"),
        (known.erased_at, "somebody who had it was erased; marketing needs consent given after that"),
    ];
    let said = facts.into_iter().filter_map(|(at, what)| Some((at?, what)));
    rows.extend(said.map(|(at, what)| row("address since", format!("{}: {what}", times.at(at)))));
    if known.hard && known.bounced_at.is_none() && known.complained_at.is_none() {
        rows.push(row("address", "somebody who was erased was suppressed; no mail goes there, whoever has it"));
    }
    rows
}
