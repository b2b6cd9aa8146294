//! `--compare DIR`: who would get something different from another version of the campaigns.
//!
//! The same past is lived in both. What a person gets is different where any line of their journal is.

use std::fmt::Write;

use jiff::tz::TimeZone;
use rekindle_engine::journal::{Kind, Line};
use rekindle_engine::time::local_of;
use rekindle_workbench::simulate::{Comparison, Example, Mails, without};

use crate::output::columns::{cut, left, right};
use crate::output::numbers::{self, counted, thousands};

/// Lines of one side of an example.
const LINES: usize = 8;
/// Columns of one side.
const SIDE: usize = 48;
/// Columns of a heading.
const HEAD: usize = 50;

/// The words for each.
const WORDS: [(Mails, &str); 5] = [
    (Mails::More, "would get more mails"),
    (Mails::Fewer, "would get fewer mails"),
    (Mails::Others, "would get as many mails, but others"),
    (Mails::OtherInstants, "would get the same mails at other times"),
    (Mails::Same, "would get the same mails; other steps differ"),
];

/// The report; instants are shown in the workspace's zone.
pub fn write(comparison: &Comparison, zone: &TimeZone) -> String {
    let mut out = String::new();
    let share = numbers::share(comparison.different, comparison.people);
    let _ = writeln!(
        out,
        "{} of {} would get something different ({share})",
        counted(comparison.different, "person", "people"),
        thousands(comparison.people)
    );
    let mut row = |words: &str, people: u64| {
        if people > 0 {
            let _ = writeln!(out, "  {}{}", left(words, HEAD), right(&thousands(people), 12));
        }
    };
    for (mails, words) in WORDS {
        row(words, comparison.mails.get(&mails).copied().unwrap_or_default());
    }
    row("would enter a campaign more often", comparison.enters);
    row("would enter a campaign less often", comparison.enters_not);
    for example in &comparison.examples {
        write_example(&mut out, example, zone);
    }
    out
}

/// The lines that only one side has.
fn write_example(out: &mut String, example: &Example, zone: &TimeZone) {
    let words = WORDS.iter().find(|(mails, _)| *mails == example.mails).map_or("", |(_, words)| words);
    let _ = writeln!(out, "\n{} {words}", example.person);
    let before = without(&example.before, &example.after);
    let after = without(&example.after, &example.before);
    let _ = writeln!(out, "  {}  compared", left("now", SIDE));
    for row in 0..before.len().max(after.len()).min(LINES) {
        let side = |lines: &[&Line]| lines.get(row).map(|line| show(line, zone)).unwrap_or_default();
        let row = format!("  {}  {}", left(&side(&before), SIDE), cut(&side(&after), SIDE));
        let _ = writeln!(out, "{}", row.trim_end());
    }
    let more = |lines: &[&Line]| lines.len().saturating_sub(LINES);
    if more(&before) + more(&after) > 0 {
        let side = |more: usize| if more > 0 { format!("and {more} more") } else { String::new() };
        let row = format!("  {}  {}", left(&side(more(&before)), SIDE), side(more(&after)));
        let _ = writeln!(out, "{}", row.trim_end());
    }
}

/// A line in few words: `03-02 09:00 welcome/hello sent`.
fn show(line: &Line, zone: &TimeZone) -> String {
    let at = local_of(line.at, zone).strftime("%m-%d %H:%M").to_string();
    let step = line.step.as_ref().map_or(String::new(), |step| format!("/{step}"));
    let more = match &line.kind {
        Kind::NotEntered { reason } | Kind::Skipped { reason } => format!(" {reason}"),
        Kind::Exited { reason } => format!(" {reason}"),
        Kind::Delayed { reason, until } => format!(" {reason} → {}", local_of(*until, zone).strftime("%m-%d %H:%M")),
        Kind::Waiting { until } => format!(" → {}", local_of(*until, zone).strftime("%m-%d %H:%M")),
        Kind::Split { arm } => format!(" {arm}"),
        Kind::Branched { arm: Some(arm) } => format!(" {arm}"),
        _ => String::new(),
    };
    format!("{at} {}{step} {}{more}", line.campaign, line.kind.name())
}
