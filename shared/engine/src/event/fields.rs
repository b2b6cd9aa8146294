//! Single fields of an event, each read into its type or refused by its name.

use serde_json::Value;

use super::{ConsentChange, Malformed};
use crate::time::Instant;

impl ConsentChange {
    /// Takes on what `value` says.
    ///
    /// # Errors
    /// Where it is of the wrong type, naming `field`.
    pub(super) fn read(&mut self, value: Option<&Value>, field: &'static str) -> Result<(), Malformed> {
        let wrong = |wanted| Malformed::WrongType { field, wanted };
        let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(()) };
        let fields = value.as_object().ok_or(wrong("an object"))?;
        match fields.get("marketing") {
            Some(Value::Bool(answer)) => self.marketing = Some(*answer),
            None | Some(Value::Null) => {}
            Some(_) => return Err(wrong("an object whose `marketing` is true or false")),
        }
        let Some(topics) = fields.get("topics").filter(|topics| !topics.is_null()) else { return Ok(()) };
        for (topic, answer) in topics.as_object().ok_or(wrong("an object whose `topics` is an object"))? {
            match answer {
                Value::Bool(answer) => drop(self.topics.insert(topic.clone(), *answer)),
                Value::Null => {}
                _ => return Err(wrong("an object whose `topics` are true or false")),
            }
        }
        Ok(())
    }
}

/// A text that has to be there.
pub(super) fn required_text(value: Option<&Value>, field: &'static str) -> Result<String, Malformed> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(Malformed::NotAText(field)),
    }
}

/// An instant that may be missing or null.
pub(super) fn instant(value: Option<&Value>, field: &'static str) -> Result<Option<Instant>, Malformed> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Instant::parse(text).map(Some).ok_or(Malformed::NotAnInstant(field)),
        Some(_) => Err(Malformed::NotAnInstant(field)),
    }
}

/// That a value is missing, null, or as wanted.
pub(super) fn optional(
    value: Option<&Value>,
    field: &'static str,
    wanted: &'static str,
    is: fn(&Value) -> bool,
) -> Result<(), Malformed> {
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(value) if is(value) => Ok(()),
        Some(_) => Err(Malformed::WrongType { field, wanted }),
    }
}
