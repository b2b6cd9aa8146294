//! A campaign's numbers for machines: what the table shows, and every fact by version.

use rekindle_insight::{Estimate, TooFew, Verdict, judge, wilson};
use rekindle_store::statistics::{Tally, Totals, UNITS};
use serde_json::{Value, json};

use super::report::{Group, Report};

/// One object. Shares are of one; intervals hold at 95 %. Shares and the lift are of people, each by their
/// first entry; `entries` and `value_of_entries` count every one.
#[must_use]
pub fn json(report: &Report, totals: &Totals) -> Value {
    let [treated, held_out] = report.people;
    let judged = judge(treated.share(), held_out.share());
    let verdict = judged.map(|(_, verdict)| verdict);
    let facts = totals.0.iter().map(|(fact, tally)| {
        json!({
            "version": fact.version, "step": fact.step, "kind": fact.kind, "detail": fact.detail,
            "held_out": fact.held_out, "first": fact.first, "count": tally.count, "value": value(tally.value),
        })
    });
    json!({
        "campaign": report.campaign,
        "name": report.name,
        "versions": report.versions,
        "currency": report.currency,
        "entered": report.entered,
        "inside": report.inside(),
        "held_out": report.held_out,
        "not_entered": report.not_entered,
        "completed": report.completed,
        "exited": report.exited,
        "treated": group(treated, report.entered, report.treated),
        "held_out_converted": group(held_out, report.held_out, report.kept_out),
        "lift": judged.map(|(lift, _)| estimate(lift)),
        "verdict": verdict.map(word),
        "fisher_p": verdict.and_then(p_value),
        "expression_errors": report.expression_errors,
        "facts": facts.collect::<Vec<_>>(),
    })
}

/// One side: people by their first entry, and all entries with what came of them.
fn group(group: Group, entries: u64, all: Tally) -> Value {
    json!({
        "people": group.people, "converted": group.converted.count, "share": wilson(group.share()).map(estimate),
        "value": value(group.converted.value), "entries": entries, "converted_entries": all.count,
        "value_of_entries": value(all.value),
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooFew { of: TooFew::People, .. } => "too_few_people",
        Verdict::TooFew { of: TooFew::Conversions, .. } => "too_few_conversions",
        Verdict::Adds => "adds",
        Verdict::Costs => "costs",
        Verdict::NoDifference => "no_difference",
    }
}

fn p_value(verdict: Verdict) -> Option<f64> {
    match verdict {
        Verdict::TooFew { p, .. } => Some(p),
        _ => None,
    }
}

fn estimate(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high })
}

#[expect(clippy::cast_precision_loss, reason = "JSON numbers are floats")]
fn value(units: i64) -> f64 {
    units as f64 / UNITS
}
