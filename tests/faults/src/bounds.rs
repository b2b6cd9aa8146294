//! What a run's time is made of: the cost of the parts, measured on their own, times how often a run needs them.

use futures_util::FutureExt;
use rekindle_store::{Memory, People, stream_image};

use crate::faults::Plan;
use crate::run::{Setup, run_and_keep};
use crate::shop::WHOLE;

/// How often each part is measured.
const TIMES: u32 = 20_000;

/// Says in one line what share of a run of `each` seconds is spent on what.
#[must_use]
pub fn what_bounds_it(each: f64) -> String {
    let known = crate::modes::known();
    let setup = Setup { seed: 4, size: WHOLE, plan: Plan::Calm, sender: None, cold: false, beside: None, story: false };
    let (report, memory, images) = run_and_keep(&setup, Some(&known));
    let commits = images.len().max(1);
    let unpack = seconds(|| drop(images.first().cloned().map(stream_image)));
    let loads = report.loads as f64;
    let load = seconds(|| drop(memory.load("p1").now_or_never()));
    let commit = commit_seconds(&memory);
    let share = |cost: f64| 100.0 * cost / each;
    format!(
        "a calm run has {commits} commits, {loads} loads, {} mails: packing items {:.0} %, unpacking them {:.0} % of a run's time; the rest is deciding, rendering and the schedule",
        report.accepted,
        share(commit * commits as f64),
        share(unpack * commits as f64 + load * loads),
    )
}

fn commit_seconds(memory: &Memory) -> f64 {
    let Some(Ok(mut loaded)) = memory.load("p1").now_or_never() else { return 0.0 };
    seconds(|| {
        let commit = rekindle_store::Commit {
            person: &loaded.person,
            expected: loaded.version,
            unwritten: loaded.unwritten.clone(),
            due: None,
            record: rekindle_store::Record::default(),
            token: memory.token(),
        };
        if let Some(Ok(version)) = memory.commit(commit).now_or_never() {
            loaded.version = version;
        }
    })
}

fn seconds(mut part: impl FnMut()) -> f64 {
    let start = processor_seconds();
    (0..TIMES).for_each(|_| part());
    (processor_seconds() - start) / f64::from(TIMES)
}

/// The processor time of this process so far, in hundredths of a second, as Linux tells it; 0 elsewhere.
#[must_use]
pub fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    // The 14th and 15th field of all, of which the name in brackets is the second.
    fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
