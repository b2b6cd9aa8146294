//! The mailbox as a browser meets it: a mail goes in through the AWS SDK, and pages come out of the router.

use std::sync::Arc;

use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use axum::Router;
use axum::body::to_bytes;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, HOST};
use axum::http::{Method, Request, StatusCode};
use jiff::tz::TimeZone;
use rekindle_lambda::clock::ManualClock;
use rekindle_local::{DeadLetter, LocalAws, Options, QueueSettings};
use tower::ServiceExt;

use super::router;

struct Reader {
    aws: LocalAws,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Reader {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-01T09:30:00Z".parse().unwrap()));
        let aws = LocalAws::open(Options::in_memory(clock)).unwrap();
        let zone = TimeZone::get("Asia/Seoul").unwrap();
        Self { router: router(aws.clone(), zone), aws }
    }

    /// Sends a mail; returns its id.
    async fn mail(&self, to: &str, subject: &str, html: Option<&str>, text: Option<&str>) -> String {
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build().unwrap();
        let header = |name: &str, value: &str| MessageHeader::builder().name(name).value(value).build().unwrap();
        let tag = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build().unwrap();
        let message = Message::builder()
            .subject(content(subject))
            .body(Body::builder().set_html(html.map(content)).set_text(text.map(content)).build())
            .headers(header("List-Unsubscribe", "<https://shop.example/u?t=1&x=<b>>"))
            .headers(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        let sent = aws_sdk_sesv2::Client::new(&self.aws.sdk_config())
            .send_email()
            .from_email_address("Shop <shop@example.com>")
            .destination(Destination::builder().to_addresses(to).build())
            .content(EmailContent::builder().simple(message.build()).build())
            .email_tags(tag("campaign", "win-back"))
            .email_tags(tag("step", "miss-you"))
            .send()
            .await;
        sent.unwrap().message_id().unwrap().to_owned()
    }

    async fn ask(&self, method: Method, path: &str, host: Option<&str>, language: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(ACCEPT_LANGUAGE, language);
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let response = self.router.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some("127.0.0.1:7070"), "en").await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answer.body
    }
}

fn assert_order(page: &str, parts: &[&str]) {
    let at: Vec<_> = parts.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("no {part} in {page}"))).collect();
    assert!(at.is_sorted(), "{parts:?} in {page}");
}

#[tokio::test]
async fn mails_are_listed_newest_first_with_time_recipient_campaign_and_step() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "First", None, Some("a")).await;
    reader.mail("lee@example.com", "Second", None, Some("b")).await;
    let page = reader.page("/").await;
    assert_order(&page, &["2 mails", "Asia/Seoul", "Second", "lee@example.com", "win-back", "miss-you", "18:30:00", "First", "kim@"]);
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let reader = Reader::new();
    for n in 0..60 {
        reader.mail("kim@example.com", &format!("Mail {n:02}"), None, Some("a")).await;
    }
    let first = reader.page("/?q=mail").await;
    assert!(first.contains("Mail 10") && !first.contains("Mail 09") && !first.contains("Newest mails"));
    let second = reader.page("/?q=mail&before=11").await;
    assert_order(&second, &["Mail 09", "Mail 00", "Newest mails"]);
    assert!(first.contains("/?q=mail&amp;before=11") && !second.contains("Older mails"));
}

#[tokio::test]
async fn a_search_looks_at_recipient_and_subject() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "(광고) 오랜만입니다", None, Some("a")).await;
    reader.mail("lee@example.com", "Hello", None, Some("b")).await;
    for (search, hit, miss) in [("KIM", "kim@", "lee@"), ("%EC%98%A4%EB%9E%9C%EB%A7%8C", "kim@", "lee@"), ("hello", "lee@", "kim@")] {
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
    assert_order(&page, &[
        "Shop &lt;shop@example.com&gt;",
        "Kim &lt;kim@example.com&gt;",
        "2026-03-01 18:30:00",
        "<dd>win-back</dd>",
        "<dd>miss-you</dd>",
        "List-Unsubscribe",
        "&lt;https://shop.example/u?t=1&amp;x=&lt;b&gt;&gt;",
        "List-Unsubscribe=One-Click",
        "<td>win-back</td>",
    ]);
}

