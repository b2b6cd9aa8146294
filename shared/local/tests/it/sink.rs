//! SES v2.

use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use rstest::rstest;
use serde_json::Value;

use crate::support::{Local, Way, start};

pub fn content(text: &str) -> Content {
    Content::builder().data(text).charset("UTF-8").build().unwrap()
}

pub fn mail(local: &Local, to: &str) -> SendEmailFluentBuilder {
    let body = Body::builder().html(content("<p>\u{c548}\u{b155}</p>")).text(content("\u{c548}\u{b155}"));
    let header = MessageHeader::builder().name("List-Unsubscribe").value("<https://x.example/u>");
    let message = Message::builder()
        .subject(content("(\u{ad11}\u{ace0}) Hello"))
        .body(body.build())
        .headers(header.build().unwrap());
    local
        .ses()
        .send_email()
        .from_email_address("Shop <shop@example.com>")
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().simple(message.build()).build())
        .email_tags(MessageTag::builder().name("send_id").value("s-1").build().unwrap())
        .configuration_set_name("rekindle")
}

/// Event types of the SES events about the mail, in order.
fn reports(local: &Local) -> Vec<(String, Value)> {
    let events = local.bodies("feedback").into_iter().map(|body| {
        let event: Value = serde_json::from_str(&body).unwrap();
        (event["detail-type"].as_str().unwrap().to_owned(), event["detail"].clone())
    });
    events.collect()
}

fn listen(local: &Local) {
    local.queue("feedback");
    local.aws.put_rule("default", "ses", r#"{"source":["aws.ses"]}"#, "feedback").unwrap();
}

#[rstest]
#[tokio::test]
async fn an_accepted_mail_is_kept_whole_and_reported(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    listen(&local);
    let sent = mail(&local, "Kim <kim@example.com>").send().await.unwrap();
    let id = sent.message_id().unwrap();

    let kept = local.aws.mail(id).unwrap().unwrap();
    assert_eq!(kept.summary.from, "Shop <shop@example.com>");
    assert_eq!(kept.summary.to, ["Kim <kim@example.com>"]);
    assert_eq!(kept.summary.at, start());
    assert_eq!(kept.summary.subject, "(\u{ad11}\u{ace0}) Hello");
    assert_eq!(kept.html.as_deref(), Some("<p>\u{c548}\u{b155}</p>"));
    assert_eq!(kept.text.as_deref(), Some("\u{c548}\u{b155}"));
    assert_eq!(kept.headers[0].value, "<https://x.example/u>");
    assert_eq!(kept.summary.tags[0].value, "s-1");

    let reports = reports(&local);
    let types: Vec<&str> = reports.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(types, ["Email Sent", "Email Delivered"]);
    let detail = &reports[0].1;
    assert_eq!(detail["eventType"], "Send");
    assert_eq!(detail["mail"]["messageId"], id);
    assert_eq!(detail["mail"]["tags"]["send_id"][0], "s-1");
    assert_eq!(detail["mail"]["tags"]["ses:configuration-set"][0], "rekindle");
    assert_eq!(reports[1].1["delivery"]["recipients"][0], "kim@example.com");
}

#[tokio::test]
async fn the_mailbox_simulator_bounces_and_complains() {
    let local = Local::new(Way::InProcess).await;
    listen(&local);
    mail(&local, "bounce+1@simulator.amazonses.com").send().await.unwrap();
    mail(&local, "complaint@simulator.amazonses.com").send().await.unwrap();
    let reports = reports(&local);
    let types: Vec<&str> = reports.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(types, ["Email Sent", "Email Bounced", "Email Sent", "Email Delivered", "Email Complaint Received"]);
    let bounce = &reports[1].1["bounce"];
    assert_eq!(bounce["bounceType"], "Permanent");
    assert_eq!(bounce["bouncedRecipients"][0]["emailAddress"], "bounce+1@simulator.amazonses.com");
}

#[rstest]
#[tokio::test]
async fn what_ses_refuses_is_refused(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    for bad in ["nobody", "a@example.com\r\nBcc: b@example.com", "\u{ae40}@example.com"] {
        let error = mail(&local, bad).send().await.unwrap_err().into_service_error();
        assert!(error.is_bad_request_exception(), "{bad}: {error:?}");
    }
    let tag = MessageTag::builder().name("a b").value("c").build().unwrap();
    let error = mail(&local, "a@example.com").email_tags(tag).send().await.unwrap_err();
    assert!(error.into_service_error().is_bad_request_exception());
    assert_eq!(local.aws.mail_count().unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn the_account_has_a_rate(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::with(way, |options| options.ses_max_send_rate = Some(1.0)).await;
    let once = || {
        mail(&local, "a@example.com").customize().config_override(
            aws_sdk_sesv2::Config::builder().retry_config(aws_sdk_sesv2::config::retry::RetryConfig::disabled()),
        )
    };
    once().send().await.unwrap();
    let error = once().send().await.unwrap_err().into_service_error();
    assert!(error.is_too_many_requests_exception());
    local.pass(1);
    once().send().await.unwrap();

    let account = local.ses().get_account().send().await.unwrap();
    let quota = account.send_quota().unwrap();
    assert!((quota.max_send_rate() - 1.0).abs() < f64::EPSILON);
    assert!((quota.sent_last24_hours() - 2.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn mails_are_listed_newest_first_page_by_page() {
    let local = Local::new(Way::InProcess).await;
    for n in 0..5 {
        mail(&local, &format!("p{n}@example.com")).send().await.unwrap();
    }
    let first = local.aws.mails(None, 2).unwrap();
    let rest = local.aws.mails(first.last().map(|mail| mail.n), 10).unwrap();
    let to =
        |page: &[rekindle_local::MailSummary]| -> Vec<String> { page.iter().map(|mail| mail.to[0].clone()).collect() };
    assert_eq!(to(&first), ["p4@example.com", "p3@example.com"]);
    assert_eq!(to(&rest), ["p2@example.com", "p1@example.com", "p0@example.com"]);
    assert_eq!(local.aws.mail_count().unwrap(), 5);
    assert_eq!(first[0].tags[0].value, "s-1");
}

#[tokio::test]
async fn mails_are_found_by_recipient_and_subject() {
    let local = Local::new(Way::InProcess).await;
    for to in ["Kim <kim@example.com>", "lee@example.com", "kim@example.org"] {
        mail(&local, to).send().await.unwrap();
    }
    let found = |text: &str, before: Option<i64>| -> Vec<String> {
        let mails = local.aws.search_mails(text, before, 10).unwrap();
        mails.iter().map(|mail| mail.to[0].clone()).collect()
    };
    assert_eq!(found("KIM@", None), ["kim@example.org", "Kim <kim@example.com>"]);
    assert_eq!(found("kim@", Some(3)), ["Kim <kim@example.com>"]);
    assert_eq!(found("\u{ad11}\u{ace0}", None).len(), 3);
    assert!(found("%", None).is_empty());
}
