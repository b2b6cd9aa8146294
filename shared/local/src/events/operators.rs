//! The comparison operators of event patterns.

use serde_json::Value;

/// One way in which a value can match.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operator {
    Exact(Value),
    Exists(bool),
    Text(Text),
    /// Not one of these values.
    ButValues(Vec<Value>),
    /// No text of these shapes.
    ButText(Vec<Text>),
    /// All of these comparisons.
    Numeric(Vec<(Comparison, f64)>),
}

/// A shape of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    Prefix(String),
    Suffix(String),
    /// In lower case.
    PrefixAnyCase(String),
    /// In lower case.
    SuffixAnyCase(String),
    /// In lower case.
    EqualsAnyCase(String),
    /// The parts between the asterisks.
    Wildcard(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Operator {
    pub(super) fn parse(value: &Value) -> Result<Self, String> {
        let Value::Object(fields) = value else {
            return if value.is_array() {
                Err("lists cannot be nested".to_owned())
            } else {
                Ok(Self::Exact(value.clone()))
            };
        };
        let mut fields = fields.iter();
        let (Some((name, argument)), None) = (fields.next(), fields.next()) else {
            return Err("an operator has exactly one name".to_owned());
        };
        match name.as_str() {
            "exists" => argument.as_bool().map(Self::Exists).ok_or_else(|| "exists takes a boolean".to_owned()),
            "numeric" => numeric(argument),
            "anything-but" => but(argument),
            _ => Text::parse(name, argument).map(Self::Text),
        }
    }

    /// Whether a field that is no list (or absent) matches.
    pub(super) fn matches(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return *self == Self::Exists(false);
        };
        match self {
            Self::Exact(wanted) => equal(wanted, value),
            Self::Exists(wanted) => *wanted && !value.is_object(),
            Self::Text(shape) => value.as_str().is_some_and(|text| shape.matches(text)),
            Self::ButValues(refused) => !value.is_object() && !refused.iter().any(|one| equal(one, value)),
            Self::ButText(refused) => value.as_str().is_some_and(|text| !refused.iter().any(|one| one.matches(text))),
            Self::Numeric(all) => {
                value.as_f64().is_some_and(|number| all.iter().all(|(how, bound)| how.holds(number, *bound)))
            }
        }
    }
}

/// JSON equality, with 1 equal to 1.0.
fn equal(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}

fn numeric(argument: &Value) -> Result<Operator, String> {
    let wrong = || "numeric takes one or two pairs of a comparison and a number".to_owned();
    let parts = argument.as_array().ok_or_else(wrong)?;
    if parts.is_empty() || parts.len() > 4 || parts.len() % 2 == 1 {
        return Err(wrong());
    }
    parts
        .chunks_exact(2)
        .map(|pair| match pair {
            [how, bound] => {
                let how = match how.as_str() {
                    Some("<") => Comparison::Less,
                    Some("<=") => Comparison::AtMost,
                    Some("=") => Comparison::Equal,
                    Some(">=") => Comparison::AtLeast,
                    Some(">") => Comparison::More,
                    _ => return Err(wrong()),
                };
                Ok((how, bound.as_f64().ok_or_else(wrong)?))
            }
            _ => Err(wrong()),
        })
        .collect::<Result<Vec<_>, _>>()
        .map(Operator::Numeric)
}

fn but(argument: &Value) -> Result<Operator, String> {
    match argument {
        Value::Object(fields) => {
            let mut fields = fields.iter();
            let (Some((name, shapes)), None) = (fields.next(), fields.next()) else {
                return Err("an operator has exactly one name".to_owned());
            };
            let shapes = match shapes {
                Value::Array(several) => several.iter().collect(),
                one => vec![one],
            };
            let shapes = shapes.into_iter().map(|shape| Text::parse(name, shape)).collect::<Result<Vec<_>, _>>()?;
            Ok(Operator::ButText(shapes))
        }
        Value::Array(several) if !several.is_empty() => Ok(Operator::ButValues(several.clone())),
        Value::String(_) | Value::Number(_) => Ok(Operator::ButValues(vec![argument.clone()])),
        _ => Err("anything-but takes values or a shape of text".to_owned()),
    }
}

