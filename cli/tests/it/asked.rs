//! Rollback and resumption: shown first, done when somebody has said yes, and refused where nobody can be asked.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rekindle_engine::catalog::RunState;
use rekindle_store::{Publications, Published};
use rekindle_workbench::publish;

use crate::folders::{fresh, open};

async fn live(folder: &Path) -> Published {
    open(folder).await.store.live().await.unwrap().unwrap()
}

/// Runs a command that has no terminal.
fn run(state: &Path, words: &[&str]) -> (Output, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekindle"));
    command.env("LC_ALL", "C.UTF-8").args(words).arg("--state").arg(state).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    (output, out, error)
}

#[tokio::test]
async fn a_rollback_and_a_resumption_are_shown_and_wait_for_a_yes() {
    let folder = fresh("asked");
    let campaigns = Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns");
    let system = open(&folder).await;
    for names in [&["welcome"][..], &["welcome", "birthday"]] {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        system.publish(&publish::compiled(&campaigns, &names).unwrap()).await.unwrap();
    }
    drop(system);
    let (paused, _, _) = run(&folder, &["pause", "welcome", "--reason", "a test"]);
    assert!(paused.status.success());
    let before = live(&folder).await;
    let shown = "birthday: taken out; nobody enters any more\nunchanged: 1\nif no event comes: nobody is due at once";
    for (act, shown) in [(["rollback", "1"], shown), (["resume", "welcome"], "welcome: paused since ")] {
        let (tried, out, _) = run(&folder, &[&act[..], &["--dry-run"]].concat());
        assert!(tried.status.success() && out.starts_with(shown), "{out}");
        let (refused, out, error) = run(&folder, &[&act[..], &["--reason", "a test"]].concat());
        assert!(!refused.status.success() && out.starts_with(shown) && error.contains("--yes"), "{error}");
        let (unfounded, _, error) = run(&folder, &[&act[..], &["--yes"]].concat());
        assert!(!unfounded.status.success() && error.contains("--reason"), "{error}");
        assert_eq!(live(&folder).await, before, "{act:?}: nothing was changed");
    }
    let (done, out, _) = run(&folder, &["rollback", "1", "--yes", "--reason", "a test"]);
    assert!(done.status.success() && out.contains("publication 3 is live: what publication 1 had made live"), "{out}");
    assert!(out.contains("the files still say otherwise") && out.contains("`rekindle plan`"), "{out}");
    let (again, out, _) = run(&folder, &["rollback", "1", "--yes", "--reason", "a test"]);
    assert!(again.status.success() && out.starts_with("nothing changes"), "{out}");
    let (done, out, _) = run(&folder, &["resume", "welcome", "--yes", "--reason", "a test"]);
    assert!(done.status.success() && out.contains("welcome runs again"), "{out}");
    let after = live(&folder).await;
    assert_eq!((after.number, after.campaigns.len()), (3, 1));
    assert!(matches!(after.run_state("welcome"), RunState::Running { resumed_at: Some(_) }));
    std::fs::remove_dir_all(folder).unwrap();
}
