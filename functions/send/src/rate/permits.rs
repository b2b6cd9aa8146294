//! The turns of one batch: asked for once, by the first of its mails that is ready to go.

use jiff::SignedDuration;
use rekindle_store::StoreError;
use tokio::sync::Mutex;

use super::{Grant, Pace};

/// What a mail is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Go.
    Now,
    /// Come back after that time.
    Later(SignedDuration),
}

/// The turns of a batch.
pub(crate) struct Permits(Mutex<State>);

struct State {
    /// Mails of the batch that nothing was asked for yet.
    unasked: u32,
    /// What was granted last, less what is used up.
    grant: Grant,
}

impl Permits {
    /// For a batch of so many mails.
    pub(crate) fn new(mails: usize) -> Self {
        let grant = Grant { granted: 0, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO };
        Self(Mutex::new(State { unasked: u32::try_from(mails).unwrap_or(u32::MAX), grant }))
    }

    /// The turn of one mail.
    pub(crate) async fn take(&self, pace: &dyn Pace) -> Result<Turn, StoreError> {
        // Held while it is asked, so that the others of the batch need not ask.
        let mut state = self.0.lock().await;
        let is_told = state.grant.wait > SignedDuration::ZERO;
        if state.grant.granted == 0 && !is_told {
            state.grant = pace.take(state.unasked.max(1)).await?;
            state.unasked = 0;
        }
        let grant = &mut state.grant;
        if grant.granted > 0 {
            grant.granted -= 1;
            // Where all was granted, the next one asks again.
            return Ok(Turn::Now);
        }
        let wait = grant.wait;
        grant.wait = wait.saturating_add(grant.apart);
        Ok(Turn::Later(wait))
    }
}
