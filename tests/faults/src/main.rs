//! `prove`: runs the proof and prints what was done. Exits with 1 on any violation.
//!
//! * `prove`: everything; `prove --share`: a share of it; `--runs N`: so many random runs.
//! * `prove --minutes N`: as much as so many minutes allow, divided as [`prove`] says.
//! * `prove --seed N`: one random run, told step by step.
//! * `prove --random N`: so many random runs and nothing else, for whoever measures them.
//! * `prove --mutants`: the mutations that were built in (`mutants.rs`), each of which must be caught.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the proof is there to be read")]

use std::time::Duration;

use rekindle_faults::controls::PROTOCOLS;
use rekindle_faults::model::{self, Explored};
use rekindle_faults::progress::{Part, length};
use rekindle_faults::run::run;
use rekindle_faults::shop::WHOLE;
use rekindle_faults::totals::Totals;
use rekindle_faults::{bounds, modes, mutants, releases};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Random runs in which every fault and every crash point comes.
const ENOUGH: u64 = 20_000;
/// Random runs, where nothing else is asked for.
const RUNS: u64 = 100_000;
/// What may be asked for.
const USAGE: &str = "there are --share, --runs N, --minutes N, --seed N, --random N, --mutants";

/// What is asked for.
enum Asked {
    Proof { share: bool, runs: u64, time: Option<Duration> },
    Seed(u64),
    Random(u64),
    Mutants,
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let (mut share, mut runs, mut time) = (false, None, None);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let number = arguments.next().and_then(|number| number.parse::<u64>().ok());
            number.ok_or(format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--share" => share = true,
            "--mutants" => return Ok(Asked::Mutants),
            "--seed" => return Ok(Asked::Seed(number()?)),
            "--random" => return Ok(Asked::Random(number()?)),
            "--runs" => runs = Some(number()?),
            "--minutes" => time = Some(Duration::from_secs(number()?.saturating_mul(60))),
            other => return Err(format!("unknown: {other}; {USAGE}")),
        }
    }
    let without = match (share, time) {
        (true, _) => 3_000,
        // There are as many as the time allows.
        (false, Some(_)) => u64::MAX,
        (false, None) => RUNS,
    };
    Ok(Asked::Proof { share, runs: runs.unwrap_or(without), time })
}

