//! A campaign's numbers for people.

use rekindle_insight::{Estimate, TooFew, Verdict, judge, wilson};
use rekindle_store::statistics::Tally;
use rekindle_workbench::stats::{Counts, Group, Report, Step};

use crate::output::View;
use crate::output::columns::paragraph;
use crate::output::numbers::{sum, thousands};
use crate::output::table::Table;
use crate::words::Words;

/// What a mail comes to, as columns.
const MAIL: [&str; 7] = ["sent", "accepted", "delivered", "opened", "clicked", "bounced", "complained"];
/// What keeps a mail from it, or makes it late.
const HELD_UP: [&str; 5] = ["skipped", "delayed", "withdrawn", "unknown", "rejected"];
/// What else a step can do.
const OTHERS: [&str; 7] =
    ["waiting", "resumed", "branched", "split", "offered", "offer_unavailable", "expression_error"];

/// The tables.
pub fn show(report: &Report, view: &View) -> String {
    let words = view.words;
    let name = report.name.as_deref().map(|name| format!(" · {name}")).unwrap_or_default();
    let campaign = format!("{}{name}", report.campaign);
    if report.versions.is_empty() {
        return words.nothing_has_happened(&campaign) + "\n";
    }
    let versions: Vec<String> = report.versions.iter().map(u32::to_string).collect();
    let of = words.in_versions(&versions.join(", "), versions.len() > 1);
    let row = |name: String, count: u64, details: String| vec![name, thousands(count), details];
    let by_reason = |counts: &Counts| listed(counts.iter().map(|(name, n)| (name.as_str(), *n)));
    let (exited, not_entered) = (&report.exited, &report.not_entered);
    let people = [
        row(words.entered(), report.entered, String::new()),
        row(words.inside_now(), report.inside(), String::new()),
        row(words.completed(), report.completed, String::new()),
        row(words.exited(), exited.values().sum(), by_reason(exited)),
        row(words.held_out(), report.held_out, String::new()),
        row(words.not_entered(), not_entered.values().sum(), by_reason(not_entered)),
    ];
    let mut out = format!("{}, {of}\n\n", view.bold(&campaign));
    out.push_str(&Table::new(people).numbers([1]).write(view));
    out.push_str(&mails(report, view));
    out.push_str(&section(
        &words.heading_steps(),
        by_step(&report.steps.iter().collect::<Vec<_>>(), &OTHERS, view),
        view,
    ));
    out.push_str(&goal(report, view));
    out
}

/// A heading and its table; nothing where that has no rows.
fn section(heading: &str, rows: Vec<Vec<String>>, view: &View) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}", view.bold(heading), Table::new(rows).numbers([2]).write(view))
}

/// How often each of these happened on each step, and why.
fn by_step(steps: &[&(String, Step)], kinds: &[&str], view: &View) -> Vec<Vec<String>> {
    let row = |id: &String, step: &Step, kind: &str| {
        vec![id.clone(), view.words.kind(kind), thousands(step.count(kind)), listed(named(step, kind))]
    };
    let of = |(id, step): &&(String, Step)| {
        let happened = kinds.iter().filter(|kind| step.count(kind) > 0);
        happened.map(|kind| row(id, step, kind)).collect::<Vec<_>>()
    };
    steps.iter().flat_map(of).collect()
}

fn mails(report: &Report, view: &View) -> String {
    let words = view.words;
    let is_mail = |(_, step): &&(String, Step)| MAIL.iter().chain(&HELD_UP).any(|kind| step.count(kind) > 0);
    let mails: Vec<_> = report.steps.iter().filter(is_mail).collect();
    if mails.is_empty() {
        return String::new();
    }
    let head = std::iter::once(words.mail()).chain(MAIL.iter().map(|kind| words.kind(kind)));
    let rows = mails.iter().map(|(id, step)| {
        std::iter::once(id.clone()).chain(MAIL.iter().map(|kind| thousands(step.count(kind)))).collect()
    });
    let table = Table::new(rows).head(head).numbers(1..=MAIL.len()).write(view);
    let held_up = section(&words.heading_held_up(), by_step(&mails, &HELD_UP, view), view);
    format!("\n{}\n{table}{held_up}", view.bold(&words.heading_mails()))
}

fn goal(report: &Report, view: &View) -> String {
    let [treated, held_out] = report.people;
    if report.treated.count + report.kept_out.count == 0 && report.held_out == 0 {
        return String::new();
    }
    let words = view.words;
    let row = |name: String, group: Group| {
        let estimate = wilson(group.share());
        vec![
            name,
            thousands(group.people),
            thousands(group.converted.count),
            estimate.map_or("–".to_owned(), |own| percent(own.value)),
            estimate.map_or("–".to_owned(), |own| words.between(&percent(own.low), &percent(own.high))),
            sum(i128::from(group.converted.value) * 100),
        ]
    };
    let table = Table::new([row(words.treated(), treated), row(words.held_out(), held_out)]);
    let table = table.head(words.goal_head(&report.currency).split('|')).numbers(1..=5).write(view);
    let mut out = format!("\n{}\n{table}", view.bold(&words.heading_goal()));
    out.push_str(&paragraph(&compared(treated, held_out, words), view.width));
    if report.entered > treated.people || report.held_out > held_out.people {
        out.push_str(&paragraph(&all_entries(report, words), view.width));
    }
    out
}

/// What may be said of the two sides.
fn compared(treated: Group, held_out: Group, words: Words) -> String {
    match judge(treated.share(), held_out.share()) {
        Some((lift, verdict)) => judged(lift, verdict, treated.people.min(held_out.people), words),
        None if held_out.people == 0 => words.nobody_held_out(),
        None => words.everybody_held_out(),
    }
}

/// What a difference says, and what it does not.
fn judged(lift: Estimate, verdict: Verdict, fewest: u64, words: Words) -> String {
    let points = |value: f64| format!("{:+.1}", value * 100.0);
    let found = points(lift.value);
    let says = match verdict {
        Verdict::TooFew { of: TooFew::People, p } => return words.too_few_people(fewest, &found, p),
        Verdict::TooFew { of: TooFew::Conversions, p } => return words.too_few_conversions(&found, p),
        Verdict::Adds => words.verdict_adds(),
        Verdict::Costs => words.verdict_costs(),
        Verdict::NoDifference => words.verdict_no_difference(),
    };
    words.lift(&found, &points(lift.low), &points(lift.high), &says)
}

/// What every entry came to, where people came several times.
fn all_entries(report: &Report, words: Words) -> String {
    let side = |held_out: bool, entries: u64, all: Tally| {
        let value = format!("{} {}", sum(i128::from(all.value) * 100), report.currency);
        words.all_of_side(entries, held_out, all.count, &value)
    };
    words
        .came_several_times(&side(false, report.entered, report.treated), &side(true, report.held_out, report.kept_out))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The details that have a name.
fn named<'s>(step: &'s Step, kind: &str) -> impl Iterator<Item = (&'s str, u64)> {
    step.details(kind).filter(|(detail, _)| !detail.is_empty())
}

/// `no_consent 12, topic_left 3`, the most frequent first.
fn listed<'c>(counts: impl Iterator<Item = (&'c str, u64)>) -> String {
    let mut counts: Vec<(&str, u64)> = counts.collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.iter().map(|(name, count)| format!("{} {}", name, thousands(*count))).collect::<Vec<_>>().join(", ")
}