impl Comparison {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::Less => number < bound,
            Self::AtMost => number <= bound,
            Self::Equal => number.total_cmp(&bound).is_eq(),
            Self::AtLeast => number >= bound,
            Self::More => number > bound,
        }
    }
}

impl Text {
    fn parse(name: &str, argument: &Value) -> Result<Self, String> {
        let any_case = argument.get("equals-ignore-case").and_then(Value::as_str);
        match (name, argument.as_str(), any_case) {
            ("prefix", Some(text), _) => Ok(Self::Prefix(text.to_owned())),
            ("suffix", Some(text), _) => Ok(Self::Suffix(text.to_owned())),
            ("prefix", None, Some(text)) => Ok(Self::PrefixAnyCase(text.to_lowercase())),
            ("suffix", None, Some(text)) => Ok(Self::SuffixAnyCase(text.to_lowercase())),
            ("equals-ignore-case", Some(text), _) => Ok(Self::EqualsAnyCase(text.to_lowercase())),
            ("wildcard", Some(text), _) if !text.contains("**") => {
                Ok(Self::Wildcard(text.split('*').map(str::to_owned).collect()))
            }
            _ => Err(format!("the operator {name:?} is not known or has a wrong value")),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::PrefixAnyCase(prefix) => text.to_lowercase().starts_with(prefix),
            Self::SuffixAnyCase(suffix) => text.to_lowercase().ends_with(suffix),
            Self::EqualsAnyCase(wanted) => text.to_lowercase() == *wanted,
            Self::Wildcard(parts) => wildcard(parts, text),
        }
    }
}

fn wildcard(parts: &[String], text: &str) -> bool {
    let (Some((first, rest)), Some(mut text)) =
        (parts.split_first(), parts.first().and_then(|first| text.strip_prefix(first.as_str())))
    else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return text.is_empty() && !first.is_empty();
    };
    for part in middle {
        let Some(at) = text.find(part.as_str()) else {
            return false;
        };
        text = text.get(at + part.len()..).unwrap_or_default();
    }
    text.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(operator: &Value, value: &Value) -> bool {
        Operator::parse(operator).unwrap().matches(Some(value))
    }

    #[test]
    fn text_operators() {
        assert!(holds(&json!({"prefix": "ord"}), &json!("order.placed")));
        assert!(!holds(&json!({"prefix": "ord"}), &json!("an order")));
        assert!(holds(&json!({"suffix": ".placed"}), &json!("order.placed")));
        assert!(holds(&json!({"prefix": {"equals-ignore-case": "ORD"}}), &json!("Order")));
        assert!(holds(&json!({"equals-ignore-case": "KR"}), &json!("kr")));
        assert!(holds(&json!({"wildcard": "a*b*c"}), &json!("a--b--c")));
        assert!(!holds(&json!({"wildcard": "a*b*c"}), &json!("a--c")));
        assert!(!holds(&json!({"wildcard": "a*a"}), &json!("a")));
        assert!(!holds(&json!({"prefix": "1"}), &json!(10)));
    }

    #[test]
    fn anything_but() {
        assert!(holds(&json!({"anything-but": "a"}), &json!("b")));
        assert!(holds(&json!({"anything-but": [1, 2]}), &json!(3)));
        assert!(!holds(&json!({"anything-but": [1, 2]}), &json!(2)));
        assert!(!holds(&json!({"anything-but": {"prefix": ["a", "b"]}}), &json!("bee")));
        assert!(holds(&json!({"anything-but": {"suffix": "x"}}), &json!("bee")));
        assert!(!Operator::parse(&json!({"anything-but": "a"})).unwrap().matches(None));
    }

    #[test]
    fn numeric_ranges() {
        let range = json!({"numeric": [">", 0, "<=", 10]});
        assert!(holds(&range, &json!(10)));
        assert!(!holds(&range, &json!(0)));
        assert!(!holds(&range, &json!("5")));
        assert!(holds(&json!({"numeric": ["=", 1]}), &json!(1.0)));
    }
}
