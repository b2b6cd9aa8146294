//! A survey, from the mail to the branch that its answer takes.

use axum::http::StatusCode;
use rekindle_mail::LinkKind;
use rekindle_store::Ledger;
use serde_json::json;

use super::{Reader, links, score};

#[tokio::test]
async fn the_link_chooses_and_only_the_button_answers() {
    for (locale, question) in [("ko", "추천하시겠어요?"), ("en", "How likely are you to recommend")] {
        let reader = Reader::asked(locale).await;
        let answers = links(&reader.mail(), LinkKind::Answer);
        assert_eq!(answers.len(), 11);
        let version = reader.version("ann").await;
        let page = reader.get(&answers[9]).await.body;
        assert!(page.contains(question), "{page}");
        assert!(page.contains(r#"value="9" required checked"#) && page.matches(" checked").count() == 1, "{page}");
        assert_eq!(reader.version("ann").await, version, "looking is no answer");
    }
}

#[tokio::test]
async fn an_answer_is_an_event_that_folds_and_resumes() {
    let reader = Reader::asked("en").await;
    let nine = links(&reader.mail(), LinkKind::Answer).swap_remove(9);
    let thanks = reader.post(&nine, "score=9&comment=Lovely%0D%0Acoffee+%3Cb%3E").await;
    assert!(thanks.status == StatusCode::OK && thanks.body.contains("Thank you for your answer"), "{}", thanks.body);
    assert!(thanks.body.contains("Lovely\ncoffee &lt;b&gt;"), "{}", thanks.body);
    let person = reader.person("ann").await;
    assert_eq!(score(&person, "nps"), json!(9));
    assert_eq!(person.profile.answers["nps"].comment, json!("Lovely\ncoffee <b>"));
    reader.shop.settle().await;
    let journal = reader.journal("ann").await;
    assert!(journal.contains(r#""step":"answer","kind":"resumed","by":"event""#), "{journal}");
    assert!(journal.contains(r#""step":"by-score","kind":"branched","arm":0"#), "{journal}");
}

#[tokio::test]
async fn one_answer_an_occasion_repeats_count_once_and_it_can_be_changed() {
    let reader = Reader::asked("en").await;
    let answers = links(&reader.mail(), LinkKind::Answer);
    tokio::join!(reader.post(&answers[9], "score=9&comment=a"), reader.post(&answers[9], "score=9&comment=a"));
    reader.post(&answers[9], "score=9&comment=a").await;
    assert_eq!(reader.person("ann").await.profile.events["survey.answered"].count, 1);
    // Coming back by another number chooses that one, and keeps the comment.
    let page = reader.get(&answers[2]).await.body;
    assert!(page.contains("You answered before: <strong>9</strong>"), "{page}");
    assert!(page.contains(r#"value="2" required checked"#) && page.contains(">a</textarea>"), "{page}");
    reader.post(&answers[2], "score=2&comment=").await;
    reader.post(&answers[9], "score=9&comment=a").await;
    reader.post(&answers[2], "score=2&comment=").await;
    let person = reader.person("ann").await;
    assert_eq!(score(&person, "nps"), json!(2), "the newest counts, also within one second");
    assert_eq!(person.profile.events["survey.answered"].count, 4);
    reader.shop.settle().await;
    let resumed = reader.journal("ann").await.matches(r#""kind":"resumed""#).count();
    assert_eq!(resumed, 1, "one wait is resumed once");
    let kept = reader.shop.system.store.answers("nps", "nps").await.unwrap();
    let kept: Vec<_> = kept.iter().map(|row| (row.person.as_str(), row.entry, row.score.clone())).collect();
    assert_eq!(kept, [("ann", 1, json!(2))], "the survey's report has one answer an occasion, the newest");
}

#[tokio::test]
async fn what_is_no_answer_is_asked_again_and_loses_nothing() {
    let reader = Reader::asked("en").await;
    let link = links(&reader.mail(), LinkKind::Answer).swap_remove(5);
    let long = "x".repeat(1_001);
    for (form, problem) in [
        ("comment=Good".to_owned(), "Please choose an answer."),
        ("score=11&comment=Good".to_owned(), "Please choose an answer."),
        (format!("score=5&comment=Good+{long}"), "up to 1,000 characters"),
    ] {
        let answer = reader.post(&link, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(problem) && answer.body.contains("Good"), "{}", answer.body);
    }
    assert!(reader.person("ann").await.profile.answers.is_empty());
}

#[tokio::test]
async fn an_answer_can_be_changed_until_the_survey_expires_and_not_then() {
    let reader = Reader::asked("en").await;
    let mail = reader.mail();
    let answers = links(&mail, LinkKind::Answer);
    // Asked at ten in Seoul, two weeks after the delivery, for two weeks: to the end of that day.
    assert_eq!(mail.summary.at, "2026-03-16T01:00:00Z".parse().unwrap());
    assert!(reader.get(&answers[0]).await.body.contains("until 30 March 2026"));
    reader.shop.clock.advance_to("2026-03-30T14:59:59Z".parse().unwrap());
    assert_eq!(reader.post(&answers[7], "score=7").await.status, StatusCode::OK);
    reader.shop.clock.advance_to("2026-03-30T15:00:00Z".parse().unwrap());
    for answer in [reader.get(&answers[8]).await, reader.post(&answers[8], "score=8").await] {
        assert!(answer.status == StatusCode::GONE && answer.body.contains("has ended"), "{}", answer.body);
    }
    assert_eq!(score(&reader.person("ann").await, "nps"), json!(7));
}
