//! A campaign's numbers for machines: what the table shows, and every fact by version.

use rekindle_store::statistics::{Totals, UNITS};
use serde_json::{Value, json};

use super::lift::{Estimate, Share, difference, wilson};
use super::report::Report;

/// One object, over several lines. Shares are of one; intervals hold at 95 %.
pub fn json(report: &Report, totals: &Totals) -> String {
    let group = |share: Share, units: i64| json!({ "entries": share.whole, "converted": share.part, "share": wilson(share).map(estimate), "value": value(units) });
    let facts = totals.0.iter().map(|(fact, tally)| {
        json!({
            "version": fact.version, "step": fact.step, "kind": fact.kind, "detail": fact.detail,
            "held_out": fact.held_out, "count": tally.count, "value": value(tally.value),
        })
    });
    let object = json!({
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
        "treated": group(report.converted(), report.treated.value),
        "held_out_converted": group(report.converted_by_themselves(), report.kept_out.value),
        "lift": difference(report.converted(), report.converted_by_themselves()).map(estimate),
        "expression_errors": report.expression_errors,
        "facts": facts.collect::<Vec<_>>(),
    });
    format!("{object:#}\n")
}

fn estimate(estimate: Estimate) -> Value {
    json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high })
}

#[expect(clippy::cast_precision_loss, reason = "JSON numbers are floats")]
fn value(units: i64) -> f64 {
    units as f64 / UNITS
}
