//! What one function queues for another. A message names what is to be done and holds no decision: whoever receives it reads
//! the rest where it is kept, so that a message that comes twice, late or out of order changes nothing.
//!
//! What stands here is a contract between releases: messages of the release before are still in the queues after a
//! deployment, so a field may be added with a default and none may be taken away.

mod passes;

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
}

impl PlannedSend {
    /// A mail that nobody has put off yet.
    #[must_use]
    pub fn new(person: impl Into<String>, send_id: impl Into<String>) -> Self {
        Self { person: person.into(), send_id: send_id.into(), hop: 0 }
    }
}

/// Names a shard that has people due: `tick` queues it, `advance` receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardIsDue {
    /// The number of the shard.
    pub shard: u16,
}
