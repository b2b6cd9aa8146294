//! One value of a YAML file and its place.

use serde_json::{Map, Number};

use super::scalar::Kind;

/// A place in a file, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A collection by indentation.
    Block,
    /// A collection in braces or brackets.
    Flow,
    /// A scalar without quotes.
    Plain,
    /// A scalar in single quotes.
    Single,
    /// A scalar in double quotes.
    Double,
    /// A scalar after `|` or `>`.
    Lines,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) at: Position,
    /// The bytes of the source that hold it.
    pub(crate) bytes: std::ops::Range<usize>,
    pub(crate) style: Style,
    /// Whether an alias put it here, so that its bytes stand elsewhere too.
    pub(crate) aliased: bool,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Its text without quotes and escapes, and what that text means.
    Scalar(String, Kind),
    List(Vec<Node>),
    /// In the order of the file; keys are scalars and unique.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar, whatever it means; empty for a collection.
    pub(crate) fn text(&self) -> &str {
        match &self.value {
            Value::Scalar(text, _) => text,
            Value::List(_) | Value::Map(_) => "",
        }
    }

    /// The text of a scalar that means text.
    pub(crate) fn string(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, Kind::Text) => Some(text),
            _ => None,
        }
    }

    /// What a message calls it.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Scalar(_, Kind::Null) => "nothing".to_owned(),
            Value::Scalar(text, Kind::Text) => format!("the text {}", crate::suggest::quote(text)),
            Value::Scalar(text, Kind::Bool(_)) => format!("the truth value `{text}`"),
            Value::Scalar(text, Kind::Int(_) | Kind::Float(_)) => {
                format!("the number {}", crate::suggest::quote(text))
            }
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }

    /// The value of a key, where this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name.text() == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The node as JSON; `None` where a number has no place there (`.inf`, `.nan`).
    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        use serde_json::Value as Json;
        Some(match &self.value {
            Value::Scalar(_, Kind::Null) => Json::Null,
            Value::Scalar(_, Kind::Bool(value)) => Json::Bool(*value),
            Value::Scalar(_, Kind::Int(value)) => Json::Number((*value).into()),
            Value::Scalar(_, Kind::Float(value)) => Json::Number(Number::from_f64(*value)?),
            Value::Scalar(text, Kind::Text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Self::json).collect::<Option<_>>()?),
            Value::Map(_) => Json::Object(self.json_map()?),
        })
    }

    /// The node as a JSON object; `None` where it is no mapping or holds a number without a place in JSON.
    pub(crate) fn json_map(&self) -> Option<Map<String, serde_json::Value>> {
        match &self.value {
            Value::Map(entries) => {
                entries.iter().map(|(key, value)| Some((key.text().to_owned(), value.json()?))).collect()
            }
            _ => None,
        }
    }
}
