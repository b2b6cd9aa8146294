//! What the cells of a row say. Every refusal names the column and a way to mend it; none repeats a whole cell, which may
//! hold anything.

use csv::ByteRecord;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

/// Bytes of the longest cell; longer than any field of a customer, shorter than what a forgotten quote swallows.
const LONGEST: usize = 1_000;
/// The years of an order. Outside of them somebody mistyped, and time would have to be played that never was.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;
/// Hour of a date without a time.
const NOON: i8 = 12;

/// The cells of a row as texts, without blanks around them. What a program has written for a value that it did not have,
/// such as `NULL`, is an empty cell.
///
/// # Errors
/// Where it has too few or too many, or one is too long or not UTF-8.
pub fn texts<'r>(record: &'r ByteRecord, names: &[String]) -> Result<Vec<&'r str>, String> {
    let name = |at: usize| names.get(at).map_or_else(|| format!("number {}", at + 1), |name| format!("`{name}`"));
    let mut texts = Vec::with_capacity(record.len());
    for (at, field) in record.iter().enumerate() {
        if field.len() > LONGEST {
            let (column, have) = (name(at), field.len());
            return Err(format!(
                "column {column} holds {have} bytes, at most {LONGEST} are read; is a quote left open?"
            ));
        }
        let text = std::str::from_utf8(field);
        let text = text.map_err(|_| format!("column {} is not UTF-8; save the file as \"CSV UTF-8\"", name(at)))?;
        texts.push(if rekindle_mail::is_nothing(text) { "" } else { text.trim() });
    }
    if texts.len() != names.len() {
        let (have, want) = (texts.len(), names.len());
        return Err(format!("{have} cells for {want} columns; put quotes around cells that hold a comma"));
    }
    Ok(texts)
}

/// A customer's id.
///
/// # Errors
/// Where it is empty or holds line breaks and the like.
pub fn id(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("`customer_id` is empty; say whose order it is".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("`customer_id` holds a line break or another control character; is a quote left open?".to_owned());
    }
    Ok(text)
}

/// When an order was made: `2026-03-01` (noon in `zone`), `2026-03-01 14:30[:05]` (local in `zone`), or with an offset.
///
/// # Errors
/// Where the text is anything else.
pub fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let refused =
        || format!("`date` is {}; write 2026-03-01, 2026-03-01 14:30 or 2026-03-01T14:30:00+09:00", quoted(text));
    // jiff would read an hour-only offset and a zone in brackets as well, and pass over the latter.
    if !text.bytes().all(|byte| byte.is_ascii_digit() || b"-:+. TtZz".contains(&byte)) {
        return Err(refused());
    }
    let at = match text.parse::<Timestamp>() {
        Ok(at) => at,
        Err(_) => {
            let mut local: DateTime = text.parse().map_err(|_| refused())?;
            if !text.contains([' ', 'T', 't']) {
                local = local.date().at(NOON, 0, 0, 0);
            }
            zone.to_timestamp(local).map_err(|_| refused())?
        }
    };
    let year = zone.to_datetime(at).year();
    if !YEARS.contains(&year) {
        return Err(format!("`date` is in the year {year}; orders of {} to {} are played", YEARS.start(), YEARS.end()));
    }
    Timestamp::from_second(at.as_second()).map_err(|_| refused())
}

/// An amount in the workspace's currency.
///
/// # Errors
/// Where it is no number, or negative.
pub fn amount(text: &str) -> Result<Number, String> {
    let refused = || {
        let remedy = "write a number such as 1234.50, without separators and currency";
        Err(format!("`amount` is {}; {remedy}", quoted(text)))
    };
    if let Ok(whole) = text.parse::<u32>() {
        return Ok(whole.into());
    }
    match text.parse::<f64>() {
        Ok(amount) if amount < 0.0 => Err("`amount` is negative; refunds are not played, leave them out".to_owned()),
        // A sum of larger ones is beyond what a table holds.
        Ok(amount) if amount < 1e15 => whole_or_not(amount).map_or_else(refused, Ok),
        _ => refused(),
    }
}

/// Integral numbers as integers, which expressions tell apart.
#[expect(clippy::cast_possible_truncation, reason = "integral and below 1e15")]
fn whole_or_not(number: f64) -> Option<Number> {
    if number.fract() == 0.0 { Some((number as i64).into()) } else { Number::from_f64(number) }
}

/// Whether somebody agrees to marketing. An empty cell says nothing, and what is not said is no consent.
///
/// # Errors
/// Where it is neither yes nor no.
pub fn consent(text: &str) -> Result<Option<bool>, String> {
    match text.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "no" | "n" | "false" | "0" => Ok(Some(false)),
        _ => Err(format!("`consent` is {}; write yes or no", quoted(text))),
    }
}

/// An attribute: a number where JSON would call it one and no digit is lost, so that 007 and +82… stay what they are.
pub fn attribute(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    match serde_json::from_str::<Number>(text) {
        Ok(number) if !number.is_f64() || text.contains('.') => Value::Number(number),
        _ => Value::from(text),
    }
}

/// The beginning of a cell, for messages.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.is_empty() {
        return "empty".to_owned();
    }
    let short: String = text.chars().take(LONGEST).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{more}")
}
