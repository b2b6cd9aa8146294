//! An event's envelope as text, with a field put into it: what else is in it is copied as it stands, and neither read nor
//! written anew. Nothing here looks at what an event says.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// The JSON object `envelope` on one line, with the field `name` in place of any of that name; `None` where it is no object.
#[must_use]
pub fn with_field(envelope: &str, name: &str, value: &impl Serialize) -> Option<String> {
    let value = to_raw_value(value).ok()?;
    // A line of the archive has no end within it. Within a text JSON has none either; between values it may have some.
    if envelope.contains(['\n', '\r']) {
        let compact: serde_json::Value = serde_json::from_str(envelope).ok()?;
        return put(&compact.to_string(), name, &value);
    }
    put(envelope, name, &value)
}

fn put(envelope: &str, name: &str, value: &RawValue) -> Option<String> {
    let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(envelope).ok()?;
    fields.insert(name.to_owned(), value);
    serde_json::to_string(&fields).ok()
}

/// A field of the JSON object `envelope`, where it is a text.
#[must_use]
pub fn text_field(envelope: &str, name: &str) -> Option<String> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(envelope).ok()?;
    serde_json::from_str(fields.get(name)?.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_field_is_put_in_and_the_rest_stays_as_it_stands() {
        let envelope = r#"{"z":1.50,"detail":{"b":1e2,"a":"\u00e9\n"},"received_at":"old"}"#;
        let with = with_field(envelope, "received_at", &"new").unwrap();
        assert_eq!(with, r#"{"detail":{"b":1e2,"a":"\u00e9\n"},"received_at":"new","z":1.50}"#);
        assert_eq!(text_field(&with, "received_at").as_deref(), Some("new"));
        assert_eq!(text_field(&with, "detail"), None);
    }

    #[test]
    fn what_came_on_several_lines_is_one() {
        let envelope = json!({ "id": "e", "detail": { "note": "two\nlines", "list": [1, 2] } });
        let pretty = serde_json::to_string_pretty(&envelope).unwrap().replace('\n', "\r\n");
        let with = with_field(&pretty, "decision", &7).unwrap();
        assert!(!with.contains(['\n', '\r']), "{with}");
        let mut expected = envelope;
        expected["decision"] = json!(7);
        assert_eq!(serde_json::from_str::<Value>(&with).unwrap(), expected);
    }

    #[test]
    fn what_is_no_object_takes_no_field() {
        for text in ["", "[]", "7", "{"] {
            assert_eq!(with_field(text, "a", &1), None);
        }
    }
}
