//! The demo on a small shop: the same on every run, on both stores, and in a simulation of its own events.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{Due, Keyed, Memory, Shards, stream_image};
use rekindle_workbench::publish;

use crate::folders::{campaigns, fresh};

const RECIPES: [&str; 3] = ["after-purchase", "welcome", "win-back"];

/// Thirty customers whose orders come at their own pace, some of whom lapse and return; two bad rows.
fn orders() -> String {
    let mut csv = "customer_id,date,amount,consent\n".to_owned();
    let first: Timestamp = "2026-01-05T03:00:00Z".parse().unwrap();
    for customer in 0..30_i64 {
        for order in 0..=customer % 4 {
            let day = customer % 9 + order * (20 + customer % 5 * 20);
            let at = first + jiff::SignedDuration::from_hours(24 * day);
            let consent = if customer % 10 == 9 { "no" } else { "yes" };
            writeln!(csv, "{customer},{},{},{consent}", at.strftime("%Y-%m-%d"), 9_000 + 500 * customer).unwrap();
        }
    }
    csv + "61,not a date,5,yes\n62,2026-02-01,much,yes\n"
}

fn demo(orders: &Path, campaigns: &Path, folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .args(["demo", "--orders"])
        .arg(orders)
        .arg("--campaigns")
        .arg(campaigns)
        .arg("--state")
        .arg(folder.join("state"))
        .arg("--record")
        .arg(folder.join("record"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What is the same wherever and whenever it ran.
fn steady(table: &str, folder: &Path) -> String {
    let table = table.replace(&folder.display().to_string(), "FOLDER");
    table
        .lines()
        .filter(|line| !line.contains(" events a second") && !line.contains("--state"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The journal of the same events, decided with the state in memory.
async fn in_memory(campaigns: &Path, events: &[Event]) -> Vec<String> {
    let clock = Arc::new(ManualClock::new(events[0].time.timestamp()));
    let store = Memory::with_stream(Keyed::new(b"a secret of thirty-two bytes, or more"), Shards::new(4));
    let only = RECIPES.map(str::to_owned);
    publish::publish(&store, &publish::compiled(campaigns, &only).unwrap(), clock.now()).await.unwrap();
    let live = Arc::new(Campaigns::new(store.clone()));
    let deciding = Deciding::new(store.clone(), live, Arc::clone(&clock) as Arc<dyn Clock>);
    for event in events {
        pass_to(&deciding, event.arrival()).await;
        clock.advance_to(event.arrival().timestamp());
        deciding.decide(&event.person, &Input::Event(event), event.arrival(), None).await.unwrap();
    }
    pass_to(&deciding, events.last().unwrap().arrival()).await;
    let handed_on = store.take_stream().into_iter().filter_map(|image| stream_image(image).unwrap());
    handed_on.flat_map(|stream_image| stream_image.record.lines).collect()
}

/// Everybody who is due moves on.
async fn pass_to(deciding: &Deciding<Memory>, until: Instant) {
    for shard in deciding.store().shards().all() {
        while let Some(head) = deciding.store().head(shard).await.unwrap().filter(|head| head.at <= until) {
            deciding.decide(&head.id, &Input::Due, until, None).await.unwrap();
        }
    }
}

/// The journal that the archive of a state gives.
pub fn from_archive(state: &Path, campaigns: &Path, more: &[&str]) -> String {
    let simulated = Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .args(["simulate", "--format", "jsonl", "--campaigns"])
        .arg(campaigns)
        .arg("--events")
        .arg(state.join("archive"))
        .args(more)
        .output()
        .unwrap();
    String::from_utf8(simulated.stdout).unwrap()
}

/// What `rekindle stats` says of a state.
pub fn stats(arguments: &[&str], state: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .arg("stats")
        .args(arguments)
        .arg("--state")
        .arg(state)
        .output()
        .unwrap()
}

#[tokio::test]
async fn a_demo_is_the_same_on_every_run_on_both_stores_and_in_a_simulation() {
    let folder = fresh("demo");
    let campaigns: PathBuf = campaigns(&folder, &RECIPES);
    let csv = folder.join("orders.csv");
    fs::write(&csv, orders()).unwrap();
    let (first, second) = (folder.join("first"), folder.join("second"));
    let table = steady(&demo(&csv, &campaigns, &first), &first);
    insta::assert_snapshot!(table.replace(&folder.display().to_string(), "FOLDER"));
    assert_eq!(steady(&demo(&csv, &campaigns, &second), &second).replace("second", "first"), table, "run again");

    let journal = fs::read_to_string(first.join("record/journal.jsonl")).unwrap();
    assert_eq!(fs::read_to_string(second.join("record/journal.jsonl")).unwrap(), journal, "run again");
    let events = first.join("record/events.jsonl");
    let simulated = Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .args(["simulate", "--format", "jsonl", "--campaigns"])
        .arg(&campaigns)
        .arg("--events")
        .arg(&events)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(simulated.stdout).unwrap(), journal, "simulated");
    let state = first.join("state");
    assert_eq!(from_archive(&state, &campaigns, &[]), journal, "simulated from the archive");
    let shown = stats(&["win-back", "--json"], &state);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let lines = |kind: &str| {
        let own =
            |line: &&str| line.contains(r#""campaign":"win-back""#) && line.contains(&format!(r#""kind":"{kind}""#));
        journal.lines().filter(own).count()
    };
    assert_eq!(shown["entered"], lines("entered"));
    let recount = stats(&["--recount"], &state);
    assert!(recount.status.success(), "{}", String::from_utf8_lossy(&recount.stdout));

    let events: Vec<Event> =
        fs::read_to_string(events).unwrap().lines().map(|line| Event::parse(line).unwrap()).collect();
    let mut kept = in_memory(&campaigns, &events).await;
    let mut expected: Vec<&str> = journal.lines().collect();
    kept.sort_unstable();
    expected.sort_unstable();
    assert_eq!(kept, expected, "in memory");
    println!("{} events, {} journal lines: equal on DynamoDB, in memory and simulated", events.len(), expected.len());
    println!("{} requests for links of its mails changed nothing", crate::links::look_at_all(&state).await);
    fs::remove_dir_all(&folder).unwrap();
}
