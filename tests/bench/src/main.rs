//! `bench`: what Rekindle costs its user in time and money, against budgets. `make bench` runs it on a release build.
//!
//! * `bench`: everything; `bench --write docs/cost.md` writes the counted part of that page anew;
//! * `bench --cold`: cold starts, memory and sizes of the functions alone; `bench --cold DIR` of the bootstraps in there.
//!
//! The functions' bootstraps are looked for beside this program, where `make bench` builds them.
//!
//! Seconds are those of the processor, so that a busy machine changes them little. A budget that is not held is said, and
//! the exit code is 1.

mod cold;
mod cpu;
mod journey;
mod money;
mod pages;
mod parts;
mod report;
mod world;

use cpu::Runs;
use journey::Journey;
use report::Report;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// People of one run, and runs.
const PEOPLE: u64 = 100;
const RUNS: usize = 5;
/// No page has more bytes.
const LARGEST_PAGE: f64 = 20.0 * 1024.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let mut report = Report::default();
    let alone = std::env::args().nth(1).as_deref() == Some("--cold");
    let given = std::env::args().nth(2).filter(|_| alone);
    let bootstraps = cold::bootstraps(given.as_deref());
    if alone {
        cold::measure(&mut report, &bootstraps).await;
        print!("{}", report.table());
        println!("{}", report.line());
        return if report.held() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE };
    }
    let tens = journeys(10).await;
    let ones = journeys(1).await;
    let own =
        of(&tens, |journey| journey.functions.values().map(|meter| meter.seconds).sum::<f64>() / journey.mails as f64);
    report.time("own processor time a mail, batches of 10", &own, 1e-3, Some(1.0e-3));
    let own =
        of(&ones, |journey| journey.functions.values().map(|meter| meter.seconds).sum::<f64>() / journey.mails as f64);
    report.time("own processor time a mail, batches of 1", &own, 1e-3, None);
    let (Some(ten), Some(one)) = (tens.last(), ones.last()) else { return std::process::ExitCode::FAILURE };
    for (name, meter) in &ten.functions {
        let each = meter.seconds / ten.mails as f64;
        report.part(&format!("  {name}: {:.2} calls", meter.invocations as f64 / ten.mails as f64), each * 1e3, "ms");
    }
    report.number("write units a mail, batches of 10", money::write_units(ten), Some(8.0));
    report.number("read units a mail, batches of 10", money::read_units(ten), Some(4.0));
    let bills = [money::bill(ten), money::bill(one)];
    report.number("dollars a million mails but SES, batches of 10", money::per_million(&bills[0]), Some(6.0));
    report.number("dollars a million mails but SES, batches of 1", money::per_million(&bills[1]), None);
    report.time("decide, a person with 3 campaigns", &parts::deciding(), 1e-6, Some(5.0e-6));
    report.time("render, the welcome mail", &parts::rendering(), 1e-6, Some(100e-6));
    report.time("check a link's token", &parts::checking(), 1e-6, None);
    for cost in pages::all().await {
        report.time(&format!("page: {}", cost.what), &cost.seconds, 1e-3, Some(5e-3));
        report.number(&format!("  bytes: {}", cost.what), cost.bytes as f64, Some(LARGEST_PAGE));
    }
    cold::measure(&mut report, &bootstraps).await;
    print!("{}", report.table());
    print!("{}", report::bills(&bills, [ten, one]));
    println!("{}", report.line());
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--write") {
        let path = arguments.next().unwrap_or_else(|| "docs/cost.md".to_owned());
        report::write(&path, &report::bills(&bills, [ten, one])).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    if report.held() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

async fn journeys(batch: usize) -> Vec<Journey> {
    let mut all = Vec::new();
    for _ in 0..RUNS {
        all.push(journey::run(PEOPLE, batch).await);
    }
    all
}

fn of(journeys: &[Journey], figure: impl Fn(&Journey) -> f64) -> Runs {
    let mut runs = Runs::default();
    journeys.iter().for_each(|journey| runs.push(figure(journey)));
    runs
}
