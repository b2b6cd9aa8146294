//! What one function queues for another. A message names what is to be done and holds no decision: whoever receives it reads
//! the rest where it is kept, so that a message that comes twice, late or out of order changes nothing.
//!
//! What stands here is a contract between releases: messages of the release before are still in the queues after a
//! deployment, so a field may be added with a default and none may be taken away.

mod passes;

use rekindle_engine::person::Outgoing;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

pub use passes::{Kind, SweepRequest};

/// Names a planned mail: `relay` and `sweep` queue it, `send` receives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSend {
    /// The id of the person it goes to.
    pub person: String,
    /// The id of the send, by which it stands in the person's outbox.
    pub send_id: String,
    /// How often `send` has put it off already, each time by a new message.
    #[serde(default, skip_serializing_if = "passes::is_first")]
    pub hop: u32,
    /// The chain of messages that it belongs to, once it was put off: since when that is the only one (`Outgoing::chain`), or
    /// when the mail was planned. What a release put off that knows no chains has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Instant>,
}

impl PlannedSend {
    /// A mail that nobody has put off yet.
    #[must_use]
    pub fn new(person: impl Into<String>, send_id: impl Into<String>) -> Self {
        Self { person: person.into(), send_id: send_id.into(), hop: 0, chain: None }
    }

    /// Whether another message carries the same mail on, so that this one may end: it was put off in a chain before the
    /// present one. A message without a chain is never superseded: nobody has put it off, and whoever queued it may know that
    /// the others are lost; or a worker of an earlier release has, and then it may be the last that is left of the present one.
    #[must_use]
    pub fn is_superseded(&self, outgoing: &Outgoing) -> bool {
        self.chain.is_some_and(|own| Some(own) < outgoing.chain)
    }

    /// The chain in which it goes on when it is put off: the present one, or the first where there was none yet.
    #[must_use]
    pub fn chain_of(&self, outgoing: &Outgoing) -> Option<Instant> {
        self.chain.max(outgoing.chain).or(Some(outgoing.planned_at))
    }
}

/// Names a shard that has people due: `tick` queues it, `advance` receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardIsDue {
    /// The number of the shard.
    pub shard: u16,
}
