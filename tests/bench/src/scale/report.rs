//! Which figures are shown under which names, and the budget.

use std::fmt::Write;

use crate::allowance::Granted;
use crate::costs::{Cost, Costs};
use crate::figures::{Figures, short};
use crate::lateness::{Minute, at};
use crate::minute::SENDERS;
use crate::population::Copy;

/// A rate that is not the bound, and one that SES usually grants: mails a second.
pub const FAST: f64 = 10_000.0;
pub const USUAL: f64 = 200.0;
/// What SES grants a new account.
pub const FIRST: f64 = 14.0;
/// What the minutes are called.
const NAMES: [&str; 4] = [
    "minute, 10,000 mails/s",
    "minute, 10,000 mails/s, an allowance of 6 ms",
    "minute, 200 mails/s",
    "minute, 14 mails/s",
];
/// Workers that ask for the allowance at the same time.
pub const WORKERS: [usize; 3] = [2, 10, SENDERS];
/// Seconds in which a minute is drained after the rate has allowed its last mail.
const BUDGET: f64 = 60.0;

/// What a population costs: processor time in memory and before a table, units of the table.
pub fn population(figures: &mut Figures, place: usize, memory: &Costs, table: &Costs) {
    let mut one = |name: &str, per: f64, unit: (&str, f64), of: &dyn Fn(&Costs) -> Cost| {
        let (memory, table) = (of(memory), of(table));
        let mut note = |what: &str, value: f64| figures.note(&format!("{name}: {what}"), place, value);
        // So little is used by a tick in memory that Linux does not tell it.
        if name != "a tick" {
            note(&format!("processor {}, in memory", unit.0), memory.seconds / memory.count * per * unit.1);
        }
        note(&format!("processor {}, with the SDK", unit.0), table.seconds / table.count * per * unit.1);
        note("write units", table.writes / table.count * per);
        note("read units", table.reads / table.count * per);
    };
    one("an event", 1.0, ("µs", 1e6), &|costs| costs.event);
    one("a tick", 1.0, ("µs", 1e6), &|costs| costs.tick);
    one("1,000 people move on", 1e3, ("ms", 1e3), &|costs| costs.advance);
    one("audit of 1,000", 1e3, ("ms", 1e3), &|costs| costs.audit);
    one("pass over 1,000 after a publication", 1e3, ("ms", 1e3), &|costs| costs.publish);
}

/// How large people are, and how even the index is.
pub fn table(figures: &mut Figures, place: usize, copy: &Copy, (sizes, all): (&[f64], f64), fullest: f64) {
    figures.note("a person's item, bytes: p50", place, at(sizes, 0.5));
    figures.note("a person's item, bytes: p99", place, at(sizes, 0.99));
    figures.note("a person's item, bytes: the largest", place, at(sizes, 1.0));
    figures.note("a person with their ledger: items", place, copy.items);
    figures.note("a person with their ledger: bytes", place, all / sizes.len() as f64);
    figures.note("the fullest shard of the index, × its even share", place, fullest);
}

/// What came of the minutes: without a bound, before a table that takes its time, and at the two rates of SES.
pub fn minute(figures: &mut Figures, place: usize, minutes: [&Minute; 4]) {
    for (name, minute) in NAMES.iter().zip(minutes) {
        let mut note = |what: &str, value: f64| figures.note(&format!("{name}: {what}"), place, value);
        note("seconds until drained", minute.drained);
        note("of them after the last mail was allowed", minute.behind_the_rate);
        note("mails a second", minute.mails / minute.drained);
        note("seconds late since due, p50", minute.late[0]);
        note("seconds late since due, p99", minute.late[1]);
        note("seconds late since the tick, p50", minute.late_since_tick[0]);
        note("seconds late since the tick, p99", minute.late_since_tick[1]);
        note("processor µs a mail", minute.seconds_a_mail * 1e6);
        note("receipts of a mail's message", minute.receipts);
    }
    figures.note(&format!("{}: processors busy", NAMES[0]), place, minutes[0].busy);
    figures.note("a minute: writes of one person's item, at most", place, minutes[0].writes);
}

/// Whether a minute was drained in time.
#[must_use]
pub fn is_held(minute: &Minute) -> bool {
    minute.behind_the_rate <= BUDGET
}

/// Everything that was counted, as Markdown.
#[must_use]
pub fn counted(figures: &Figures, grants: &[Granted], largest: Option<&[Minute; 2]>) -> String {
    let mut text = format!("\n{}\n", figures.table());
    text +=
        "| workers that ask for the allowance, each answer 6 ms | mails a second granted | writes a grant of ten |\n";
    text += "|---:|---:|---:|\n";
    for (workers, Granted { per_second, writes }) in WORKERS.iter().zip(grants) {
        let _infallible = writeln!(text, "| {workers} | {} | {} |", short(*per_second), short(*writes));
    }
    for (minute, table) in largest.into_iter().flatten().zip(["answers at once", "answers after 6 ms"]) {
        let _infallible = writeln!(
            text,
            "\n{} mails of one minute, {SENDERS} workers, 10 ms a request, an allowance that {table}: drained {} s after the \
             rate allowed the last one, of at most {} s: {}.",
            short(minute.mails),
            short(minute.behind_the_rate),
            short(BUDGET),
            if is_held(minute) { "held" } else { "NOT HELD" },
        );
    }
    text.push('\n');
    text
}
