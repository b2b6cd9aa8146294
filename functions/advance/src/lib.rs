//! Due people move on: drains a shard page by page, each person at the instants at which they were due.
//!
//! The index is a hint that may lag behind; what is due is decided on the person's own item. It never scans. Whom nobody can
//! write is set aside, so that nobody waits behind them and no alarm speaks of them for ever; the daily audit does.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::stream::{StreamExt, iter};
use jiff::SignedDuration;
use rekindle_engine::decide::Input;
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::{DecideError, Deciding, Store};
use rekindle_lambda::logging::person_tag;
use rekindle_lambda::messages::ShardIsDue;
use rekindle_store::{CommitError, DuePerson, Shard, StoreError};
use thiserror::Error;
use tracing::{info, warn};

/// People of a page.
const PAGE: u32 = 100;
/// People who are looked at by one request: few enough that the last is decided about before they are likely to change.
const LOOKED_AT: usize = 25;
/// People who are decided about at the same time.
const AT_ONCE: usize = 8;
/// What the people of one request may take: with less time left, none is looked at.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

/// Why a record stays in the queue.
#[derive(Debug, Error)]
pub enum AdvanceError {
    /// The message names no shard.
    #[error("the message is not what `tick` sends: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The index could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Some people could not be decided about; they are still due and will be found again.
    #[error("{failed} people could not move on; the first because: {first}")]
    Decide {
        /// How many.
        failed: usize,
        /// Why.
        first: DecideError,
    },
}

/// Handles batches of the advance queue.
pub struct Advance<S> {
    deciding: Deciding<S>,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Advance<S> {
    /// A handler over a store.
    pub fn new(deciding: Deciding<S>, clock: Arc<dyn Clock>) -> Self {
        Self { deciding, clock }
    }

    /// Handles one batch; what failed stays in the queue. Whom it does not come to before the deadline is still due, and the
    /// next minute's `tick` names their shard again.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> SqsBatchResponse {
        // Two messages that name one shard would only do the same work twice.
        let by_shard = |record: &SqsMessage| record.body.clone().unwrap_or_default();
        each_record(event.records, by_shard, |record| self.drain(record, deadline)).await
    }

    async fn drain(&self, record: SqsMessage, deadline: Deadline) -> Result<(), AdvanceError> {
        let ShardIsDue { shard } = serde_json::from_str(record.body.as_deref().unwrap_or_default())?;
        let until = Instant::from(self.clock.now());
        let mut after = None;
        let (mut moved, mut aside, mut failures) = (0_usize, 0_usize, Vec::new());
        'pages: loop {
            let page = self.deciding.store().due(Shard(shard), until, PAGE, after.as_ref()).await?;
            for people in page.people.chunks(LOOKED_AT) {
                if !deadline.allows(LONGEST, self.clock.now()) {
                    info!(shard, "the rest of a shard is left to the next minute: the invocation ends");
                    break 'pages;
                }
                let deciding = &self.deciding.prefetching(people.iter().map(|person| person.id.clone())).await;
                let outcomes: Vec<Result<bool, DecideError>> = iter(people.to_vec())
                    .map(|person| advance(deciding, person, until))
                    .buffer_unordered(AT_ONCE)
                    .collect()
                    .await;
                for outcome in outcomes {
                    match outcome {
                        Ok(true) => moved += 1,
                        Ok(false) => aside += 1,
                        Err(error) => failures.push(error),
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        info!(shard, moved, aside, failed = failures.len(), "a shard was drained");
        let failed = failures.len();
        match failures.into_iter().next() {
            Some(first) => Err(AdvanceError::Decide { failed, first }),
            None => Ok(()),
        }
    }
}

/// Lets a due person move on, or sets them aside where nobody can write them: trying the shard again would only fill the dead
/// letters. Whether they moved on.
async fn advance<S: Store>(deciding: &Deciding<S>, person: DuePerson, until: Instant) -> Result<bool, DecideError> {
    let Err(error) = move_on(deciding, &person, until).await else { return Ok(true) };
    if !is_of_the_person(&error) {
        return Err(error);
    }
    let set = deciding.store().set_aside(&person, &error.to_string()).await;
    if !set.map_err(CommitError::Store)? {
        // They are not due then any more: whoever they are now due by finds them.
        return Ok(false);
    }
    // Somebody else may have mended them just before. Whoever can be written now takes them back by that; whoever writes them
    // from here on does as well.
    match move_on(deciding, &person, until).await {
        Err(error) if is_of_the_person(&error) => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

async fn move_on<S: Store>(deciding: &Deciding<S>, person: &DuePerson, until: Instant) -> Result<(), DecideError> {
    let outcome = deciding.decide(&person.id, &Input::Due, until, None).await;
    if let Err(error) = &outcome {
        warn!(person = person_tag(&person.id), %error, "a due person could not move on");
    }
    outcome.map(|_| ())
}

/// Whether nobody can ever write this person as they are.
fn is_of_the_person(error: &DecideError) -> bool {
    matches!(error, DecideError::Commit(error) if error.is_of_the_person())
}
