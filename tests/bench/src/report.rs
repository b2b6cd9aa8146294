//! Figures as people read them, and as one JSON line that a history can be made of.

use std::fmt::Write;
use std::fs::OpenOptions;
use std::path::Path;

use rekindle_lambda::clock::{Clock, SystemClock};
use serde_json::{Map, Value, json};

use crate::cpu::Runs;
use crate::journey::Journey;
use crate::money::{Item, per_million};

/// All figures.
#[derive(Default)]
pub struct Report {
    rows: String,
    json: Map<String, Value>,
    missed: u32,
}

impl Report {
    /// A time in seconds, shown in `unit` seconds, of which at most `budget` may be used.
    pub fn time(&mut self, what: &str, runs: &Runs, unit: f64, budget: Option<f64>) {
        let name = if unit < 1e-4 { "µs" } else { "ms" };
        let (least, most) = runs.spread();
        let spread = format!("{:.2} to {:.2}", least / unit, most / unit);
        self.row(what, runs.median() / unit, name, &spread, budget.map(|budget| budget / unit));
    }

    /// A number that is counted, so that it is the same in each run.
    pub fn number(&mut self, what: &str, value: f64, budget: Option<f64>) {
        self.row(what, value, "", "", budget);
    }

    /// Bytes, shown in megabytes.
    pub fn size(&mut self, what: &str, bytes: f64, budget: Option<f64>) {
        let megabytes = |bytes: f64| bytes / 1024.0 / 1024.0;
        self.row(what, megabytes(bytes), "MB", "", budget.map(megabytes));
    }

    /// A part of the row above.
    pub fn part(&mut self, what: &str, value: f64, unit: &str) {
        self.row(what, value, unit, "", None);
    }

    fn row(&mut self, what: &str, value: f64, unit: &str, spread: &str, budget: Option<f64>) {
        let verdict = match budget {
            Some(budget) if value <= budget => format!("held (at most {budget:.2})"),
            Some(budget) => format!("NOT HELD (at most {budget:.2})"),
            None => String::new(),
        };
        self.missed += u32::from(budget.is_some_and(|budget| value > budget));
        let _infallible = writeln!(self.rows, "{what:<58}{value:>9.3} {unit:<3}{spread:>17}  {verdict}");
        self.json.insert(what.trim().to_owned(), json!((value * 1e4).round() / 1e4));
    }

    /// All rows.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.rows
    }

    /// The rows that have a budget.
    #[must_use]
    pub fn judged(&self) -> String {
        let judged = self.rows.lines().filter(|row| row.ends_with(')') && row.to_lowercase().contains("held ("));
        judged.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
    }

    /// One JSON object.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.json.clone();
        line.insert("at".to_owned(), json!(SystemClock.now().to_string()));
        Value::Object(line).to_string()
    }

    /// Whether every budget is held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.missed == 0
    }
}

/// What a mail is billed for in batches of ten and of one, as a Markdown table.
#[must_use]
pub fn bills(bills: &[Vec<Item>; 2], journeys: [&Journey; 2]) -> String {
    let mut text = String::from(
        "\n| a mail, without SES's own $0.0001 | price | batches of 10 | $ a million | batches of 1 | $ a million |\n|---|---|---|---|---|---|\n",
    );
    for (ten, one) in bills[0].iter().zip(&bills[1]) {
        let _infallible = writeln!(
            text,
            "| {} | {} | {:.3} | {:.2} | {:.3} | {:.2} |",
            ten.what,
            ten.listed,
            ten.each,
            ten.each * ten.price * 1e6,
            one.each,
            one.each * one.price * 1e6
        );
    }
    let sums = bills.each_ref().map(|bill| per_million(bill));
    let _infallible = writeln!(text, "| together | | | {:.2} | | {:.2} |\n", sums[0], sums[1]);
    let _infallible = writeln!(
        text,
        "Counted over {} mails of {} people, with {} events of the shop.\n",
        journeys[0].mails, journeys[0].people, journeys[0].events
    );
    text
}

/// Adds a line to a history of runs.
///
/// # Panics
/// Where the file cannot be written.
pub fn remember(history: &Path, line: &str) {
    let folder = history.parent().expect("a file has a folder");
    std::fs::create_dir_all(folder).expect("the folder of the history is made");
    let mut file = OpenOptions::new().create(true).append(true).open(history).expect("the history opens");
    std::io::Write::write_fmt(&mut file, format_args!("{line}\n")).expect("the history is written");
}
