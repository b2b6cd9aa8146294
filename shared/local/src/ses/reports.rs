//! SES's events on EventBridge ("SES email sending events", schema reference).

use serde_json::{Map, Value, json};

use super::addresses::{Fate, bare, fate};
use super::mails::Mail;
use crate::world::World;

/// The events of one accepted mail, in their order: detail type and detail.
pub(super) fn reports(world: &World, mail: &Mail) -> Vec<(&'static str, Value)> {
    let common = common(world, mail);
    let at = mail.summary.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let addresses: Vec<&str> = mail.summary.to.iter().map(|to| bare(to)).collect();
    let with = |wanted: fn(Fate) -> bool| -> Vec<&str> {
        addresses.iter().copied().filter(|address| wanted(fate(address))).collect()
    };
    let delivered = with(|fate| fate != Fate::Bounced);
    let bounced = with(|fate| fate == Fate::Bounced);
    let complained = with(|fate| fate == Fate::Complained);
    let recipients = |all: &[&str], rest: &Value| -> Vec<Value> {
        all.iter()
            .map(|address| {
                let mut entry = rest.clone();
                if let Some(fields) = entry.as_object_mut() {
                    fields.insert("emailAddress".to_owned(), (*address).into());
                }
                entry
            })
            .collect()
    };
    let mut events = vec![("Email Sent", report("Send", "send", json!({}), &common))];
    if !delivered.is_empty() {
        let delivery = json!({
            "timestamp": at, "processingTimeMillis": 1, "recipients": delivered,
            "smtpResponse": "250 OK", "remoteMtaIp": "127.0.0.1", "reportingMTA": "localhost",
        });
        events.push(("Email Delivered", report("Delivery", "delivery", delivery, &common)));
    }
    if !bounced.is_empty() {
        let rest = json!({
            "action": "failed", "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        });
        let bounce = json!({
            "feedbackId": format!("{}-bounce", mail.summary.id),
            "bounceType": "Permanent", "bounceSubType": "General", "timestamp": at,
            "bouncedRecipients": recipients(&bounced, &rest), "reportingMTA": "dsn; localhost",
        });
        events.push(("Email Bounced", report("Bounce", "bounce", bounce, &common)));
    }
    if !complained.is_empty() {
        let complaint = json!({
            "feedbackId": format!("{}-complaint", mail.summary.id),
            "complaintSubType": null, "complaintFeedbackType": "abuse", "timestamp": at,
            "arrivalDate": at, "complainedRecipients": recipients(&complained, &json!({})),
        });
        events.push(("Email Complaint Received", report("Complaint", "complaint", complaint, &common)));
    }
    events
}

fn report(event_type: &str, name: &str, body: Value, mail: &Value) -> Value {
    json!({ "eventType": event_type, "mail": mail, name: body })
}

fn common(world: &World, mail: &Mail) -> Value {
    let summary = &mail.summary;
    let sender = bare(&summary.from);
    let mut tags: Map<String, Value> = summary.tags.iter().map(|tag| (tag.name.clone(), json!([tag.value]))).collect();
    tags.insert("ses:operation".to_owned(), json!(["SendEmail"]));
    tags.insert("ses:source-ip".to_owned(), json!(["127.0.0.1"]));
    let domain = sender.rsplit('@').next().unwrap_or_default();
    tags.insert("ses:from-domain".to_owned(), json!([domain]));
    if let Some(set) = &mail.configuration_set {
        tags.insert("ses:configuration-set".to_owned(), json!([set]));
    }
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    let mut headers =
        vec![header("From", &summary.from), header("To", &summary.to.join(", ")), header("Subject", &summary.subject)];
    headers.extend(mail.headers.iter().map(|kept| header(&kept.name, &kept.value)));
    json!({
        "timestamp": summary.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "source": summary.from,
        "sourceArn": format!("arn:aws:ses:{}:{}:identity/{sender}", world.region, world.account),
        "sendingAccountId": world.account,
        "messageId": summary.id,
        "destination": summary.to.iter().map(|to| bare(to)).collect::<Vec<_>>(),
        "headersTruncated": false,
        "headers": headers,
        "commonHeaders": {
            "from": [summary.from], "to": summary.to, "messageId": summary.id,
            "subject": summary.subject,
        },
        "tags": tags,
    })
}
