//! What all campaigns came to together: mails, caps, offers, errors, money.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use jiff::civil::Date;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{StepKind, WaitFor, Workspace};
use rekindle_engine::time::{Instant, local_of};
use rekindle_workbench::simulate::{Overall, Scope, Tally};

use super::text::bar;
use crate::output::columns::{cut, left, right};
use crate::output::numbers::{counted, share, thousands};

/// Expressions whose errors are shown; the rest is counted.
const ERRORS: usize = 5;
/// Columns of a heading.
const HEAD: usize = 16;
/// Columns of the longest bar.
const BAR: u64 = 40;

/// The first line of the report: what was simulated.
pub fn scope_words(scope: &Scope, workspace: &Workspace) -> String {
    let date = |at: Instant| local_of(at, &workspace.timezone).date().to_string();
    let mut words =
        format!("{} of {}", counted(scope.events, "event", "events"), counted(scope.people, "person", "people"));
    if let Some(from) = scope.from {
        let zone = workspace.timezone.iana_name().unwrap_or("UTC");
        let _ = write!(words, ", {} – {} ({zone})", date(from), date(scope.until));
    }
    match scope.malformed {
        0 => words.push_str(", no malformed lines"),
        lines => {
            let _ = write!(words, ", {} refused", counted(lines, "malformed line", "malformed lines"));
        }
    }
    if scope.refused > 0 {
        let _ = write!(words, ", {} refused at a bound", counted(scope.refused, "event", "events"));
    }
    words
}

/// The totals that two versions are compared by.
pub fn totals<'t>(
    overall: &Overall,
    campaigns: impl Iterator<Item = &'t Tally>,
    price: f64,
) -> Vec<(&'static str, String)> {
    let mut entered = 0;
    let mut converted = 0;
    let mut offered = 0;
    for tally in campaigns {
        entered += tally.entered;
        converted += tally.converted.iter().map(|side| side.count).sum::<u64>();
        offered += tally.steps.values().map(|step| step.offered).sum::<u64>();
    }
    let with: u64 = overall.people_by_mails.range(1..).map(|(_, people)| people).sum();
    vec![
        ("entries", thousands(entered)),
        ("mails", thousands(overall.mails())),
        ("people with mails", thousands(with)),
        ("delays by the cap", thousands(overall.cap_delayed)),
        ("codes issued", thousands(offered)),
        ("conversions", thousands(converted)),
        ("cost of sending", dollars(overall.mails(), price)),
    ]
}

/// Writes the last part of the report.
pub fn write(overall: &Overall, out: &mut String, catalog: &Catalog, campaigns: &HashMap<&str, Tally>) {
    let mut head = |name: &str, text: &str| {
        let line = format!("  {}{text}", left(name, HEAD));
        let _ = writeln!(out, "{}", line.trim_end());
    };
    head_line(&mut head, overall, catalog);
    write_people(overall, &mut head);
    if let Some(cap) = catalog.workspace.cap {
        let text = format!(
            "{} in {}: {}, {} skipped, {}",
            counted(u64::from(cap.max), "mail", "mails"),
            cap.per,
            counted(overall.cap_delayed, "delay", "delays"),
            thousands(overall.cap_skipped),
            counted(overall.people_capped, "person", "people"),
        );
        head("cap", &text);
    }
    for (id, live) in catalog.campaigns() {
        for step in offers(&live.program.campaign.steps) {
            let Some(own) = campaigns.get(&**id).and_then(|tally| tally.steps.get(step.0)) else { continue };
            let of = step.1.map_or(String::new(), |budget| format!(" of {}", thousands(budget)));
            head(
                "offer",
                &format!(
                    "{id}/{}: {}{of} issued, {} came too late",
                    step.0,
                    thousands(own.offered),
                    thousands(own.unavailable)
                ),
            );
        }
    }
    write_errors(overall, &mut head);
    write_days(overall, out);
}

fn write_people(overall: &Overall, head: &mut dyn FnMut(&str, &str)) {
    let people: u64 = overall.people_by_mails.values().sum();
    let several: u64 = overall.people_by_campaigns.range(2..).map(|(_, people)| people).sum();
    let most = overall.people_by_campaigns.last_key_value().map_or(0, |(campaigns, _)| *campaigns);
    head(
        "at once",
        &format!(
            "{} in several campaigns at once ({}), {most} at most",
            counted(several, "person was", "people were"),
            share(several, people)
        ),
    );
    let at = |share: u64| quantile(&overall.people_by_mails, share);
    head(
        "mails a person",
        &format!(
            "median {} · nine in ten at most {} · at most {}",
            thousands(at(50)),
            thousands(at(90)),
            thousands(at(100))
        ),
    );
    let most = buckets(&overall.people_by_mails).iter().map(|bucket| bucket.1).max().unwrap_or(0);
    for (name, people) in buckets(&overall.people_by_mails) {
        head("", &format!("{}  {} {}", right(&name, 9), right(&thousands(people), 11), bar(people, most, BAR)));
    }
}

