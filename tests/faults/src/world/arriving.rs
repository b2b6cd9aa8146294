//! What arrives: messages in queues, events on the bus, changes in the stream.

use serde_dynamo::Item;

use super::{Change, HOUR, SECOND, World};
use crate::faults::Kind;
use crate::queue::{Message, QueueName};

impl World {
    /// Puts a body into a queue, as at-least-once, unordered and late as the plan says.
    pub fn enqueue(&mut self, name: QueueName, body: String, delay: i64) {
        self.enqueue_at(name, body, self.now, delay);
    }

    /// The same of a body that somebody puts there at an instant that may be still to come.
    pub fn enqueue_at(&mut self, name: QueueName, body: String, sent_at: i64, delay: i64) {
        let rate = self.plan.rates().queue;
        let mut copies = 1;
        if self.dice.chance(rate) {
            copies = 2;
            self.count(Kind::DuplicateAtOnce);
        }
        for _ in 0..copies {
            let mut late = 0;
            if self.dice.chance(rate) {
                // Events are recognised for 24 hours, on their whole way.
                let known_again = matches!(name, QueueName::Intake | QueueName::Feedback);
                let longest = if known_again { 6 * HOUR } else { 24 * HOUR };
                late = self.dice.between(SECOND, longest);
                self.count(Kind::Delayed);
            }
            let id = self.number();
            self.tell(|| format!("  queue {name:?} takes {id}: {}", body.get(..150).unwrap_or(&body)));
            let message = Message {
                id,
                body: body.clone(),
                reason: None,
                sent_at,
                visible_at: sent_at + delay + late,
                receives: 0,
            };
            self.queue(name).messages.push(message);
        }
    }

    /// The bus takes an event; its rule hands it to the intake queue.
    pub fn bus(&mut self, kind: &str, detail: &str) {
        self.bus_at(self.now, "shop", kind, detail);
    }

    /// The same of an event that has a source and a time of its own, in milliseconds.
    pub fn bus_at(&mut self, at: i64, source: &str, kind: &str, detail: &str) {
        let id = self.number();
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        let time = at.strftime("%Y-%m-%dT%H:%M:%SZ");
        let body = format!(
            r#"{{"version":"0","id":"bus-{id}","detail-type":"{kind}","source":"{source}","account":"1","time":"{time}","region":"r","resources":[],"detail":{detail}}}"#
        );
        let rate = self.plan.rates().queue;
        if self.dice.chance(rate) {
            self.count(Kind::BusDuplicate);
            self.enqueue(QueueName::Intake, body.clone(), 0);
        }
        self.enqueue(QueueName::Intake, body, 0);
    }

    /// Takes over what commits have put into the stream.
    pub fn drain_stream(&mut self) {
        for image in self.memory.take_images() {
            if let Some(kept) = &mut self.kept {
                kept.push(Item::clone(&image));
            }
            let sequence = self.number();
            let key = match image.inner().get("pk") {
                Some(serde_dynamo::AttributeValue::S(key)) => {
                    key.bytes().fold(0_usize, |sum, byte| sum + byte as usize)
                }
                _ => 0,
            };
            let at = self.now;
            self.shards[key % 2].changes.push_back(Change { sequence, at, image });
        }
        self.index_changed = true;
    }
}
