//! An offer's report for people and for machines.

use std::fmt::Write;

use rekindle_engine::lang::{Discount, Offer, Workspace};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::UNITS;
use serde_json::json;

use crate::demo::table::draw::{counted, sum, thousands};
use rekindle_workbench::offer::Report;

/// Millionths in one of the parts that the statistics count in.
const MILLIONTHS: i128 = 100;

/// For people.
pub fn text(report: &Report, offer: &Offer, workspace: &Workspace) -> String {
    let currency = &workspace.currency;
    let mut out = format!("{}/{}   {}\n\n", report.campaign, report.offer, terms(offer, currency));
    let of = offer.budget.map(|budget| format!("of {}", thousands(budget))).unwrap_or_default();
    row(&mut out, "issued", &thousands(report.issued), &of);
    let pool = offer.code.pool.as_ref().map(|pool| format!("from the pool {pool}")).unwrap_or_default();
    row(&mut out, "left", &report.left.map_or_else(|| "any number".to_owned(), thousands), &pool);
    let share = report.share.map(|share| {
        let [value, low, high] = [share.value, share.low, share.high].map(|share| share * 100.0);
        format!("{value:.1} % of those issued (95 %: {low:.1} to {high:.1})")
    });
    row(&mut out, "redeemed", &thousands(report.redeemed), &share.unwrap_or_default());
    let told = match report.redeemed.saturating_sub(report.with_total) {
        0 => currency.clone(),
        silent => format!("{currency}, without {} that told no total", counted(silent, "order", "orders")),
    };
    row(&mut out, "revenue", &sum(i128::from(report.revenue) * MILLIONTHS), &told);
    for (name, count, why) in [
        ("not theirs", report.not_theirs, "events about codes that their person does not have; not counted"),
        ("again", report.again, "events about codes that were used before; not counted"),
    ] {
        if count > 0 {
            row(&mut out, name, &thousands(count), why);
        }
    }
    let _ = writeln!(out, "\n{}", lasts(report, workspace));
    out
}

fn row(out: &mut String, name: &str, value: &str, note: &str) {
    let _ = writeln!(out, "{}", format!("  {name:<12}{value:>12}   {note}").trim_end());
}

/// What the offer says in its file.
fn terms(offer: &Offer, currency: &str) -> String {
    let discount = match offer.discount {
        Discount::Percent(percent) => format!("{percent} % off"),
        Discount::Amount(off) => format!("{off} {currency} off"),
    };
    let holds = offer.expires.map(|span| format!(", each code for {span}")).unwrap_or_default();
    discount + &holds
}

/// Until when the codes last.
fn lasts(report: &Report, workspace: &Workspace) -> String {
    let (issued, days) = report.of_late;
    let rate =
        format!("{} in {}", counted(issued, "code", "codes"), counted(u64::try_from(days).unwrap_or(0), "day", "days"));
    match (report.left, report.empty_on) {
        (None, _) => format!("{rate}; there is no end to them."),
        (Some(0), _) => "There is none left: whoever comes to this step gets no code.".to_owned(),
        (Some(_), Some(at)) => format!("At this rate ({rate}) empty on {}.", date(at, workspace)),
        (Some(_), None) if issued == 0 => "Nobody got one yet, so nothing says how long they last.".to_owned(),
        (Some(_), None) => format!("At this rate ({rate}) they last for more than ten years."),
    }
}

fn date(at: Instant, workspace: &Workspace) -> String {
    at.timestamp().to_zoned(workspace.timezone.clone()).date().to_string()
}

/// For machines. Shares are of one; `empty_on` is a local date.
pub fn json(report: &Report, workspace: &Workspace) -> String {
    let whole = json!({
        "campaign": report.campaign,
        "offer": report.offer,
        "currency": workspace.currency,
        "issued": report.issued,
        "left": report.left,
        "redeemed": report.redeemed,
        "share": report.share.map(|share| json!({ "value": share.value, "low": share.low, "high": share.high })),
        "revenue": parts(report.revenue),
        "redeemed_with_total": report.with_total,
        "not_counted": { "not_theirs": report.not_theirs, "again": report.again },
        "issued_of_late": { "count": report.of_late.0, "days": report.of_late.1 },
        "empty_on": report.empty_on.map(|at| date(at, workspace)),
    });
    format!("{whole}\n")
}

#[expect(clippy::cast_precision_loss, reason = "for people, and JSON numbers are floats")]
fn parts(units: i64) -> f64 {
    units as f64 / UNITS
}