fn write_errors(overall: &Overall, head: &mut dyn FnMut(&str, &str)) {
    if overall.errors.is_empty() {
        return head("errors", "no expression failed");
    }
    let mut errors: Vec<_> = overall.errors.iter().collect();
    errors.sort_by_key(|(_, failure)| std::cmp::Reverse(failure.count));
    for ((campaign, expression), failure) in errors.iter().take(ERRORS) {
        head("errors", &cut(&format!("{} in {campaign}: {expression}", thousands(failure.count)), 80));
        head("", &cut(&format!("{} (first {})", failure.error, failure.person), 80));
    }
    if errors.len() > ERRORS {
        head("", &format!("and {} more expressions", errors.len() - ERRORS));
    }
}

/// Mails a day, and a bar for each day, week or month, whichever gives a page.
fn write_days(overall: &Overall, out: &mut String) {
    let (Some(first), Some(last)) = (overall.mails.keys().next(), overall.mails.keys().next_back()) else { return };
    let days: Vec<Date> =
        std::iter::successors(Some(*first), |day| day.tomorrow().ok()).take_while(|day| day <= last).collect();
    let mut counts: Vec<u64> = days.iter().map(|day| overall.mails.get(day).copied().unwrap_or_default()).collect();
    let mut periods: Vec<(String, u64)> = Vec::new();
    for (day, mails) in days.iter().zip(&counts) {
        let name = match days.len() {
            ..=14 => day.to_string(),
            15..=182 => {
                let week = day.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            _ => day.strftime("%Y-%m").to_string(),
        };
        match periods.last_mut().filter(|period| period.0 == name) {
            Some(period) => period.1 += mails,
            None => periods.push((name, *mails)),
        }
    }
    counts.sort_unstable();
    let middle = counts.get(counts.len() / 2).copied().unwrap_or_default();
    let (least, most) = (counts.first().copied().unwrap_or_default(), counts.last().copied().unwrap_or_default());
    let busiest =
        overall.mails.iter().find(|(_, mails)| **mails == most).map(|(day, _)| day.to_string()).unwrap_or_default();
    let line = format!("min {} · median {} · max {} ({busiest})", thousands(least), thousands(middle), thousands(most));
    let _ = writeln!(out, "  {}{line}", left("mails a day", HEAD));
    let longest = periods.iter().map(|period| period.1).max().unwrap_or_default();
    for (name, mails) in periods {
        let line = format!(
            "  {}{}  {} {}",
            left("", HEAD),
            right(&name, 10),
            right(&thousands(mails), 10),
            bar(mails, longest, BAR)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn head_line(head: &mut dyn FnMut(&str, &str), overall: &Overall, catalog: &Catalog) {
    let price = catalog.workspace.prices.ses_per_1000;
    let mails = overall.mails();
    let with: u64 = overall.people_by_mails.range(1..).map(|(_, people)| people).sum();
    head("mails", &format!("{} to {}", thousands(mails), counted(with, "person", "people")));
    head("cost", &format!("{} for sending, at ${price:.2} per 1,000 mails (workspace.prices)", dollars(mails, price)));
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn dollars(mails: u64, per_1000: f64) -> String {
    let dollars = mails as f64 / 1000.0 * per_1000;
    if dollars < 1.0 { format!("${dollars:.4}") } else { format!("${dollars:.2}") }
}

/// The offers of a campaign and their budgets.
fn offers(steps: &[rekindle_engine::lang::Step]) -> Vec<(&str, Option<u64>)> {
    let mut found = Vec::new();
    for step in steps {
        match &step.kind {
            StepKind::Offer(offer) => found.push((step.id.as_str(), offer.budget)),
            StepKind::WaitFor(WaitFor { then, otherwise, .. }) => {
                found.extend([then, otherwise].into_iter().flat_map(|steps| offers(steps)))
            }
            StepKind::Branch { arms, otherwise } => {
                found.extend(arms.iter().map(|arm| &arm.steps).chain(otherwise).flat_map(|steps| offers(steps)));
            }
            StepKind::Split { arms } => found.extend(arms.iter().flat_map(|arm| offers(&arm.steps))),
            _ => {}
        }
    }
    found
}

/// The value that `share` percent of the people do not exceed.
fn quantile(people_by: &BTreeMap<u64, u64>, share: u64) -> u64 {
    let people: u64 = people_by.values().sum();
    let rank = (people * share).div_ceil(100).max(1);
    let mut passed = 0;
    let found = people_by.iter().find(|(_, people)| {
        passed += **people;
        passed >= rank
    });
    found.map_or(0, |(value, _)| *value)
}

/// How many people got 0, 1, 2–3, 4–7, … mails.
fn buckets(people_by: &BTreeMap<u64, u64>) -> Vec<(String, u64)> {
    let most = people_by.keys().next_back().copied().unwrap_or_default();
    let doubling = std::iter::successors(Some((1_u64, 1_u64)), |(from, to)| Some((from * 2, to * 2 + 1)));
    let ranges = std::iter::once((0, 0)).chain(doubling).take_while(|(from, _)| *from <= most);
    ranges
        .map(|(from, to)| {
            let name = if from == to { from.to_string() } else { format!("{from}–{to}") };
            (name, people_by.range(from..=to).map(|(_, people)| people).sum())
        })
        .collect()
}
