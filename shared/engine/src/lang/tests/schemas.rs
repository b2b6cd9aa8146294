//! The schemas say what the loader says, as far as schemas can.

use serde_json::Value;

use super::*;
use crate::lang::report::Report;
use crate::lang::{schema, yaml};

const WORKSPACE: &str = "name: Shop\ntimezone: Asia/Seoul\nlocales: [ko, en]\ncurrency: KRW\nsenders: [ { id: shop, name: Shop, email: shop@example.com } ]\n";

fn json(text: &str) -> Value {
    yaml::read(&mut Report::new("file", text)).unwrap().json().unwrap()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::meta::validate(schema).unwrap();
    jsonschema::draft202012::new(schema).unwrap()
}

fn loads(workspace: &str, campaign: &str) -> bool {
    let files = [("workspace.yaml", workspace), ("c/campaign.yaml", campaign), ("c/a.mjml", ""), ("c/a.en.mjml", "")];
    load(&files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()).definitions.is_some()
}

#[test]
fn recipes_and_examples_are_accepted() {
    let (workspace, campaign) = (validator(&schema::workspace()), validator(&schema::campaign()));
    let all =
        examples::cases().into_iter().chain([("campaigns".to_owned(), read_folder(&repository().join("campaigns")))]);
    for (case, files) in all {
        for (path, text) in files.into_iter().filter(|(path, _)| path.ends_with(".yaml")) {
            let schema = if path == "workspace.yaml" { &workspace } else { &campaign };
            let problems: Vec<String> = schema.iter_errors(&json(&text)).map(|error| error.to_string()).collect();
            assert!(problems.is_empty(), "{case}/{path}: {problems:?}");
        }
    }
}

#[rstest::rstest]
#[case(
    "topics: [ { id: offers } ]\ncap: { max: 1, per: 1d12h }\nwindow: { from: \"22:00\", to: \"24:00\", on: [sat] }\nholdout: 100\npolicy: kr\nprices: {}",
    true
)]
#[case("cap: { max: 0, per: 1d }", false)]
#[case("cap: { max: 3 }", false)]
#[case("cap: 3", false)]
#[case("window: { from: 9:00, to: \"21:00\" }", false)]
#[case("window: none", false)]
#[case("window: { from: \"09:00\", to: \"21:00\", on: [] }", false)]
#[case("holdout: 101", false)]
#[case("holdout: 1.5", false)]
#[case("policy: us", false)]
#[case("topics: [ { id: Offers } ]", false)]
#[case("topics: [ { name: { en: Offers } } ]", false)]
#[case("cap:", false)]
#[case("prices: { ses_per_1000: -1 }", false)]
#[case("owner: me", false)]
fn workspaces_are_judged_as_the_loader_does(#[case] lines: &str, #[case] good: bool) {
    let text = format!("{WORKSPACE}{lines}\n");
    assert_eq!(loads(&text, "{ name: C, purpose: marketing, trigger: manual, steps: [] }"), good, "loader: {lines}");
    assert_eq!(validator(&schema::workspace()).is_valid(&json(&text)), good, "schema: {lines}");
}

#[rstest::rstest]
#[case("name: \"\"", false)]
#[case("currency: won", false)]
#[case("locales: []", false)]
#[case("locales: [korean_KR]", false)]
#[case("senders: []", false)]
#[case("senders: [ { id: shop, name: Shop, email: nobody } ]", false)]
#[case("senders: [ { id: shop, email: shop@example.com } ]", false)]
#[case("timezone: 9", false)]
fn values_of_a_workspace_are_judged_as_the_loader_does(#[case] line: &str, #[case] good: bool) {
    let key = line.split(':').next().unwrap();
    let kept: String = WORKSPACE.lines().filter(|own| !own.starts_with(key)).map(|own| format!("{own}\n")).collect();
    let text = format!("{kept}{line}\n");
    assert_eq!(loads(&text, "{ name: C, purpose: marketing, trigger: manual, steps: [] }"), good, "loader: {line}");
    assert_eq!(validator(&schema::workspace()).is_valid(&json(&text)), good, "schema: {line}");
}

