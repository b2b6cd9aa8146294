//! A command that names a folder reaches the system of that folder, wherever it answers, or none.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use rekindle::target::{Target, TargetArgs};
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_local::bind;
use rekindle_store::People;
use rekindle_system::{Serving, Start, System};

use crate::folders::{fresh, open};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    which: TargetArgs,
}

fn which(folder: &Path, more: &[&str]) -> TargetArgs {
    let folder = folder.to_str().unwrap();
    Command::parse_from(["rekindle", "--state", folder].iter().chain(more)).which
}

async fn serve(system: &System) -> Serving {
    system.serve(bind(0).await.unwrap(), SocketAddr::from(([127, 0, 0, 1], 7070))).unwrap()
}

/// Whose system it is: the keyed hash of an id is another one under each secret.
fn sign(store: &impl People) -> String {
    store.pseudonym("ann").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_names_its_system_and_an_address_names_no_other() {
    let folder = fresh("systems");
    let (a, b) = (folder.join("a"), folder.join("b"));
    let (system_a, system_b) = (open(&a).await, open(&b).await);
    let (serving_a, serving_b) = (serve(&system_a).await, serve(&system_b).await);
    let (sign_a, sign_b) = (sign(&system_a.store), sign(&system_b.store));
    assert_ne!(sign_a, sign_b);

    // Without being told where they answer, and with the time that they have, which stands still.
    for (folder, sign_of) in [(&a, &sign_a), (&b, &sign_b)] {
        let target = Target::open(&which(folder, &[])).await.unwrap();
        assert!(target.own().is_none(), "another one uses the folder");
        assert_eq!(sign(&target.store), **sign_of);
        assert_eq!(target.clock.now(), system_a.clock.now());
    }
    assert!(Target::open(&which(&a, &["--endpoint", &serving_a.endpoint()])).await.is_ok());
    let other = Target::open(&which(&a, &["--endpoint", &serving_b.endpoint()])).await;
    let error = format!("{:#}", other.err().unwrap());
    assert!(error.contains("another system than that of"), "{error}");

    // Once nobody uses it, it is opened here, also where an address was left that is somebody else's now.
    let left = std::fs::read_to_string(b.join("address.json")).unwrap();
    serving_a.stop().await.unwrap();
    drop(system_a);
    std::fs::write(a.join("address.json"), left).unwrap();
    let target = Target::open(&which(&a, &[])).await.unwrap();
    assert!(target.own().is_some() && sign(&target.store) == sign_a);
    drop(target);
    serving_b.stop().await.unwrap();
    drop(system_b);
    assert!(!b.join("address.json").exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_folder_without_a_system_is_refused_and_left_as_it_is() {
    let folder = fresh("no-system");
    for state in [folder.join("missing"), folder.clone()] {
        let error = format!("{:#}", Target::open(&which(&state, &[])).await.err().unwrap());
        assert!(error.contains("holds no local system"), "{error}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_damaged_or_older_state_says_what_it_is_and_what_helps() {
    let folder = fresh("damaged");
    let state = folder.join("state");
    drop(open(&state).await);
    let said = async |name: &str, bytes: &[u8]| {
        let whole = std::fs::read(state.join(name)).unwrap();
        std::fs::write(state.join(name), bytes).unwrap();
        let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap())) as Arc<dyn Clock>;
        let error = System::open(Start { folder: Some(&state), clock, speed: 1 }).await.err();
        std::fs::write(state.join(name), whole).unwrap();
        for beside in ["-wal", "-shm"] {
            let _absent = std::fs::remove_file(state.join(format!("{name}{beside}")));
        }
        format!("{:#}", error.unwrap())
    };
    for name in ["local.db", "tables.db"] {
        let error = said(name, &b"garbage".repeat(1_000)).await;
        assert!(error.contains(&format!("{name} is damaged")) && error.contains("--state"), "{error}");
    }
    // A part of a file that is whole at its beginning.
    let tables = std::fs::read(state.join("tables.db")).unwrap();
    let mut spoilt = tables.clone();
    spoilt.iter_mut().skip(4_096 * 2).for_each(|byte| *byte = 0xa5);
    let error = said("tables.db", &spoilt).await;
    assert!(error.contains("tables.db is damaged"), "{error}");
    drop(open(&state).await);
    std::fs::remove_dir_all(folder).unwrap();
}
