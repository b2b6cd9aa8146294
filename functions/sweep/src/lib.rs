//! Passes over everyone: after a publication or a resumption each person is looked at once, so that timers are set, people
//! stand in the new version, and planned mails of a pause are queued again; and once a day, to find whoever waits for longer
//! than they should ([`audit`]). Every ten minutes, campaigns whose mails are not wanted are found ([`rates`]).
//!
//! Where a pass is, is kept after every page, so a crash repeats at most one page, which changes nothing. It runs beside
//! live traffic: each person is decided about by load, decide, commit like everywhere else.

pub mod addresses;
pub mod audit;
pub mod rates;
mod request;
mod visit;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::stream::{StreamExt, iter};
use jiff::SignedDuration;
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::campaigns::CampaignsError;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::{DecideError, Deciding, Store};
use rekindle_lambda::erasing::{EraseError, Eraser, Place};
use rekindle_lambda::queue::{Queue, QueueError};
use rekindle_store::{Pass, StoreError};
use thiserror::Error;
use tracing::info;

pub use request::{Kind, SweepRequest};
use visit::Visited;

/// How a pass goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Items of the table that are looked at for one page.
    pub page: u32,
    /// Pages of one invocation; then a message lets the next one go on.
    pub pages: u32,
    /// People who are decided about at the same time.
    pub at_once: usize,
    /// How long after a publication a pass begins. Until every function knows what is live, one of them may still write a
    /// person as the former campaigns would have it, behind the back of the pass.
    pub settle: SignedDuration,
    /// How long something may be late before the audit speaks of it.
    pub patience: SignedDuration,
    /// How many mails are enough to judge a campaign.
    pub enough: rates::Enough,
}

impl Default for Pace {
    /// A page of 500, 20 pages, 16 people at once, after 10 s: the live campaigns are at most 5 s old anywhere. An hour is
    /// longer than any queue is behind unless something is wrong.
    fn default() -> Self {
        let (settle, patience) = (SignedDuration::from_secs(10), SignedDuration::from_hours(1));
        Self { page: 500, pages: 20, at_once: 16, settle, patience, enough: rates::Enough::default() }
    }
}

/// Why a pass did not go on. The message stays in the queue and lets it.
#[derive(Debug, Error)]
pub enum SweepError {
    /// The message is no request.
    #[error("the message is no request for a pass: {0}")]
    Unreadable(#[from] serde_json::Error),
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

    /// Handles one batch; what failed stays in the queue.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        // Two messages of one pass would only do the same work twice.
        let by_pass = |record: &SqsMessage| read(record).map_or_else(|_| String::new(), |request| request.pass);
        each_record(event.records, by_pass, |record| self.take(record)).await
    }

    async fn take(&self, record: SqsMessage) -> Result<(), SweepError> {
        let request = read(&record)?;
        if request.kind == Kind::Rates {
            return self.judge_all().await;
        }
        // Counted by this clock alone, whoever asked for the pass.
        let started = match self.deciding.store().pass(&request.pass).await? {
            Some(pass) => pass.started,
            None => {
                let new = self.new_pass();
                self.deciding.store().put_pass(&request.pass, &new).await?;
                new.started
            }
        };
        let left = started.seconds() + self.pace.settle.as_secs() - self.now().seconds();
        if left > 0 {
            return Ok(self.own.send_later(&[request], SignedDuration::from_secs(left)).await?);
        }
        if self.go_on(&request).await?.finished.is_none() {
            self.own.send_all(&[request]).await?;
        }
        Ok(())
    }

    /// Goes on with a pass for as many pages as one invocation has, from where it is; gives where it is then.
    ///
    /// # Errors
    /// Where the store or a queue does not answer; what was done is kept, and the page at hand comes again.
    pub async fn go_on(&self, request: &SweepRequest) -> Result<Pass, SweepError> {
        let store = self.deciding.store();
        let mut pass = store.pass(&request.pass).await?.unwrap_or_else(|| self.new_pass());
        for _ in 0..self.pace.pages {
            if pass.finished.is_some() {
                break;
            }
            let page = store.people_page(pass.position.as_ref(), self.pace.page).await?;
            pass.seen += u64::try_from(page.ids.len()).unwrap_or(u64::MAX);
            let visited = self.visit_all(request, page.ids).await?;
            pass.changed += visited.changed;
            audit::add(&mut pass.found, visited.found);
            self.sends.send_all(&visited.planned).await?;
            pass.finished = if page.next.is_none() { Some(self.now()) } else { None };
            pass.position = page.next;
            store.put_pass(&request.pass, &pass).await?;
        }
        info!(
            pass = request.pass,
            seen = pass.seen,
            changed = pass.changed,
            finished = pass.finished.is_some(),
            "a pass went on"
        );
        if request.kind == Kind::Audit && pass.finished.is_some() {
            let found = pass.found.iter().filter(|(reason, _)| addresses::is_finding(reason));
            let found: u64 = found.map(|(_, count)| count).sum();
            info!(pass = request.pass, found, by_reason = ?pass.found, "the audit is through");
        }
        Ok(pass)
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

    fn new_pass(&self) -> Pass {
        Pass { position: None, seen: 0, changed: 0, found: BTreeMap::new(), started: self.now(), finished: None }
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

fn read(record: &SqsMessage) -> Result<SweepRequest, SweepError> {
    Ok(serde_json::from_str(record.body.as_deref().unwrap_or_default())?)
}