/// Lines of a campaign: with `trigger:` among them they have one, else it is manual.
#[rstest::rstest]
#[case(
    "trigger: { event: a, where: event.x > 3 }\naudience: true\nkey: event.id\nentry: every\nholdout: 5\nwindow: none\non_unknown: hold\ngive_up_after: 2d\nexit_on: [a]\nstay_while: true",
    true
)]
#[case(
    "trigger: { lapsed: { after: 60d, since: order.completed } }\nentry: { again_after: 1d }\ngoal: { event: a, within: 1d, value: event.x, exit: false }",
    true
)]
#[case("trigger: { lapsed: { likely_gone: 0.2, within: 90d, fallback: 60d } }", true)]
#[case("trigger: { date: person.attributes.birthday, at: \"10:00\", offset: -3d, yearly: true }", true)]
#[case("trigger: { date: person.attributes.birthday, monthly: true }", true)]
#[case("trigger: { date: person.attributes.birthday, yearly: false, monthly: true }", true)]
#[case("trigger: { date: person.attributes.birthday, yearly: true, monthly: true }", false)]
#[case("trigger: { event: a, monthly: true }", false)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: none } }", true)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: all } }", true)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: 1mo2w } }", true)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: some } }", false)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: 14 } }", false)]
#[case("trigger: { lapsed: { after: 60d, since: a, catch_up: true } }", false)]
#[case("trigger: { lapsed: { likely_gone: 0.2, within: 90d, fallback: 60d, catch_up: 14d } }", true)]
#[case("trigger: { schedule: { at: 2026-12-01T09:00 } }", true)]
#[case("trigger: { schedule: { every: month, on: 31 } }", true)]
#[case("trigger: { schedule: { every: week, on: tue, at: \"08:00\" } }", true)]
#[case("trigger: { schedule: { every: day, on: mon } }", false)]
#[case("trigger: { schedule: { every: week, on: 1 } }", false)]
#[case("trigger: { schedule: { every: month, on: 32 } }", false)]
#[case("trigger: { schedule: { at: \"09:00\" } }", false)]
#[case("trigger: { lapsed: { after: 60d } }", false)]
#[case("trigger: { lapsed: { likely_gone: 1.2, within: 90d, fallback: 60d } }", false)]
#[case("trigger: { event: a, at: \"09:00\" }", false)]
#[case("trigger: { event: a, date: person.attributes.x }", false)]
#[case("trigger: automatic", false)]
#[case("trigger: { manual: true }", false)]
#[case("entry: twice", false)]
#[case("entry: { again_after: 3 days }", false)]
#[case("goal: { event: a }", false)]
#[case("goal: { within: 3d }", false)]
#[case("window: never", false)]
#[case("exit_on: a", false)]
#[case("audience:", false)]
#[case("holdout: -1", false)]
#[case("audiance: true", false)]
#[case("topic: Not An Id", false)]
#[case("on_unknown: { resend_after: soon }", false)]
fn campaigns_are_judged_as_the_loader_does(#[case] lines: &str, #[case] good: bool) {
    let trigger = if lines.contains("trigger:") { "" } else { "trigger: manual\n" };
    judge(&format!("name: C\npurpose: marketing\n{trigger}steps: []\n{lines}\n"), good);
}

