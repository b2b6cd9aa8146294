//! Tells sleepers that something arrived, so that nobody has to poll an idle source.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// Where something can arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A queue, by its number in the state.
    Queue(i64),
    /// Any table.
    Tables,
}

/// One bell for each source; ringing an unheard bell costs a look-up.
#[derive(Debug, Default)]
pub(crate) struct Wakes(Mutex<HashMap<Source, watch::Sender<()>>>);

impl Wakes {
    /// Hears every arrival from now on.
    pub(crate) fn listen(&self, source: Source) -> watch::Receiver<()> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(source).or_default().subscribe()
    }

    /// Says that something arrived. Call after the commit, or a sleeper looks too early.
    pub(crate) fn ring(&self, source: Source) {
        let bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&source) {
            bell.send_replace(());
        }
    }
}
