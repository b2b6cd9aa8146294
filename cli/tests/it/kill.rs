//! `rekindle dev`, killed again and again, sends no mail twice and forgets none that was decided.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use rekindle::target::{Target, TargetArgs};
use rekindle_engine::person::SendState;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_local::{LocalAws, Options};
use rekindle_store::statistics::{recount, totals};
use rekindle_store::{Ledger, People};
use rekindle_system::BUS;
use serde_json::{Value, json};

use crate::demo::{from_archive, stats};
use crate::folders::{campaigns, fresh};

const PEOPLE: usize = 40;
/// How long each run lives, in milliseconds: the moments of the kills are the test's input.
const LIVES: [u64; 10] = [5, 20, 40, 70, 110, 160, 220, 300, 400, 600];
/// Days of the system's own time in which everybody must be through: the campaign takes less than a month. That time passes
/// slower where the machine is slow, so the bound says nothing about the machine.
const DAYS: i64 = 400;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

struct Running {
    child: Child,
    endpoint: String,
    /// Kept open, as a terminal is.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Drop for Running {
    /// Nothing outlives a test, also one that fails.
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

fn start(state: &Path, campaigns: &Path) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rekindle"))
        .env("LC_ALL", "C.UTF-8")
        .args(["dev", "--speed", "1d", "--port", "0", "--mailbox", "0", "--state"])
        .arg(state)
        .arg("--campaigns")
        .arg(campaigns)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let endpoint =
        lines.by_ref().map(Result::unwrap).find_map(|line| line.strip_prefix("AWS endpoint ").map(str::to_owned));
    let endpoint = endpoint.expect("`rekindle dev` says where it answers");
    Running { child, endpoint: endpoint.split_whitespace().next().unwrap().to_owned(), _output: lines }
}

async fn config(endpoint: &str) -> SdkConfig {
    let nobody = Credentials::new("local", "local", None, None, "test");
    let defaults = aws_config::defaults(BehaviorVersion::v2026_01_12()).region(Region::new("us-east-1"));
    defaults.credentials_provider(nobody).endpoint_url(endpoint).load().await
}

async fn sign_up(endpoint: &str) {
    let bus = aws_sdk_eventbridge::Client::new(&config(endpoint).await);
    for number in 0..PEOPLE {
        let person = json!({ "id": format!("p{number}"), "email": format!("p{number}@example.com"), "consent": { "marketing": true } });
        let detail = json!({ "event_id": format!("e{number}"), "person": person });
        let entry =
            PutEventsRequestEntry::builder().event_bus_name(BUS).source("shop").detail_type("customer.signed_up");
        let answer = bus.put_events().entries(entry.detail(detail.to_string()).build()).send().await.unwrap();
        assert_eq!(answer.failed_entry_count(), 0);
    }
}

/// The system's own time.
fn shown(state: &Path) -> jiff::Timestamp {
    std::fs::read_to_string(state.join("clock")).unwrap().trim().parse().unwrap()
}

/// Looks until it is so, for so long as it may take by the system's own time.
async fn until(state: &Path, what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = shown(state);
    while !is_so().await {
        let passed = shown(state).duration_since(begun);
        assert!(passed < jiff::SignedDuration::from_hours(24 * DAYS), "{what}, after {} days", passed.as_hours() / 24);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether everybody has left the campaign and every mail is settled or held.
async fn all_through(state: &Path) -> bool {
    let store = Target::open(&TargetArgs::local(state)).await.unwrap().store;
    for number in 0..PEOPLE {
        let person = store.load(&format!("p{number}")).await.unwrap().person;
        let waits = person.standings.iter().any(|(_, standing)| standing.enrolments.iter().any(|own| own.is_active()));
        let settled = person.outbox.values().all(|send| matches!(send.state, SendState::Unknown { .. }));
        if !person.is_known() || waits || !settled {
            return false;
        }
    }
    true
}

/// Whether the stream is handed on: everybody's end and every mail's outcome are counted.
async fn all_counted(state: &Path) -> bool {
    let store = Target::open(&TargetArgs::local(state)).await.unwrap().store;
    let counted = totals(&store).await.unwrap().over_all_versions();
    let of = |kinds: &[&str]| -> u64 {
        counted.0.iter().filter(|(fact, _)| kinds.contains(&&*fact.kind)).map(|(_, tally)| tally.count).sum()
    };
    let all = of(&["completed"]) == PEOPLE as u64 && of(&["accepted", "unknown"]) >= 3 * PEOPLE as u64;
    all && recount(&store, |_| {}).await.unwrap() == counted
}

#[tokio::test]
async fn kills_at_any_moment_neither_repeat_nor_lose_a_mail() {
    let folder = fresh("kill");
    // The welcome campaign alone comes to an end.
    let campaigns = campaigns(&folder, &["welcome"]);
    let state = folder.join("state");
    let mut running = start(&state, &campaigns);
    sign_up(&running.endpoint).await;
    for life in LIVES {
        tokio::time::sleep(Duration::from_millis(life)).await;
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        running = start(&state, &campaigns);
    }
    until(&state, "somebody waits for ever", async || all_through(&state).await).await;
    until(&state, "the statistics never equal the ledger", async || all_counted(&state).await).await;
    drop(running);

    let target = Target::open(&TargetArgs::local(&state)).await.unwrap();
    let store = &target.store;
    let (mut decided, mut held) = (0, 0);
    for number in 0..PEOPLE {
        let id = format!("p{number}");
        let lines = store.read(&id).await.unwrap();
        decided += lines.iter().filter(|line| serde_json::from_str::<Value>(line).unwrap()["kind"] == "sent").count();
        let person = store.load(&id).await.unwrap().person;
        // Notices about consent are mails that no journal has.
        decided += usize::try_from(person.notices).unwrap();
        held += person.outbox.len();
    }
    let mut journal = Vec::new();
    for number in 0..PEOPLE {
        journal.extend(store.read(&format!("p{number}")).await.unwrap());
    }
    drop(target);
    let recount = stats(&["--recount"], &state);
    assert!(recount.status.success(), "{}", String::from_utf8_lossy(&recount.stdout));
    let simulated = from_archive(&state, &campaigns, &["--until", "2100-01-01T00:00:00Z"]);
    let mut simulated: Vec<&str> = simulated.lines().collect();
    simulated.sort_unstable();
    journal.sort_unstable();
    assert_eq!(simulated, journal, "the archive replays");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let aws = LocalAws::open(Options::in_dir(&state, clock)).unwrap();
    let mut at_the_sink: BTreeMap<String, usize> = BTreeMap::new();
    for mail in aws.mails(None, 1_000).unwrap() {
        let send_id = mail.tags.into_iter().find(|tag| tag.name == "send_id").unwrap().value;
        *at_the_sink.entry(send_id).or_default() += 1;
    }
    let sink = at_the_sink.len();
    println!("{} kills: {decided} mails decided, {sink} at the sink, {held} held as unknown", LIVES.len());
    assert!(at_the_sink.values().all(|times| *times == 1), "sent twice: {at_the_sink:?}");
    assert_eq!(decided, PEOPLE * 4, "three mails and a notice each");
    // A mail whose worker died between SES and the confirmation is at the sink and held as well.
    assert!(sink <= decided && decided <= sink + held, "lost: {decided} decided, {sink} at the sink, {held} held");
    drop(aws);
    std::fs::remove_dir_all(&folder).unwrap();
}
