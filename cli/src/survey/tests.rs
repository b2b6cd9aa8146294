//! What the reports say of given answers.

use rekindle_engine::lang::{Mail, Survey, SurveyKind};
use rekindle_store::AnswerRow;
use serde_json::{Value, json};

use super::report::{Asked, Report};
use super::show;

fn survey(kind: SurveyKind) -> Survey {
    let mail = Mail { mail: "ask".to_owned(), give_up_after: None, on_unknown: None };
    let choices = vec!["배송".to_owned(), "Price".to_owned()];
    Survey { kind, mail, expires: None, choices: if kind == SurveyKind::Choice { choices } else { Vec::new() } }
}

fn rows(scores: impl IntoIterator<Item = Value>) -> Vec<AnswerRow> {
    let row = |(n, score): (usize, Value)| AnswerRow {
        person: format!("p{n}"),
        campaign: "c".to_owned(),
        survey: "s".to_owned(),
        entry: 1,
        score,
        comment: if n == 0 { json!("Line one\n\u{1b}[31mline two") } else { Value::Null },
        at: "2026-03-01T09:00:00Z".parse::<jiff::Timestamp>().unwrap().into(),
        version: 1,
    };
    scores.into_iter().enumerate().map(row).collect()
}

fn report(kind: SurveyKind, scores: impl IntoIterator<Item = Value>, delivered: Option<u64>) -> Report {
    Report::new("c", "s", &survey(kind), Asked { sent: 100, delivered }, &rows(scores))
}

#[test]
fn promoters_less_detractors_is_the_net_promoter_score() {
    let scores = [10, 10, 9, 9, 9, 9, 9, 8, 6].map(|score| json!(score));
    let found = report(SurveyKind::Nps, scores, Some(90));
    let (name, estimate) = found.measures[0];
    assert_eq!((name, estimate.value.round()), ("NPS", 67.0));
    assert_eq!((found.answered, found.response.unwrap().value), (9, 0.1));
}

#[test]
fn the_two_best_of_five_and_the_three_best_of_seven_are_shares() {
    let found = report(SurveyKind::Csat, [1, 3, 4, 5].map(|score| json!(score)), None);
    assert_eq!((found.measures[0].0, found.measures[0].1.value), ("satisfied (4 or 5)", 0.5));
    assert_eq!(found.response.unwrap().value, 0.04, "over what was sent, where nothing is known of deliveries");
    let found = report(SurveyKind::Ces, [4, 5, 6, 7].map(|score| json!(score)), None);
    assert_eq!((found.measures[0].1.value, found.mean), (0.75, Some(5.5)));
}

#[test]
fn choices_are_counted_and_what_is_not_offered_is_told_apart() {
    let found = report(SurveyKind::Choice, [json!("배송"), json!("Price"), json!("배송"), json!("gone")], None);
    assert_eq!(found.given, [("배송".to_owned(), 2), ("Price".to_owned(), 1)]);
    assert_eq!((found.answered, found.foreign), (3, 1));
}

#[test]
fn a_comment_is_shown_on_one_line_without_controls() {
    let found = report(SurveyKind::Nps, [json!(9)], None);
    let catalog = rekindle_engine::catalog::Catalog::new(
        std::sync::Arc::new(workspace()),
        std::iter::empty::<rekindle_engine::catalog::Live>(),
    );
    let text = show::text(&found, &catalog, 5);
    assert!(text.contains("Line one [31mline two"), "{text}");
    assert!(text.contains("1 answers over 100 sent, as nothing is known of deliveries: 1.0 %"), "{text}");
    assert!(show::json(&found).contains(r#""delivered":null"#));
}

fn workspace() -> rekindle_engine::lang::Workspace {
    let yaml = "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
    let files = rekindle_engine::lang::Files::from([("workspace.yaml".to_owned(), yaml.to_owned())]);
    rekindle_engine::lang::load(&files).definitions.unwrap().workspace
}
