//! `bench`: what Rekindle costs its user in time and money, against budgets. `make bench` runs it on a release build.
//!
//! * `bench`: everything; with `--write docs/cost.md` it writes the counted part of that page anew;
//! * `bench --journey`: the ways of mails alone; `bench --cold`: cold starts, memory and sizes of the functions alone.
//!
//! `--bootstraps DIR` says where the functions are, as `make bench` builds them: with the profile of what is deployed.
//!
//! Seconds are those of the processor, so that a busy machine changes them little. A budget that is not held is said, and
//! the exit code is 1.

#![expect(clippy::print_stdout, reason = "a bench is there to be read")]

mod cold;
mod cpu;
mod journey;
mod logged;
mod money;
mod pages;
mod parts;
mod report;
mod world;

use cpu::Runs;
use journey::Journey;
use rekindle_bench::page;
use report::Report;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// People of one run, and runs.
const PEOPLE: u64 = 300;
const RUNS: usize = 5;
/// No page has more bytes.
const LARGEST_PAGE: f64 = 20.0 * 1024.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    logged::start();
    let mut report = Report::default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |name: &str| arguments.iter().any(|own| own == name);
    let given = |name: &str| arguments.iter().skip_while(|own| *own != name).nth(1).cloned();
    let bootstraps = || cold::bootstraps(given("--bootstraps").as_deref());
    if asked("--cold") {
        cold::measure(&mut report, &bootstraps()).await;
        print!("{}", report.table());
        println!("{}", report.line());
        return if report.held() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE };
    }
    let bootstraps = (!asked("--journey")).then(bootstraps);
    let (plain, tens, ones) = (journeys(10, false).await, journeys(10, true).await, journeys(1, true).await);
    let (Some(last), Some(ten), Some(one)) = (plain.last(), tens.last(), ones.last()) else {
        return std::process::ExitCode::FAILURE;
    };
    report.time("own processor time a mail, batches of 10", &of(&plain, own), 1e-3, Some(1.0e-3));
    for (name, meter) in &last.functions {
        let each =
            of(&plain, |journey| journey.functions.get(name).map_or(0.0, |meter| meter.seconds) / journey.mails as f64);
        report.time(&format!("  {name}: {:.2} calls", meter.invocations as f64 / last.mails as f64), &each, 1e-3, None);
    }
    report.number("write units a mail", money::write_units(last), Some(8.0));
    report.number("read units a mail", money::read_units(last), Some(4.0));
    for (operation, used) in &last.used {
        let (calls, units) = (used.calls as f64 / last.mails as f64, used.units / last.mails as f64);
        report.part(&format!("  {operation}: {units:.2} units"), calls, "req");
    }
    report.time("own processor time a mail, batches of 1, 2 events a mail", &of(&ones, own), 1e-3, None);
    let bills = [money::bill(ten), money::bill(one)];
    report.number("dollars a million mails but SES, batches of 10", money::per_million(&bills[0]), Some(6.0));
    report.number("dollars a million mails but SES, batches of 1", money::per_million(&bills[1]), None);
    report.time("decide, a person with 3 campaigns", &parts::deciding(), 1e-6, Some(5.0e-6));
    report.time("render, the welcome mail", &parts::rendering(), 1e-6, Some(100e-6));
    report.time("check a link's token", &parts::checking(), 1e-6, None);
    let Some(bootstraps) = bootstraps else {
        print!("{}{}", report.table(), report::bills(&[money::bill(ten), money::bill(one)], [ten, one]));
        return std::process::ExitCode::SUCCESS;
    };
    for cost in pages::all().await {
        report.time(&format!("page: {}", cost.what), &cost.seconds, 1e-3, Some(5e-3));
        report.number(&format!("  bytes: {}", cost.what), cost.bytes as f64, Some(LARGEST_PAGE));
    }
    cold::measure(&mut report, &bootstraps).await;
    print!("{}", report.table());
    print!("{}", report::bills(&bills, [ten, one]));
    println!("{}", report.line());
    report::remember(&history(), &report.line());
    if let Some(path) = given("--write") {
        let bills = report::bills(&bills, [ten, one]);
        let counted = format!(
            "{bills}Against the budgets, each the median of its runs, with the least and the most:\n\n```\n{}```\n",
            report.judged()
        );
        page::write(&path, "make bench", &counted).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    if report.held() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

/// Where the history of runs is kept: beside what was built.
fn history() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/history.jsonl")
}

/// The functions' seconds for one mail.
fn own(journey: &Journey) -> f64 {
    journey.functions.values().map(|meter| meter.seconds).sum::<f64>() / journey.mails as f64
}

async fn journeys(batch: usize, looking: bool) -> Vec<Journey> {
    let mut all = Vec::new();
    for _ in 0..RUNS {
        all.push(journey::run(PEOPLE, batch, looking).await);
    }
    all
}

fn of(journeys: &[Journey], figure: impl Fn(&Journey) -> f64) -> Runs {
    let mut runs = Runs::default();
    journeys.iter().for_each(|journey| runs.push(figure(journey)));
    runs
}
