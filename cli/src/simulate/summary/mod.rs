//! `--format summary`: what a simulation came to, for people who are no programmers.

mod overall;
mod text;
mod tree;

use std::fmt::Write;

use rekindle_workbench::simulate::{Scope, Summary};

pub use overall::scope_words;

/// The totals in few lines, each with its name.
pub fn totals(summary: &Summary<'_>) -> Vec<(&'static str, String)> {
    overall::totals(&summary.overall, summary.campaigns.values(), summary.catalog.workspace.prices.ses_per_1000)
}

/// The report: first what was simulated, then each campaign, then all together.
pub fn write(summary: &Summary<'_>, scope: &Scope) -> String {
    let mut out = String::new();
    let workspace = &summary.catalog.workspace;
    let _ = writeln!(out, "{}", scope_words(scope, workspace));
    for (id, live) in summary.catalog.campaigns() {
        out.push('\n');
        if let Some(tally) = summary.campaigns.get(&**id) {
            tree::write(&mut out, &live.program, tally, &workspace.currency);
        }
    }
    out.push_str("\nAll campaigns\n");
    overall::write(&summary.overall, &mut out, summary.catalog, &summary.campaigns);
    out
}
