//! How many mails a second the shared allowance grants: one item that all workers read and write under its version.
//!
//! In memory it answers at once and nobody is ever in anybody's way. Here each answer takes as long as a table's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_send::{Account, Pace, Rate};
use rekindle_store::{Allowance, Allowances, Memory, Reserve, Reserved, StoreError};

use crate::population::memory;
use crate::sink::Sink;

/// How long an answer of the table takes: what docs/cost.md assumes.
pub const ANSWER: Duration = Duration::from_millis(6);
/// How long is measured.
const SPAN: SignedDuration = SignedDuration::from_secs(5);
/// Mails of a batch.
const MAILS: u32 = 10;

/// A table that takes its time.
#[derive(Clone)]
pub struct Slow {
    memory: Memory,
    answer: Duration,
    written: Arc<AtomicU64>,
}

impl Slow {
    /// Over a store in memory. Where an answer takes no time, nobody waits.
    #[must_use]
    pub fn new(memory: Memory, answer: Duration) -> Self {
        Self { memory, answer, written: Arc::default() }
    }

    /// Half of the way there or back.
    async fn travel(&self) {
        if !self.answer.is_zero() {
            tokio::time::sleep(self.answer / 2).await;
        }
    }
}

impl Allowances for Slow {
    async fn allowance(&self) -> Result<(Allowance, u64), StoreError> {
        self.travel().await;
        let answer = self.memory.allowance().await;
        self.travel().await;
        answer
    }

    async fn put_allowance(&self, allowance: &Allowance, seen: u64) -> Result<bool, StoreError> {
        self.travel().await;
        self.written.fetch_add(1, Ordering::Relaxed);
        let answer = self.memory.put_allowance(allowance, seen).await;
        self.travel().await;
        answer
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, StoreError> {
        self.travel().await;
        self.written.fetch_add(1, Ordering::Relaxed);
        let answer = self.memory.reserve(reserve).await;
        self.travel().await;
        answer
    }
}

/// What workers got who do nothing else than ask.
pub struct Granted {
    /// Mails a second.
    pub per_second: f64,
    /// Writes to the one item for each grant of up to ten mails, most of them in vain.
    pub writes: f64,
}

/// So many workers ask for ten mails each, again and again, of an account without bounds.
///
/// # Panics
/// Where the allowance cannot be read.
pub async fn granted(workers: usize) -> Granted {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let account: Arc<dyn Account> = Arc::new(Sink::new(Arc::clone(&clock), Duration::ZERO, 1e6));
    let store = Slow::new(memory(false), ANSWER);
    let until = clock.now() + SPAN;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..workers {
        let rate = Rate::new(store.clone(), Arc::clone(&account), Arc::clone(&clock));
        let clock = Arc::clone(&clock);
        asking.spawn(async move {
            let mut granted = 0;
            while clock.now() < until {
                granted += u64::from(rate.take(MAILS).await.expect("an allowance").granted);
            }
            granted
        });
    }
    let granted: u64 = asking.join_all().await.into_iter().sum();
    let written = store.written.load(Ordering::Relaxed) as f64;
    Granted { per_second: granted as f64 / SPAN.as_secs_f64(), writes: written / (granted as f64 / f64::from(MAILS)) }
}
