//! SES's report on a mail, read into a form that cannot be malformed.
//!
//! It comes as an event of EventBridge, or by SNS: in its envelope or, with raw delivery, bare. All three hold the same
//! report. What is not about a mail of ours is foreign, and harmless; what claims to be and cannot be read is malformed.
//! Nothing that is read here is ever logged: a report holds addresses.

use rekindle_engine::time::Instant;
use rekindle_lambda::limits::SQS_MESSAGE;
use rekindle_lambda::tags::MailTags;
use rekindle_store::AddressFact;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::verdict::{Bounce, Complaint, bounce, complaint};
use rekindle_lambda::machine::Visitor;

/// The largest message.
const LARGEST: usize = SQS_MESSAGE;

/// What SES says about one of our mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which mail.
    pub tags: MailTags,
    /// The address that it went to.
    pub address: String,
    /// SES's id of the message.
    pub message_id: String,
    /// When SES took it.
    pub accepted_at: Instant,
    /// What happened.
    pub what: What,
}

/// What happened to a mail. Each proves that SES took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// SES took it; it may still be on its way.
    Accepted,
    /// The receiving server took it.
    Delivered(Instant),
    /// It came back; with the service's words for why.
    Bounced(Instant, Bounce, String),
    /// The receiver said something about it; with the service's word for what.
    Complained(Instant, Complaint, String),
    /// SES took it and will not send it; with the service's words for why.
    Rejected(Instant, String),
    /// Its picture was loaded.
    Opened(Visitor),
    /// A link was followed, which led there.
    Clicked(Visitor, String),
}

impl What {
    /// Its name in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Delivered(_) => "delivered",
            Self::Bounced(..) => "bounced",
            Self::Complained(..) => "complained",
            Self::Rejected(..) => "rejected",
            Self::Opened(_) => "opened",
            Self::Clicked(..) => "clicked",
        }
    }
}

impl Report {
    /// What it makes known about the address, whoever has that now; `None` where it suppresses nobody.
    #[must_use]
    pub fn fact(&self) -> Option<AddressFact> {
        match self.what {
            What::Bounced(_, Bounce::Hard | Bounce::Listed, _) => Some(AddressFact::Bounced),
            What::Complained(_, Complaint::Spam | Complaint::Listed, _) => Some(AddressFact::Complained),
            _ => None,
        }
    }
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A report about one of our mails.
    Ours(Box<Report>),
    /// Something else, with what it is: nothing is to be done.
    Foreign(&'static str),
}

/// Why a message cannot be read. A retry does not help.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Malformed {
    /// It is longer than anything that a queue gives.
    #[error("the message has {0} bytes; at most {LARGEST} are allowed")]
    TooLong(usize),
    /// It is no JSON.
    #[error("the message is not JSON")]
    NotJson,
    /// It is no report, in none of the forms.
    #[error("the message is neither an event of EventBridge, nor one of SNS, nor a report of SES")]
    NoReport,
    /// The report lacks something.
    #[error("a report of type {0:?} lacks something or has it in a wrong form")]
    Incomplete(String),
}

/// Reads a message. Reports of mails that went out under another configuration set than `configuration_set` are foreign.
///
/// # Errors
/// Where it cannot be read.
pub fn read(body: &str, configuration_set: Option<&str>) -> Result<Message, Malformed> {
    if body.len() > LARGEST {
        return Err(Malformed::TooLong(body.len()));
    }
    let value: Value = serde_json::from_str(body).map_err(|_| Malformed::NotJson)?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if let Some(source) = text("source").filter(|_| value.get("detail-type").is_some()) {
        return match value.get("detail") {
            Some(detail) if source == "aws.ses" => report(detail, configuration_set),
            _ => Ok(Message::Foreign("an event of something else than SES")),
        };
    }
    match (text("Type"), text("Message")) {
        // SES says hello in plain words when a topic is set up.
        (Some("Notification"), Some(message)) => match serde_json::from_str::<Value>(message) {
            Ok(inner) => report(&inner, configuration_set),
            Err(_) => Ok(Message::Foreign("a notification that is no report")),
        },
        (Some(_), _) => Ok(Message::Foreign("a message about the subscription itself")),
        _ => report(&value, configuration_set),
    }
}

