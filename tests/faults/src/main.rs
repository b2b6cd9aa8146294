//! `prove`: runs the proof and prints what was done. Exits with 1 on any violation.
//!
//! * `prove`: everything; `prove --share`: what `make test` runs; `--runs N`: so many random runs.
//! * `prove --seed N`: one random run, told step by step.
//! * `prove --mutants`: the mutations that were built in (`mutants.rs`), each of which must be caught.

use rekindle_faults::controls::PROTOCOLS;
use rekindle_faults::model::{self, Explored};
use rekindle_faults::run::run;
use rekindle_faults::shop::WHOLE;
use rekindle_faults::totals::Totals;
use rekindle_faults::{bounds, modes, mutants};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Random runs in which every fault and every crash point comes.
const ENOUGH: u64 = 20_000;

/// What is asked for.
struct Asked {
    share: bool,
    mutants: bool,
    seed: Option<u64>,
    runs: u64,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { share: false, mutants: false, seed: None, runs: 100_000 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let number = arguments.next().and_then(|number| number.parse().ok());
            number.ok_or(format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--share" => (asked.share, asked.runs) = (true, 3_000),
            "--mutants" => asked.mutants = true,
            "--seed" => asked.seed = Some(number()?),
            "--runs" => asked.runs = number()?,
            other => return Err(format!("unknown: {other}; there are --share, --runs N, --seed N, --mutants")),
        }
    }
    Ok(asked)
}

fn main() -> std::process::ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("{error}");
            return std::process::ExitCode::from(2);
        }
    };
    let good = match asked.seed {
        Some(seed) => replay(seed),
        None if asked.mutants => mutants::prove(),
        None => prove(&asked),
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

fn prove(asked: &Asked) -> bool {
    let mut good = model();
    let (schedules, of_pairs, every) = if asked.share { (3, 1, 29) } else { (30, 6, 1) };
    println!("A fault at every call, over a small world");
    let (mut all, seconds) = timed(|| modes::singles(schedules, None));
    println!("  {} in {seconds:.1} s of a core", all.line());
    println!("A crash at every pair of calls, over a small world");
    let (pairs, seconds) = timed(|| modes::pairs(of_pairs, every));
    println!("  {} in {seconds:.1} s of a core", pairs.line());
    println!("By chance: 20 people, 5 steps, operators and strangers");
    let (random, seconds) = timed(|| modes::randomly(1, asked.runs, None));
    println!(
        "  {} in {seconds:.1} s of a core; {} runs done again, each to the same trace",
        random.line(),
        random.repeated
    );
    speed(&random, seconds);
    all.merge(pairs);
    all.merge(random);
    good &= judged(&all, asked.runs >= ENOUGH);
    good &= controls();
    println!("{}", if good { "Nothing was violated." } else { "VIOLATED: see above." });
    good
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
        let totals = modes::randomly(1, 200, Some(sender));
        let why = totals.told.iter().find(|told| told.contains(invariant));
        good &= why.is_some();
        let why = why.map_or("NOT CAUGHT", String::as_str);
        println!("  {name}: {} of {} runs; {why}", totals.violated, totals.runs);
    }
    good
}

fn model() -> bool {
    println!("The model: one mail, two workers, every order, over the transitions that production calls");
    let (ours, seconds) = timed(|| model::explore(model::Protocol::Ours, model::LONG));
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
