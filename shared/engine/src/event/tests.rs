use super::*;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

fn envelope(detail: Value) -> Value {
    json!({ "id": "e1", "source": "shop", "detail-type": "order.completed", "time": "2026-03-01T09:00:00.9Z", "detail": detail })
}

#[test]
fn the_producers_own_key_comes_before_the_envelopes() {
    let event = Event::from_value(envelope(json!({ "person": { "id": "ann" }, "event_id": "own" }))).unwrap();
    assert_eq!((event.id.as_str(), event.time.to_string().as_str()), ("own", "2026-03-01T09:00:00Z"));
}

#[rstest]
#[case(json!({}), "detail.person.id")]
#[case(json!({ "person": { "id": "" } }), "detail.person.id")]
#[case(json!({ "person": { "id": 7 } }), "detail.person.id")]
#[case(json!({ "person": { "id": "a", "email": 7 } }), "detail.person.email")]
#[case(json!({ "person": { "id": "a", "locale": [] } }), "detail.person.locale")]
#[case(json!({ "person": { "id": "a", "timezone": false } }), "detail.person.timezone")]
#[case(json!({ "person": { "id": "a", "attributes": [] } }), "detail.person.attributes")]
#[case(json!({ "person": { "id": "a", "consent": true } }), "detail.person.consent")]
#[case(json!({ "person": { "id": "a", "consent": { "marketing": "yes" } } }), "detail.person.consent")]
#[case(json!({ "person": { "id": "a" }, "event_id": 7 }), "detail.event_id")]
#[case(json!({ "person": { "id": "a" }, "order": { "total": "7" } }), "detail.order.total")]
#[case(json!({ "person": { "id": "a" }, "order": { "total": 9_007_199_254_740_993_i64 } }), "detail.order.total")]
#[case(json!({ "person": { "id": "a" }, "order": { "total": -9_007_199_254_740_994_i64 } }), "detail.order.total")]
#[case(json!({ "person": { "id": "a" }, "order": { "total": u64::MAX } }), "detail.order.total")]
#[case(json!({ "person": { "id": "a" }, "order": { "total": 1e300 } }), "detail.order.total")]
#[case(json!({ "person": { "id": "a" }, "history": null }), "detail.history")]
#[case(json!({ "person": { "id": "a" }, "history": "true" }), "detail.history")]
fn a_malformed_event_names_the_field(#[case] detail: Value, #[case] field: &str) {
    let error = Event::from_value(envelope(detail)).unwrap_err();
    assert!(error.to_string().contains(field), "{error}");
}

proptest! {
    /// However a line is read, it is the same event or refused for the same reason.
    #[test]
    fn the_short_ways_of_reading_agree_with_the_plain_one(line in line()) {
        let plain = value(&line).and_then(Event::from_value);
        prop_assert_eq!(Event::parse(&line), plain.clone());
        let expected = plain.map(|event| (event.person.clone(), event.arrival()));
        prop_assert_eq!(Event::person_and_arrival(&line).map(|(person, at)| (person.into_owned(), at)), expected);
    }
}

/// Lines that are mostly well-formed: each field has an odd value now and then, and any may be there twice.
fn line() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "null",
        "7",
        "\"\"",
        "[]",
        "{}",
        "true",
        "1e999",
        "\"\\ud800\"",
        "\"\\u0041\"",
        "{\"a\":1,\"a\":{}}",
        "{\"total\":9007199254740993}",
        "{\"total\":9007199254740992}",
        "{\"total\":-1e300}",
        "x",
    ]);
    let field = |key: &'static str, good: &'static str| {
        (prop::option::weighted(0.9, Just(good)), prop::option::weighted(0.05, odd.clone()), prop::bool::ANY).prop_map(
            move |(good, odd, first)| {
                let mut values: Vec<&str> = good.into_iter().chain(odd).collect();
                if first {
                    values.reverse();
                }
                values.iter().map(|value| format!("\"{key}\":{value}")).collect::<Vec<_>>()
            },
        )
    };
    let object = |fields: Vec<Vec<String>>| format!("{{{}}}", fields.concat().join(","));
    let person = (
        field("id", "\"ann\""),
        field("email", "\"a@b.c\""),
        field("timezone", "null"),
        field("attributes", "{\"a\":[1,-2.5,{}]}"),
        field("consent", "{\"marketing\":true,\"topics\":{\"news\":null}}"),
    );
    let person = person.prop_map(move |(a, b, c, d, e)| object(vec![a, b, c, d, e]));
    let detail = (
        person,
        field("event_id", "\"own\""),
        field("order", "{\"total\":7}"),
        field("consent", "{\"marketing\":false}"),
        field("history", "true"),
        field("other", "\"\\n\""),
    );
    let detail = detail
        .prop_map(move |(person, a, b, c, d, e)| object(vec![vec![format!("\"person\":{person}")], a, b, c, d, e]));
    let kind = prop::sample::select(vec!["\"order.completed\"", "\"consent.changed\""]);
    (
        field("id", "\"e1\""),
        kind,
        field("time", "\"2026-03-01T09:00:00.5+09:00\""),
        field("received_at", "\"2026-03-01T09:00:00Z\""),
        detail,
        field("region", "1.5"),
    )
        .prop_map(move |(a, kind, b, c, detail, d)| {
            object(vec![a, vec![format!("\"detail-type\":{kind}")], b, c, vec![format!("\"detail\":{detail}")], d])
        })
}

#[test]
fn an_amount_may_be_as_large_as_adds_up_exactly() {
    for good in
        [json!(9_007_199_254_740_992_i64), json!(-9_007_199_254_740_992_i64), json!(9_007_199_254_740_992.0), json!(0)]
    {
        assert_eq!(amount(&good), good.as_f64(), "{good}");
    }
    for bad in
        [json!(9_007_199_254_740_993_i64), json!(i64::MIN), json!(9_007_199_254_740_994.0), json!("1"), json!(null)]
    {
        assert_eq!(amount(&bad), None, "{bad}");
    }
}

#[test]
fn null_removes_and_is_not_malformed() {
    let event =
        Event::from_value(envelope(json!({ "person": { "id": "a", "email": null, "attributes": null } }))).unwrap();
    assert_eq!((event.text_change("email"), event.text_change("locale")), (Some(None), None));
}
