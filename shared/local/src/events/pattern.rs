//! Event patterns: which events a rule wants.
//!
//! Semantics of "Amazon EventBridge event patterns": every field named must match one of its
//! operators; an array in the event matches if one of its elements does; `$or` needs one of its
//! alternatives beside the other fields.

use serde_json::{Map, Value};

use super::operators::Operator;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    fields: Vec<(String, Field)>,
    /// Each `$or` with its alternatives.
    choices: Vec<Vec<Pattern>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    Nested(Pattern),
    Leaf(Vec<Operator>),
}

impl Pattern {
    /// Compiles a pattern; the error says what is wrong with it.
    pub(crate) fn parse(json: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(json).map_err(|_| "the pattern is not JSON")?;
        let fields = value.as_object().ok_or("the pattern is not an object")?;
        Self::compile(fields)
    }

    fn compile(fields: &Map<String, Value>) -> Result<Self, String> {
        if fields.is_empty() {
            return Err("an empty pattern matches nothing".to_owned());
        }
        let mut pattern = Self { fields: Vec::new(), choices: Vec::new() };
        for (name, value) in fields {
            match value {
                Value::Array(alternatives) if name == "$or" => {
                    let compiled = alternatives
                        .iter()
                        .map(|one| Self::compile(one.as_object().ok_or("$or takes patterns")?))
                        .collect::<Result<Vec<_>, String>>()?;
                    if compiled.len() < 2 {
                        return Err("$or takes two patterns or more".to_owned());
                    }
                    pattern.choices.push(compiled);
                }
                Value::Array(operators) if !operators.is_empty() => {
                    let operators = operators.iter().map(Operator::parse).collect::<Result<Vec<_>, String>>()?;
                    pattern.fields.push((name.clone(), Field::Leaf(operators)));
                }
                Value::Object(nested) => {
                    pattern.fields.push((name.clone(), Field::Nested(Self::compile(nested)?)));
                }
                _ => return Err(format!("{name:?} must be an object or a list that is not empty")),
            }
        }
        Ok(pattern)
    }

    /// Whether the event is wanted.
    pub(crate) fn matches(&self, event: &Value) -> bool {
        self.matches_fields(event.as_object())
    }

    fn matches_fields(&self, fields: Option<&Map<String, Value>>) -> bool {
        let of = |name: &str| fields.and_then(|fields| fields.get(name));
        self.fields.iter().all(|(name, field)| field.matches(of(name)))
            && self.choices.iter().all(|choice| choice.iter().any(|pattern| pattern.matches_fields(fields)))
    }
}

impl Field {
    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Nested(pattern), Some(Value::Array(items))) => {
                items.iter().any(|item| pattern.matches_fields(item.as_object()))
            }
            // A missing object is one without fields: `exists: false` below it matches.
            (Self::Nested(pattern), value) => pattern.matches_fields(value.and_then(Value::as_object)),
            (Self::Leaf(operators), Some(Value::Array(items))) if !items.is_empty() => {
                items.iter().any(|item| operators.iter().any(|one| one.matches(Some(item))))
            }
            (Self::Leaf(operators), value) => operators.iter().any(|one| one.matches(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wants(pattern: &Value, event: &Value) -> bool {
        Pattern::parse(&pattern.to_string()).unwrap().matches(event)
    }

    #[test]
    fn every_field_must_match_one_of_its_values() {
        let pattern = json!({"source": ["shop", "till"], "detail": {"total": [10]}});
        assert!(wants(&pattern, &json!({"source": "till", "detail": {"total": 10.0}})));
        assert!(!wants(&pattern, &json!({"source": "till", "detail": {"total": 11}})));
        assert!(!wants(&pattern, &json!({"source": "web", "detail": {"total": 10}})));
        assert!(!wants(&pattern, &json!({"source": "till"})));
    }

    #[test]
    fn an_array_matches_by_one_of_its_elements() {
        let pattern = json!({"tags": ["a"], "lines": {"sku": ["x"], "n": [1]}});
        assert!(wants(&pattern, &json!({"tags": ["b", "a"], "lines": [{"n": 3}, {"sku": "x", "n": 1}]})));
        assert!(!wants(&pattern, &json!({"tags": ["a"], "lines": [{"sku": "x", "n": 2}, {"sku": "y", "n": 1}]})));
    }

    #[test]
    fn or_needs_one_alternative_beside_the_rest() {
        let pattern = json!({"source": ["shop"], "$or": [{"a": [1]}, {"b": {"c": [{"exists": true}]}}]});
        assert!(wants(&pattern, &json!({"source": "shop", "a": 1})));
        assert!(wants(&pattern, &json!({"source": "shop", "b": {"c": null}})));
        assert!(!wants(&pattern, &json!({"source": "shop", "a": 2})));
        assert!(!wants(&pattern, &json!({"source": "till", "a": 1})));
    }

    #[test]
    fn exists_false_matches_below_a_missing_object() {
        let pattern = json!({"detail": {"consent": {"text": [{"exists": false}]}}});
        assert!(wants(&pattern, &json!({"detail": {}})));
        assert!(!wants(&pattern, &json!({"detail": {"consent": {"text": "v1"}}})));
    }

    #[test]
    fn bad_patterns_are_refused_with_a_reason() {
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"a": "b"}"#,
            r#"{"a": []}"#,
            r#"{"$or": [{"a": [1]}]}"#,
            r#"{"a": [{"soundex": "x"}]}"#,
            r#"{"a": [{"numeric": [">"]}]}"#,
        ] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
