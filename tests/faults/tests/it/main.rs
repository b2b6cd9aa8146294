//! A share of `make prove`, in every `make test`.

use std::path::Path;

use rekindle_faults::controls::PROTOCOLS;
use rekindle_faults::model::{Protocol, SHORT, explore};
use rekindle_faults::modes;
use rekindle_faults::progress::Part;
use rekindle_faults::releases::{BROKEN, broken};

#[test]
fn the_model_holds_in_every_order_and_finds_what_is_broken() {
    let ours = explore(Protocol::Ours, SHORT);
    assert_eq!(ours.violation, None);
    assert!(ours.states > 10_000, "{} states", ours.states);
    for broken in [Protocol::LeaseAndRetry, Protocol::ResendWithoutEvent, Protocol::WithoutArming] {
        assert!(explore(broken, SHORT).violation.is_some(), "{broken:?}");
    }
}

#[test]
fn a_fault_at_any_call_of_a_small_world_violates_nothing() {
    let totals = modes::singles(&Part::silent(), 1, None);
    assert_eq!((totals.violated, totals.told), (0, Vec::new()));
}

#[test]
fn a_crash_at_many_pairs_of_calls_violates_nothing() {
    let totals = modes::pairs(&Part::silent(), 1, 97);
    assert_eq!((totals.violated, totals.told), (0, Vec::new()));
}

#[test]
fn random_runs_violate_nothing_and_are_the_same_every_time() {
    let totals = modes::randomly(&Part::silent(), 1, 100, None);
    assert_eq!((totals.violated, &totals.told), (0, &Vec::new()));
    assert!(totals.repeated > 0);
}

#[test]
fn each_broken_protocol_is_caught() {
    for (name, invariant, sender) in PROTOCOLS {
        let totals = modes::randomly(&Part::silent(), 1, 40, Some(sender));
        assert!(totals.told.iter().any(|told| told.contains(invariant)), "{name}: {:?}", totals.told);
    }
}

#[test]
fn each_release_that_lacks_what_safety_stands_on_is_caught() {
    for (place, (path, invariants)) in BROKEN.into_iter().enumerate() {
        let totals = modes::beside(&Part::silent(), 24, broken(place));
        let is_named = |told: &String| invariants.iter().any(|invariant| told.contains(invariant));
        assert!(totals.told.iter().any(is_named), "without {path}: {:?}", totals.told);
    }
}

/// Handlers reach the world through ports only, so that each of their side effects passes the simulator's gate. The
/// adapters behind the ports are few and thin, and are named here.
#[test]
fn no_handler_reaches_past_its_ports() {
    const ADAPTERS: [&str; 3] = ["relay/src/bus.rs", "send/src/mailer.rs", "send/src/answer.rs"];
    let functions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions");
    let mut looked_at = 0;
    let mut adapters = std::collections::BTreeSet::new();
    let mut folders = vec![functions.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&functions).unwrap().to_string_lossy().into_owned();
            let in_sources = path.components().any(|part| part.as_os_str() == "src");
            if !name.ends_with(".rs") || !in_sources {
                continue;
            }
            let function = name.split('/').next().unwrap();
            if name == format!("{function}/src/main.rs") {
                continue;
            }
            if let Some(adapter) = ADAPTERS.iter().find(|adapter| **adapter == name) {
                adapters.insert(*adapter);
                continue;
            }
            looked_at += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for forbidden in ["aws_sdk_", "std::fs", "std::net", "tokio::spawn", "tokio::time"] {
                assert!(!text.contains(forbidden), "{} uses {forbidden}: put it behind a port", path.display());
            }
        }
    }
    assert_eq!(adapters.len(), ADAPTERS.len(), "an adapter named here is not there");
    assert!(looked_at > 10, "only {looked_at} files were looked at");
}
