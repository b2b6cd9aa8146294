//! Writes the files of a running system anew after somebody was erased, so that nothing of them is left in those either.
//!
//! Invariants:
//! * An erasure is noted while a handler makes it, and again when that handler has ended: what it deleted last is deleted by
//!   then. A scrub that was asked for is begun after that, and waits for what was under way when it began.
//! * A file of the state says that a scrub is owed, so that a process which is killed owes it to the next one. An erasure that
//!   is killed before it writes that file goes on after the restart, and writes it then.
//! * Nobody but the task that runs [`keep`](Scrubs::keep) writes files anew, so that a handler never waits for itself.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::{EraseError, Place};
use rekindle_local::{LocalAws, LocalError};
use tokio::sync::watch;

/// Between two looks at whether what was under way is done, and after a scrub that failed.
const PAUSE: Duration = Duration::from_millis(50);
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How many scrubs were asked for, and how many of those are done.
pub struct Scrubs {
    /// The file that says that one is owed; memory has no files.
    owed: Option<PathBuf>,
    erasures: AtomicU64,
    asked: watch::Sender<u64>,
    done: watch::Sender<u64>,
}

impl Scrubs {
    /// Those of a state, of which one may be owed already.
    pub fn new(owed: Option<PathBuf>) -> Self {
        let asked = watch::Sender::new(u64::from(owed.as_ref().is_some_and(|owed| owed.exists())));
        Self { owed, erasures: AtomicU64::new(0), asked, done: watch::Sender::new(0) }
    }

    /// Lets a handler do its work, and asks for a scrub where somebody was erased meanwhile, by it or by another one.
    pub async fn around<T>(&self, work: impl Future<Output = T>) -> T {
        let before = self.erasures.load(Ordering::SeqCst);
        let outcome = work.await;
        if self.erasures.load(Ordering::SeqCst) != before {
            self.ask();
        }
        outcome
    }

    /// Waits until what was deleted before is out of the files. Only for a system that [keeps](Self::keep) to it.
    ///
    /// # Errors
    /// Where it cannot be noted that it is owed.
    pub async fn scrubbed(&self) -> io::Result<()> {
        self.owe()?;
        let ticket = self.ask();
        // The sender lives as long as this.
        let mut done = self.done.subscribe();
        let _done = done.wait_for(|done| *done >= ticket).await;
        Ok(())
    }

    /// Scrubs whenever that was asked for, for ever.
    pub async fn keep(self: Arc<Self>, aws: LocalAws) {
        let mut asked = self.asked.subscribe();
        loop {
            let done = *self.done.borrow();
            let Ok(ticket) = asked.wait_for(|asked| *asked > done).await.map(|ticket| *ticket) else { return };
            match self.when_done(&aws).await {
                Ok(()) => drop(self.done.send_replace(ticket)),
                Err(error) => {
                    tracing::warn!(%error, "what was erased is still in the files; they are written anew in a moment");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    /// Scrubs at once: in a system that nobody else works in.
    ///
    /// # Errors
    /// Where the files cannot be written anew; it is owed then.
    pub fn scrub(&self, aws: &LocalAws) -> Result<(), LocalError> {
        let failed = |source| LocalError::Io { what: "it cannot be noted that files are owed".to_owned(), source };
        let before = self.erasures.load(Ordering::SeqCst);
        self.owe().map_err(failed)?;
        aws.scrub()?;
        if let Some(owed) = &self.owed {
            fs::remove_file(owed).map_err(failed)?;
        }
        // Of somebody who was erased meanwhile, it may have said what was removed with it.
        if self.erasures.load(Ordering::SeqCst) != before { self.owe().map_err(failed) } else { Ok(()) }
    }

    /// Scrubs where that is still owed: as the last act of a system.
    ///
    /// # Errors
    /// As [`scrub`](Self::scrub).
    pub fn settle(&self, aws: &LocalAws) -> Result<(), LocalError> {
        if self.owed.as_ref().is_some_and(|owed| owed.exists()) { self.scrub(aws) } else { Ok(()) }
    }

    fn owe(&self) -> io::Result<()> {
        self.owed.as_ref().map_or(Ok(()), |owed| fs::write(owed, ""))
    }

    async fn when_done(self: &Arc<Self>, aws: &LocalAws) -> Result<(), LocalError> {
        let backlog = aws.backlog()?;
        while !aws.has_done(&backlog)? {
            tokio::time::sleep(PAUSE).await;
        }
        let (scrubs, aws) = (Arc::clone(self), aws.clone());
        let ended = tokio::task::spawn_blocking(move || scrubs.scrub(&aws)).await;
        ended.map_err(|error| LocalError::Worker(error.to_string()))?
    }

    fn ask(&self) -> u64 {
        let mut ticket = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            ticket = *asked;
        });
        ticket
    }
}

/// The files as a place that keeps something about people: it notes that there was an erasure.
pub struct Files(pub Arc<Scrubs>);

impl Place for Files {
    fn clear<'a>(&'a self, _: &'a str, _: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>> {
        self.0.erasures.fetch_add(1, Ordering::SeqCst);
        let noted = self.0.owe();
        let failed = |error: io::Error| EraseError::Place { place: "the state's folder", reason: error.to_string() };
        async move { noted.map(|()| Some(0)).map_err(failed) }.boxed()
    }
}
