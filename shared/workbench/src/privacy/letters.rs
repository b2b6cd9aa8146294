//! Messages about a person among those that could not be handled: the one kind of queue in which something stays.
//!
//! Every message is looked at; those about others come back at once. Whether one is about somebody is a comparison of
//! identities ([`Marks`]), never of a part of a text: `ann` is not `joann`.

use anyhow::{Context, Result};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use serde_json::{Value, json};

use super::Around;
use super::marks::Marks;

/// Seconds for which a message that is looked at is nobody else's.
const HIDDEN: i32 = 120;
/// SQS gives so many messages at once.
const BATCH: i32 = 10;
/// How often a queue may say that it has nothing before it is believed: it asks some of its servers only.
const EMPTY: u32 = 2;
/// The attribute in which a function says why it refused a message.
const REASON: &str = "reason";

/// What was found among the messages that could not be handled.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// Those about the person, as an export shows them.
    pub theirs: Vec<Value>,
    /// Those of which nobody can say whom they are about: no JSON, or cut.
    pub unreadable: usize,
}

impl Letters {
    /// How many are about the person.
    pub fn count(&self) -> usize {
        self.theirs.len()
    }

    /// What is to be said of those that nobody can read; nothing where there is none.
    pub fn unsaid(&self) -> Option<String> {
        (self.unreadable > 0).then(|| {
            format!(
                "{} dead letters cannot be read, so nobody can say whom they are about; each is gone 14 days after it was sent",
                self.unreadable
            )
        })
    }
}

/// Finds the messages about a person in every dead-letter queue, and deletes them where `delete` is set.
///
/// # Errors
/// Where a queue does not answer.
pub(super) async fn about(around: &Around<'_>, marks: &Marks, delete: bool) -> Result<Letters> {
    let mut found = Letters::default();
    for queue in around.dead_letters {
        let of_queue = look_through(around, queue, marks, delete, &mut found).await;
        of_queue.with_context(|| format!("the queue {queue} cannot be looked through"))?;
    }
    Ok(found)
}

async fn look_through(
    around: &Around<'_>,
    queue: &str,
    marks: &Marks,
    delete: bool,
    found: &mut Letters,
) -> Result<()> {
    let url = around.sqs.get_queue_url().queue_name(queue).send().await?.queue_url.unwrap_or_default();
    let (mut others, mut empty) = (Vec::new(), 0);
    while empty < EMPTY {
        let request = around.sqs.receive_message().queue_url(&url).max_number_of_messages(BATCH);
        let request = request.message_attribute_names(REASON);
        let request = request.message_system_attribute_names(MessageSystemAttributeName::SentTimestamp);
        let messages = request.visibility_timeout(HIDDEN).send().await?.messages.unwrap_or_default();
        empty += u32::from(messages.is_empty());
        for message in messages {
            let about = marks.are_in(message.body.as_deref().unwrap_or_default());
            found.unreadable += usize::from(about.is_none());
            if about == Some(true) {
                found.theirs.push(letter(queue, &message));
                if delete {
                    let receipt = message.receipt_handle.unwrap_or_default();
                    around.sqs.delete_message().queue_url(&url).receipt_handle(receipt).send().await?;
                    continue;
                }
            }
            others.push(message.receipt_handle.unwrap_or_default());
        }
    }
    for receipt in others {
        let request = around.sqs.change_message_visibility().queue_url(&url).receipt_handle(receipt);
        request.visibility_timeout(0).send().await?;
    }
    Ok(())
}

/// A message as an export shows it.
fn letter(queue: &str, message: &Message) -> Value {
    let body = message.body.as_deref().unwrap_or_default();
    let sent = message.attributes().and_then(|own| own.get(&MessageSystemAttributeName::SentTimestamp));
    let sent_at =
        sent.and_then(|millis| millis.parse().ok()).and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    let sent_at = sent_at.map(rekindle_engine::time::Instant::from);
    let reason = message.message_attributes().and_then(|own| own.get(REASON)).and_then(|own| own.string_value());
    let message = serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
    json!({ "queue": queue, "sent_at": sent_at, "reason": reason, "message": message })
}
