//! `scale`: what grows with the number of people, and how a minute is drained in which 100,000 of them fall due.
//! `make scale` runs it on a release build.
//!
//! * `scale [SIZE]…`: populations of 10,000, 100,000 and 1,000,000, or of these sizes; with `--write docs/scale.md` before
//!   them, the counted part of that page is written anew.
//!
//! A population is kept in memory, as a table's very items; one of up to 10,000 is in a table of the local AWS as well, which
//! counts units as AWS bills them, and of a larger one 2,000 people, evenly chosen. Nobody is measured twice. The exit code
//! is 1 where a budget is not held.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench is there to be read")]

mod allowance;
mod costs;
mod figures;
mod lateness;
mod minute;
mod population;
mod processor;
mod queue;
mod report;
mod shop;
mod sink;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rekindle_bench::page;
use rekindle_lambda::clock::ManualClock;

use costs::Bench;
use figures::Figures;
use population::Copy;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// People of a population that is in a table as a whole, and those of a larger one who are.
const COPIED: u64 = 10_000;
const SAMPLED: u64 = 2_000;
/// People of the largest minute.
const LARGEST_MINUTE: u64 = 100_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let page = arguments.next_if(|first| first == "--write").and_then(|_| arguments.next());
    let sizes: Vec<u64> = arguments.map(|size| size.parse().expect("a number of people")).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000, 1_000_000] } else { sizes };
    let mut figures = Figures::of(&sizes);
    // One thread, whose processor time is that of the handlers alone.
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (place, size) in sizes.iter().enumerate() {
        eprintln!("{size} people");
        single.block_on(population(&mut figures, place, *size));
    }
    let both = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mut minutes = BTreeMap::new();
    for (place, size) in sizes.iter().enumerate().filter(|(_, size)| **size <= LARGEST_MINUTE) {
        eprintln!("a minute of {size}");
        let fast = both.block_on(minute::at_once(*size, report::FAST, Duration::ZERO));
        let table = both.block_on(minute::at_once(*size, report::FAST, allowance::ANSWER));
        let paced = [report::USUAL, report::FIRST].map(|rate| single.block_on(minute::paced(*size, rate)));
        report::minute(&mut figures, place, [&fast, &table, &paced[0], &paced[1]]);
        minutes.insert(*size, [fast, table]);
    }
    let grants = report::WORKERS.map(|workers| both.block_on(allowance::granted(workers)));
    let largest = minutes.last_key_value().map(|(_, last)| last);
    let counted = report::counted(&figures, &grants, largest);
    print!("{counted}");
    println!("{}", figures.line());
    if let Some(path) = page {
        page::write(&path, "make scale", &counted).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    if minutes.values().all(|[fast, _]| report::is_held(fast)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures one population, in memory and as far as it is in a table.
async fn population(figures: &mut Figures, place: usize, size: u64) {
    let everybody: Vec<u64> = (0..size).collect();
    let clock = Arc::new(ManualClock::new(shop::now()));
    let store = population::memory(false);
    let catalog = population::published(&store, &*clock).await;
    population::fill(&store, &catalog, size, |number| shop::past(number, &catalog));
    let memory = Bench { store, clock, used: &BTreeMap::new }.all(&everybody).await;
    drop(everybody);
    let apart = if size <= COPIED { 1 } else { size.div_ceil(SAMPLED) };
    let some: Vec<u64> = (0..size).step_by(usize::try_from(apart).unwrap_or(1)).collect();
    let clock = Arc::new(ManualClock::new(shop::now()));
    let copy = Copy::of(&some, &clock).await;
    let bench = Bench { store: copy.store.clone(), clock, used: &|| copy.used() };
    let table = bench.all(&some).await;
    report::population(figures, place, &memory, &table);
    let (sizes, all) = copy.sizes().await;
    report::table(figures, place, &copy, (&sizes, all), population::fullest_shard(size));
}
