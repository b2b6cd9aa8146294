//! The journal, one row a decision.

use serde_json::{Map, Value};

use rekindle_engine::time::Instant;

use super::text::Times;
use crate::output::View;
use crate::output::table::Table;

/// The kinds' own fields in the order in which they are written. The `send_id` is left out.
const FIELDS: [&str; 10] = ["reason", "mail", "until", "by", "arm", "offer", "code", "value", "expression", "error"];

/// A journal line that was read, or its text where it is no JSON object.
pub type Entry<'a> = Result<Map<String, Value>, &'a str>;

/// Reads journal lines.
pub fn read(lines: &[String]) -> Vec<Entry<'_>> {
    lines.iter().map(|line| serde_json::from_str(line).map_err(|_| line.as_str())).collect()
}

/// Whether this entry of the campaign was held out.
pub fn held_out(entries: &[Entry], campaign: &str, number: u32) -> bool {
    entries.iter().flatten().any(|entry| {
        text(entry, "kind") == "held_out"
            && text(entry, "campaign") == campaign
            && entry.get("entry").and_then(Value::as_u64) == Some(u64::from(number))
    })
}

/// Journal lines as a table for people.
pub(crate) fn lines(lines: &[String], times: &Times, view: &View) -> String {
    Table::new(rows_of(lines, times)).write(view)
}

/// Journal lines as rows for people; none of none.
pub(crate) fn rows_of(lines: &[String], times: &Times) -> Vec<Vec<String>> {
    if lines.is_empty() { Vec::new() } else { rows(&read(lines), times) }
}

/// When, where, at which step, what, and the details.
pub fn rows(entries: &[Entry], times: &Times) -> Vec<Vec<String>> {
    if entries.is_empty() {
        return vec![vec![times.words.nothing_decided()]];
    }
    let row = |entry: &Entry| match entry {
        Ok(entry) => vec![
            instant(entry.get("at"), times),
            format!("{} #{}", text(entry, "campaign"), text(entry, "entry")),
            text(entry, "step"),
            times.words.kind(&text(entry, "kind")),
            details(entry, times),
        ],
        Err(line) => vec![(*line).to_owned()],
    };
    entries.iter().map(row).collect()
}

fn details(entry: &Map<String, Value>, times: &Times) -> String {
    let written = FIELDS.iter().filter_map(|field| {
        let value = entry.get(*field)?;
        let value = if *field == "until" { instant(Some(value), times) } else { text(entry, field) };
        Some(times.words.detail(field) + &value)
    });
    written.collect::<Vec<_>>().join(", ")
}

fn text(entry: &Map<String, Value>, field: &str) -> String {
    match entry.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

fn instant(value: Option<&Value>, times: &Times) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    Instant::parse(text).map_or_else(|| text.to_owned(), |at| times.at(at))
}
