//! The three forms of a report, and what is none.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

fn report_of(kind: &str, fields: Value) -> Value {
    let mut report = json!({
        "eventType": kind,
        "somethingNew": { "is": "left alone" },
        "mail": {
            "timestamp": "2026-03-02T01:00:00.123Z", "source": "Shop <shop@example.com>", "messageId": "0100-1",
            "destination": ["ann@example.com"], "headersTruncated": false, "headers": [],
            "tags": {
                "send_id": ["zynx"], "attempt": ["1"], "campaign": ["welcome"], "version": ["3"], "step": ["hello"],
                "entry": ["2"], "mail": ["greeting"], "person": ["cDE"], "ses:configuration-set": ["rekindle"],
            },
        },
    });
    if let (Some(report), Value::Object(fields)) = (report.as_object_mut(), fields) {
        report.extend(fields);
    }
    report
}

fn forms(report: &Value) -> [String; 3] {
    let bus = json!({ "version": "0", "id": "e", "source": "aws.ses", "detail-type": "Email", "detail": report });
    let sns = json!({ "Type": "Notification", "MessageId": "m", "Message": report.to_string() });
    [bus.to_string(), sns.to_string(), report.to_string()]
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[rstest]
#[case("Send", json!({ "send": {} }), What::Accepted)]
#[case("DeliveryDelay", json!({ "deliveryDelay": { "delayType": "MailboxFull" } }), What::Accepted)]
#[case(
    "Delivery",
    json!({ "delivery": { "timestamp": "2026-03-02T01:00:02Z", "recipients": [] } }),
    What::Delivered(at("2026-03-02T01:00:02Z"))
)]
#[case(
    "Bounce",
    json!({ "bounce": { "bounceType": "Permanent", "bounceSubType": "NoEmail", "timestamp": "2026-03-02T01:00:02Z" } }),
    What::Bounced(at("2026-03-02T01:00:02Z"), Bounce::Hard, "Permanent NoEmail".to_owned())
)]
#[case(
    "Complaint",
    json!({ "complaint": { "complaintSubType": null, "complaintFeedbackType": "abuse", "timestamp": "2026-03-05T01:00:02Z" } }),
    What::Complained(at("2026-03-05T01:00:02Z"), Complaint::Spam, "abuse".to_owned())
)]
#[case("Reject", json!({ "reject": { "reason": "Bad content" } }), What::Rejected(at("2026-03-02T01:00:00Z"), "Bad content".to_owned()))]
#[case(
    "Rendering Failure",
    json!({ "failure": { "errorMessage": "no name", "templateName": "t" } }),
    What::Rejected(at("2026-03-02T01:00:00Z"), "no name".to_owned())
)]
#[case(
    "Open",
    json!({ "open": { "timestamp": "2026-03-02T03:00:00Z", "userAgent": "Firefox", "ipAddress": "192.0.2.1" } }),
    What::Opened(Visitor { at: at("2026-03-02T03:00:00Z"), user_agent: "Firefox".to_owned() })
)]
#[case(
    "Click",
    json!({ "click": { "timestamp": "2026-03-02T03:00:00Z", "link": "https://shop.example", "linkTags": null } }),
    What::Clicked(Visitor { at: at("2026-03-02T03:00:00Z"), user_agent: String::new() }, "https://shop.example".to_owned())
)]
fn each_type_is_read_in_each_form(#[case] kind: &str, #[case] fields: Value, #[case] what: What) {
    for form in forms(&report_of(kind, fields)) {
        let Ok(Message::Ours(report)) = read(&form, Some("rekindle")) else { panic!("{form}") };
        assert_eq!(report.what, what);
        assert_eq!((report.address.as_str(), report.message_id.as_str()), ("ann@example.com", "0100-1"));
        let tags = report.tags;
        assert_eq!((tags.send_id.as_str(), tags.attempt, tags.version, tags.entry), ("zynx", 1, 3, 2));
        assert_eq!(tags.person.as_deref(), Some("cDE"));
        assert_eq!(report.accepted_at, at("2026-03-02T01:00:00Z"));
    }
}

#[test]
fn what_is_not_about_a_mail_of_ours_is_foreign() {
    let ours = report_of("Send", json!({}));
    let mut untagged = ours.clone();
    untagged["mail"].as_object_mut().unwrap().remove("tags");
    let mut half = ours.clone();
    half["mail"]["tags"].as_object_mut().unwrap().remove("entry");
    let mut odd = ours.clone();
    odd["mail"]["tags"]["attempt"] = json!(["one"]);
    let mut elsewhere = ours.clone();
    elsewhere["mail"]["tags"]["ses:configuration-set"] = json!(["newsletter-tool"]);
    let subscription = report_of("Subscription", json!({}));
    let foreign = [untagged, half, odd, elsewhere, subscription].map(|report| forms(&report)).concat();
    let others = [
        json!({ "source": "shop", "detail-type": "order.completed", "detail": ours }),
        json!({ "Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example" }),
        json!({ "Type": "Notification", "Message": "Successfully validated SNS topic for Amazon SES event publishing." }),
    ];
    for body in foreign.into_iter().chain(others.map(|other| other.to_string())) {
        assert!(matches!(read(&body, Some("rekindle")), Ok(Message::Foreign(_))), "{body}");
    }
    // Nobody has said which configuration set is ours.
    assert!(matches!(read(&forms(&ours)[0], None), Ok(Message::Ours(_))));
}

#[rstest]
#[case("", Malformed::NotJson)]
#[case("{", Malformed::NotJson)]
#[case("[]", Malformed::NoReport)]
#[case("{\"source\":\"aws.ses\",\"detail-type\":\"x\",\"detail\":7}", Malformed::NoReport)]
fn what_is_nothing_at_all_is_malformed(#[case] body: &str, #[case] expected: Malformed) {
    assert_eq!(read(body, None), Err(expected));
}

#[test]
fn a_report_of_ours_that_lacks_something_is_malformed_and_the_error_shows_nothing_of_it() {
    let mut nowhere = report_of("Send", json!({}));
    nowhere["mail"]["destination"] = json!([]);
    let mut no_instant = report_of("Send", json!({}));
    no_instant["mail"]["timestamp"] = json!("ann@example.com");
    for report in
        [report_of("Delivery", json!({})), report_of("Click", json!({ "click": { "link": 7 } })), nowhere, no_instant]
    {
        let Err(error) = read(&report.to_string(), None) else { panic!("{report}") };
        assert!(matches!(error, Malformed::Incomplete(_)) && !error.to_string().contains("ann@"), "{error}");
    }
    assert!(matches!(read(&" ".repeat(LARGEST + 1), None), Err(Malformed::TooLong(_))));
}