#[rstest::rstest]
#[case("{ send: a, give_up_after: 1d, on_unknown: { resend_after: 24h } }", true)]
#[case("{ wait: 1w2d3h4m }", true)]
#[case("{ wait: 1mo1w2d3h4m }", true)]
#[case("{ wait: 1w1mo }", false)]
#[case("{ wait: { until: 2026-12-24, offset: -1mo } }", true)]
#[case("{ wait: { on: [mon] } }", true)]
#[case("{ wait: { until: person.attributes.x, offset: -1d, at: \"09:00\" } }", true)]
#[case("{ wait: { until: 2026-12-24 } }", true)]
#[case("{ id: x, wait_for: { event: a, where: event.x == 3, timeout: 1d }, then: [ { exit: a } ] }", true)]
#[case("{ branch: [ { when: true, steps: [] }, { otherwise: [] } ] }", true)]
#[case("{ split: , arms: [ { name: a, weight: 1, steps: [] }, { name: b, weight: 0, steps: [] } ] }", true)]
#[case(
    "{ offer: { id: o, amount_off: 1.5, expires: 3d, budget: 0, code: { prefix: X-, pool: p }, on_unavailable: exit } }",
    true
)]
#[case("{ survey: { kind: choice, mail: a, choices: [x, y] } }", true)]
#[case("{ set: { attributes: { a: null, b: [1] } } }", true)]
#[case("{ emit: { detail_type: a, detail: { b: 1 } } }", true)]
#[case("{}", false)]
#[case("wait", false)]
#[case("{ id: x }", false)]
#[case("{ send: a, wait: 1d }", false)]
#[case("{ send: a.mjml }", false)]
#[case("{ send: a, then: [] }", false)]
#[case("{ wait: 1d, give_up_after: 1d }", false)]
#[case("{ id: holdout, wait: 1d }", false)]
#[case("{ id: Bad Id, wait: 1d }", false)]
#[case("{ wait: 3 }", false)]
#[case("{ wait: 3 days }", false)]
#[case("{ wait: {} }", false)]
#[case("{ wait: { for: 1d, until: 2026-01-01 } }", false)]
#[case("{ wait: { for: 1d, offset: 1d } }", false)]
#[case("{ wait: { for: 1d, on: mon } }", false)]
#[case("{ wait: { until: 2026-2-3 } }", false)]
#[case("{ wait_for: { event: a } }", false)]
#[case("{ wait_for: { timeout: 1d } }", false)]
#[case("{ branch: [] }", false)]
#[case("{ branch: [ { when: true } ] }", false)]
#[case("{ branch: [ { steps: [] } ] }", false)]
#[case("{ split: {} }", false)]
#[case("{ split: {}, arms: [] }", false)]
#[case("{ split: {}, arms: [ { name: a, weight: 0, steps: [] } ] }", false)]
#[case("{ split: {}, arms: [ { name: a, weight: 1.5, steps: [] } ] }", false)]
#[case("{ split: {}, arms: [ { weight: 1, steps: [] } ] }", false)]
#[case("{ offer: {} }", false)]
#[case("{ offer: { percent_off: 5, amount_off: 5 } }", false)]
#[case("{ offer: { percent_off: 0 } }", false)]
#[case("{ offer: { percent_off: 5, budget: -1 } }", false)]
#[case("{ offer: { percent_off: 5, on_unavailable: stop } }", false)]
#[case("{ offer: { percent_off: 5, code: { prefix: \"a b\" } } }", false)]
#[case("{ survey: { kind: stars, mail: a } }", false)]
#[case("{ survey: { kind: choice, mail: a } }", false)]
#[case("{ survey: { kind: nps, mail: a, choices: [x, y] } }", false)]
#[case("{ survey: { kind: choice, mail: a, choices: [x] } }", false)]
#[case("{ survey: { kind: nps } }", false)]
#[case("{ set: {} }", false)]
#[case("{ set: { attributes: [] } }", false)]
#[case("{ emit: { detail: {} } }", false)]
#[case("{ emit: { detail_type: a, detail: { person: {} } } }", false)]
#[case("{ exit: \"\" }", false)]
#[case("{ exit: 3 }", false)]
#[case("{ exit: a, reason: b }", false)]
fn steps_are_judged_as_the_loader_does(#[case] step: &str, #[case] good: bool) {
    judge(&format!("name: C\npurpose: marketing\ntrigger: {{ event: a }}\nsteps: [ {step} ]\n"), good);
}

fn judge(text: &str, good: bool) {
    assert_eq!(loads(WORKSPACE, text), good, "loader: {text}");
    assert_eq!(validator(&schema::campaign()).is_valid(&json(text)), good, "schema: {text}");
}

#[test]
fn everything_that_an_editor_shows_is_described() {
    for schema in [schema::workspace(), schema::campaign()] {
        let defined = schema["$defs"].as_object().unwrap();
        for (name, own) in defined {
            let described = own.get("description").is_some()
                || own.get("anyOf").is_some()
                || own.get("const").is_some()
                || own.get("enum").is_some();
            assert!(described, "{name}");
        }
    }
}
