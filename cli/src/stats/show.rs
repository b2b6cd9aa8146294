//! A campaign's numbers for people.

use rekindle_insight::{Estimate, LEAST_EXPECTED, LEAST_PEOPLE, TooFew, Verdict, judge, wilson};
use rekindle_store::statistics::Tally;
use rekindle_workbench::stats::{Group, Report, Step};

use crate::demo::table::draw::{paragraph, sum, table, thousands};

/// What a mail comes to, as columns.
const MAIL: [&str; 7] = ["sent", "accepted", "delivered", "opened", "clicked", "bounced", "complained"];
/// What keeps a mail from it, or makes it late.
const HELD_UP: [&str; 5] = ["skipped", "delayed", "withdrawn", "unknown", "rejected"];
/// What else a step can do.
const OTHERS: [&str; 7] =
    ["waiting", "resumed", "branched", "split", "offered", "offer_unavailable", "expression_error"];

/// The tables.
pub fn show(report: &Report) -> String {
    let name = report.name.as_deref().map(|name| format!(" · {name}")).unwrap_or_default();
    let versions: Vec<String> = report.versions.iter().map(u32::to_string).collect();
    let of = if versions.len() == 1 { "version" } else { "versions" };
    let mut out = format!("{}{name}, {of} {}\n\n", report.campaign, versions.join(", "));
    if report.versions.is_empty() {
        return format!("{}{name}: nothing has happened yet.\n", report.campaign);
    }
    let row = |name: &str, count: u64, details: String| vec![name.to_owned(), thousands(count), details];
    let rows = [
        row("entered", report.entered, String::new()),
        row("inside now", report.inside(), String::new()),
        row("completed", report.completed, String::new()),
        row("exited", report.exited.values().sum(), listed(report.exited.iter().map(|(name, n)| (name.as_str(), *n)))),
        row("held out", report.held_out, String::new()),
        row(
            "not entered",
            report.not_entered.values().sum(),
            listed(report.not_entered.iter().map(|(name, n)| (name.as_str(), *n))),
        ),
    ];
    out.push_str(&people(rows));
    out.push_str(&mails(report));
    out.push_str(&steps(report));
    out.push_str(&goal(report));
    out
}

fn people(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let rows = rows.into_iter().map(|row| {
        let mut row = row.into_iter();
        let (name, count, details) = (row.next(), row.next().unwrap_or_default(), row.next().unwrap_or_default());
        format!("  {:<12}{count:>12}   {details}", name.unwrap_or_default()).trim_end().to_owned() + "\n"
    });
    rows.collect()
}

fn mails(report: &Report) -> String {
    let is_mail = |step: &Step| MAIL.iter().chain(&HELD_UP).any(|kind| step.count(kind) > 0);
    let mails: Vec<_> = report.steps.iter().filter(|(_, step)| is_mail(step)).collect();
    if mails.is_empty() {
        return String::new();
    }
    let header: Vec<&str> = std::iter::once("mail").chain(MAIL).collect();
    let rows = mails.iter().map(|(id, step)| {
        std::iter::once(id.clone()).chain(MAIL.iter().map(|kind| thousands(step.count(kind)))).collect()
    });
    let mut out = format!("\nMails\n{}", table(&header, 1, rows));
    let held_up = mails.iter().flat_map(|(id, step)| {
        HELD_UP
            .into_iter()
            .filter(|kind| step.count(kind) > 0)
            .map(|kind| vec![id.clone(), kind.to_owned(), thousands(step.count(kind)), listed(named(step, kind))])
    });
    let held_up: Vec<Vec<String>> = held_up.collect();
    if !held_up.is_empty() {
        out.push_str(&format!("\nHeld up\n{}", lines(held_up)));
    }
    out
}

