//! What everybody looks at first, in both languages.

use std::collections::BTreeMap;

use rekindle_engine::catalog::{Catalog, RunState};
use rekindle_engine::lang::{Files, load_published};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, Fact, Tally, Totals};
use rekindle_store::{Pass, Published, Run};
use serde_json::json;

use super::campaigns::{rows, text};
use super::status::{Queue, Status};
use crate::output::View;

fn at(day: i64) -> Instant {
    Instant::parse("2026-03-01T09:00:00Z").unwrap().plus_seconds(day * 86_400)
}

fn catalog() -> Catalog {
    let workspace = "name: Shop\ntimezone: Asia/Seoul\nlocales: [en]\ncurrency: KRW\nsenders: [{ id: s, name: S, email: s@example.com }]\n";
    let campaign = |name: &str| {
        format!(
            "name: {name}\npurpose: marketing\ntrigger: {{ event: customer.signed_up }}\nsteps: [{{ send: hello, id: hello }}]\n"
        )
    };
    let files = Files::from([
        ("workspace.yaml".to_owned(), workspace.to_owned()),
        ("welcome/campaign.yaml".to_owned(), campaign("새 고객 환영")),
        ("win-back/campaign.yaml".to_owned(), campaign("Win back")),
    ]);
    Catalog::of(load_published(&files).definitions.unwrap())
}

fn published() -> Published {
    let run = Run { state: RunState::Paused, reason: "a wrong price".to_owned(), by: "kim".to_owned(), at: at(8) };
    let named = |names: &[(&str, u32)]| names.iter().map(|(id, version)| ((*id).to_owned(), *version)).collect();
    Published {
        number: 7,
        workspace: 1,
        campaigns: named(&[("welcome", 3), ("win-back", 1)]),
        since: BTreeMap::from([("welcome".to_owned(), at(2))]),
        retired: named(&[("spring", 2)]),
        last: named(&[("welcome", 3), ("win-back", 1), ("spring", 2)]),
        runs: BTreeMap::from([("win-back".to_owned(), run)]),
    }
}

fn counted(campaign: &str, kind: &str, count: u64) -> Totals {
    let fact = json!({ "c": campaign, "v": 1, "k": kind });
    let fact: Fact = serde_json::from_value(fact).unwrap();
    Totals([(fact, Tally { count, value: 0 })].into())
}

#[test]
fn campaigns_say_how_they_do() {
    let days = [
        (Day::of(at(0)), counted("welcome", "entered", 1_500)),
        (Day::of(at(1)), counted("welcome", "accepted", 1_400)),
        (Day::of(at(3)), counted("welcome", "completed", 200)),
        (Day::of(at(8)), counted("welcome", "accepted", 90)),
        (Day::of(at(9)), counted("spring", "entered", 2)),
    ];
    let rows = rows(&published(), &catalog(), days.into(), Day(Day::of(at(9)).0 - 6));
    let shown = [View::english(), View::korean()].map(|view| text(&rows, 7, &catalog(), 7, &view));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_status_says_what_to_look_at() {
    let queue = |name: &str, waiting| {
        let is_dead = name.ends_with("-dead");
        Queue { name: name.to_owned(), is_dead, depth: Ok((waiting, 0)) }
    };
    let mut status = Status {
        system: ".rekindle/dev".to_owned(),
        clock: at(9).timestamp(),
        ahead: 3 * 86_400,
        published: Some(published()),
        queues: vec![queue("send", 12), queue("intake", 0), queue("send-dead", 2), queue("intake-dead", 0)],
        passes: vec![("publish-7".to_owned(), Some(Pass { turn: 2, seen: 400, ..Pass::owed("", at(9)) }))],
        unknown: 1,
        set_aside: 0,
    };
    status.queues.push(Queue { depth: Err("AccessDenied".to_owned()), ..queue("sweep-dead", 0) });
    let shown = [View::english(), View::korean()].map(|view| status.text(&view));
    insta::assert_snapshot!(shown.join("\n"));
    status.queues.truncate(2);
    status.unknown = 0;
    assert_eq!(status.to_look_at(), Vec::<&str>::new());
}
