//! Each minute: which shards have people due, and which passes over everyone stand still. Looks at the head of each shard and
//! queues those with work, queues each such pass, and says how many sends of unknown outcome wait for an operator.
//!
//! It never reads a person and never scans; a shard that is queued twice is drained twice, which changes nothing, and a pass
//! that is queued twice goes on once.

use std::sync::Arc;

use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::messages::ShardIsDue;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::metrics::{self, Unit};
use rekindle_lambda::queue::{Queue, QueueError};
use rekindle_store::{Due, DuePerson, Ledger, Passes, Shard, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tracing::info;

/// Sends of unknown outcome that are counted; more are as bad.
const COUNTED: u32 = 1_000;

/// Why a tick failed; the next one does its work.
#[derive(Debug, Error)]
pub enum TickError {
    /// The index could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue could not be reached.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What a tick found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// Shards with people due.
    pub queued: usize,
    /// How long the most overdue person has been due, in seconds.
    pub max_lag: i64,
    /// The earliest instant at which somebody will be due, where nobody is.
    pub next: Option<Instant>,
}

/// Handles the minute's call.
pub struct Tick<S> {
    store: S,
    queue: Queue,
    passes: Queue,
    clock: Arc<dyn Clock>,
}

impl<S: Due + Ledger + Passes> Tick<S> {
    /// A handler over a store, the advance queue and that of passes.
    pub fn new(store: S, queue: Queue, passes: Queue, clock: Arc<dyn Clock>) -> Self {
        Self { store, queue, passes, clock }
    }

    /// Queues the shards with people due.
    ///
    /// # Errors
    /// Where the index or the queue does not answer; the next tick finds the same people.
    pub async fn handle(&self) -> Result<Ticked, TickError> {
        let now = Instant::from(self.clock.now());
        let mut heads: Vec<(Shard, Option<DuePerson>)> = Vec::new();
        // One after another: a second connection costs a cold start more than the answers that it would not wait for.
        for shard in self.store.shards().all() {
            heads.push((shard, self.store.head(shard).await?));
        }
        let due: Vec<(Shard, Instant)> =
            heads.iter().filter_map(|(shard, head)| Some((*shard, head.as_ref()?.at))).collect();
        let overdue: Vec<_> = due.iter().filter(|(_, at)| *at <= now).collect();
        let messages: Vec<ShardIsDue> = overdue.iter().map(|(shard, _)| ShardIsDue { shard: shard.0 }).collect();
        self.queue.send_all(&messages).await?;
        let earliest = due.iter().map(|(_, at)| *at).min();
        let ticked = Ticked {
            queued: messages.len(),
            max_lag: earliest.map_or(0, |at| (now.seconds() - at.seconds()).max(0)),
            next: earliest.filter(|at| *at > now),
        };
        metrics::emit("SecondsLate", Unit::Seconds, ticked.max_lag, self.clock.now());
        info!(queued = ticked.queued, max_lag = ticked.max_lag, "a tick");
        let still = self.store.unfinished_passes(now).await?;
        info!(still = still.len(), "passes over everyone that stand still");
        let passes: Vec<SweepRequest> = still.iter().map(|pass| SweepRequest::go_on(pass, now)).collect();
        self.passes.send_all(&passes).await?;
        let unknown = self.store.unknown(COUNTED).await?;
        let oldest_for = unknown.first().map_or(0, |oldest| now.seconds() - oldest.since.seconds());
        info!(unknown = unknown.len(), oldest_for, "sends of unknown outcome");
        Ok(ticked)
    }
}
