//! Every code is provoked, and its words are kept.

use std::fmt::Write as _;

use super::*;
use crate::lang::{Beyond, codes, load_within};

const WORKSPACE: &str = "\
name: Shop
timezone: Asia/Seoul
locales: [ko, en]
currency: KRW
senders:
  - { id: shop, name: Shop, email: shop@example.com, address: 1 Teheran-ro }
  - { id: lab, name: Lab, email: lab@example.com }
topics: [ { id: offers, name: { ko: 혜택, en: Offers } } ]
";
const CAMPAIGN: &str = "name: Hello\npurpose: marketing\ntrigger: { event: customer.signed_up }\n";

/// A workspace of one good campaign with one mail.
fn good() -> Files {
    let files = [
        ("workspace.yaml", WORKSPACE),
        ("hello/campaign.yaml", &format!("{CAMPAIGN}steps: [ {{ send: hi }} ]\n")),
        ("hello/hi.mjml", ""),
        ("hello/hi.en.mjml", ""),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

/// The good workspace with one file more, or another.
fn with(path: &str, text: &str) -> Files {
    let mut files = good();
    files.insert(path.to_owned(), text.to_owned());
    files
}

fn without(path: &str) -> Files {
    let mut files = good();
    files.remove(path);
    files
}

/// Other lines at the end of workspace.yaml.
fn workspace(lines: &str) -> Files {
    with("workspace.yaml", &format!("{WORKSPACE}{lines}\n"))
}

/// Another workspace.yaml: one line instead of another.
fn workspace_with(line: &str, instead: &str) -> Files {
    assert!(WORKSPACE.contains(line));
    with("workspace.yaml", &WORKSPACE.replace(line, instead))
}

/// A campaign with these lines and the good steps.
fn campaign(lines: &str) -> Files {
    with("hello/campaign.yaml", &format!("{CAMPAIGN}{lines}\nsteps: [ {{ send: hi }} ]\n"))
}

fn trigger(trigger: &str) -> Files {
    with(
        "hello/campaign.yaml",
        &format!("name: Hello\npurpose: marketing\ntrigger: {trigger}\nsteps: [ {{ send: hi }} ]\n"),
    )
}

/// A campaign with these steps after the good one.
fn steps(steps: &str) -> Files {
    with("hello/campaign.yaml", &format!("{CAMPAIGN}steps:\n- send: hi\n{steps}\n"))
}

/// What is known beyond the files: one more type of event, and that no mail comes from this machine.
fn beyond() -> Beyond {
    Beyond {
        events: ["x", "a"].map(str::to_owned).into(),
        address: |address| address.ends_with("@localhost").then(|| "not one plain mail address".to_owned()),
    }
}

/// Each code with files that provoke it.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<(&'static str, Files)> {
    vec![
        (codes::SYNTAX, steps("- branch:\n  - when: \"gift\" in offers\n    steps: []")),
        (codes::SYNTAX, steps("\t- wait: 1d")),
        (codes::SYNTAX, campaign("goal: { event: order.completed")),
        (codes::SYNTAX, campaign("audience: *people")),
        (codes::TOO_LARGE, with("hello/campaign.yaml", &format!("{CAMPAIGN}steps: {}", "[".repeat(100)))),
        (codes::DUPLICATE_KEY, campaign("entry: once\nentry: every")),
        (codes::SEVERAL_DOCUMENTS, campaign("---\nname: Second")),
        (codes::YAML_FEATURE, campaign("audience: !person.attributes.blocked")),
        (codes::YAML_FEATURE, campaign("? [a, b]\n: c")),
        (codes::YAML_FEATURE, campaign("goal: &goal { event: order.completed, within: 1d, value: *goal }")),
        (codes::NO_WORKSPACE, without("workspace.yaml")),
        (codes::NO_CAMPAIGN, with("goodbye/campaign.yml", "")),
        (codes::UNKNOWN_FILE, with("hello/logo.svg", "")),
        (codes::UNKNOWN_FILE, with("worksapce.yaml", "")),
        (codes::MISSING_KEY, with("hello/campaign.yaml", "name: Hello")),
        (codes::MISSING_KEY, with("workspace.yaml", "name: Shop")),
        (codes::MISSING_KEY, campaign("goal: { event: order.completed }")),
        (codes::MISSING_KEY, steps("- wait_for: { event: order.completed }\n- offer: { percent_off: 5 }\n- survey: { kind: choice, mail: hi }")),
        (codes::WRONG_TYPE, with("hello/campaign.yaml", "")),
        (codes::WRONG_TYPE, campaign("audience:")),
        (codes::WRONG_TYPE, campaign("exit_on: order.refunded")),
        (codes::WRONG_TYPE, trigger("{ date: person.attributes.birthday, yearly: yes }")),
        (codes::NOT_ONE_KEY, trigger("{ date: person.attributes.birthday, yearly: true, monthly: true }")),
        (codes::NOT_ONE_OF, trigger("{ lapsed: { after: 60d, since: a, catch_up: al } }")),
        (codes::BAD_DURATION, trigger("{ lapsed: { after: 60d, since: a, catch_up: 14 days } }")),
        (codes::WRONG_TYPE, trigger("{ manual: true }")),
        (codes::WRONG_TYPE, steps("- exit: 2026\n- wait\n- set: { attributes: [gold] }")),
        (codes::UNKNOWN_KEY, campaign("audiance: \"true\"\nowner: me")),
        (codes::UNKNOWN_KEY, steps("- sent: hi\n- branch: [ { if: \"true\", steps: [] } ]")),
        (codes::UNKNOWN_KEY, workspace("topcis: []\nprices: { ses_per_thousand: 0.1 }")),
        (codes::MISPLACED_KEY, steps("- wait: 1d\n  then: []\n- split: {}\n  arms: [ { name: a, weight: 1, steps: [] } ]\n  on_unknown: hold")),
        (codes::MISPLACED_KEY, trigger("{ lapsed: { after: 60d, since: order.completed, within: 3d }, at: \"09:00\" }")),
        (codes::MISPLACED_KEY, steps("- wait: { for: 1d, offset: -3d }\n- survey: { kind: nps, mail: hi, choices: [a, b] }\n- emit: { detail_type: a, detail: { person: {} } }")),
        (codes::BAD_ID, with("Hello World/campaign.yaml", &format!("{CAMPAIGN}steps: []"))),
        (codes::BAD_ID, steps("- { id: Say_Hi, exit: a }\n- send: hi.mjml")),
        (codes::RESERVED_ID, with("workspace/campaign.yaml", &format!("{CAMPAIGN}steps: []"))),
        (codes::RESERVED_ID, steps("- { id: holdout, wait: 1d }")),
        (codes::DUPLICATE_ID, steps("- { id: a, wait: 1d }\n- offer: { id: a, percent_off: 5 }")),
        (codes::DUPLICATE_ID, workspace_with("id: lab", "id: shop")),
        (codes::DEFAULT_ID_TAKEN, steps("- { id: wait-2, wait: 1d }\n- wait: 2d")),
        (codes::TWO_IDS, steps("- split: { id: a }\n  id: b\n  arms: [ { name: a, weight: 1, steps: [] } ]")),
        (codes::NOT_ONE_OF, campaign("entry: evrey\nwindow: never")),
        (codes::NOT_ONE_OF, workspace("policy: korea")),
        (codes::NOT_ONE_OF, steps("- offer: { percent_off: 5, on_unavailable: stop }")),
        (codes::OUT_OF_RANGE, campaign("holdout: 101\ngoal: { event: order.completed, within: 0d }")),
        (codes::OUT_OF_RANGE, workspace("cap: { max: 2.5, per: 7d }\nholdout: -1")),
        (codes::OUT_OF_RANGE, steps("- offer: { percent_off: 120, budget: -1 }\n- offer: { amount_off: .inf }\n- branch: []")),
        (codes::BAD_DURATION, steps("- wait: 3\n- wait: 3 days\n- wait: -3d\n- wait: 12h1d\n- wait: { for: 1.5d }")),
        (codes::BAD_TIME, steps("- wait: { at: 9:00 }\n- wait: { at: \"25:00\" }")),
        (codes::BAD_WEEKDAY, steps("- wait: { on: [Monday, someday] }\n- wait: { on: [] }")),
        (codes::BAD_DATE, steps("- wait: { until: 2026-2-30 }")),
        (codes::BAD_DATE, trigger("{ schedule: { at: \"09:00\" } }")),
        (codes::EMPTY_WINDOW, campaign("window: { from: \"09:00\", to: \"09:00\" }")),
        (codes::BAD_TIMEZONE, workspace_with("Asia/Seoul", "Asia/Soul")),
        (codes::BAD_LOCALE, workspace_with("[ko, en]", "[ko, en, korean_KR]")),
        (codes::BAD_CURRENCY, workspace_with("KRW", "won")),
        (codes::BAD_EMAIL, workspace_with("shop@example.com", "shop.example.com")),
        (codes::BAD_EMAIL, workspace_with("shop@example.com", "shop@localhost")),
        (codes::BAD_TEXT, steps("- exit: \" \"\n- exit: \"a\\nb\"\n- offer: { percent_off: 5, code: { prefix: \"봄\" } }")),
        (codes::UNKNOWN_TOPIC, campaign("topic: ofers")),
        (codes::UNKNOWN_SENDER, campaign("sender: factory")),
        (codes::UNKNOWN_LOCALE, with("hello/hi.fr.mjml", "")),
        (codes::UNKNOWN_LOCALE, workspace_with("{ ko: 혜택, en: Offers }", "{ ko: 혜택, en: Offers, jp: 特典 }")),
        (codes::NO_MAIL, steps("- send: hii\n- survey: { kind: nps, mail: how-was-it }")),
        (codes::UNUSED_MAIL, with("hello/later.mjml", "")),
        (codes::NO_TRANSLATION, without("hello/hi.en.mjml")),
        (codes::NO_TRANSLATION, workspace_with("{ ko: 혜택, en: Offers }", "{ en: Offers }")),
        (codes::NO_ADDRESS, campaign("sender: lab")),
        (codes::NO_PHONE, workspace("policy: kr")),
        (codes::DISGUISED, with("hello/campaign.yaml", "name: Hello\npurpose: transactional\ntrigger: manual\nsteps:\n- send: hi\n- branch:\n  - when: \"true\"\n    steps: [ { offer: { id: gift, percent_off: 5 } } ]\n")),
        (codes::NOT_ONE_TRIGGER, trigger("{ where: \"true\" }")),
        (codes::NOT_ONE_TRIGGER, trigger("{ event: a, schedule: { every: day } }")),
        (codes::NOT_ONE_KIND, steps("- { wait: 1d, send: hi }\n- id: nothing")),
        (codes::NOT_ONE_KEY, steps("- offer: { percent_off: 5, amount_off: 5 }\n- offer: { expires: 5d }\n- wait: { for: 1d, until: 2026-01-01 }\n- wait: {}")),
        (codes::OTHERWISE_LAST, steps("- branch:\n  - otherwise: []\n  - { when: \"true\", steps: [] }")),
        (codes::NO_WEIGHT, steps("- split: {}\n  arms: [ { name: a, weight: 0, steps: [] } ]")),
        (codes::TOO_MANY_STEPS, steps(&"- wait: 1d\n".repeat(1_000))),
        (codes::SAME_ARM, steps("- split: {}\n  arms: [ { name: a, weight: 1, steps: [] }, { name: a, weight: 1, steps: [] } ]")),
        (codes::EXPRESSION, campaign("audience: person.orders.count >= ")),
        (codes::EXPRESSION, campaign("audience: >\n  person.orders.count >= 2 &&\n  person.locale == = \"ko\"")),
        (codes::EXPRESSION_CHECK, campaign("audience: person.order.count >= 2 && person.locale == ko")),
        (codes::EXPRESSION_CHECK, steps("- offer: { id: gift, percent_off: 5 }\n- branch:\n  - when: offers[\"gfit\"].redeemed || mails[\"send-2\"].opened || answers[\"nps\"].score > 3\n    steps: []")),
        (codes::EXPRESSION_DOUBT, steps("- wait_for: { event: x, where: event.cart == entry.cart, timeout: 1d }")),
        (codes::UNNAMED_EVENT, campaign("goal: { event: order.complete, within: 7d }\nexit_on: [quiz.finished]\naudience: person.events[\"order.refundet\"].count == 0")),
        (codes::UNREACHABLE, with("hello/campaign.yaml", &format!("{CAMPAIGN}goal: {{ event: order.completed, within: 14d }}\nexit_on: [order.refunded]\nsteps:\n- send: hi\n- wait: 7d\n- wait_for: {{ event: order.completed, timeout: 7d }}\n  then: [ {{ exit: bought }} ]\n- wait_for: {{ event: order.refunded, timeout: 30d }}\n  then: [ {{ exit: sad }} ]\n"))),
    ]
}

#[test]
fn every_code_has_a_case_and_its_words_help() {
    let mut words = String::new();
    let cases = cases();
    for (code, files) in &cases {
        let loaded = load_within(files, &beyond());
        assert!(
            loaded.diagnostics.iter().any(|found| found.code == *code),
            "{code} was not found:\n{}",
            shown(&loaded)
        );
        assert!(
            loaded.diagnostics.iter().all(|found| !found.help.is_empty()),
            "{code} leaves somebody alone:\n{}",
            shown(&loaded)
        );
        assert_eq!(loaded.definitions.is_none(), loaded.diagnostics.iter().any(|found| found.is_error()));
        let _ = write!(words, "{code}\n{}\n", shown(&loaded));
    }
    // Those of compiled mails are provoked where mails are compiled.
    let elsewhere = [
        codes::FORMAT_BY_HAND,
        codes::CLIPPED,
        codes::LEAVE_CLIPPED,
        codes::NO_ANSWERS,
        codes::OFFER_TOO_EARLY,
        codes::OFFER_NOT_SURE,
    ];
    for (code, meaning) in codes::TABLE {
        assert!(
            elsewhere.contains(code) || cases.iter().any(|(provoked, _)| provoked == code),
            "{code} ({meaning}) has no case"
        );
    }
    insta::assert_snapshot!(words);
}

#[test]
fn what_only_the_check_of_expressions_refuses_can_be_simulated() {
    let loaded = load(&campaign("audience: person.orders.count == \"3\""));
    assert!(loaded.definitions.is_none() && loaded.runnable().is_some());
    assert!(load(&campaign("audience: person.orders.count == \"3\"\nholdout: 101")).runnable().is_none());
    assert!(load(&good()).runnable().is_some());
}

#[test]
fn a_good_workspace_has_no_diagnostics() {
    assert_eq!(shown(&load(&good())), "");
    assert_eq!(shown(&load_within(&good(), &beyond())), "");
}

#[test]
fn a_type_is_known_that_is_built_in_has_a_schema_is_emitted_or_is_named_twice() {
    for steps_of in [
        "- wait_for: { event: order.completed, timeout: 1d }",
        "- wait_for: { event: x, timeout: 1d }",
        "- emit: { detail_type: quiz.finished }\n- wait_for: { event: quiz.finished, timeout: 1d }",
        "- wait_for: { event: quiz.finished, timeout: 1d }\n- wait_for: { event: quiz.finished, timeout: 2d }",
    ] {
        assert_eq!(shown(&load_within(&steps(steps_of), &beyond())), "");
    }
    // What looks like a slip is doubted however often it is made.
    let twice =
        "- wait_for: { event: order.complete, timeout: 1d }\n- wait_for: { event: order.complete, timeout: 2d }";
    assert_eq!(shown(&load_within(&steps(twice), &beyond())).matches("did you mean `order.completed`?").count(), 2);
}

#[test]
fn built_in_types_are_those_that_have_a_schema() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let types = files.filter_map(|file| file.strip_suffix(".schema.json").map(str::to_owned));
    let types: std::collections::BTreeSet<String> = types.filter(|kind| kind.contains('.')).collect();
    assert_eq!(types.iter().map(String::as_str).collect::<Vec<_>>(), crate::event::BUILT_IN);
}

