//! The operations of SES v2.

use serde_json::{Value, json};

use super::mails::{Header, Mail, MailSummary, keep, sent_since};
use super::reports::reports;
use super::request::SendEmail;
use crate::error::AwsError;
use crate::events::Event;
use crate::state::take_numbers;
use crate::wake::Source;
use crate::world::{World, instant};

/// Milliseconds of the period that the daily quota counts.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Answers one call.
pub(crate) fn handle(world: &World, operation: &str, body: &[u8]) -> Result<String, AwsError> {
    match operation {
        "SendEmail" => send(world, body),
        "GetAccount" => account(world),
        _ => Err(AwsError {
            status: 404,
            code: "UnknownOperationException".into(),
            message: "The local SES does not know this operation.".to_owned(),
        }),
    }
}

fn account(world: &World) -> Result<String, AwsError> {
    let since = world.now() - DAY;
    let sent = world.state.read(|db| sent_since(db, since))?;
    let rate = world.rate.per_second();
    let quota: Value = json!({
        // -1 is how SES says that there is no daily limit.
        "Max24HourSend": -1.0,
        "MaxSendRate": rate.unwrap_or(1_000_000.0),
        "SentLast24Hours": sent,
    });
    Ok(json!({
        "SendQuota": quota,
        "SendingEnabled": true,
        "ProductionAccessEnabled": true,
        "EnforcementStatus": "HEALTHY",
        "DedicatedIpAutoWarmupEnabled": false,
    })
    .to_string())
}

fn send(world: &World, body: &[u8]) -> Result<String, AwsError> {
    let call: SendEmail =
        serde_json::from_slice(body).map_err(|error| AwsError::client("BadRequestException", error.to_string()))?;
    call.check()?;
    let now = world.now();
    if !world.rate.take(now) {
        return Err(AwsError {
            status: 429,
            code: "TooManyRequestsException".into(),
            message: "Maximum sending rate exceeded.".to_owned(),
        });
    }
    let mut wake = Vec::new();
    let id = world.state.write(|db| {
        let n = take_numbers(db, "mail", 1)?;
        let mail = mail(call, n, now)?;
        keep(db, &mail)?;
        let set = mail.configuration_set.as_deref();
        let resources: Vec<String> = set.map(|set| configuration_set_arn(world, set)).into_iter().collect();
        let heard = world.rules.listens("default") || world.topic.is_heard();
        for (detail_type, detail) in heard.then(|| reports(world, &mail)).into_iter().flatten() {
            wake.extend(world.topic.publish(world, db, &mail, detail_type, &detail)?);
            let event = Event {
                bus: "default",
                source: "aws.ses",
                detail_type,
                time: mail.summary.at,
                resources: &resources,
                text: detail.to_string().into(),
                detail,
            };
            wake.extend(world.rules.route(world, db, event)?.1);
        }
        Ok::<_, AwsError>(mail.summary.id)
    })?;
    for queue in wake {
        world.wakes.ring(Source::Queue(queue));
    }
    Ok(json!({ "MessageId": id }).to_string())
}

fn configuration_set_arn(world: &World, name: &str) -> String {
    format!("arn:aws:ses:{}:{}:configuration-set/{name}", world.region, world.account)
}

/// The accepted mail number `n`. Its id has the shape of SES's: time, a UUID, a suffix.
fn mail(call: SendEmail, n: i64, now: i64) -> Result<Mail, AwsError> {
    let to: Vec<String> = call.recipients().cloned().collect();
    let missing = || AwsError::client("BadRequestException", "Missing content.");
    let message = call.content.simple.ok_or_else(missing)?;
    let mut headers = message.headers;
    if !call.reply_to_addresses.is_empty() {
        headers.push(Header { name: "Reply-To".to_owned(), value: call.reply_to_addresses.join(", ") });
    }
    Ok(Mail {
        summary: MailSummary {
            n,
            id: format!("0100{now:012x}-{}-000000", crate::state::uuid(3, n)),
            at: instant(now),
            from: call.from_email_address.unwrap_or_default(),
            to,
            subject: message.subject.data,
            tags: call.email_tags,
        },
        html: message.body.html.map(|part| part.data),
        text: message.body.text.map(|part| part.data),
        headers,
        configuration_set: call.configuration_set_name,
    })
}
