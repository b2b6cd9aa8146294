//! Whoever else has an address learns what became known about it, and whoever gets one what was known before: as events on
//! the bus (SPEC.md section 11, **Addresses**).
//!
//! First it is written what is known, then it is asked who has the address; whoever gets it is asked for the other way
//! round: first they have it, then it is read what is known. So one of the two finds the other, but for the moment by which
//! the index lags behind; the daily audit finds whom that leaves out, and until then the sender looks at the address.

use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::{for_newcomer, for_others};
use rekindle_store::{Addresses, Erasure, Ledger, Redemptions, Statistics, StreamImage};

use crate::batch::Batch;
use crate::{Relay, RelayError};

impl<S: Addresses + Erasure + Ledger + Redemptions + Statistics> Relay<S> {
    /// Notes what a decision made known, and adds the events of everybody else whom it concerns.
    pub(crate) async fn tell_others(&self, stream_image: &StreamImage, batch: &mut Batch) -> Result<(), RelayError> {
        for note in &stream_image.record.addresses {
            self.store.note_address(&note.hash, note.fact, note.at).await?;
            let events = for_others(&self.store, note, &stream_image.person, Instant::from(self.clock.now())).await?;
            batch.emitted.extend(events.iter().map(ToString::to_string));
        }
        Ok(())
    }

    /// Adds the events of those who have a new address of which something is known. One request for all of them.
    pub(crate) async fn tell_newcomers(&self, batch: &mut Batch) -> Result<(), RelayError> {
        let newcomers = std::mem::take(&mut batch.newcomers);
        let mut hashes: Vec<String> =
            newcomers.iter().filter_map(|stream_image| stream_image.address.clone()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        if hashes.is_empty() {
            return Ok(());
        }
        let known = self.store.all_suppressed(&hashes).await?;
        for stream_image in &newcomers {
            let Some(hash) = &stream_image.address else { continue };
            let at = hashes.binary_search(hash).ok();
            let Some(Some(known)) = at.and_then(|at| known.get(at)) else { continue };
            let person = stream_image.person()?;
            // The very commit by which they have it.
            let had_since = person.clock.unwrap_or_default();
            let events = for_newcomer(&person, hash, known, had_since, &format!("version {}", stream_image.version));
            batch.emitted.extend(events.iter().map(ToString::to_string));
        }
        Ok(())
    }
}
