//! Between JSON and CEL values. Integral JSON numbers are ints, others doubles (SPEC.md section 11).

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value as Cel;
use cel::objects::{Key, Map as CelMap};
use serde_json::{Number, Value};

use super::EvalError;
use crate::time::Instant;

/// The CEL value of a JSON value.
pub(super) fn from_json(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(answer) => Cel::Bool(*answer),
        Value::Number(number) => from_number(number),
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(values) => Cel::List(values.iter().map(from_json).collect::<Vec<_>>().into()),
        Value::Object(fields) => map(fields.iter().map(|(name, value)| (name.clone(), from_json(value)))),
    }
}

fn from_number(number: &Number) -> Cel {
    number.as_i64().map_or_else(|| from_double(number.as_f64().unwrap_or(f64::NAN)), Cel::Int)
}

/// The CEL value of a number: an int where it is integral.
pub(super) fn from_double(number: f64) -> Cel {
    integral(number).map_or(Cel::Float(number), Cel::Int)
}

/// The integer that a double is, where it is one and fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the range was looked at")]
fn integral(number: f64) -> Option<i64> {
    const LIMIT: f64 = i64::MAX as f64;
    (number.fract() == 0.0 && number > -LIMIT && number < LIMIT).then_some(number as i64)
}

/// A CEL map with text keys.
pub(super) fn map(entries: impl Iterator<Item = (String, Cel)>) -> Cel {
    let entries: HashMap<Key, Cel> = entries.map(|(name, value)| (Key::String(Arc::new(name)), value)).collect();
    Cel::Map(CelMap { map: Arc::new(entries) })
}

/// The CEL timestamp of an instant.
pub(super) fn timestamp(at: Instant) -> Cel {
    chrono::DateTime::from_timestamp(at.seconds(), 0).map_or(Cel::Null, |utc| Cel::Timestamp(utc.fixed_offset()))
}

/// The JSON value of a CEL value; timestamps become text.
pub(super) fn to_json(value: &Cel) -> Result<Value, EvalError> {
    Ok(match value {
        Cel::Null => Value::Null,
        Cel::Bool(answer) => Value::Bool(*answer),
        Cel::Int(number) => Value::from(*number),
        Cel::UInt(number) => Value::from(*number),
        Cel::Float(number) => integral(*number).map_or_else(|| Value::from(*number), Value::from),
        Cel::String(text) => Value::String(text.to_string()),
        Cel::Timestamp(at) => Value::String(Instant::from_seconds(at.timestamp()).to_string()),
        Cel::List(values) => Value::Array(values.iter().map(to_json).collect::<Result<_, _>>()?),
        Cel::Map(entries) => {
            let fields = entries.map.iter().map(|(key, value)| Ok((key.to_string(), to_json(value)?)));
            Value::Object(fields.collect::<Result<_, EvalError>>()?)
        }
        other => return Err(EvalError(format!("{} has no JSON form", other.type_of()))),
    })
}