fn steps(report: &Report) -> String {
    let rows: Vec<Vec<String>> = report
        .steps
        .iter()
        .flat_map(|(id, step)| {
            OTHERS
                .into_iter()
                .filter(|kind| step.count(kind) > 0)
                .map(|kind| vec![id.clone(), kind.to_owned(), thousands(step.count(kind)), listed(named(step, kind))])
        })
        .collect();
    if rows.is_empty() { String::new() } else { format!("\nSteps\n{}", lines(rows)) }
}

fn lines(rows: Vec<Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::TableStyle::new());
    table.add_rows(rows);
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

fn goal(report: &Report) -> String {
    let [treated, held_out] = report.people;
    if report.treated.count + report.kept_out.count == 0 && report.held_out == 0 {
        return String::new();
    }
    let value = format!("value in {}", report.currency);
    let header = ["goal", "people", "converted", "share", "95 %", &value];
    let row = |name: &str, group: Group| {
        let estimate = wilson(group.share());
        vec![
            name.to_owned(),
            thousands(group.people),
            thousands(group.converted.count),
            estimate.map_or("–".to_owned(), |own| percent(own.value)),
            estimate.map_or("–".to_owned(), |own| format!("{} to {}", percent(own.low), percent(own.high))),
            sum(i128::from(group.converted.value) * 100),
        ]
    };
    let mut out =
        format!("\nGoal\n{}", table(&header, 1, [row("treated", treated), row("held out", held_out)].into_iter()));
    out.push_str(&paragraph(&compared(treated, held_out)));
    if report.entered > treated.people || report.held_out > held_out.people {
        out.push_str(&paragraph(&all_entries(report)));
    }
    out
}

/// What may be said of the two sides.
fn compared(treated: Group, held_out: Group) -> String {
    match judge(treated.share(), held_out.share()) {
        Some((lift, verdict)) => words(lift, verdict, treated.people.min(held_out.people)),
        None if held_out.people == 0 => {
            "Nobody was held out, so nothing says how many would have converted without the campaign: set `holdout`."
                .to_owned()
        }
        None => {
            "Everybody was held out so far: nobody entered whom the held-out people could be compared with.".to_owned()
        }
    }
}

/// What a difference says, and what it does not.
fn words(lift: Estimate, verdict: Verdict, fewest: u64) -> String {
    let points = |value: f64| format!("{:+.1}", value * 100.0);
    let found = format!("{} percentage points", points(lift.value));
    let interval = format!("95 % interval {} to {} (Newcombe)", points(lift.low), points(lift.high));
    let open = "People whose goal is still open count as not converted on both sides.";
    let says = match verdict {
        Verdict::TooFew { of: TooFew::People, p } => {
            let people = if fewest == 1 { "1 person is" } else { &format!("{fewest} people are") };
            return format!(
                "Too few to say: {people} on the smaller side, and {LEAST_PEOPLE} are the least. So far {found}, which will \
                 move (Fisher's exact p = {p:.2}). {open}"
            );
        }
        Verdict::TooFew { of: TooFew::Conversions, p } => {
            return format!(
                "Too few to say: on the smaller side fewer than {LEAST_EXPECTED} conversions, or fewer than {LEAST_EXPECTED} \
                 people without one, are expected. So far {found}, which will move (Fisher's exact p = {p:.2}). {open}"
            );
        }
        Verdict::Adds => "the campaign adds conversions",
        Verdict::Costs => "the campaign costs conversions",
        Verdict::NoDifference => "that is no more than chance may do",
    };
    format!("Lift: {found}, {interval}: {says}. {open}")
}

/// What every entry came to, where people came several times.
fn all_entries(report: &Report) -> String {
    let side = |name: &str, entries: u64, all: Tally| {
        let (conversions, value) = (thousands(all.count), sum(i128::from(all.value) * 100));
        format!("{} {name}, {conversions} conversions, {value} {}", thousands(entries), report.currency)
    };
    format!(
        "People came several times. The table compares each by their first entry, as chance divides people. Every entry \
         counted: {}; {}.",
        side("entered", report.entered, report.treated),
        side("held out", report.held_out, report.kept_out)
    )
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
