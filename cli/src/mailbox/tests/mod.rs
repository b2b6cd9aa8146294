//! The mailbox as a browser meets it: a mail goes in through the AWS SDK, and pages come out of the router.

mod reading;
mod safety;

use std::sync::Arc;

use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use axum::Router;
use axum::body::to_bytes;
use axum::http::header::{ACCEPT_LANGUAGE, HOST};
use axum::http::{Method, Request, StatusCode};
use jiff::tz::TimeZone;
use rekindle_lambda::clock::ManualClock;
use rekindle_local::{LocalAws, Options};
use rekindle_mail::{Key, Links};
use tower::ServiceExt;

use super::relink::Pages;
use super::router;

/// Signs links for the usual port.
fn links() -> Links {
    Links::new("http://127.0.0.1:7070", Key::new(1, vec![7; 32]).unwrap(), None).unwrap()
}

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
        Self { router: router(aws.clone(), zone, Pages::new(links(), 17_205)), aws }
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
    let at: Vec<_> =
        parts.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("no {part} in {page}"))).collect();
    assert!(at.is_sorted(), "{parts:?} in {page}");
}
