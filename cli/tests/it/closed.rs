//! A reader who closes the pipe early, as `head` does: the command does its work all the same, and ends quietly.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rekindle_engine::catalog::RunState;
use rekindle_store::{People, Publications};
use rekindle_workbench::publish;

use crate::folders::{campaigns, fresh, open, say};

/// Runs a command whose standard output and standard error nobody reads any more.
fn unread(state: &Path, words: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    let errors = writer.try_clone().unwrap();
    drop(reader);
    let state = ["--state", state.to_str().unwrap()];
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekindle"));
    command.env("LC_ALL", "C.UTF-8").args(words).args(state).stdout(Stdio::from(writer)).stderr(Stdio::from(errors));
    command.output().unwrap()
}

/// What commands change.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    publication: u64,
    /// Whether `nps` is among what is live.
    asks: bool,
    paused: bool,
    /// How often ann is in `welcome`.
    inside: usize,
    known: bool,
}

/// How that is changed.
type Change = fn(&mut Seen);

async fn seen(state: &Path) -> Seen {
    let store = open(state).await.store;
    let published = store.live().await.unwrap().unwrap();
    let person = store.load("ann").await.unwrap().person;
    let welcome =
        person.standings.get("welcome").map(|own| own.enrolments.iter().filter(|one| one.is_active()).count());
    Seen {
        publication: published.number,
        asks: published.campaigns.contains_key("nps"),
        paused: published.runs.get("welcome").is_some_and(|run| run.state == RunState::Paused),
        inside: welcome.unwrap_or_default(),
        known: person.is_known(),
    }
}

#[tokio::test]
async fn a_closed_pipe_ends_a_command_quietly_and_after_its_work() {
    let folder = fresh("closed");
    let (state, more) = (folder.join("state"), campaigns(&folder, &["welcome", "nps"]));
    let system = open(&state).await;
    let publication = publish::compiled(&more, &["welcome".to_owned()]).unwrap();
    system.publish(&publication).await.unwrap();
    // By what enters her into no campaign.
    say(&system, "customer.updated", "ann").await;
    drop(system);
    let mut expected = Seen { publication: 1, asks: false, paused: false, inside: 0, known: true };
    assert_eq!(seen(&state).await, expected);
    let changes: [(&[&str], Change); 12] = [
        (&["pause", "welcome", "--reason", "a test"], |seen| seen.paused = true),
        (&["resume", "welcome", "--yes", "--reason", "a test"], |seen| seen.paused = false),
        (&["publish", more.to_str().unwrap()], |seen| (seen.publication, seen.asks) = (2, true)),
        (&["rollback", "1", "--yes", "--reason", "a test"], |seen| (seen.publication, seen.asks) = (3, false)),
        (&["stats", "--recount"], |_| ()),
        (&["enrol", "welcome", "ann", "--reason", "a test"], |seen| seen.inside = 1),
        (&["exit", "welcome", "ann", "--reason", "a test"], |seen| seen.inside = 0),
        (&["sweep", "status"], |_| ()),
        (&["audit"], |_| ()),
        (&["person", "ann"], |_| ()),
        (&["history"], |_| ()),
        (&["erase", "ann"], |seen| seen.known = false),
    ];
    for (words, change) in changes {
        let output = unread(&state, words);
        assert!(output.status.success(), "{words:?}: {:?}", output.status);
        change(&mut expected);
        assert_eq!(seen(&state).await, expected, "{words:?}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