#[test]
fn a_wait_that_outlives_the_goal_or_looks_for_something_else_can_be_resumed() {
    let waits = |goal: &str, wait: &str| {
        let yaml = format!("{CAMPAIGN}{goal}\nsteps:\n- send: hi\n- {wait}\n  then: [ {{ exit: bought }} ]\n");
        let loaded = load(&with("hello/campaign.yaml", &yaml));
        loaded.diagnostics.iter().any(|found| found.code == codes::UNREACHABLE)
    };
    let wait = "wait_for: { event: order.completed, timeout: 7d }";
    let big = "wait_for: { event: order.completed, where: event.order.total > 9, timeout: 7d }";
    assert!(waits("goal: { event: order.completed, within: 7d }", wait));
    assert!(waits("goal: { event: order.completed, within: 7d }", big));
    assert!(waits("goal: { event: order.completed, where: event.order.total > 9, within: 7d }", big));
    assert!(waits("exit_on: [order.completed]", wait));
    assert!(!waits("goal: { event: order.completed, within: 6d }", wait));
    assert!(!waits("goal: { event: order.completed, within: 7d, exit: false }", wait));
    assert!(!waits("goal: { event: order.completed, where: event.order.total > 9, within: 7d }", wait));
    assert!(!waits("goal: { event: order.refunded, within: 7d }", wait));
    assert!(!waits("key: event.a\ngoal: { event: order.completed, within: 7d }\nexit_on: [order.completed]", wait));
}

