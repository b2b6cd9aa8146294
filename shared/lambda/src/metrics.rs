//! Metrics, as lines of the log in CloudWatch's embedded metric format: no call, no waiting, no permission.
//!
//! A metric costs $0.30 a month and a line of log $0.50 a gigabyte, so only what nobody else counts is said here, and never
//! for every mail: SES, SQS and Lambda count the rest for nothing. A few lines of our own do it; a crate for it brings
//! a macro, a queue and a formatter that nothing here would use.

#![expect(clippy::print_stdout, reason = "CloudWatch reads metrics from the log, which is what a function prints")]

use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::{Value, json};

/// The namespace that alarms look into.
const NAMESPACE: &str = "Rekindle";

static STAGE: OnceLock<String> = OnceLock::new();

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
}

/// Begins to write metrics, for that stage. Before it, as on a laptop and in tests, nothing is written.
pub fn start(stage: &str) {
    // A second start, as in tests, changes nothing.
    let _already_started = STAGE.set(stage.to_owned());
}

/// Says one number.
pub fn emit(name: &str, unit: Unit, value: i64, now: Timestamp) {
    if let Some(stage) = STAGE.get() {
        println!("{}", line(stage, name, unit, value, now));
    }
}

/// One line of the embedded metric format.
fn line(stage: &str, name: &str, unit: Unit, value: i64, now: Timestamp) -> Value {
    let unit = match unit {
        Unit::Count => "Count",
        Unit::Seconds => "Seconds",
    };
    let metric = json!({
        "Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": [{ "Name": name, "Unit": unit }],
    });
    let mut line = json!({
        "_aws": { "Timestamp": now.as_millisecond(), "CloudWatchMetrics": [metric] }, "Stage": stage,
    });
    if let Some(fields) = line.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads_as_a_metric() {
        let line = line("prod", "SecondsLate", Unit::Seconds, 7, Timestamp::from_second(1).unwrap());
        let expected = json!({
            "_aws": {
                "Timestamp": 1000,
                "CloudWatchMetrics": [{
                    "Namespace": "Rekindle",
                    "Dimensions": [["Stage"]],
                    "Metrics": [{ "Name": "SecondsLate", "Unit": "Seconds" }],
                }],
            },
            "Stage": "prod",
            "SecondsLate": 7,
        });
        assert_eq!(line, expected);
    }
}
