use rstest::rstest;
use serde_json::json;

use super::*;
use crate::person::Person;

fn eval(source: &str, attributes: serde_json::Value) -> Result<Value, EvalError> {
    let mut person = Person::new("ann");
    person.profile.attributes = attributes.as_object().unwrap().clone();
    let steps = ["send-1".into()];
    let event = json!({ "cart": "c1", "total": 10, "items": [1, 2.5], "large": 9_007_199_254_740_993_i64 });
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
#[case("event.total * 0.9", json!(9))]
#[case("0.9 * event.total + 1", json!(10))]
#[case("event.items[1] * 2 - 1", json!(4))]
#[case("event.total / 4", json!(2))]
#[case("event.total / 4.0", json!(2.5))]
#[case("7 / 2 == 3 && 7 / 2.0 == 3.5 && 7.0 / 2 == 3.5", json!(true))]
#[case("event.items.map(i, i * 1.5)", json!([1.5, 3.75]))]
#[case("event.items.exists_one(i, i + 0.5 == 3) && size(event.items) * 0.5 == 1", json!(true))]
#[case("'a' + event.cart + person.email", json!("ac1"))]
#[case("event.items + [3] == [1, 2.5, 3] && 2 + event.items.filter(i, i > 2.0)[0] == 4.5", json!(true))]
#[case("event.large == 9007199254740993 && event.large != 9007199254740992.0", json!(true))]
#[case("event.large > 9007199254740992.0 && !(event.large <= 9007199254740992.0)", json!(true))]
#[case("9007199254740992.0 < event.large && event.total >= 10.0 && event.large - 0.0 == 9007199254740992.0", json!(true))]
#[case("double(event.total) == event.total && event.total * 1.0 == 10", json!(true))]
#[case(r#""email" in person || "locale" in person || person.exists(k, k == "timezone")"#, json!(false))]
#[case(r#""last_at" in person.orders || has(person.orders.last_at) || size(person.orders) != 2"#, json!(false))]
#[case(r#""id" in person && "orders" in person && person.email == """#, json!(true))]
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
#[case("event.total / 0")]
#[case("event.total % 0.5")]
#[case("event.items[1] % 2")]
#[case("event.cart * 0.5")]
#[case("event.cart - event.total")]
#[case("event.missing + 1.5")]
#[case("double(event.total) < event.cart")]
fn what_cel_makes_an_error_stays_one(#[case] source: &str) {
    assert!(eval(source, json!({})).is_err(), "{source}");
}

#[rstest]
#[case("event.cart.nope == null", "event.cart.nope")]
#[case("has(event.x) ? true : event.x == 1", "event.x")]
#[case("has(event.x) ? true : event.x['a b'].c == 1", "event.x[\"a b\"].c")]
#[case("event.cart.nope + 1.5", "event.cart.nope")]
fn an_error_names_the_path_as_it_is_written(#[case] source: &str, #[case] path: &str) {
    assert_eq!(eval(source, json!({})), Err(EvalError(format!("no such field: {path}"))), "{source}");
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
#[case(r#"now.getHours("+05:+30")"#)]
#[case(r#"now.getHours("+5:3")"#)]
#[case(r#"now.getHours(person.attributes.zone)"#)]
fn an_unknown_zone_is_an_error(#[case] source: &str) {
    assert!(eval(source, json!({})).is_err(), "{source}");
}

/// What is compiled of an expression, without the numbers that parsers give to its nodes.
fn anatomy(expr: &Expr) -> String {
    let text = format!("{:?} {:?} {}", expr.0.resolved, expr.0.slots, expr.0.nested_macros);
    let parts = text.split("id: ").map(|part| part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    parts.collect::<Vec<_>>().join("id: ")
}

/// Every expression of the recipes and of the conformance cases, and what the grammar has besides.
fn expressions() -> Vec<(String, Site)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = |path: &std::path::Path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let cases = folders(&root.join("tests/conformance")).map(|case| case.join("workspace"));
    let mut found = Vec::new();
    for workspace in cases.chain([root.join("campaigns")]).filter(|path| path.is_dir()) {
        let mut files = crate::lang::Files::new();
        for path in folders(&workspace) {
            let (file, name) =
                if path.is_dir() { (path.join("campaign.yaml"), "/campaign.yaml") } else { (path.clone(), "") };
            if let Ok(text) = std::fs::read_to_string(file) {
                files.insert(format!("{}{name}", path.file_name().unwrap().to_str().unwrap()), text);
            }
        }
        let loaded = crate::lang::load_published(&files);
        for campaign in loaded.definitions.into_iter().flat_map(|all| all.campaigns.into_values()) {
            let program = crate::program::Program::new(campaign);
            found.extend(program.expressions().map(|expr| (expr.source().to_owned(), expr.site())));
        }
    }
    let further = [
        "1 + 2 * 3 - 4 / 2 % 3 == -5 || !true && !(false || true)",
        "event.a ? event.b : event.c ? 1 : 2",
        "0x1f + 1u == 3u || 1.5e-3 < .5 || 1e3 > 2.0",
        r#"'it''s' + "a\tb\u00e9\"" + r'raw\n' + """three "quotes"""" + b'bytes' == b"\x00\377""#,
        "[1, 2, 3].map(x, x > 1, x * 2).exists_one(y, y == 4) && {'a': 1, 'b': [2]}.all(k, k != '')",
        "event.items.filter(i, i.price >= 10.0).exists(i, i.tags.all(t, t.startsWith('x')))",
        "has(event.a.b) && has(person.attributes.tier) && !has(entry.cart)",
        r#"person.events["order.completed"].count in [1, 2, 3] && "a" in person.attributes"#,
        "size(person.attributes.tags) > 0 && person.email.matches('^[^@]+@example[.]com$')",
        "now - duration('24h') > timestamp('2026-01-01T00:00:00Z') && now.getDayOfWeek('Asia/Seoul') == 1",
        "- -1 == 1 && -person.orders.count < 0 && --event.n == event.n",
        "a.b.c(d.e, [f], {g: h})[i].j != null // a comment",
        "dyn(event.x) == type(1) || int('3') + int(2.7) == 5 || string(1) == '1'",
        "person . orders . count\n  >= 2\n&& true",
        "1 < 2 == true && (1 <= 2) != (2 >= 1)",
        "event['한글'] == \"값\" && event.`odd-name` == 1",
    ];
    found.extend(further.map(|source| (source.to_owned(), Site::Key)));
    found
}

#[test]
fn what_is_published_means_what_was_compiled() {
    let (mut same, mut refused) = (0, 0);
    for (source, site) in expressions() {
        match (Expr::compile(&source, site), Expr::published(&source, site)) {
            (Ok(compiled), Ok(published)) => {
                assert_eq!(anatomy(&published), anatomy(&compiled), "{source}");
                same += 1;
            }
            (Err(_), Err(_)) => refused += 1,
            (compiled, published) => panic!("{source}: {compiled:?} and {published:?}"),
        }
    }
    assert!(same > 200 && refused < 5, "{same} are the same, {refused} are refused by both");
}
