//! Queues in memory.
//!
//! Reproduced of SQS: at least once, visibility time-outs, delays, no order, dead letters after five receipts, redrive.
//! Not reproduced: the size of a queue, retention (nothing stays for four days).

use crate::rng::Rng;

/// Receipts after which a message is a dead letter.
const MAX_RECEIVE: u32 = 5;

/// The queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueName {
    /// Customer events.
    Intake,
    /// Shards with due people.
    Advance,
    /// Planned mails.
    Send,
    /// Passes.
    Sweep,
    /// What SES reports.
    Feedback,
    /// What readers post to the pages.
    Web,
    /// What checkouts ask about codes.
    Checkout,
}

/// All queues.
pub const QUEUES: [QueueName; 7] = [
    QueueName::Intake,
    QueueName::Advance,
    QueueName::Send,
    QueueName::Sweep,
    QueueName::Feedback,
    QueueName::Web,
    QueueName::Checkout,
];

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub body: String,
    /// Why it was put aside, where a handler did.
    pub reason: Option<String>,
    /// When the queue took it, in milliseconds.
    pub sent_at: i64,
    /// When it can be received.
    pub visible_at: i64,
    /// How often it was.
    pub receives: u32,
}

/// One queue and its dead letters.
#[derive(Debug, Default)]
pub struct Queue {
    /// What is to be done, in the order of arrival.
    pub messages: Vec<Message>,
    /// What was put aside.
    pub dead: Vec<Message>,
}

impl Queue {
    /// When the next message can be received.
    #[must_use]
    pub fn next_visible(&self) -> Option<i64> {
        self.messages.iter().map(|message| message.visible_at).min()
    }

    /// Takes at most `limit` visible messages, hidden for `visibility` milliseconds. Tells how many were dead-lettered
    /// instead, and whether an older one was passed over.
    pub fn receive(&mut self, limit: usize, now: i64, visibility: i64, rng: &mut Rng) -> (Vec<Message>, usize, bool) {
        let (mut dead, mut reordered) = (0, false);
        let mut taken = Vec::new();
        while taken.len() < limit {
            let visible: Vec<usize> =
                (0..self.messages.len()).filter(|at| self.messages[*at].visible_at <= now).collect();
            if visible.is_empty() {
                break;
            }
            let place = if rng.chance(3_000) { rng.below(visible.len()) } else { 0 };
            reordered |= place > 0;
            let at = visible[place];
            if self.messages[at].receives >= MAX_RECEIVE {
                let message = self.messages.remove(at);
                self.dead.push(message);
                dead += 1;
                continue;
            }
            let message = &mut self.messages[at];
            message.receives += 1;
            message.visible_at = now + visibility;
            taken.push(message.clone());
        }
        (taken, dead, reordered)
    }

    /// Deletes a message; gives it, where it was still there.
    pub fn delete(&mut self, id: u64) -> Option<Message> {
        let at = self.messages.iter().position(|message| message.id == id)?;
        Some(self.messages.remove(at))
    }
}
