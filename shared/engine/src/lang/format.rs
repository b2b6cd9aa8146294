//! Writes the ids that steps have by default into the file, and tidies its line ends (SPEC.md section 2).
//!
//! It edits the author's text and never writes it anew, so order, comments and style stay; and it gives nothing out
//! that would not load as the same campaign.

use std::ops::Range;

use serde_json::Value as Json;

use super::read::{Known, Reader, StepName};
use super::report::Report;
use super::yaml::{self, Node, Style, Value};
use super::{Diagnostic, codes};

/// The name that diagnostics give the file.
const FILE: &str = "campaign.yaml";

/// One change of the text: these bytes become that.
type Edit = (Range<usize>, String);

/// The text of a `campaign.yaml` with the id of every step written and no blanks at the ends of lines. Formatting twice
/// changes nothing more.
///
/// # Errors
/// Where the file is no YAML, or its steps are wrong, so that their default ids are not known.
pub fn fmt(campaign_yaml: &str) -> Result<String, Vec<Diagnostic>> {
    let mut report = Report::new(FILE, campaign_yaml);
    let root = yaml::read(&mut report);
    let Some(root) = root.filter(|_| !report.has_errors()) else {
        return Err(report.into_found());
    };
    let known = Known::default();
    let mut reader = Reader::new(report, &known);
    if let Some(steps) = root.get("steps") {
        reader.all_steps(steps);
    }
    if let Some(step) = reader.steps.iter().find(|step| !step.written && step.node.aliased) {
        reader.report.error(
            step.node.at,
            codes::FORMAT_BY_HAND,
            "this step is repeated by an alias, so it cannot have an id of its own",
            "write the steps out",
        );
    }
    if reader.report.has_errors() {
        return Err(reader.report.into_found());
    }
    let edits = reader.steps.iter().filter(|step| !step.written).flat_map(|step| write_id(campaign_yaml, step));
    let formatted = tidy(&apply(campaign_yaml, edits.collect()));
    if let Some(formatted) = formatted.filter(|formatted| same(&root, &reader.steps, formatted)) {
        return Ok(formatted);
    }
    let unwritten = reader.steps.iter().find(|step| !step.written).map_or(root.at, |step| step.node.at);
    reader.report.error(
        unwritten,
        codes::FORMAT_BY_HAND,
        "the steps cannot be given ids without changing what the file says",
        "write their ids by hand",
    );
    Err(reader.report.into_found())
}

/// Writes the id of one step.
fn write_id(source: &str, step: &StepName<'_>) -> Vec<Edit> {
    let Value::Map(entries) = &step.node.value else {
        return Vec::new();
    };
    let Range { start, end } = step.node.bytes;
    let id = &step.id;
    let insert = |at: usize, text: String| (at..at, text);
    if step.node.style == Style::Flow {
        let inside = source.get(start..).and_then(|text| text.strip_prefix('{'));
        return match inside {
            Some(rest) if rest.starts_with(char::is_whitespace) => vec![insert(start + 1, format!(" id: {id},"))],
            Some(_) => vec![insert(start + 1, format!("id: {id}, "))],
            // `[ send: hello ]`: a pair that needs braces to become two.
            None => vec![insert(start, format!("{{ id: {id}, ")), insert(end, " }".to_owned())],
        };
    }
    let indent = " ".repeat(step.node.at.column - 1);
    let newline = newline(source);
    let kind = entries.iter().find(|(key, _)| key.text() == step.kind);
    let one_line = kind.filter(|(key, value)| {
        let written = source.get(key.bytes.start..value.bytes.end.max(key.bytes.end)).unwrap_or_default();
        value.style != Style::Lines && !value.aliased && !written.contains('\n')
    });
    let Some((key, _)) = one_line else {
        return vec![insert(start, format!("id: {id}{newline}{indent}"))];
    };
    match source.get(key.bytes.end..).and_then(|rest| rest.find('\n')) {
        Some(length) => vec![insert(key.bytes.end + length + 1, format!("{indent}id: {id}{newline}"))],
        None => vec![insert(source.len(), format!("{newline}{indent}id: {id}"))],
    }
}

