//! By what a person is recognised in a message that no function could handle.
//!
//! Identities are compared whole: the id where a message names its person, their pseudonym where a mail's tags do, and an
//! address where a text is one. A part of a text proves nothing, as ids such as `1` or `en` are part of most messages.

use rekindle_store::People;
use serde_json::{Map, Value};

/// One person's identities.
pub(super) struct Marks {
    id: String,
    pseudonym: Option<String>,
    /// In small letters.
    address: Option<String>,
}

impl Marks {
    /// Of a person and, where it is known, their address.
    pub fn of(store: &impl People, id: &str, address: Option<&str>) -> Self {
        let address = address.filter(|address| !address.is_empty()).map(str::to_lowercase);
        Self { id: id.to_owned(), pseudonym: store.pseudonym(id), address }
    }

    /// Whether a message is about them; `None` where it is no JSON, or cut, and what can be read of it does not say so.
    pub fn are_in(&self, body: &str) -> Option<bool> {
        match serde_json::from_str(body) {
            Ok(message) => Some(self.are_in_value(message)),
            Err(_) => self.are_in_rest(body).then_some(true),
        }
    }

    /// With a list of what is still to be looked at, as a message is as deep as its sender wants.
    fn are_in_value(&self, message: Value) -> bool {
        let mut left = vec![message];
        while let Some(value) = left.pop() {
            match value {
                Value::Object(fields) => {
                    if self.are_named_by(&fields) {
                        return true;
                    }
                    left.extend(fields.into_iter().map(|(_, value)| value));
                }
                Value::Array(values) => left.extend(values),
                Value::String(text) => {
                    if self.has_address(&text) {
                        return true;
                    }
                    // SNS wraps its message as text.
                    if text.trim_start().starts_with(['{', '[']) {
                        left.extend(serde_json::from_str(&text).ok());
                    }
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        false
    }

    /// Whether an object says that it is about them: an event and a planned mail by `person`, a mail's tags by one of that name.
    fn are_named_by(&self, fields: &Map<String, Value>) -> bool {
        let field = |name: &str| fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let tag = field("name").and_then(Value::as_str) == Some("person");
        fields.get("person").is_some_and(|person| self.is(person))
            || tag && field("value").is_some_and(|value| self.is(value))
    }

    /// Whether the value of a `person` is this one.
    fn is(&self, person: &Value) -> bool {
        match person {
            Value::String(text) => *text == self.id || self.pseudonym.as_ref() == Some(text),
            // A refused event may have sent an id as a number.
            Value::Number(number) => number.to_string() == self.id,
            Value::Object(fields) => match fields.get("id") {
                Some(Value::String(id)) => *id == self.id,
                Some(Value::Number(id)) => id.to_string() == self.id,
                _ => false,
            },
            // SES has a list of values for each tag.
            Value::Array(values) => values.iter().any(|value| value.as_str().is_some() && self.is(value)),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// Whether a text is the address, alone, behind a name, or in a list of recipients.
    fn has_address(&self, text: &str) -> bool {
        let Some(address) = &self.address else { return false };
        text.split(',').any(|one| {
            let one = one.trim();
            let one = one.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(one);
            one.trim().to_lowercase() == *address
        })
    }

    /// Of a message that was cut, or is no JSON: a whole value after the key `person`, else a whole word.
    fn are_in_rest(&self, text: &str) -> bool {
        let named = text.match_indices("\"person\"").any(|(at, key)| {
            let rest = text.get(at + key.len()..).unwrap_or_default().trim_start();
            let value = rest.strip_prefix(':').map(serde_json::Deserializer::from_str);
            value.and_then(|value| value.into_iter().next()?.ok()).is_some_and(|value| self.is(&value))
        });
        let ends = |letter: char| !(letter.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~@-".contains(letter));
        named
            || text.split(ends).any(|word| {
                self.pseudonym.as_deref() == Some(word) || self.address.as_ref() == Some(&word.to_lowercase())
            })
    }
}

#[cfg(test)]
mod tests {
    use rekindle_store::Keyed;
    use rstest::rstest;

    use super::*;

    fn marks(id: &str, address: Option<&str>) -> Marks {
        Marks {
            id: id.to_owned(),
            pseudonym: Keyed::new(b"secret").pseudonym(id),
            address: address.map(str::to_lowercase),
        }
    }

    fn event(person: &str, address: &str) -> String {
        format!(
            r#"{{"id":"e","detail":{{"person":{{"id":"{person}","email":"{address}","locale":"en"}},"order":{{"id":"1"}}}}}}"#
        )
    }

    #[rstest]
    #[case::their_event("ann", event("ann", "other@example.com"), Some(true))]
    #[case::their_address_under_another_id("ann", event("x", "Ann@Example.com"), Some(true))]
    #[case::whoever_has_theirs_in_their_own("ann", event("joann", "joann@example.com"), Some(false))]
    #[case::whoever_is_part_of_it("ann", event("an", "ann@example.co"), Some(false))]
    #[case::an_order_of_that_number("1", event("zoe", "zoe@example.com"), Some(false))]
    #[case::a_language_of_that_name("en", event("zoe", "zoe@example.com"), Some(false))]
    #[case::an_id_sent_as_a_number("7", r#"{"detail":{"person":{"id":7}}}"#.to_owned(), Some(true))]
    #[case::a_planned_mail("ann", r#"{"person":"ann","send_id":"s"}"#.to_owned(), Some(true))]
    #[case::of_somebody_else("ann", r#"{"person":"joann","send_id":"ann"}"#.to_owned(), Some(false))]
    #[case::a_recipient("ann", r#"{"mail":{"commonHeaders":{"to":["Jo <jo@x.kr>, Ann <ann@example.com>"]}}}"#.to_owned(), Some(true))]
    #[case::no_json("ann", "ann, joann@example.com".to_owned(), None)]
    #[case::no_json_with_their_address("ann", "to: <ann@example.com>;".to_owned(), Some(true))]
    #[case::cut_after_the_person("ann", r#"{"detail":{"person":{"email":"a","id":"ann"},"note":"xxx"#.to_owned(), Some(true))]
    #[case::cut_within_another("ann", r#"{"detail":{"person":{"id":"joann"},"note":"ann"#.to_owned(), None)]
    fn a_message_is_about(#[case] id: &str, #[case] body: String, #[case] expected: Option<bool>) {
        assert_eq!(marks(id, Some("ann@example.com")).are_in(&body), expected, "{body}");
    }

    #[test]
    fn a_report_names_its_person_by_a_pseudonym_also_where_it_is_wrapped() {
        let (ann, joann) = (marks("ann", None), marks("joann", None));
        let pseudonym = Keyed::new(b"secret").pseudonym("ann").unwrap();
        let report = serde_json::json!({ "mail": { "tags": { "person": [pseudonym] } } });
        let wrapped = serde_json::json!({ "Type": "Notification", "Message": report.to_string() });
        let named = serde_json::json!({ "EmailTags": [{ "Name": "person", "Value": pseudonym }] });
        for body in [report, wrapped, named].map(|body| body.to_string()) {
            assert_eq!((ann.are_in(&body), joann.are_in(&body)), (Some(true), Some(false)), "{body}");
        }
    }

    #[test]
    fn depth_is_no_matter() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(marks("ann", None).are_in(&deep), None);
    }
}
