//! What a mail, a page of another site or a curious request cannot do.

use axum::http::header::{CONTENT_SECURITY_POLICY, HOST};
use axum::http::{Method, StatusCode};
use rekindle_local::QueueSettings;
use rekindle_mail::{Claim, LinkKind};
use tower::ServiceExt;

use super::{Reader, links};

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
async fn only_requests_for_this_machine_are_answered() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "Hello", None, Some("a")).await;
    for host in ["127.0.0.1:7070", "127.0.0.1", "localhost:7070"] {
        assert_eq!(reader.ask(Method::GET, "/", Some(host), "en").await.status, StatusCode::OK, "{host}");
    }
    for host in
        [Some("evil.example"), Some("127.0.0.1.evil.example:7070"), Some("localhost@evil.example"), Some(""), None]
    {
        let answer = reader.ask(Method::GET, "/", host, "en").await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
        assert!(!answer.body.contains("kim@"), "{host:?}");
    }
}

#[tokio::test]
async fn no_page_of_another_site_reads_a_mail() {
    let reader = Reader::new();
    reader.mail("kim@example.com", "Hello", None, Some("a")).await;
    let own = "http://127.0.0.1:7070";
    for (name, value, allowed) in [
        ("origin", own, true),
        ("origin", "https://evil.example", false),
        ("origin", "http://127.0.0.1:8080", false),
        ("origin", "null", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
    ] {
        let request = axum::http::Request::get("/").header(HOST, "127.0.0.1:7070").header(name, value);
        let answer = reader.router.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status().is_success(), allowed, "{name}: {value}");
    }
}

#[tokio::test]
async fn links_of_a_mail_lead_to_the_port_at_which_it_is_read() {
    let reader = Reader::new();
    let claim = Claim { person: "ann".to_owned(), ..Claim::default() };
    let signed = links().url(LinkKind::Unsubscribe, &claim).unwrap();
    let here = signed.replace(":7070", ":17205");
    let id = reader.mail("kim@example.com", "Hello", Some(&format!("<a href=\"{signed}\">x</a>")), Some(&signed)).await;
    assert!(reader.page(&format!("/mails/{id}/html")).await.contains(&here));
    assert!(reader.page(&format!("/mails/{id}?view=text")).await.contains(&here));
}

#[tokio::test]
async fn every_answer_is_guarded_and_nothing_but_reading_is_possible() {
    let reader = Reader::new();
    let id = reader.mail("kim@example.com", "Hello", Some("<p>Hi</p>"), None).await;
    for path in [
        "/",
        "/status",
        "/style.css",
        "/nothing",
        "/mails/0",
        "/mails/0/html",
        &format!("/mails/{id}"),
        &format!("/mails/{id}/html"),
    ] {
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
