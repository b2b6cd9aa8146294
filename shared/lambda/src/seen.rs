//! People as a batch saw them, by one request for all of them.
//!
//! What was seen may be a moment old. So each is given out once: what is decided on it is committed only where it still
//! holds, and whoever comes a second time has been changed by the first.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rekindle_engine::person::Person;
use rekindle_store::Loaded;

/// People who were seen and not given out yet.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<String, Loaded>>);

impl Seen {
    pub(crate) fn new(looked: Vec<Loaded>) -> Self {
        Self(Mutex::new(looked.into_iter().map(|loaded| (loaded.person.id.to_string(), loaded)).collect()))
    }

    /// Somebody as they were seen; `None` where they were not, or have been given out.
    #[must_use]
    pub fn take(&self, person: &str) -> Option<Loaded> {
        self.people().remove(person)
    }

    /// Something about each who was seen and not given out.
    pub fn map<T>(&self, each: impl Fn(&Person) -> Option<T>) -> Vec<T> {
        self.people().values().filter_map(|loaded| each(&loaded.person)).collect()
    }

    fn people(&self) -> std::sync::MutexGuard<'_, HashMap<String, Loaded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
