//! Everything that many runs exercised, added up and printed.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::faults::{Counts, KINDS, Kind};
use crate::points::{Effect, Function, POINTS};
use crate::run::Report;

/// Violations that are kept in words.
const TOLD: usize = 20;

/// The sums over runs.
#[derive(Debug, Default)]
pub struct Totals {
    /// Whole-system runs.
    pub runs: u64,
    /// Runs that were done again, to the same trace.
    pub repeated: u64,
    /// Choices of the scheduler.
    pub steps: u64,
    /// Calls to the world outside.
    pub calls: u64,
    /// Different traces.
    pub traces: BTreeSet<u64>,
    /// Faults by kind.
    pub counts: Counts,
    /// Crash points that were reached.
    pub reached: BTreeSet<(Function, Effect)>,
    /// Mails planned, accepted, twice at SES, lost, unknown, unknown and at SES, withdrawn.
    pub mails: [u64; 7],
    /// Requests to SES that were held against the account's rate.
    pub metered: u64,
    /// Campaigns that were paused because their mails were not wanted.
    pub unwanted: u64,
    /// Runs with violations.
    pub violated: u64,
    /// The first of them, with what leads to them.
    pub told: Vec<String>,
}

impl Totals {
    /// Adds a run; `how` tells how to do it again.
    pub fn add(&mut self, report: &Report, how: impl FnOnce() -> String) {
        self.runs += 1;
        self.steps += report.steps;
        self.calls += report.calls;
        self.metered += report.metered;
        self.unwanted += report.unwanted;
        self.traces.insert(report.trace);
        self.counts.merge(&report.counts);
        self.reached.extend(report.reached.iter().copied());
        let mails = [
            report.planned,
            report.accepted,
            report.duplicates,
            report.lost,
            report.unknown.0,
            report.unknown.1,
            report.withdrawn,
        ];
        self.mails.iter_mut().zip(mails).for_each(|(own, mails)| *own += mails);
        if let Some(first) = report.violations.first() {
            self.violated += 1;
            if self.told.len() < TOLD {
                self.told.push(format!("{}: {first}", how()));
            }
        }
    }

    /// Both together.
    pub fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.repeated += other.repeated;
        self.steps += other.steps;
        self.calls += other.calls;
        self.metered += other.metered;
        self.unwanted += other.unwanted;
        self.traces.extend(other.traces);
        self.counts.merge(&other.counts);
        self.reached.extend(other.reached);
        self.mails.iter_mut().zip(other.mails).for_each(|(own, mails)| *own += mails);
        self.violated += other.violated;
        self.told.extend(other.told);
        self.told.truncate(TOLD);
    }

    /// One line about runs and mails.
    #[must_use]
    pub fn line(&self) -> String {
        let [planned, accepted, twice, lost, unknown, unknown_sent, withdrawn] = self.mails;
        format!(
            "{} runs, {} schedules, {} choices, {} calls; {planned} mails planned, {accepted} at SES, {twice} duplicates, {lost} losses, {unknown} unknown ({unknown_sent} of them at SES), {withdrawn} withdrawn, {} requests within SES's rate, {} campaigns paused as unwanted; {} violations",
            self.runs,
            self.traces.len(),
            self.steps,
            self.calls,
            self.metered,
            self.unwanted,
            self.violated,
        )
    }

    /// Faults by kind, one a line, and those that never came.
    #[must_use]
    pub fn faults(&self) -> (String, Vec<&'static str>) {
        let mut text = String::new();
        let mut never = Vec::new();
        for (kind, name) in KINDS {
            let count = self.counts.of(*kind);
            let _infallible = writeln!(text, "  {count:>10}  {name}");
            if count == 0 {
                never.push(*name);
            }
        }
        (text, never)
    }

    /// Crash points that were never reached.
    #[must_use]
    pub fn unreached(&self) -> Vec<(Function, Effect)> {
        let all = POINTS.iter().flat_map(|(function, effects)| effects.iter().map(move |effect| (*function, *effect)));
        all.filter(|point| !self.reached.contains(point)).collect()
    }

    /// How often one kind was injected.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u64 {
        self.counts.of(kind)
    }
}