fn main() -> std::process::ExitCode {
    let good = match asked(std::env::args().skip(1)) {
        Ok(Asked::Seed(seed)) => replay(seed),
        Ok(Asked::Mutants) => mutants::prove(),
        Ok(Asked::Random(runs)) => {
            let all = randomly(&Part::new(BY_CHANCE, "runs", None), runs);
            all.told.iter().for_each(|violation| println!("VIOLATED: {violation}"));
            all.violated == 0
        }
        Ok(Asked::Proof { share, runs, time }) => prove(share, runs, time),
        Err(error) => {
            eprintln!("{error}");
            return std::process::ExitCode::from(2);
        }
    };
    if good { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

/// One random run, told.
fn replay(seed: u64) -> bool {
    let known = modes::known();
    let mut setup = modes::random(seed, WHOLE, None);
    setup.story = true;
    let report = run(&setup, Some(&known));
    for line in &report.story {
        println!("{line}");
    }
    println!("trace {:016x}, {} calls, {} choices", report.trace, report.calls, report.steps);
    for violation in &report.violations {
        println!("VIOLATED: {violation}");
    }
    report.violations.is_empty()
}

/// The processor time of some work, in seconds: the machine may have more to do than this.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = bounds::processor_seconds();
    let result = work();
    (result, bounds::processor_seconds() - start)
}

const MODEL: &str = "The model: one mail, two workers, every order, over the transitions that production calls";
const SINGLES: &str = "A fault at every call, over a small world";
const PAIRS: &str = "A crash at every pair of calls, over a small world";
const BY_CHANCE: &str = "By chance: 20 people, 5 steps, operators and strangers";

/// The whole proof, or as much of it as the time allows: the model and the controls whole, then a quarter of what is left for
/// single faults, a quarter for pairs, and all the rest, with what these did not need, for random runs.
fn prove(share: bool, runs: u64, time: Option<Duration>) -> bool {
    let whole = Part::new("", "", time);
    let mut good = model() & controls();
    let (schedules, of_pairs, every) = if share { (3, 1, 29) } else { (30, 6, 1) };
    println!("{SINGLES}");
    let part = Part::new(SINGLES, "calls", whole.share_of_rest(4));
    let (mut all, seconds) = timed(|| modes::singles(&part, schedules, None));
    println!("  {} in {seconds:.1} s of a core", all.line());
    let mut covered = vec![part.covered()];
    println!("{PAIRS}");
    let part = Part::new(PAIRS, "first crashes", whole.share_of_rest(3));
    let (pairs, seconds) = timed(|| modes::pairs(&part, of_pairs, every));
    println!("  {} in {seconds:.1} s of a core", pairs.line());
    covered.push(part.covered());
    println!("{BY_CHANCE}");
    let part = Part::new(BY_CHANCE, "random runs", whole.share_of_rest(1));
    let random = randomly(&part, runs);
    covered.push(part.covered());
    let is_enough = random.runs >= ENOUGH;
    all.merge(pairs);
    all.merge(random);
    good &= judged(&all, is_enough);
    if let Some(time) = time {
        println!("Covered within {}: {}", length(time), covered.join(", "));
    }
    println!("{}", if good { "Nothing was violated." } else { "VIOLATED: see above." });
    good
}

/// Random runs, and what they took.
fn randomly(part: &Part, runs: u64) -> Totals {
    let (random, seconds) = timed(|| modes::randomly(part, 1, runs, None));
    println!(
        "  {} in {seconds:.1} s of a core; {} runs done again, each to the same trace",
        random.line(),
        random.repeated
    );
    if random.runs > 0 {
        speed(&random, seconds);
    }
    random
}

/// How fast, and what bounds it.
fn speed(random: &Totals, seconds: f64) {
    let each = seconds / (random.runs + random.repeated) as f64;
    println!("  {:.0} runs a second of a core, {:.2} ms each", 1.0 / each, each * 1e3);
    println!("  {}", bounds::what_bounds_it(each));
}

/// Whether nothing was violated and, where there were `enough` runs for it, everything came.
fn judged(all: &Totals, enough: bool) -> bool {
    let (faults, never) = all.faults();
    println!("Faults injected\n{faults}");
    let unreached = all.unreached();
    println!(
        "Crash points: {} of {} reached",
        all.reached.len(),
        rekindle_faults::points::POINTS.iter().map(|(_, effects)| effects.len()).sum::<usize>()
    );
    println!("In all: {}", all.line());
    let word = if enough { "VIOLATED" } else { "too few runs for" };
    for kind in &never {
        println!("{word}: every kind of fault comes: never {kind}");
    }
    for point in &unreached {
        println!("{word}: every crash point is reached: never {point:?}");
    }
    for violation in &all.told {
        println!("VIOLATED: {violation}");
    }
    let complete = never.is_empty() && unreached.is_empty();
    (complete || !enough) && all.violated == 0
}

/// The broken protocols, which must be caught.
fn controls() -> bool {
    println!("Controls: broken protocols, with the random runs that caught them");
    let mut good = true;
    for (name, invariant, sender) in PROTOCOLS {
        let part = Part::new(name, "runs", None);
        let totals = modes::randomly(&part, 1, 200, Some(sender));
        let why = totals.told.iter().find(|told| told.contains(invariant));
        good &= why.is_some();
        let why = why.map_or("NOT CAUGHT", String::as_str);
        println!("  {name}: {} of {} runs; {why}", totals.violated, totals.runs);
    }
    println!("Controls: releases that lack what safety stands on, beside this one");
    for (place, (path, invariants)) in releases::BROKEN.into_iter().enumerate() {
        let totals = modes::beside(&Part::new(path, "runs", None), 200, releases::broken(place));
        let why = totals.told.iter().find(|told| invariants.iter().any(|invariant| told.contains(invariant)));
        good &= why.is_some();
        let why = why.map_or("NOT CAUGHT", String::as_str);
        println!("  without {path}: {} of {} runs; {why}", totals.violated, totals.runs);
    }
    good
}

fn model() -> bool {
    println!("{MODEL}");
    let part = Part::new(MODEL, "", None);
    let (ours, seconds) = timed(|| part.watched(|| model::explore(model::Protocol::Ours, model::LONG)));
    println!("  {} in {seconds:.1} s of a core", explored(&ours));
    let mut good = ours.violation.is_none();
    for (name, protocol) in [
        ("lease and retry", model::Protocol::LeaseAndRetry),
        ("resend without an event", model::Protocol::ResendWithoutEvent),
        ("without arming", model::Protocol::WithoutArming),
    ] {
        let control = model::explore(protocol, model::LONG);
        println!("  control {name}: {}", explored(&control));
        good &= control.violation.is_some();
    }
    good
}

fn explored(explored: &Explored) -> String {
    let found = match &explored.violation {
        None => "nothing violated".to_owned(),
        Some((what, way)) => format!("VIOLATED {what}, by: {}", way.join("; ")),
    };
    format!("{} states, {} transitions, {} ends: {found}", explored.states, explored.transitions, explored.ends)
}
