//! A reader who closes the pipe early, as `head` does: the command does its work all the same, and ends quietly.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use rekindle::publish;
use rekindle::system::{Start, System};
use rekindle_engine::catalog::RunState;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_store::Publications;

use crate::folders::fresh;

async fn open(folder: &Path) -> System {
    let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap())) as Arc<dyn Clock>;
    System::open(Start { folder: Some(folder), clock, speed: 0 }).await.unwrap()
}

/// Runs a command whose standard output and standard error nobody reads any more.
fn unread(state: &Path, words: &[&str]) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    let errors = writer.try_clone().unwrap();
    drop(reader);
    let state = ["--state", state.to_str().unwrap()];
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekindle"));
    command.args(words).args(state).stdout(Stdio::from(writer)).stderr(Stdio::from(errors));
    command.output().unwrap()
}

#[tokio::test]
async fn a_closed_pipe_ends_a_command_quietly_and_after_its_work() {
    let folder = fresh("closed");
    let system = open(&folder).await;
    let campaigns = Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns");
    let publication = publish::compiled(&campaigns, &["welcome".to_owned()]).unwrap();
    publish::publish_at_start(&system, &publication).await.unwrap();
    drop(system);
    for (words, paused) in [
        (&["pause", "welcome", "--reason", "a test"][..], true),
        (&["resume", "welcome", "--yes", "--reason", "a test"], false),
        (&["sweep", "status"], false),
        (&["audit"], false),
        (&["stats", "--recount"], false),
        (&["history"], false),
    ] {
        let output = unread(&folder, words);
        assert!(output.status.success(), "{words:?}: {:?}", output.status);
        let system = open(&folder).await;
        let published = system.store.live().await.unwrap().unwrap();
        let state = published.runs.get("welcome").map(|run| run.state);
        assert_eq!(state == Some(RunState::Paused), paused, "{words:?}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