/// Removes blanks at the ends of lines and empty lines at the end of the file, which gets exactly one line end; texts of
/// several lines stay as they are. `None` where the text is no YAML any more.
fn tidy(source: &str) -> Option<String> {
    let root = yaml::read(&mut Report::new(FILE, source))?;
    let mut texts = Vec::new();
    long_texts(source, &root, &mut texts);
    texts.sort_by_key(|range| range.start);
    let open_end = ends_in_block_text(source, &root);
    let end = if open_end { source.len() } else { source.trim_end().len() };
    let mut texts = texts.iter().peekable();
    let mut edits = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let blank = start + text.trim_end_matches([' ', '\t']).len()..start + text.len();
        start += line.len();
        while texts.next_if(|range| range.end <= blank.start).is_some() {}
        let within = texts.peek().is_some_and(|range| range.start <= blank.start);
        if !blank.is_empty() && !within && blank.end <= end {
            edits.push((blank, String::new()));
        }
    }
    if !open_end && !source.is_empty() {
        edits.push((end..source.len(), newline(source).to_owned()));
    }
    Some(apply(source, edits))
}

/// The bytes of scalars of more than one line.
fn long_texts(source: &str, node: &Node, found: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Scalar(..) => {
            if !node.aliased && source.get(node.bytes.clone()).is_some_and(|text| text.contains('\n')) {
                found.push(node.bytes.clone());
            }
        }
        Value::List(items) => items.iter().for_each(|item| long_texts(source, item, found)),
        Value::Map(entries) => entries.iter().for_each(|(_, value)| long_texts(source, value, found)),
    }
}

/// Whether the file ends within a text after `|` or `>`, to which empty lines may belong.
fn ends_in_block_text(source: &str, node: &Node) -> bool {
    match &node.value {
        Value::Scalar(..) => {
            node.style == Style::Lines && source.get(node.bytes.end..).is_none_or(|rest| rest.trim().is_empty())
        }
        Value::List(items) => items.last().is_some_and(|item| ends_in_block_text(source, item)),
        Value::Map(entries) => entries.last().is_some_and(|(_, value)| ends_in_block_text(source, value)),
    }
}

/// How the file ends its lines.
fn newline(source: &str) -> &'static str {
    if source.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
}

fn apply(source: &str, mut edits: Vec<Edit>) -> String {
    // Stable: what is inserted at one place stays in order, before what is removed from there on.
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(source.len() + 32 * edits.len());
    let mut done = 0;
    for (range, new) in edits {
        text.push_str(source.get(done..range.start).unwrap_or_default());
        text.push_str(&new);
        done = range.end;
    }
    text.push_str(source.get(done..).unwrap_or_default());
    text
}

/// Whether the new text says what the old one does, each step's id written.
fn same(root: &Node, steps: &[StepName<'_>], formatted: &str) -> bool {
    let mut report = Report::new(FILE, formatted);
    let Some(again) = yaml::read(&mut report) else {
        return false;
    };
    let known = Known::default();
    let mut reader = Reader::new(report, &known);
    if let Some(steps) = again.get("steps") {
        reader.all_steps(steps);
    }
    let ids = |step: &StepName<'_>| step.id.clone();
    !reader.report.has_errors()
        && reader.steps.iter().all(|step| step.written)
        && reader.steps.iter().map(ids).eq(steps.iter().map(ids))
        && root.json().map(without_ids) == again.json().map(without_ids)
}

fn without_ids(json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(without_ids).collect(),
        Json::Object(fields) => {
            fields.into_iter().filter(|(key, _)| key != "id").map(|(key, value)| (key, without_ids(value))).collect()
        }
        other => other,
    }
}
