//! What the reports say of given answers.

use rekindle_engine::lang::{Mail, Survey, SurveyKind};
use rekindle_store::{AnswerRow, SendRow, SendStage};
use rekindle_workbench::survey::{Answered, Asked, Report};
use serde_json::{Value, json};

use super::show;
use crate::output::View;

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

/// A report in which every answer is one to a mail of the survey.
fn report(kind: SurveyKind, scores: impl IntoIterator<Item = Value>, delivered: Option<u64>) -> Report {
    let rows = rows(scores);
    let answered = u64::try_from(rows.len()).unwrap();
    Report::new("c", "s", &survey(kind), Asked { sent: 100, delivered, answered }, &rows)
}

fn shown(report: &Report) -> String {
    let nothing = std::iter::empty::<rekindle_engine::catalog::LiveCampaign>();
    let catalog = rekindle_engine::catalog::Catalog::new(std::sync::Arc::new(workspace()), nothing);
    show::text(report, &catalog, 5, &View::english())
}

/// A mail of the survey to each of these people, `p0` and so on as in [`rows`].
fn mails(people: std::ops::Range<usize>, stage: SendStage) -> Vec<SendRow> {
    let at = "2026-03-01T08:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
    let mail = |n| SendRow {
        person: format!("p{n}"),
        send_id: format!("send-{n}"),
        campaign: "c".to_owned(),
        version: 1,
        step: "s".to_owned(),
        entry: 1,
        mail: "ask".to_owned(),
        stage,
        at,
        message_id: None,
        reason: None,
        was_unknown: false,
    };
    people.map(mail).collect()
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
    let text = shown(&found);
    assert!(text.contains(r"Line one \u{1b}[31mline two"), "{text}");
    assert!(text.contains("1 answer over 100 sent, as nothing is known of deliveries: 1.0 %"), "{text}");
    assert!(show::json(&found)["delivered"].is_null());
}

#[test]
fn one_answer_gives_no_score_and_ten_do() {
    let text = shown(&report(SurveyKind::Nps, [json!(10)], None));
    assert!(text.contains("NPS: too few answers to say (1 of 10)") && !text.contains("+100"), "{text}");
    let text = shown(&report(SurveyKind::Nps, vec![json!(10); 10], None));
    assert!(text.contains("NPS: +100 (95 %: "), "{text}");
}

#[test]
fn a_mean_is_of_answers_that_the_survey_offers() {
    let found = report(SurveyKind::Ces, [4, 6, 7, 99].map(|score| json!(score)), None);
    assert_eq!((found.mean, found.answered, found.foreign), (Some(17.0 / 3.0), 3, 1));
}

/// Five mails arrived and were answered; five more answered whom nobody had sent the survey.
#[test]
fn answers_to_no_mail_are_no_response_and_are_named() {
    let rows = rows((0..10).map(|_| json!(9)));
    let nps = survey(SurveyKind::Nps);
    let mut mails = mails(0..5, SendStage::Delivered);
    mails.extend(self::mails(10..15, SendStage::Delivered));
    mails.extend(self::mails(15..16, SendStage::Bounced));
    let (mut asked, answered) = (Asked::default(), Answered::new(&nps, &rows));
    mails.iter().for_each(|row| asked.add(row, &answered));
    assert_eq!(asked, Asked { sent: 11, delivered: Some(10), answered: 5 });
    let found = Report::new("c", "s", &nps, asked, &rows);
    assert_eq!((found.response.unwrap().value, found.elsewhere), (0.5, 5));
    let text = shown(&found);
    assert!(text.contains("5 answers over 10 delivered of 11 sent: 50.0 %"), "{text}");
    assert!(text.contains("5 further answers to no such mail"), "{text}");
}

fn workspace() -> rekindle_engine::lang::Workspace {
    let yaml = "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
    let files = rekindle_engine::lang::Files::from([("workspace.yaml".to_owned(), yaml.to_owned())]);
    rekindle_engine::lang::load(&files).definitions.unwrap().workspace
}
