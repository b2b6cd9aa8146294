use rstest::rstest;
use serde_json::json;

use super::*;
use crate::person::Person;

fn eval(source: &str, attributes: serde_json::Value) -> Result<Value, EvalError> {
    let mut person = Person::new("ann");
    person.profile.attributes = attributes.as_object().unwrap().clone();
    let steps = ["send-1".into()];
    let event = json!({ "cart": "c1", "total": 10, "items": [1, 2.5] });
    let scope = Scope {
        person: &person,
        event: event.as_object(),
        entry: None,
        enrolment: None,
        mail_steps: &steps,
        now: Instant::parse("2026-03-01T00:00:00Z").unwrap(),
    };
    Expr::compile(source, Site::Key).unwrap().json(&scope)
}

#[rstest]
#[case("person.attributes.tier == null", json!(true))]
#[case("person.attributes.a.b.c == null", json!(true))]
#[case("person.email == ''", json!(true))]
#[case("person.orders.count == 0 && person.orders.total == 0.0", json!(true))]
#[case("person.orders.last_at == null", json!(true))]
#[case(r#"person.events["order.completed"].count == 0"#, json!(true))]
#[case(r#"person.events["order.completed"].last_at == null"#, json!(true))]
#[case(r#"mails["send-1"].opened"#, json!(false))]
#[case(r#"size(mails)"#, json!(1))]
#[case(r#""gift" in offers"#, json!(false))]
#[case(r#"answers["nps"].score == null"#, json!(true))]
#[case("event.total == 10.0 && event.items[1] > 2", json!(true))]
#[case("event.items.exists(event, event > 2)", json!(true))]
#[case("size(person.attributes)", json!(0))]
#[case("person.attributes.x == null && size(person.attributes) == 0", json!(true))]
#[case("has(person.attributes.x)", json!(false))]
#[case("has(person.attributes.x) && person.attributes.x > 3", json!(false))]
#[case("person.attributes.x > 3 || true", json!(true))]
#[case("now > timestamp('2026-01-01T00:00:00Z')", json!(true))]
#[case("now - duration('24h') < now", json!(true))]
#[case("event.missing", json!(null))]
#[case("entry.cart == null", json!(true))]
fn absent_paths_read_as_null(#[case] source: &str, #[case] expected: Value) {
    assert_eq!(eval(source, json!({})), Ok(expected), "{source}");
}

#[rstest]
#[case("person.attributes.x > 3")]
#[case("has(person.attributes.x) || person.attributes.x > 3")]
#[case("has(person.attributes.a.b)")]
#[case("size(person.attributes.tags)")]
#[case("event.items[7]")]
#[case("1 / 0")]
fn what_cel_makes_an_error_stays_one(#[case] source: &str) {
    assert!(eval(source, json!({})).is_err(), "{source}");
}

#[rstest]
#[case("(((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))")]
#[case("event.a.all(x, event.b.all(y, event.c.all(z, x == y)))")]
#[case("1 +")]
#[case("")]
fn what_is_no_expression_or_too_large_is_refused(#[case] source: &str) {
    assert!(Expr::compile(source, Site::When).is_err(), "{source}");
}

#[test]
fn a_bomb_is_refused_at_once() {
    for bomb in [
        "!".repeat(100_000),
        "a&&".repeat(600) + "a",
        "[".repeat(2_000),
        "-".repeat(2_000) + "1",
        "a?b:".repeat(500) + "c",
    ] {
        let _refused_or_small = Expr::compile(&bomb, Site::When);
    }
}

#[test]
fn nested_macros_over_long_lists_are_an_error() {
    let long: Vec<u32> = (0..3_000).collect();
    let source = "person.attributes.l.exists(x, person.attributes.l.exists(y, x + y < 0))";
    assert!(eval(source, json!({ "l": long })).is_err());
    assert_eq!(eval(source, json!({ "l": [1, 2] })), Ok(json!(false)));
}

#[rstest]
#[case(r#"[now.getHours("Asia/Seoul"), now.getHours("America/New_York"), now.getHours("")]"#, json!([9, 19, 0]))]
#[case(r#"[now.getDate("Asia/Seoul"), now.getDate("America/New_York"), now.getMonth("America/New_York")]"#, json!([1, 28, 1]))]
#[case(r#"[now.getHours("+05:30"), now.getMinutes("+05:30"), now.getHours("-03:30"), now.getMinutes("-03:30")]"#, json!([5, 30, 20, 30]))]
#[case(r#"[now.getDayOfWeek("Asia/Seoul"), now.getDayOfWeek("America/New_York")]"#, json!([0, 6]))]
#[case(r#"timestamp("2026-07-01T12:00:00Z").getHours(person.attributes.zone)"#, json!(8))]
fn a_timestamp_is_asked_in_the_zones_that_everything_goes_by(#[case] source: &str, #[case] expected: Value) {
    assert_eq!(eval(source, json!({ "zone": "America/New_York" })), Ok(expected), "{source}");
}

#[rstest]
#[case(r#"now.getHours("Asia/Soul")"#)]
#[case(r#"now.getHours("+24:00")"#)]
#[case(r#"now.getHours(person.attributes.zone)"#)]
fn an_unknown_zone_is_an_error(#[case] source: &str) {
    assert!(eval(source, json!({})).is_err(), "{source}");
}
