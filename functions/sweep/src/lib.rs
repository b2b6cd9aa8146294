//! Passes over everyone: after a publication or a resumption each person is looked at once, so that timers are set, people
//! stand in the new version, and planned mails of a pause are queued again; and once a day, to find whoever waits for longer
//! than they should ([`audit`]). Every ten minutes, campaigns whose mails are not wanted are found ([`rates`]).
//!
//! Where a pass is, is kept after every page, so a crash repeats at most one page, which changes nothing. It runs beside
//! live traffic: each person is decided about by load, decide, commit like everywhere else. What is asked of a pass is kept
//! with it, a pass that is owed from the write that owes it on; `tick` queues whichever stands still ([`progress`]).

mod addresses;
mod audit;
mod progress;
pub mod rates;
mod visit;

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::stream::{StreamExt, iter};
use jiff::SignedDuration;
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::campaigns::CampaignsError;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::{DecideError, Deciding, Store};
use rekindle_lambda::erasing::{EraseError, Eraser, Place};
use rekindle_lambda::queue::{Queue, QueueError};
use rekindle_store::{STILL_SECONDS, StoreError};
use thiserror::Error;

use rekindle_lambda::messages::{Kind, SweepRequest};
use visit::Visited;

/// Invocations of one chain, each of which queues the next: a bound of our own where Lambda sets none. Each makes a page at
/// least; 10,000 of four minutes are a month.
const LONGEST_CHAIN: u32 = 10_000;

/// How a pass goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Items of the table that are looked at for one page.
    pub page: u32,
    /// Pages of one invocation that has no deadline; then a message lets the next one go on.
    pub pages: u32,
    /// How long before its deadline an invocation begins no further page; then a message lets the next one go on.
    pub reserve: SignedDuration,
    /// People who are decided about at the same time.
    pub at_once: usize,
    /// How long after a publication a pass begins. Until every function knows what is live, one of them may still write a
    /// person as the former campaigns would have it, behind the back of the pass.
    pub settle: SignedDuration,
    /// How long a pass may stand still before somebody lets it go on.
    pub still: SignedDuration,
    /// How long something may be late before the audit speaks of it.
    pub patience: SignedDuration,
    /// How many mails are enough to judge a campaign.
    pub enough: rates::Enough,
}

impl Default for Pace {
    /// A page of 500, 20 pages, 16 people at once, after 10 s: the live campaigns are at most 5 s old anywhere. Of the
    /// function's five minutes a pass takes four, so that few invocations follow one another: Lambda ends longer chains of
    /// them unless it is told otherwise. An hour is longer than any queue is behind unless something is wrong.
    fn default() -> Self {
        Self {
            page: 500,
            pages: 20,
            reserve: SignedDuration::from_secs(60),
            at_once: 16,
            settle: SignedDuration::from_secs(10),
            still: SignedDuration::from_secs(STILL_SECONDS),
            patience: SignedDuration::from_hours(1),
            enough: rates::Enough::default(),
        }
    }
}

/// Why a pass did not go on. The message stays in the queue and lets it.
#[derive(Debug, Error)]
pub enum SweepError {
    /// The message is no request.
    #[error("the message is no request for a pass: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The pass needs more invocations than any should. What of it is done is kept, and it is let go on again.
    #[error("the pass {pass} went through {LONGEST_CHAIN} invocations and is not through; its chain ends here")]
    Endless {
        /// Its name.
        pass: String,
    },
    /// The live campaigns are not known.
    #[error(transparent)]
    Campaigns(#[from] CampaignsError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An erasure could not be finished.
    #[error(transparent)]
    Erase(#[from] EraseError),
    /// A queue did not answer.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Somebody could not be decided about for now; their page comes again.
    #[error(transparent)]
    Decide(#[from] DecideError),
}

/// Handles the queue of passes.
pub struct Sweep<S> {
    deciding: Deciding<S>,
    own: Queue,
    sends: Queue,
    pace: Pace,
    eraser: Eraser<S>,
    clock: Arc<dyn Clock>,
}

impl<S: Store> Sweep<S> {
    /// A handler over a store. `own` is the queue that it is fed from, `sends` that of planned mails.
    pub fn new(deciding: Deciding<S>, own: Queue, sends: Queue, pace: Pace, clock: Arc<dyn Clock>) -> Self {
        let eraser = Eraser::new(deciding.store().clone());
        Self { deciding, own, sends, pace, eraser, clock }
    }

    /// The same, which also clears a place of those who were erased.
    #[must_use]
    pub fn with_place(self, place: Arc<dyn Place>) -> Self {
        Self { eraser: self.eraser.and(place), ..self }
    }

    /// Handles one batch, as far as it comes before the deadline; what failed stays in the queue.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> SqsBatchResponse {
        // Two messages of one pass would only do the same work twice.
        let by_pass = |record: &SqsMessage| read(record).map_or_else(|_| String::new(), |request| request.pass);
        each_record(event.records, by_pass, |record| self.take(record, deadline)).await
    }

    async fn take(&self, record: SqsMessage, deadline: Deadline) -> Result<(), SweepError> {
        let asked = read(&record)?;
        if asked.kind == Kind::Rates {
            return self.judge_all().await;
        }
        if asked.hop > LONGEST_CHAIN {
            return Err(SweepError::Endless { pass: asked.pass });
        }
        let Some((request, mut pass)) = self.take_up(&asked).await? else { return Ok(()) };
        let left = pass.started.seconds() + self.pace.settle.as_secs() - self.now().seconds();
        if left > 0 {
            return Ok(self.own.send_later(&[request], SignedDuration::from_secs(left)).await?);
        }
        let mut pages = 0;
        while pass.finished.is_none() {
            let is_over = if deadline == Deadline::NONE {
                // Nobody stops it here, and other passes want to come in between.
                pages >= self.pace.pages
            } else {
                pages > 0 && !deadline.allows(self.pace.reserve, self.clock.now())
            };
            if is_over {
                return Ok(self.own.send_all(&[SweepRequest { hop: request.hop + 1, ..request }]).await?);
            }
            if !self.page(&request, &mut pass).await? {
                return Ok(());
            }
            pages += 1;
        }
        Ok(())
    }

    async fn visit_all(&self, request: &SweepRequest, ids: Vec<String>) -> Result<Visited, SweepError> {
        let mut visits = iter(ids.into_iter().map(|id| self.visit(request, id))).buffer_unordered(self.pace.at_once);
        let mut all = Visited::default();
        while let Some(visited) = visits.next().await {
            let visited = visited?;
            all.changed += visited.changed;
            all.planned.extend(visited.planned);
            audit::add(&mut all.found, visited.found);
        }
        Ok(all)
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

fn read(record: &SqsMessage) -> Result<SweepRequest, SweepError> {
    Ok(serde_json::from_str(record.body.as_deref().unwrap_or_default())?)
}
