//! What operators read.

use std::collections::BTreeMap;

use rekindle_engine::time::Instant;
use rekindle_store::{HistoryEntry, Note, Pass};

use super::{history, passes};

fn at(minute: i64) -> Instant {
    Instant::parse("2026-03-01T09:00:00Z").unwrap().plus_seconds(minute * 60)
}

fn entry(number: u64, note: &str, workspace: u32, campaigns: &[(&str, u32)]) -> HistoryEntry {
    let campaigns = campaigns.iter().map(|(id, version)| ((*id).to_owned(), *version)).collect::<BTreeMap<_, _>>();
    HistoryEntry { number, at: at(i64::try_from(number).unwrap() * 10), note: note.to_owned(), workspace, campaigns }
}

#[test]
fn a_history_says_what_became_different_and_who_did_what() {
    let history_of = [
        entry(4, "rollback to 2 by kim: too early", 1, &[("birthday", 1), ("win-back", 1)]),
        entry(3, "", 1, &[("win-back", 2)]),
        entry(2, "birthdays", 1, &[("birthday", 1), ("win-back", 1)]),
        entry(1, "the first", 1, &[("win-back", 1)]),
    ];
    let note = Note {
        at: at(25),
        act: "pause".to_owned(),
        campaign: "win-back".to_owned(),
        person: None,
        by: "kim".to_owned(),
        reason: "a wrong price".to_owned(),
    };
    insta::assert_snapshot!(history::shown(&history_of, &[note]));
}

#[test]
fn a_pass_says_how_far_it_is() {
    let mut pass =
        Pass { position: None, seen: 1200, changed: 7, found: BTreeMap::new(), started: at(0), finished: None };
    let under_way = passes::line("publish-3", Some(&pass));
    pass.finished = Some(at(2));
    let shown = [under_way, passes::line("publish-3", Some(&pass)), passes::line("publish-3", None)];
    insta::assert_snapshot!(shown.join("\n"));
}
