//! Figures for each size, how each grows, and how they are shown: one table as Markdown, one line of JSON.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// All figures, each for every size.
pub struct Figures {
    sizes: Vec<u64>,
    rows: Vec<(String, Vec<Option<f64>>)>,
}

impl Figures {
    /// None yet.
    #[must_use]
    pub fn of(sizes: &[u64]) -> Self {
        Self { sizes: sizes.to_vec(), rows: Vec::new() }
    }

    /// One figure of the size at that place.
    pub fn note(&mut self, what: &str, place: usize, value: f64) {
        let at = self.rows.iter().position(|(name, _)| name == what).unwrap_or_else(|| {
            self.rows.push((what.to_owned(), vec![None; self.sizes.len()]));
            self.rows.len() - 1
        });
        self.rows[at].1[place] = Some(value);
    }

    /// A table with the growth from each size to the next.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::from("|");
        let heads = self.sizes.iter().map(|size| format!(" {}", rekindle_mail::grouped(&size.to_string())));
        let growths =
            self.sizes.windows(2).map(|pair| format!(" × at {}", rekindle_mail::grouped(&pair[1].to_string())));
        let heads: Vec<String> = [" people".to_owned()].into_iter().chain(heads).chain(growths).collect();
        heads.iter().for_each(|head| text += &format!("{head} |"));
        text += &format!("\n|---|{}\n", "---:|".repeat(heads.len() - 1));
        for (what, values) in &self.rows {
            let _infallible = write!(text, "| {what} |");
            for value in values {
                let _infallible = write!(text, " {} |", value.map_or_else(String::new, short));
            }
            for pair in values.windows(2) {
                let growth = pair[0].zip(pair[1]).filter(|(before, _)| *before != 0.0);
                let growth = growth.map_or_else(String::new, |(before, after)| format!("{:.2}", after / before));
                let _infallible = write!(text, " {growth} |");
            }
            text.push('\n');
        }
        text
    }

    /// One JSON object: by name, a value for each size.
    #[must_use]
    pub fn line(&self) -> String {
        let rounded = |value: &Option<f64>| value.map(|value| (value * 1e4).round() / 1e4);
        let mut all = Map::from_iter([("people".to_owned(), json!(self.sizes))]);
        all.extend(
            self.rows
                .iter()
                .map(|(what, values)| (what.clone(), json!(values.iter().map(rounded).collect::<Vec<_>>()))),
        );
        Value::Object(all).to_string()
    }
}

/// A number with three digits that count.
#[must_use]
pub fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 1_000.0 => rekindle_mail::grouped(&format!("{value:.0}")),
        middle if middle >= 100.0 => format!("{value:.0}"),
        small if small >= 10.0 => format!("{value:.1}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.2}"),
    }
}
