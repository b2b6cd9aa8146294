//! What a command says beside its answer: what goes wrong stands on standard error with its reason, and what it prints is what
//! was committed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::SignedDuration;
use rekindle_store::{Notes, People};
use rekindle_system::{BUS, over_http};
use rekindle_workbench::publish;
use serde_json::json;

use crate::folders::{campaigns, fresh, open, say};

const WORKSPACE: &str = "name: Shop\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: Shop, email: s@example.com, address: 1 Road } ]\n";

/// A command, with no wish of this process about its log.
fn rekindle(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekindle"));
    command.env("LC_ALL", "C.UTF-8").args(words).env_remove("RUST_LOG");
    command
}

fn run(state: &Path, words: &[&str]) -> (String, String) {
    let Output { status, stdout, stderr } = rekindle(words).arg("--state").arg(state).output().unwrap();
    let (told, logged) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{words:?}: {told}{logged}");
    (told, logged)
}

/// A folder with a workspace of this campaign, whose mail `m` has that subject.
fn shop(folder: &Path, id: &str, campaign: &str, subject: &str) -> PathBuf {
    let to = folder.join("campaigns");
    fs::create_dir_all(to.join(id)).unwrap();
    fs::write(to.join("workspace.yaml"), WORKSPACE).unwrap();
    fs::write(to.join(id).join("campaign.yaml"), campaign).unwrap();
    let body = "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>";
    fs::write(to.join(id).join("m.mjml"), format!("---\nsubject: \"{subject}\"\n---\n{body}\n")).unwrap();
    to
}

#[tokio::test]
async fn what_an_audit_finds_is_logged_on_standard_error_and_counted_on_standard_output() {
    let folder = fresh("logged");
    let (state, files) = (folder.join("state"), campaigns(&folder, &["welcome"]));
    let system = open(&state).await;
    system.publish(&publish::compiled(&files, &[]).unwrap()).await.unwrap();
    say(&system, "customer.signed_up", "canary").await;
    // A day after her wait of three days has ended, nobody has looked.
    system.state().unwrap().leave_at(system.clock.now() + SignedDuration::from_hours(4 * 24)).unwrap();
    drop(system);
    let (told, logged) = run(&state, &["audit"]);
    let found: Vec<&str> = logged.lines().filter(|line| line.contains("the audit found")).collect();
    assert!(!found.is_empty(), "{logged}");
    assert!(found.iter().all(|line| line.contains("WARN") && line.contains("reason=")), "{logged}");
    assert!(!logged.contains("canary"), "nobody is named in a log: {logged}");
    assert!(told.contains(&format!("\n{} found among 1 people", found.len())), "{told}");
    assert!(!told.contains("WARN"), "{told}");
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_has_its_reason_on_the_terminal_of_dev() {
    let folder = fresh("logged-dev");
    let campaign =
        "name: C\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps: [ { send: m, id: m } ]\n";
    let files = shop(&folder, "c", campaign, "{{ person.attributes.name }}");
    let mut dev = rekindle(&["dev", "--port", "0", "--mailbox", "0", "--state"]);
    dev.arg(folder.join("state")).arg("--campaigns").arg(files).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut dev = dev.spawn().unwrap();
    let mut lines = BufReader::new(dev.stdout.take().unwrap()).lines().map(Result::unwrap);
    let endpoint =
        lines.find_map(|line| Some(line.strip_prefix("AWS endpoint ")?.split_whitespace().next()?.to_owned()));
    let bus = aws_sdk_eventbridge::Client::new(&over_http(&endpoint.unwrap()).await);
    let detail = json!({ "event_id": "e", "person": { "id": "ann", "email": "ann@example.com" } });
    let entry = PutEventsRequestEntry::builder().event_bus_name(BUS).source("shop").detail_type("customer.signed_up");
    let answer = bus.put_events().entries(entry.detail(detail.to_string()).build()).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0);
    let mail = lines.find(|line| line.starts_with("mail ") && line.contains("not sent"));
    dev.kill().unwrap();
    dev.wait().unwrap();
    let mut logged = String::new();
    dev.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
    assert!(mail.unwrap().contains("`person.attributes.name` is missing"));
    let line = logged.lines().find(|line| line.contains("a mail could not be written and is withdrawn")).unwrap();
    assert!(line.contains("WARN") && line.contains("`person.attributes.name` is missing"), "{line}");
    assert!(!logged.contains("ann@example.com"), "{logged}");
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn enrol_and_exit_print_what_was_committed() {
    let folder = fresh("committed");
    let campaign = "name: Gift\npurpose: transactional\ntrigger: manual\nsteps:\n  - offer: { id: gift, percent_off: 10, expires: 7d, code: { prefix: GIFT } }\n  - { wait: 1d, id: w }\n";
    let (state, files) = (folder.join("state"), shop(&folder, "gift", campaign, "x"));
    let system = open(&state).await;
    system.publish(&publish::compiled(&files, &[]).unwrap()).await.unwrap();
    say(&system, "customer.updated", "ann").await;
    say(&system, "customer.updated", "bob").await;
    drop(system);
    let (told, _) = run(&state, &["enrol", "gift", "ann", "--reason", "asked for it"]);
    assert!(told.contains("offered") && !told.contains("offer_unavailable"), "{told}");
    let code = told
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .find(|word| word.starts_with("GIFT"));
    let code = code.unwrap_or_else(|| panic!("no code is told: {told}"));
    let store = open(&state).await.store;
    assert!(store.load("ann").await.unwrap().person.codes.iter().any(|held| format!("{held:?}").contains(code)));
    assert_eq!(store.notes_about("ann").await.unwrap().len(), 1);
    drop(store);
    // Of what did not happen nothing is noted.
    let (told, _) = run(&state, &["exit", "gift", "bob", "--reason", "asked for it"]);
    assert_eq!(told, "nothing happened: bob is not in gift\n");
    let (told, _) = run(&state, &["exit", "gift", "ann", "--reason", "asked for it"]);
    assert!(told.contains("exited") && told.contains("asked for it"), "{told}");
    let store = open(&state).await.store;
    assert_eq!((store.notes_about("bob").await.unwrap().len(), store.notes_about("ann").await.unwrap().len()), (0, 2));
    drop(store);
    fs::remove_dir_all(folder).unwrap();
}
