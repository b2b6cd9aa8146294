//! An offer's report for people and for machines.

use rekindle_engine::lang::{Discount, Offer, Workspace};
use rekindle_engine::time::Instant;
use rekindle_store::statistics::UNITS;
use serde_json::{Value, json};

use rekindle_workbench::offer::Report;

use crate::output::View;
use crate::output::numbers::{sum, thousands};
use crate::output::table::Table;
use crate::words::Words;

/// Millionths in one of the parts that the statistics count in.
const MILLIONTHS: i128 = 100;

/// For people.
pub fn text(report: &Report, offer: &Offer, workspace: &Workspace, view: &View) -> String {
    let (currency, words) = (&workspace.currency, view.words);
    let row = |name: String, value: String, note: String| vec![name, value, note];
    let budget = offer.budget.map(|budget| words.of_budget(budget)).unwrap_or_default();
    let pool = offer.code.pool.as_ref().map(|pool| words.pool_named(pool)).unwrap_or_default();
    let share = report.share.map(|share| {
        let [value, low, high] = [share.value, share.low, share.high].map(|share| share * 100.0);
        words.of_issued(value, low, high)
    });
    let told = match report.redeemed.saturating_sub(report.with_total) {
        0 => currency.clone(),
        silent => words.revenue_without(currency, silent),
    };
    let mut rows = vec![
        row(words.issued(), thousands(report.issued), budget),
        row(words.left(), report.left.map_or_else(|| words.any_number(), thousands), pool),
        row(words.redeemed(), thousands(report.redeemed), share.unwrap_or_default()),
        row(words.revenue(), sum(i128::from(report.revenue) * MILLIONTHS), told),
    ];
    for (name, count, why) in [
        (words.not_theirs(), report.not_theirs, words.not_theirs_why()),
        (words.again(), report.again, words.again_why()),
    ] {
        if count > 0 {
            rows.push(row(name, thousands(count), why));
        }
    }
    let head = view.bold(&format!("{}/{}", report.campaign, report.offer));
    let table = Table::new(rows).numbers([1]).write(view);
    format!("{head}   {}\n\n{table}\n{}\n", terms(offer, currency, words), lasts(report, workspace, words))
}

/// What the offer says in its file.
fn terms(offer: &Offer, currency: &str, words: Words) -> String {
    let discount = match offer.discount {
        Discount::Percent(percent) => words.offer_percent(&percent.to_string()),
        Discount::Amount(off) => words.offer_amount(&off.to_string(), currency),
    };
    let holds = offer.expires.map(|span| words.offer_holds(&span.to_string())).unwrap_or_default();
    discount + &holds
}

/// Until when the codes last.
fn lasts(report: &Report, workspace: &Workspace, words: Words) -> String {
    let (issued, days) = report.of_late;
    let rate = words.rate(issued, u64::try_from(days).unwrap_or(0));
    match (report.left, report.empty_on) {
        (None, _) => words.no_end(&rate),
        (Some(0), _) => words.none_left(),
        (Some(_), Some(at)) => words.empty_on(&rate, &date(at, workspace)),
        (Some(_), None) if issued == 0 => words.nobody_got_one(),
        (Some(_), None) => words.lasts_long(&rate),
    }
}

fn date(at: Instant, workspace: &Workspace) -> String {
    at.timestamp().to_zoned(workspace.timezone.clone()).date().to_string()
}

/// For machines. Shares are of one; `empty_on` is a local date.
pub fn json(report: &Report, workspace: &Workspace) -> Value {
    json!({
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
    })
}

#[expect(clippy::cast_precision_loss, reason = "for people, and JSON numbers are floats")]
fn parts(units: i64) -> f64 {
    units as f64 / UNITS
}