fn report(value: &Value, configuration_set: Option<&str>) -> Result<Message, Malformed> {
    // Without event publishing the field has the other name, and there are no tags.
    let kind = ["eventType", "notificationType"].iter().find_map(|name| value.get(*name)?.as_str());
    let kind = kind.ok_or(Malformed::NoReport)?;
    let tags = value.get("mail").and_then(|mail| mail.get("tags"));
    let tag = |name: &str| tags?.get(name)?.get(0)?.as_str();
    let Some(ours) = MailTags::read(tag) else {
        return Ok(Message::Foreign("a report without the tags of a mail of ours"));
    };
    if configuration_set.is_some_and(|expected| tag("ses:configuration-set") != Some(expected)) {
        return Ok(Message::Foreign("a report of another configuration set"));
    }
    if !KINDS.contains(&kind) {
        return Ok(Message::Foreign("a report of a type that says nothing about a mail"));
    }
    // The reader's own words would show the value that it stumbled over.
    let incomplete = || Malformed::Incomplete(kind.to_owned());
    let raw = Raw::deserialize(value).map_err(|_| incomplete())?;
    let what = raw.what(kind).ok_or_else(incomplete)?;
    let address = raw.mail.destination.into_iter().next().ok_or_else(incomplete)?;
    let Mail { timestamp: At(accepted_at), message_id, .. } = raw.mail;
    Ok(Message::Ours(Box::new(Report { tags: ours, address, message_id, accepted_at, what })))
}

/// The types that say something about a mail.
const KINDS: [&str; 10] = [
    "Send",
    "Delivery",
    "DeliveryDelay",
    "Bounce",
    "Complaint",
    "Reject",
    // As examples and as tables have it.
    "Rendering Failure",
    "RenderingFailure",
    "Open",
    "Click",
];

/// The parts of a report that matter. Unknown ones are left alone.
#[derive(Deserialize)]
struct Raw {
    mail: Mail,
    delivery: Option<Moment>,
    bounce: Option<RawBounce>,
    complaint: Option<RawComplaint>,
    reject: Option<Reason>,
    failure: Option<Failure>,
    open: Option<Open>,
    click: Option<Click>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: At,
    message_id: String,
    destination: Vec<String>,
}

#[derive(Deserialize)]
struct Moment {
    timestamp: At,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBounce {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
    timestamp: At,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawComplaint {
    complaint_sub_type: Option<String>,
    complaint_feedback_type: Option<String>,
    timestamp: At,
}

#[derive(Deserialize)]
struct Reason {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Open {
    timestamp: At,
    user_agent: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Click {
    timestamp: At,
    user_agent: Option<String>,
    link: String,
}

/// An RFC 3339 instant; SES writes milliseconds.
#[derive(Clone, Copy)]
struct At(Instant);

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Instant::parse(&text).map(At).ok_or_else(|| serde::de::Error::custom("no instant"))
    }
}

impl Raw {
    fn what(&self, kind: &str) -> Option<What> {
        let visitor =
            |At(at): At, agent: &Option<String>| Visitor { at, user_agent: agent.clone().unwrap_or_default() };
        let At(accepted) = self.mail.timestamp;
        Some(match kind {
            "Delivery" => What::Delivered(self.delivery.as_ref()?.timestamp.0),
            "Bounce" => {
                let RawBounce { bounce_type: kind, bounce_sub_type: sub, timestamp: At(at) } = self.bounce.as_ref()?;
                What::Bounced(*at, bounce(kind, sub), format!("{kind} {sub}").trim().to_owned())
            }
            "Complaint" => {
                let RawComplaint { complaint_sub_type: sub, complaint_feedback_type: feedback, timestamp: At(at) } =
                    self.complaint.as_ref()?;
                let word = sub.as_deref().or(feedback.as_deref()).unwrap_or("complaint");
                What::Complained(*at, complaint(sub.as_deref(), feedback.as_deref()), word.to_owned())
            }
            // These two do not say when; it was not before the mail was taken.
            "Reject" => {
                let reason = self.reject.as_ref().and_then(|reject| reject.reason.clone());
                What::Rejected(accepted, reason.unwrap_or_else(|| "rejected".to_owned()))
            }
            "Rendering Failure" | "RenderingFailure" => {
                let reason = self.failure.as_ref().and_then(|failure| failure.error_message.clone());
                What::Rejected(accepted, reason.unwrap_or_else(|| "rendering failed".to_owned()))
            }
            "Open" => self.open.as_ref().map(|open| What::Opened(visitor(open.timestamp, &open.user_agent)))?,
            "Click" => {
                let Click { timestamp, user_agent, link } = self.click.as_ref()?;
                What::Clicked(visitor(*timestamp, user_agent), link.clone())
            }
            _ => What::Accepted,
        })
    }
}

#[cfg(test)]
mod tests;
