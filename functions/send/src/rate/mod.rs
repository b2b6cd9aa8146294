//! Never faster than the account allows, over all workers at once: each takes from one allowance before it arms a mail.
//!
//! The rate and the daily quota are SES's own (`GetAccount`), asked for again each minute by whoever comes first. A mail
//! that finds nothing left goes back to the queue as a new message, to be seen about when there is room again, so that
//! waiting never brings it nearer to the dead letters. Nothing here sleeps.
//!
//! Cost: one write unit for each batch of mails, not for each mail. All workers write one item. While there is room for
//! everybody, no write can come in another's way, and it bears the 1,000 batches a second that one item bears; where there
//! is not, or SES is asked again, a worker takes its turn under the item's version.

mod bucket;
mod permits;
mod share;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_lambda::clock::Clock;
use rekindle_store::{Allowance, Allowances, Reserved, StoreError};
use tracing::warn;

use bucket::whole;
pub use bucket::{Grant, slow_down, take};
pub(crate) use permits::{Permits, Turn};
pub use share::Share;

/// How long an answer of SES about the account holds.
const REFRESH: SignedDuration = SignedDuration::from_secs(60);
/// How long the old answer holds where SES does not give a new one.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(5);
/// How often a worker tries again because another one was faster.
const TRIES: u32 = 20;

/// What an account may send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// Mails a second.
    pub per_second: f64,
    /// Mails that are left of what may go in 24 hours; `None` where there is no bound.
    pub left: Option<i64>,
}

/// Something that knows what an account may send.
pub trait Account: Send + Sync + 'static {
    /// What it may send now; an error is the service's own word.
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>>;
}

/// Something that hands out turns to send.
pub trait Pace: Send + Sync + 'static {
    /// Takes up to `wanted` turns.
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>>;

    /// SES says that it was too fast: nobody gets a turn for a second.
    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Turns by the allowance that all workers share.
pub struct Rate<S> {
    store: S,
    account: Arc<dyn Account>,
    clock: Arc<dyn Clock>,
    /// The allowance as this process saw it last: a guess of what is there.
    seen: Mutex<Option<Allowance>>,
}

impl<S: Allowances> Rate<S> {
    /// Turns by the account's quota, shared through `store`.
    pub fn new(store: S, account: Arc<dyn Account>, clock: Arc<dyn Clock>) -> Self {
        Self { store, account, clock, seen: Mutex::default() }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    /// Grants all that is wanted by one write, where there is room for all; otherwise what is there, if it was looked at.
    async fn reserve(&self, wanted: u32) -> Result<Result<Grant, Option<(Allowance, u64)>>, StoreError> {
        let mut found = None;
        // The second time by what the first one found: the level moves between before and after now.
        for _ in 0..2 {
            let now = self.now();
            let known = found.map(|(allowance, _)| allowance).or(*self.seen());
            let Some(known) = known.filter(|known| now - known.asked_at < micros(REFRESH)) else { break };
            let Some(reserve) = whole(&known, now, wanted) else { break };
            match self.store.reserve(&reserve).await? {
                Reserved::Level(level) => {
                    let left = known.left.map(|left| left - reserve.mails);
                    *self.seen() = Some(Allowance { level, left, ..known });
                    return Ok(Ok(Grant { granted: wanted, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO }));
                }
                Reserved::Not(allowance, version) => found = Some((allowance, version)),
            }
        }
        Ok(Err(found))
    }

    /// Changes the allowance, on fresh data where another worker was faster; `found` is what was looked at already. `None`
    /// where others always were.
    async fn change<T>(
        &self,
        mut found: Option<(Allowance, u64)>,
        change: impl Fn(&mut Allowance, i64) -> T + Send,
    ) -> Result<Option<T>, StoreError> {
        for _ in 0..TRIES {
            let (mut allowance, version) = match found.take() {
                Some(found) => found,
                None => self.store.allowance().await?,
            };
            self.refresh(&mut allowance).await?;
            let changed = change(&mut allowance, self.now());
            if self.store.put_allowance(&allowance, version).await? {
                *self.seen() = Some(allowance);
                return Ok(Some(changed));
            }
        }
        Ok(None)
    }

    fn seen(&self) -> MutexGuard<'_, Option<Allowance>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(&self, allowance: &mut Allowance) -> Result<(), StoreError> {
        let now = self.now();
        if now - allowance.asked_at < micros(REFRESH) {
            return Ok(());
        }
        match self.account.quota().await {
            Ok(Quota { per_second, left }) => {
                *allowance = Allowance { per_second, left, asked_at: now, ..*allowance };
            }
            Err(reason) if allowance.per_second > 0.0 => {
                warn!(reason, "SES does not say what may be sent: what it said last holds");
                allowance.asked_at = now - micros(REFRESH) + micros(ASK_AGAIN);
            }
            Err(reason) => return Err(StoreError::Unavailable { operation: "GetAccount", reason }),
        }
        Ok(())
    }
}

impl<S: Allowances> Pace for Rate<S> {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        async move {
            let found = match self.reserve(wanted).await? {
                Ok(grant) => return Ok(grant),
                Err(found) => found,
            };
            let grant = self.change(found, move |allowance, now| take(allowance, now, wanted)).await?;
            Ok(grant.unwrap_or_else(Grant::nothing))
        }
        .boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async move { self.change(None, slow_down).await.map(drop) }.boxed()
    }
}

fn micros(span: SignedDuration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