#[test]
fn what_is_issued_at_a_mail_is_what_every_way_there_has_issued() {
    let steps_of = "- branch:\n  - when: \"true\"\n    steps: [ { offer: { id: a, percent_off: 5 } }, { offer: { id: b, percent_off: 5, budget: 1 } } ]\n  - otherwise: [ { offer: { id: a2, percent_off: 5 } }, { exit: done } ]\n- send: hi\n  id: second";
    let definitions = load(&steps(steps_of)).definitions.unwrap();
    let reached = crate::lang::flow::at_mails(&definitions.campaigns["hello"]);
    let issued = |step: &str| {
        let of = &reached[step];
        (of.always.iter().copied().collect::<Vec<_>>(), of.maybe.iter().copied().collect::<Vec<_>>())
    };
    assert_eq!(issued("send-1"), (vec![], vec![]));
    assert_eq!(issued("second"), (vec!["a"], vec!["a", "b"]));
}

#[test]
fn one_run_reports_the_problems_of_all_files_in_order() {
    let mut files = campaign("holdout: ten\naudiance: \"true\"");
    files.insert("workspace.yaml".to_owned(), format!("{WORKSPACE}cap: 3\n"));
    files.insert("hello/hi.fr.mjml".to_owned(), String::new());
    let loaded = load(&files);
    let places: Vec<String> = loaded
        .diagnostics
        .iter()
        .map(|found| format!("{}:{}:{} {}", found.file, found.line, found.column, found.code))
        .collect();
    assert_eq!(
        places,
        [
            "hello/campaign.yaml:4:10 C011",
            "hello/campaign.yaml:5:1 C012",
            "hello/hi.fr.mjml:1:1 C042",
            "workspace.yaml:9:6 C011"
        ]
    );
}
