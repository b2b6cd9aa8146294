//! The filters of a mail, each bounded by what it is given.
//!
//! Must never make a value safe from escaping, nor text that is not charged.

use minijinja::value::ValueKind;
use minijinja::{Error, State, Value};

use super::error::Fault;
use super::value::{Defaulted, ValueSize, charge, is_missing, is_nothing, number, text};
use super::{MAX_BODY, format, links};
use crate::url;

type Result<T = Value> = std::result::Result<T, Error>;

/// `fallback` for what is missing, null or blank: a blank name is no better than none. What is there and cannot be printed
/// keeps its fields, and prints as `fallback`.
pub(super) fn default(value: Value, fallback: Value) -> Value {
    match text(&value) {
        _ if value.as_str().is_some_and(is_nothing) => fallback,
        Err(Fault::Missing) => fallback,
        Err(Fault::NotText) => Defaulted::value(value, fallback),
        _ => value,
    }
}

pub(super) fn upper(state: &mut State, value: Value) -> Result {
    charge(state, text(&value)?.to_uppercase())
}

pub(super) fn lower(state: &mut State, value: Value) -> Result {
    charge(state, text(&value)?.to_lowercase())
}

pub(super) fn trim(state: &mut State, value: Value) -> Result {
    charge(state, text(&value)?.trim().to_owned())
}

/// The first letter in upper case, the others as they are.
pub(super) fn capitalize(state: &mut State, value: Value) -> Result {
    charge(state, capitalized(&text(&value)?))
}

/// The first letter of every word in upper case, the others in lower case.
pub(super) fn title(state: &mut State, value: Value) -> Result {
    let words = text(&value)?.to_lowercase();
    charge(state, words.split(' ').map(capitalized).collect::<Vec<_>>().join(" "))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// At most `length` characters, the last of them `…` if something was cut.
pub(super) fn truncate(state: &mut State, value: Value, length: usize) -> Result {
    let text = text(&value)?;
    if text.chars().nth(length).is_none() {
        return charge(state, text.into_owned());
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    charge(state, format!("{}…", kept.trim_end()))
}

pub(super) fn replace(state: &mut State, value: Value, from: Value, to: Value) -> Result {
    let (value, from, to) = (text(&value)?, text(&from)?, text(&to)?);
    let found = if from.is_empty() { 0 } else { value.matches(from.as_ref()).count() };
    if found == 0 {
        return charge(state, value.into_owned());
    }
    if found.saturating_mul(to.len()).saturating_add(value.len()) > MAX_BODY {
        return Err(Fault::TooLong.into());
    }
    charge(state, value.replace(from.as_ref(), &to))
}

pub(super) fn join(state: &mut State, value: Value, separator: Option<Value>) -> Result {
    let separator = separator.unwrap_or_else(|| Value::from(""));
    let separator = text(&separator)?;
    let mut joined = String::new();
    for (index, item) in items(&value)?.enumerate() {
        if index > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&text(&item)?);
        if joined.len() > MAX_BODY {
            return Err(Fault::TooLong.into());
        }
    }
    charge(state, joined)
}

pub(super) fn first(value: Value) -> Result {
    Ok(items(&value)?.next().unwrap_or(Value::UNDEFINED))
}

pub(super) fn last(value: Value) -> Result {
    Ok(items(&value)?.last().unwrap_or(Value::UNDEFINED))
}

/// Characters of a text, items of a list.
pub(super) fn length(value: Value) -> Result {
    let length = match value.as_str() {
        Some(text) => text.chars().count(),
        None => value.len().ok_or(if is_missing(&value) { Fault::Missing } else { Fault::NotText })?,
    };
    Ok(Value::from(length))
}

fn items(value: &Value) -> Result<impl Iterator<Item = Value>> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Err(Fault::Missing.into()),
        _ => value.try_iter(),
    }
}

pub(super) fn abs(value: Value) -> Result {
    Ok(numeric(number(&value)?.abs()))
}

/// Whole, or to `digits` behind the point; halves away from zero.
pub(super) fn round(value: Value, digits: Option<u8>) -> Result {
    let scale = 10_f64.powi(i32::from(digits.unwrap_or_default().min(9)));
    Ok(numeric((number(&value)? * scale).round() / scale))
}

/// The whole part.
pub(super) fn int(value: Value) -> Result {
    Ok(numeric(number(&value)?.trunc()))
}

pub(super) fn float(value: Value) -> Result {
    Ok(Value::from(number(&value)?))
}

/// Whole numbers become integers, which print without a fraction and compare exactly.
#[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "only taken where the conversion is exact")]
fn numeric(number: f64) -> Value {
    let whole = number as i64;
    if whole as f64 == number { Value::from(whole) } else { Value::from(number) }
}

/// An amount in the workspace's currency, or in the one that is named: `{{ entry.total | money("EUR") }}`. What is no
/// number, such as `12,000원`, stays as it came.
pub(super) fn money(state: &mut State, value: Value, currency: Option<String>) -> Result {
    let currency = currency.or_else(|| setting(state, "workspace", "currency")).ok_or(Fault::Missing)?;
    let made = match number(&value) {
        Ok(amount) => format::money(amount, &currency, format::language(state)),
        Err(_) => text(&value)?.into_owned(),
    };
    charge(state, made)
}

/// Digits in groups of three, with at most `digits` behind the point. What is no number stays as it came.
pub(super) fn number_filter(state: &mut State, value: Value, digits: Option<u8>) -> Result {
    let made = match number(&value) {
        Ok(number) => format::number(number, digits),
        Err(_) => text(&value)?.into_owned(),
    };
    charge(state, made)
}

/// The day of an instant in the mail's zone, or a plain date, written out. What is no date, such as `Christmas`, stays as
/// it came.
pub(super) fn date(state: &mut State, value: Value) -> Result {
    let zone = state.lookup("timezone");
    let zone = zone.as_ref().and_then(Value::as_str).unwrap_or_default();
    let given = text(&value)?;
    let made = format::date(&given, zone, format::language(state)).unwrap_or_else(|| given.into_owned());
    charge(state, made)
}

fn setting(state: &State, root: &str, name: &str) -> Option<String> {
    let value = state.lookup(root)?.get_attr(name).ok()?;
    value.as_str().map(str::to_owned)
}

/// A whole link that came with a value. One that may not stand in a mail is left out, and the mail goes without it.
pub(super) fn link(state: &mut State, value: Value) -> Result {
    // Judged as it came: cleaning could turn what is no link into one.
    let link = value.as_str().and_then(url::mended);
    or_left_out(state, link)
}

/// A link that [`Links`](crate::Links) made; a transactional mail has no link to unsubscribe.
pub(super) fn own_link(state: &mut State, value: Value) -> Result {
    let link = value.as_str().filter(|link| url::is_own(link));
    or_left_out(state, link.map(str::to_owned))
}

/// A value inside a link whose beginning the author wrote. Without the value the link leads nowhere and is left out.
pub(super) fn part(state: &mut State, value: Value) -> Result {
    let part = text(&value).ok().map(|text| url::encode_part(&text));
    or_left_out(state, part)
}

/// A link or a part of one; without it, what stands for one that may not stand, and is looked for in what is rendered then.
fn or_left_out(state: &mut State, link: Option<String>) -> Result {
    state.get_or_insert_extension(ValueSize::default()).left_out |= link.is_none();
    charge(state, link.unwrap_or_else(|| links::LEFT_OUT.to_owned()))
}
