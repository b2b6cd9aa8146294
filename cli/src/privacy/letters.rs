//! Messages about a person among those that could not be handled: the one kind of queue in which something stays.
//!
//! Every message is looked at; those about others come back at once.

use anyhow::{Context, Result};
use rekindle_store::People;

use crate::target::Target;

/// Seconds for which a message that is looked at is nobody else's.
const HIDDEN: i32 = 120;
/// SQS gives so many messages at once.
const BATCH: i32 = 10;
/// How often a queue may say that it has nothing before it is believed: it asks some of its servers only.
const EMPTY: u32 = 2;

/// By what a person is recognised in a text that nobody can read any more.
pub(super) struct Marks(Vec<String>);

impl Marks {
    /// Their id as JSON writes it, their pseudonym in message tags, and their address.
    pub fn of(target: &Target, id: &str, address: Option<&str>) -> Self {
        let quoted = serde_json::Value::from(id).to_string();
        // In a message that wraps another one, quotes are escaped once more.
        let wrapped = serde_json::Value::from(quoted.as_str()).to_string();
        let wrapped = wrapped.get(1..wrapped.len() - 1).unwrap_or_default().to_owned();
        let address = address.filter(|address| !address.is_empty()).map(str::to_lowercase);
        Self([quoted, wrapped].into_iter().chain(target.store.pseudonym(id)).chain(address).collect())
    }

    fn are_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        self.0.iter().any(|mark| text.contains(mark.as_str()) || lower.contains(mark.as_str()))
    }
}

/// Counts the messages about a person in every dead-letter queue, and deletes them where `delete` is set.
///
/// # Errors
/// Where a queue does not answer.
pub(super) async fn clear(target: &Target, marks: &Marks, delete: bool) -> Result<usize> {
    let mut found = 0;
    for queue in &target.dead_letters {
        let of_queue = clear_queue(target, queue, marks, delete).await;
        found += of_queue.with_context(|| format!("the queue {queue} cannot be looked through"))?;
    }
    Ok(found)
}

async fn clear_queue(target: &Target, queue: &str, marks: &Marks, delete: bool) -> Result<usize> {
    let url = target.sqs.get_queue_url().queue_name(queue).send().await?.queue_url.unwrap_or_default();
    let (mut others, mut found, mut empty) = (Vec::new(), 0, 0);
    while empty < EMPTY {
        let request = target.sqs.receive_message().queue_url(&url).max_number_of_messages(BATCH);
        let messages = request.visibility_timeout(HIDDEN).send().await?.messages.unwrap_or_default();
        empty += u32::from(messages.is_empty());
        for message in messages {
            let receipt = message.receipt_handle.unwrap_or_default();
            if marks.are_in(message.body.as_deref().unwrap_or_default()) {
                found += 1;
                if delete {
                    target.sqs.delete_message().queue_url(&url).receipt_handle(receipt).send().await?;
                    continue;
                }
            }
            others.push(receipt);
        }
    }
    for receipt in others {
        let request = target.sqs.change_message_visibility().queue_url(&url).receipt_handle(receipt);
        request.visibility_timeout(0).send().await?;
    }
    Ok(found)
}
