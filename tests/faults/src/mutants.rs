//! Mutations of the real code, each of which the proof must catch, for the reason that is named beside it.
//!
//! A copy of the sources gets all of them at once, each behind a switch (mutant schemata: Untch, Offutt, Harrold, 1993), so
//! that one build is enough. The sources themselves know nothing of it.

#![expect(clippy::print_stdout, reason = "the proof is there to be read")]

use std::path::Path;
use std::process::Command;

use crate::modes;
use crate::progress::Part;

mod handing;
mod leaving;
mod people;
mod sending;

/// All of them.
fn mutants() -> impl Iterator<Item = &'static Mutant> {
    sending::MUTANTS.iter().chain(handing::MUTANTS).chain(leaving::MUTANTS).chain(people::MUTANTS)
}

/// Random runs after which there is a look at whether a mutation was caught; after the last of them it has survived. Most
/// are seen at once; a few show only where two rare faults meet.
const RUNS: [u64; 3] = [500, 4_000, 24_000];
/// What the copy answers to, instead of building itself.
const BUILT_IN: bool = false;
/// Where the copy lies, below the target folder.
const COPY: &str = "target/mutants";

/// The switch, as it lies in the copy.
const SWITCH: &str = "//! Switches of mutations.
use std::sync::atomic::{AtomicUsize, Ordering};
static ON: AtomicUsize = AtomicUsize::new(0);
/// Whether a mutation is on.
pub fn on(number: usize) -> bool { ON.load(Ordering::Relaxed) == number }
/// Switches one on, and the others off.
pub fn set(number: usize) { ON.store(number, Ordering::Relaxed); }
";

/// One place that a mutation changes.
type Site = (&'static str, &'static str, &'static str);

/// One mutation.
struct Mutant {
    number: usize,
    name: &'static str,
    /// The invariant that catches it.
    caught_by: &'static [&'static str],
    /// File, text, and what stands there instead; `ON` is the switch.
    sites: &'static [Site],
}

/// Switches a mutation on. The copy has a body here.
fn switch(_number: usize) {}

/// Builds all mutations in, and runs the proof against each.
#[must_use]
pub fn prove() -> bool {
    if BUILT_IN {
        return run_all();
    }
    match Part::new("The mutations are built in", "", None).watched(build) {
        Ok(program) => Command::new(program).arg("--mutants").status().is_ok_and(|status| status.success()),
        Err(error) => {
            println!("the mutations could not be built: {error}");
            false
        }
    }
}

fn run_all() -> bool {
    let mut good = true;
    let mut caught = 0;
    println!("Mutations of the real code");
    for mutant in mutants() {
        switch(mutant.number);
        let mut first = 1;
        let totals = RUNS.iter().find_map(|last| {
            let part = Part::new(mutant.name, "runs", None);
            let totals = modes::randomly(&part, first, last + 1 - first, None);
            first = last + 1;
            (totals.violated > 0 || RUNS.last() == Some(last)).then_some(totals)
        });
        let told = totals.map(|totals| totals.told).unwrap_or_default();
        let by = |told: &&String| mutant.caught_by.iter().any(|invariant| told.contains(invariant));
        let why = told.iter().find(by);
        let result = match (why, told.first()) {
            (Some(why), _) => {
                caught += 1;
                format!("caught, {why}")
            }
            (None, Some(other)) => format!("CAUGHT FOR ANOTHER REASON, {other}"),
            (None, None) => "SURVIVED".to_owned(),
        };
        good &= why.is_some();
        println!("  {:>2} {}: {result}", mutant.number, mutant.name);
    }
    println!("  {caught} of {} caught", mutants().count());
    good
}

fn build() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = root.join(COPY);
    let said = |error: std::io::Error| error.to_string();
    let listed = Command::new("git").args(["ls-files", "-co", "--exclude-standard"]).current_dir(&root).output();
    let listed = String::from_utf8_lossy(&listed.map_err(said)?.stdout).into_owned();
    for file in listed.lines().filter(|file| !file.starts_with("tests/conformance/")) {
        let Ok(before) = std::fs::read(root.join(file)) else { continue };
        let after = match String::from_utf8(before) {
            Ok(text) => mutated(file, text)?.into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        let to = copy.join(file);
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(said)?;
        }
        // What did not change keeps its date, so that it is not built again.
        if std::fs::read(&to).ok().as_ref() != Some(&after) {
            std::fs::write(&to, after).map_err(said)?;
        }
    }
    std::fs::write(copy.join("shared/engine/src/mutants.rs"), SWITCH).map_err(said)?;
    // Of its own: cargo takes both trees for one, and would hand the broken code to the other.
    let target = copy.join("target");
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let built = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", "rekindle-faults", "--bin", "prove-mutants"])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(&copy)
        .status();
    match built.map_err(said)?.success() {
        true => Ok(target.join("release/prove-mutants").display().to_string()),
        false => Err("the compiler refused it".to_owned()),
    }
}

/// A file with its mutations, each behind its switch.
fn mutated(file: &str, mut text: String) -> Result<String, String> {
    let crate_of_engine = if file.starts_with("shared/engine/") { "crate" } else { "rekindle_engine" };
    for mutant in mutants() {
        for (own, from, to) in mutant.sites.iter().filter(|site| site.0 == file) {
            let places = text.matches(from).count();
            if places != 1 {
                return Err(format!("mutation {}: its text is {places} times in {own}", mutant.number));
            }
            let on = format!("{crate_of_engine}::mutants::on({})", mutant.number);
            text = text.replace(from, &to.replace("ON", &on));
        }
    }
    Ok(match file {
        "shared/engine/src/lib.rs" => text + "\n/// Switches of mutations.\npub mod mutants;\n",
        manifest
            if manifest.starts_with("functions/")
                && manifest.ends_with("Cargo.toml")
                && !text.contains("rekindle-engine") =>
        {
            text.replace("[dependencies]\n", "[dependencies]\nrekindle-engine.workspace = true\n")
        }
        "tests/faults/Cargo.toml" => text.replace("name = \"prove\"", "name = \"prove-mutants\""),
        "tests/faults/src/mutants.rs" => {
            text.replace("const BUILT_IN: bool = false", "const BUILT_IN: bool = true").replace(
                "fn switch(_number: usize) {}",
                "fn switch(number: usize) { rekindle_engine::mutants::set(number); }",
            )
        }
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mutation_has_a_number_of_its_own_and_finds_its_places() {
        let numbers: std::collections::BTreeSet<usize> = mutants().map(|mutant| mutant.number).collect();
        assert_eq!(numbers.len(), mutants().count());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (file, ..) in mutants().flat_map(|mutant| mutant.sites) {
            let text = std::fs::read_to_string(root.join(file)).unwrap();
            assert_eq!(mutated(file, text).err(), None);
        }
    }
}