#[tokio::test]
async fn html_is_shown_in_a_frame_without_rights_and_never_in_the_page() {
    let reader = Reader::new();
    let html = "<p>Hi</p><script>alert(1)</script>";
    let id = reader.mail("kim@example.com", "Hello", Some(html), Some("Hi & bye")).await;
    let page = reader.page(&format!("/mails/{id}")).await;
    assert!(page.contains(&format!("sandbox=\"\" src=\"/mails/{id}/html\"")) && !page.contains("<p>Hi</p>"));
    let alone = reader.get(&format!("/mails/{id}/html")).await;
    assert_eq!(alone.body, html);
    let policy = alone.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("sandbox ") && policy.contains("default-src 'none'; img-src https: data:;"), "{policy}");
    for right in ["allow-scripts", "allow-same-origin", "allow-forms", "allow-top-navigation"] {
        assert!(!policy.contains(right), "{policy}");
    }
    assert!(reader.page(&format!("/mails/{id}?view=text")).await.contains("Hi &amp; bye</pre>"));
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
async fn whatever_a_mail_holds_is_text_on_every_page() {
    let reader = Reader::new();
    let evil = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";
    let id = reader.mail("\"<script>\" <kim@example.com>", evil, Some(evil), Some(evil)).await;
    reader.aws.create_queue("events-dead", &QueueSettings::default()).unwrap();
    let sqs = aws_sdk_sqs::Client::new(&reader.aws.sdk_config());
    sqs.send_message().queue_url(reader.aws.queue_url("events-dead")).message_body(evil).send().await.unwrap();
    let search = "/?q=%22%3E%3Cscript%3Ealert(%27x%27)";
    for path in ["/", search, &format!("/mails/{id}"), &format!("/mails/{id}?view=text"), "/status"] {
        let page = reader.page(path).await;
        assert!(page.contains("&lt;script&gt;"), "{path}: {page}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{path}: {page}");
    }
}

#[tokio::test]
async fn queues_and_dead_letters_are_shown_with_their_reason() {
    let reader = Reader::new();
    let dead_letter = Some(DeadLetter { queue: "events-dead".to_owned(), max_receive: 2 });
    reader.aws.create_queue("events-dead", &QueueSettings::default()).unwrap();
    reader.aws.create_queue("events", &QueueSettings { visibility: 0, dead_letter, ..QueueSettings::default() }).unwrap();
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
    assert_order(&page, &["<h3>events-dead", "no person.id", "{&quot;a&quot;:1}", "Tried 2 times without success.", "again"]);
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

#[tokio::test]
async fn only_requests_for_this_machine_are_answered() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "Hello", None, Some("a")).await;
    for host in ["127.0.0.1:7070", "127.0.0.1", "localhost:7070"] {
        assert_eq!(reader.ask(Method::GET, "/", Some(host), "en").await.status, StatusCode::OK, "{host}");
    }
    for host in [Some("evil.example"), Some("127.0.0.1.evil.example:7070"), Some("localhost@evil.example"), Some(""), None] {
        let answer = reader.ask(Method::GET, "/", host, "en").await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
        assert!(!answer.body.contains("kim@"), "{host:?}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded_and_nothing_but_reading_is_possible() {
    let reader = Reader::new();
    let id = reader.mail("kim@example.com", "Hello", Some("<p>Hi</p>"), None).await;
    for path in ["/", "/status", "/style.css", "/nothing", "/mails/0", "/mails/0/html", &format!("/mails/{id}"), &format!("/mails/{id}/html")] {
        let answer = reader.get(path).await;
        let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{path}: {policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let answer = reader.ask(method, path, Some("127.0.0.1"), "en").await;
            assert!(answer.status.is_client_error(), "{path}");
        }
    }
    assert_eq!(reader.get("/mails/0").await.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.aws.mail_count().unwrap(), 1);
}
