//! Dependencies between our crates point one way: what stands below never knows what stands above it.
//!
//! Cargo itself refuses circles and nothing else. Without this, one convenient import would make a function carry another
//! function, or the rules of campaigns carry an AWS client, and nobody would notice before the next cold start.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// What stands below the functions, from the top; each may use what comes after it.
const SHARED: [&str; 9] = ["workbench", "archive", "lambda", "mail", "store", "local", "insight", "engine", "clock"];

/// What the pure crates may use: no crate here reads a file, a socket, a clock or chance.
const PURE: [&str; 13] = [
    "cel",
    "chrono",
    "chrono-tz",
    "data-encoding",
    "email_address",
    "granit-parser",
    "jiff",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "strsim",
    "thiserror",
];

/// Each crate of this repository with what it is built of; tests aside.
type Crates = BTreeMap<String, Crate>;

struct Crate {
    /// The folder, from the root.
    folder: String,
    uses: Vec<String>,
}

/// Each arrow that points the wrong way, as a sentence.
fn wrong_arrows(crates: &Crates) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, krate) in crates {
        for used in &krate.uses {
            let used_in = crates.get(used).map(|used| used.folder.as_str());
            if let Some(problem) = problem(&krate.folder, used, used_in) {
                wrong.push(format!("{name} uses {used}: {problem}"));
            }
        }
    }
    wrong
}

fn problem(folder: &str, used: &str, used_in: Option<&str>) -> Option<&'static str> {
    let pure = ["shared/engine", "shared/insight"].contains(&folder);
    let Some(used_in) = used_in else {
        return (pure && !PURE.contains(&used)).then_some("it may do I/O, and this crate is pure");
    };
    let rank = |folder: &str| SHARED.iter().position(|shared| folder == format!("shared/{shared}"));
    match (folder.split('/').next(), used_in.split('/').next()) {
        _ if pure => Some("this crate is pure and stands on none of ours"),
        (Some("functions"), Some("functions")) => Some("a function never uses a function"),
        (Some("functions" | "shared"), Some("cli" | "system" | "tests")) => Some("it stands above"),
        (Some("system"), Some("cli" | "tests")) => Some("it stands above"),
        _ if folder == "shared/workbench" && used_in == "shared/local" => {
            Some("the workbench works on what it is given")
        }
        (Some("shared"), Some("functions")) => Some("what is shared knows no function"),
        _ if folder == "shared/local" && used_in != "shared/clock" => Some("the local AWS knows nothing of Rekindle"),
        (Some("shared"), Some("shared")) if rank(folder).is_none() || rank(used_in).is_none() => {
            Some("one of them has no place in the order of tests/it/arrows.rs")
        }
        (Some("shared"), Some("shared")) if rank(folder) > rank(used_in) => Some("it stands above"),
        _ => None,
    }
}

/// The crates as cargo knows them.
fn crates() -> Crates {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let cargo = env!("CARGO");
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest];
    let output = Command::new(cargo).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let root = metadata["workspace_root"].as_str().unwrap();
    let read = |package: &Value| {
        let manifest = package["manifest_path"].as_str().unwrap();
        let folder = manifest.strip_prefix(root).unwrap().trim_start_matches('/').trim_end_matches("/Cargo.toml");
        // A dependency of tests has the kind `dev`; one of the crate itself has none.
        let used = package["dependencies"].as_array().unwrap().iter().filter(|used| used["kind"].is_null());
        let uses = used.map(|used| used["name"].as_str().unwrap().to_owned()).collect();
        (package["name"].as_str().unwrap().to_owned(), Crate { folder: folder.to_owned(), uses })
    };
    metadata["packages"].as_array().unwrap().iter().map(read).collect()
}

#[test]
fn dependencies_point_one_way() {
    let crates = crates();
    assert!(crates.len() > 15, "cargo names {} crates", crates.len());
    assert_eq!(wrong_arrows(&crates), Vec::<String>::new());
}

#[test]
fn a_wrong_arrow_of_each_kind_is_found() {
    let wrong = [
        ("functions/tick", "functions/advance"),
        ("functions/send", "cli"),
        ("shared/store", "functions/send"),
        ("shared/store", "shared/lambda"),
        ("shared/mail", "shared/lambda"),
        ("shared/local", "shared/engine"),
        ("shared/engine", "shared/clock"),
        ("shared/insight", "shared/store"),
        ("shared/new", "shared/engine"),
        ("shared/engine", "tokio"),
        ("shared/workbench", "functions/sweep"),
        ("shared/workbench", "shared/local"),
        ("shared/workbench", "system"),
        ("shared/workbench", "cli"),
        ("shared/archive", "shared/workbench"),
        ("functions/relay", "system"),
        ("system", "cli"),
    ];
    for (folder, used) in wrong {
        let crate_in = |folder: &str, uses: &[&str]| {
            let uses = uses.iter().map(|used| (*used).to_owned()).collect();
            (folder.to_owned(), Crate { folder: folder.to_owned(), uses })
        };
        let mut crates = Crates::from([crate_in(folder, &[used])]);
        if used != "tokio" {
            crates.extend([crate_in(used, &[])]);
        }
        assert_eq!(wrong_arrows(&crates).len(), 1, "{folder} -> {used}");
    }
}
