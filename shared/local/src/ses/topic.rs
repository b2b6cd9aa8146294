//! SES's second way of reporting: a topic of SNS, with queues as its subscribers.
//!
//! Reproduced: bounces, complaints and rejections go to it as well, each in the envelope that SNS puts around a message for
//! a queue without raw delivery. Divergences: signatures are of the right form only; there is one topic, and it is set up
//! anew by whoever opens the state; SNS itself has no endpoint.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::mails::Mail;
use crate::error::AwsError;
use crate::sqs;
use crate::state::{take_numbers, uuid};
use crate::world::World;

/// Kind of the ids of notifications.
const NOTIFICATION: u16 = 5;

/// The queues that subscribe to the topic.
#[derive(Debug, Default)]
pub(crate) struct Topic(Mutex<BTreeSet<String>>);

impl Topic {
    /// Subscribes a queue.
    pub(crate) fn subscribe(&self, queue: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(queue.to_owned());
    }

    /// Whether anybody subscribes.
    pub(super) fn is_heard(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Hands a report to every subscriber, if it is of a kind that goes to the topic; gives the queues to wake.
    pub(super) fn publish(
        &self,
        world: &World,
        db: &Connection,
        mail: &Mail,
        detail_type: &str,
        report: &Value,
    ) -> Result<Vec<i64>, AwsError> {
        let mut wake = Vec::new();
        if !matches!(detail_type, "Email Bounced" | "Email Complaint Received" | "Email Rejected") {
            return Ok(wake);
        }
        let queues = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for queue in queues {
            let queue = sqs::find(db, &queue)?;
            let envelope = json!({
                "Type": "Notification",
                "MessageId": uuid(NOTIFICATION, take_numbers(db, "notification", 1)?),
                "TopicArn": format!("arn:aws:sns:{}:{}:ses-reports", world.region, world.account),
                "Subject": "Amazon SES Email Event Notification",
                "Message": report.to_string(),
                "Timestamp": mail.summary.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
                "SignatureVersion": "1",
                "Signature": "bG9jYWw=",
            });
            let body = envelope.to_string();
            let message = sqs::NewMessage { body: &body, attributes: None, delay: None };
            sqs::insert(db, &queue, &message, world.now())?;
            wake.push(queue.id);
        }
        Ok(wake)
    }
}
