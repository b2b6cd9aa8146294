//! What operators read.

use std::collections::BTreeMap;

use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_lambda::findings;
use rekindle_store::{Aside, HistoryEntry, Note, Pass, Run, UnknownSend};
use rekindle_workbench::operate::{HeldSend, unnoted};

use super::{audit, history, passes, unknown};
use crate::output::View;
use crate::words::Words;

/// What is said in both languages.
fn both(of: impl Fn(Words) -> String) -> String {
    [View::english(), View::korean()].map(|view| of(view.words)).join("\n")
}

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
        send_id: None,
        by: "kim".to_owned(),
        reason: "a wrong price".to_owned(),
    };
    insta::assert_snapshot!(both(|words| history::shown(&history_of, std::slice::from_ref(&note), words)));
}

#[test]
fn a_pass_says_how_far_it_is() {
    let mut pass = Pass::owed("", at(0));
    let owed = both(|words| passes::line("publish-3", Some(&pass), words));
    (pass.turn, pass.seen, pass.changed) = (3, 1200, 7);
    let under_way = both(|words| passes::line("publish-3", Some(&pass), words));
    pass.finished = Some(at(2));
    let shown = [
        owed,
        under_way,
        both(|words| passes::line("publish-3", Some(&pass), words)),
        both(|words| passes::line("publish-3", None, words)),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_pause_that_no_operator_made_stands_in_the_history_and_one_that_an_operator_made_only_once() {
    let run = |minute, by: &str, reason: &str| Run {
        state: RunState::Paused,
        reason: reason.to_owned(),
        by: by.to_owned(),
        at: at(minute),
    };
    let runs = BTreeMap::from([
        ("welcome".to_owned(), run(5, "rekindle", "3 complaints in 1000 mails of 7 days")),
        ("win-back".to_owned(), run(25, "kim", "a wrong price")),
    ]);
    let note = Note {
        at: at(25),
        act: "pause".to_owned(),
        campaign: "win-back".to_owned(),
        person: None,
        send_id: None,
        by: "kim".to_owned(),
        reason: "a wrong price".to_owned(),
    };
    let shown = history::shown(&[], &unnoted(&runs, &[note]), View::english().words);
    assert_eq!(shown, "2026-03-01T09:05:00Z  pause welcome by rekindle: 3 complaints in 1000 mails of 7 days\n");
}

#[test]
fn an_audit_and_a_list_of_unknown_mails_say_what_to_do() {
    let english = View::english();
    let found = BTreeMap::from([("armed past its lease".to_owned(), 1), ("planned for too long".to_owned(), 12)]);
    let mut pass = Pass { seen: 1200, changed: 7, found, finished: Some(at(2)), ..Pass::owed("", at(0)) };
    let audited = audit::found(&pass, english.words);
    let addresses = [(findings::SUPPRESSED, 3), (findings::REFUSED, 2), (findings::SHARED, 4)];
    pass.found = addresses.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
    let known = audit::found(&pass, english.words);
    pass.found = BTreeMap::from([(findings::WAITING.to_owned(), 150_000)]);
    let waiting = audit::found(&pass, english.words);
    pass.found = BTreeMap::from([(findings::UNWRITABLE.to_owned(), 1)]);
    let why = "bytes of attributes: 70000, the bound is 65536. Remove attributes that no campaign uses.".to_owned();
    let aside = audit::found(&pass, english.words)
        + &audit::aside(&[("c-17".to_owned(), Aside { since: at(0), why })], &english);
    pass.found.clear();
    let held = HeldSend {
        send: UnknownSend { since: at(0), person: "c-1".to_owned(), send_id: "zynxgscgsmbqt7p5".to_owned() },
        campaign: "welcome".to_owned(),
        step: "hello".to_owned(),
        attempt: 1,
        why: "time-out".to_owned(),
    };
    let listed = unknown::shown(std::slice::from_ref(&held), at(135), &english);
    let nothing = audit::found(&pass, english.words) + &audit::aside(&[], &english);
    let korean = unknown::shown(&[held], at(135), &View::korean());
    let shown = [audited, known, waiting, aside, nothing, listed, unknown::shown(&[], at(0), &english), korean];
    insta::assert_snapshot!(shown.join("---\n"));
}
