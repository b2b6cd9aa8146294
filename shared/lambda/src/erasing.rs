//! The end of an erasure: whatever lies beside the person's own item goes, then the item.
//!
//! Who was erased has lost everything in the write that decided it, and with it whatever would still have happened. This
//! removes the rest, in an order that lets whoever finds it half done begin again: the item that names the person goes last.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_engine::time::Instant;
use rekindle_store::{AddressFact, Addresses, Erased, Erasure, Ledger, StoreError};
use thiserror::Error;

/// Why somebody is not forgotten yet. A retry helps.
#[derive(Debug, Error)]
pub enum EraseError {
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A place beside the table could not be cleared.
    #[error("{place} could not be cleared: {reason}")]
    Place {
        /// Which.
        place: &'static str,
        /// The service's or system's own word.
        reason: String,
    },
}

/// A place beside the table that keeps something about people: an archive, a mailbox.
pub trait Place: Send + Sync + 'static {
    /// Removes everything about a person up to an instant; how much that was, or `None` where it cannot be done from here
    /// and somebody else must.
    fn clear<'a>(&'a self, person: &'a str, until: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>>;
}

/// A place that no function reaches, such as the objects behind a Firehose stream: `rekindle erase` clears it.
#[derive(Debug, Clone, Copy)]
pub struct ErasedByOperator;

impl Place for ErasedByOperator {
    fn clear<'a>(&'a self, _: &'a str, _: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>> {
        async { Ok(None) }.boxed()
    }
}

/// Finishes erasures.
#[derive(Clone)]
pub struct Eraser<S> {
    store: S,
    places: Vec<Arc<dyn Place>>,
}

impl<S: Addresses + Erasure + Ledger> Eraser<S> {
    /// Over a table that is the only place.
    pub fn new(store: S) -> Self {
        Self { store, places: Vec::new() }
    }

    /// And a further place.
    #[must_use]
    pub fn and(mut self, place: Arc<dyn Place>) -> Self {
        self.places.push(place);
        self
    }

    /// Removes what a stream that repeats itself has written anew of somebody whose erasure was finished before. Only for
    /// whoever brings a person's rows in the order of their changes: what a later life leaves comes after this.
    ///
    /// # Errors
    /// Where the table does not answer.
    pub async fn remove_repeated(&self, person: &str, erased: &Erased) -> Result<(), EraseError> {
        let is_repeated = self.store.tombstone(person).await? >= erased.version;
        // Whoever has come back has rows that are to stay, and that nothing tells from those of before.
        if is_repeated && !self.store.has_come_back(person, erased).await? {
            self.store.erase(person).await?;
        }
        Ok(())
    }

    /// Removes what is left of somebody who was erased; whether nothing is. It may be done again at any time, also after
    /// they have come back: what is theirs since then stays.
    ///
    /// # Errors
    /// Where a place does not answer. What is done stays done.
    pub async fn finish(&self, person: &str, erased: &Erased) -> Result<bool, EraseError> {
        if let Some(left) = &erased.left {
            let fact = AddressFact::Erased { hard: left.hard };
            self.store.note_address(&left.hash, fact, erased.at).await?;
        }
        // Once their tombstone stands, whatever rows there are belong to a later life.
        if self.store.tombstone(person).await? < erased.version {
            self.store.erase(person).await?;
            self.store.write_tombstone(person, erased).await?;
        }
        let mut everywhere = true;
        for place in &self.places {
            everywhere &= place.clear(person, erased.at).await?.is_some();
        }
        if everywhere {
            self.store.forget(person, erased).await?;
        }
        Ok(everywhere)
    }
}
