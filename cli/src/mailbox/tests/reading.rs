//! What a reader sees.

use axum::http::Method;
use rekindle_local::{DeadLetter, QueueSettings};

use super::{Reader, assert_order};

#[tokio::test]
async fn mails_are_listed_newest_first_with_time_recipient_campaign_and_step() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "First", None, Some("a")).await;
    reader.mail("lee@example.com", "Second", None, Some("b")).await;
    let page = reader.page("/").await;
    assert_order(
        &page,
        &["2 mails", "Asia/Seoul", "Second", "lee@example.com", "win-back", "miss-you", "18:30:00", "First", "kim@"],
    );
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let reader = Reader::new();
    for n in 0..60 {
        reader.mail("kim@example.com", &format!("Mail {n:02}"), None, Some("a")).await;
    }
    let first = reader.page("/?q=mail").await;
    assert!(first.contains("Mail 10") && !first.contains("Mail 09") && !first.contains("Newest mails"));
    assert!(first.contains("/?q=mail&amp;before=11"));
    let second = reader.page("/?q=mail&before=11").await;
    assert_order(&second, &["Mail 09", "Mail 00", "Newest mails"]);
    // The last page may be a full one.
    assert!(!second.contains("Older mails") && !reader.page("/?before=51").await.contains("Older mails"));
}

#[tokio::test]
async fn a_search_looks_at_recipient_and_subject() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "(광고) 오랜만입니다", None, Some("a")).await;
    reader.mail("lee@example.com", "Hello", None, Some("b")).await;
    for (search, hit, miss) in
        [("KIM", "kim@", "lee@"), ("%EC%98%A4%EB%9E%9C%EB%A7%8C", "kim@", "lee@"), ("hello", "lee@", "kim@")]
    {
        let page = reader.page(&format!("/?q={search}")).await;
        assert!(page.contains(hit) && !page.contains(miss), "{search}");
    }
    assert!(reader.page("/?q=nobody").await.contains("No mail matches."));
}

#[tokio::test]
async fn a_mail_shows_its_facts_headers_and_tags() {
    let reader = Reader::new();
    let id = reader.mail("Kim <kim@example.com>", "Hello", Some("<p>Hi</p>"), Some("Hi")).await;
    let page = reader.page(&format!("/mails/{id}")).await;
    assert_order(
        &page,
        &[
            "Shop &lt;shop@example.com&gt;",
            "Kim &lt;kim@example.com&gt;",
            "2026-03-01 18:30:00",
            "<dd>win-back</dd>",
            "<dd>miss-you</dd>",
            "List-Unsubscribe",
            "&lt;https://shop.example/u?t=1&amp;x=&lt;b&gt;&gt;",
            "List-Unsubscribe=One-Click",
            "<td>win-back</td>",
        ],
    );
}

#[tokio::test]
async fn width_and_colours_are_links_that_keep_each_other() {
    let reader = Reader::new();
    let id = reader.mail("kim@example.com", "Hello", Some("<p>Hi</p>"), None).await;
    let page = reader.page(&format!("/mails/{id}?width=390&colours=dark")).await;
    assert!(page.contains("<iframe class=\"w390 dark\""), "{page}");
    assert!(page.contains(&format!("/mails/{id}?colours=dark&amp;width=700#body")), "{page}");
    let odd = reader.page(&format!("/mails/{id}?width=1&colours=%22%3E%3Cscript%3E")).await;
    assert!(odd.contains("<iframe class=\"w700 device\"") && !odd.contains("<script"), "{odd}");
    assert!(reader.page(&format!("/mails/{id}?view=text")).await.contains("no text body"));
}

#[tokio::test]
async fn queues_and_dead_letters_are_shown_with_their_reason() {
    let reader = Reader::new();
    let dead_letter = Some(DeadLetter { queue: "events-dead".to_owned(), max_receive: 2 });
    reader.aws.create_queue("events-dead", &QueueSettings::default()).unwrap();
    reader
        .aws
        .create_queue("events", &QueueSettings { visibility: 0, dead_letter, ..QueueSettings::default() })
        .unwrap();
    assert!(reader.page("/status").await.contains("There are no dead letters."));

    let sqs = aws_sdk_sqs::Client::new(&reader.aws.sdk_config());
    let reason = aws_sdk_sqs::types::MessageAttributeValue::builder().data_type("String").string_value("no person.id");
    let refused = sqs.send_message().queue_url(reader.aws.queue_url("events-dead")).message_body("{\"a\":1}");
    refused.message_attributes("reason", reason.build().unwrap()).send().await.unwrap();
    let queue = reader.aws.queue_url("events");
    sqs.send_message().queue_url(&queue).message_body("again").send().await.unwrap();
    for _ in 0..3 {
        sqs.receive_message().queue_url(&queue).send().await.unwrap();
    }
    let page = reader.page("/status").await;
    assert_order(
        &page,
        &["<h3>events-dead", "no person.id", "{&quot;a&quot;:1}", "Tried 2 times without success.", "again"],
    );
}

#[tokio::test]
async fn pages_speak_korean_and_english() {
    let reader = Reader::new();
    let ask = async |path: &str, language: &str| reader.ask(Method::GET, path, Some("localhost"), language).await.body;
    assert!(ask("/", "ko-KR,ko;q=0.9,en;q=0.8").await.contains("<html lang=\"ko\">"));
    assert!(ask("/", "fr").await.contains("<html lang=\"en\">"));
    let chosen = ask("/?lang=ko&q=x", "en").await;
    assert!(chosen.contains("<html lang=\"ko\">") && chosen.contains("검색 결과가 없습니다."));
    // What was chosen is kept; what the browser said needs no keeping.
    assert!(chosen.contains("href=\"/status?lang=ko\"") && chosen.contains("href=\"/?q=x&amp;lang=en\""));
    assert!(ask("/status", "ko").await.contains("href=\"/\""));
}
