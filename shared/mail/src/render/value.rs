//! How a value becomes text: cleaned, escaped, counted.
//!
//! Must never write a control character that came with a value, nor print what is missing.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{AutoEscape, Error, Output, State, Value};

use super::MAX_BODY;
use super::error::Fault;

/// Bytes of text that the filters of one template may make in all.
const MAX_MADE: usize = 1024 * 1024;

/// What the filters of one template made.
#[derive(Default)]
pub(super) struct ValueSize {
    bytes: usize,
    /// Whether a link was left out.
    pub(super) left_out: bool,
}

/// Prints a value: every `{{ … }}` ends here.
pub(super) fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let text = text(value)?;
    if matches!(state.auto_escape(), AutoEscape::None) {
        out.write_str(&text)?;
    } else {
        out.write_str(&escape_html(&text))?;
    }
    Ok(())
}

/// The text of a string, number or truth value, or of a list of such, commas between them; control characters and line
/// breaks become blanks.
pub(super) fn text(value: &Value) -> Result<Cow<'_, str>, Fault> {
    if let Some(text) = value.as_str() {
        return Ok(clean(text));
    }
    if let Some(defaulted) = value.downcast_object_ref::<Defaulted>() {
        return text(&defaulted.fallback);
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Err(Fault::Missing),
        ValueKind::Bool => Ok(Cow::Borrowed(if value.is_true() { "true" } else { "false" })),
        ValueKind::Number => Ok(Cow::Owned(plain_number(value)?)),
        ValueKind::Seq => listed(value).map(Cow::Owned),
        _ => Err(Fault::NotText),
    }
}

/// A list as text: tools that allow several values of a field send one value as a list of one.
fn listed(value: &Value) -> Result<String, Fault> {
    let mut listed = String::new();
    for item in value.try_iter().map_err(|_| Fault::NotText)?.filter(|item| !is_missing(item)) {
        if item.kind() == ValueKind::Seq {
            return Err(Fault::NotText);
        }
        listed.push_str(if listed.is_empty() { "" } else { ", " });
        listed.push_str(&text(&item)?);
        if listed.len() > MAX_BODY {
            return Err(Fault::TooLong);
        }
    }
    if listed.is_empty() { Err(Fault::Missing) } else { Ok(listed) }
}

/// A value that cannot be printed and has a default: its fields and items are its own, its text is the default's.
#[derive(Debug)]
pub(super) struct Defaulted {
    value: Value,
    fallback: Value,
}

impl Defaulted {
    pub(super) fn value(value: Value, fallback: Value) -> Value {
        Value::from_object(Self { value, fallback })
    }
}

impl Object for Defaulted {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.value.kind() == ValueKind::Seq { ObjectRepr::Seq } else { ObjectRepr::Map }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.value.get_item(key).ok().filter(|found| !found.is_undefined())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match (self.value.kind(), self.value.len(), self.value.try_iter()) {
            (ValueKind::Seq, Some(length), _) => Enumerator::Seq(length),
            (_, _, Ok(keys)) => Enumerator::Values(keys.collect()),
            _ => Enumerator::NonEnumerable,
        }
    }
}

/// Integral numbers without a fraction, others by their shortest form.
fn plain_number(value: &Value) -> Result<String, Fault> {
    if let Some(integer) = value.as_i64() {
        return Ok(integer.to_string());
    }
    let number = number(value)?;
    Ok(number.to_string())
}

/// The number that a value is or, as a string, spells.
pub(super) fn number(value: &Value) -> Result<f64, Fault> {
    if is_missing(value) {
        return Err(Fault::Missing);
    }
    let number = match value.as_str() {
        Some(text) => text.trim().parse().map_err(|_| Fault::NotNumber)?,
        None if value.is_number() => f64::try_from(value.clone()).map_err(|_| Fault::NotNumber)?,
        None => return Err(Fault::NotNumber),
    };
    if number.is_finite() { Ok(number) } else { Err(Fault::NotNumber) }
}

/// How programs and spreadsheets write down that there is no value. Not `Null` and `None`, which are names.
const NOTHING: [&str; 6] = ["null", "NULL", "(null)", "undefined", "NaN", "#N/A"];

/// Whether a text says nothing: blank, or what a program has written for a value that it did not have.
#[must_use]
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || NOTHING.contains(&text)
}

/// Whether there is nothing: undefined, or null.
pub(super) fn is_missing(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// A result of a filter, counted against what one template may make.
pub(super) fn charge(state: &mut State, made: String) -> Result<Value, Error> {
    let sum = state.get_or_insert_extension(ValueSize::default());
    sum.bytes = sum.bytes.saturating_add(made.len());
    if sum.bytes > MAX_MADE { Err(Fault::TooLong.into()) } else { Ok(Value::from(made)) }
}

/// Control characters, line and paragraph separators and direction overrides become blanks.
fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unprintable) {
        Cow::Owned(text.chars().map(|c| if is_unprintable(c) { ' ' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_unprintable(c: char) -> bool {
    // Direction overrides let a value turn the text around it.
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Escapes text for HTML, both between tags and inside quoted attributes.
pub(crate) fn escape_html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}
