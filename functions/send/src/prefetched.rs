//! What a batch looks at by few requests before its mails are handled one by one: the people, and what the suppression
//! list says of their addresses.
//!
//! Both may be a moment old. An arm that rests on somebody who has changed since fails; that a mail is gone, held or
//! somebody else's is never believed of them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use rekindle_engine::person::{Person, SendState};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::seen::Seen;
use rekindle_store::{Loaded, Suppression};
use tracing::info;

/// For so many seconds an answer of the suppression list is taken: whoever stood still since asks again.
const HOLDS: i64 = 5;

/// What the suppression list said of an address, and when it was asked at the latest.
type Answer = (Option<Suppression>, Instant);

/// What a batch saw.
pub(crate) struct Prefetched {
    people: Seen,
    suppressed: Mutex<HashMap<String, Answer>>,
}

impl Prefetched {
    /// Looks at people and their addresses. What cannot be looked at is asked for mail by mail.
    pub(crate) async fn at<S: Store>(deciding: &Deciding<S>, people: Vec<String>, at: Instant) -> Self {
        let people = deciding.see(people).await;
        let mut addresses = people.map(|person| person.profile.email.clone());
        addresses.sort_unstable();
        addresses.dedup();
        let hashes: Vec<String> = addresses.iter().map(|address| deciding.store().address_hash(address)).collect();
        let suppressed = match deciding.store().all_suppressed(&hashes).await {
            Ok(entries) => addresses.into_iter().zip(entries.into_iter().map(|entry| (entry, at))).collect(),
            Err(error) => {
                info!(%error, "the suppression list is asked for each mail");
                HashMap::new()
            }
        };
        Self { people, suppressed: Mutex::new(suppressed) }
    }

    /// Somebody of whom this very mail was seen to be planned.
    pub(crate) fn planned(&self, person: &str, send_id: &str) -> Option<Loaded> {
        let is_planned = |loaded: &Loaded| {
            loaded.person.outbox.get(send_id).is_some_and(|own| matches!(own.state, SendState::Planned { .. }))
        };
        self.people.take(person).filter(is_planned)
    }

    /// How many of these mails may have to be sent: each once, and none that was seen to be settled or held. Turns are asked
    /// for so many, as those that nobody uses are lost to everybody else.
    pub(crate) fn may_go(&self, mails: impl Iterator<Item = PlannedSend>) -> usize {
        let planned = |person: &Person| {
            let planned = person.outbox.iter().filter(|(_, own)| matches!(own.state, SendState::Planned { .. }));
            Some((person.id.to_string(), planned.map(|(send_id, _)| send_id.clone()).collect::<HashSet<_>>()))
        };
        let seen: HashMap<String, HashSet<String>> = self.people.map(planned).into_iter().collect();
        let may_go = |mail: &PlannedSend| seen.get(&mail.person).is_none_or(|planned| planned.contains(&mail.send_id));
        mails.filter(may_go).map(|mail| (mail.person, mail.send_id)).collect::<HashSet<_>>().len()
    }

    /// What the suppression list said of an address; `None` where it was not asked, or too long ago.
    pub(crate) fn suppressed(&self, address: &str, now: Instant) -> Option<Option<Suppression>> {
        let known = self.suppressed.lock().unwrap_or_else(PoisonError::into_inner).get(address).copied();
        known.filter(|(_, at)| now.seconds() - at.seconds() < HOLDS).map(|(entry, _)| entry)
    }

    /// Keeps what it said when it was asked for one mail, at `at`.
    pub(crate) fn keep(&self, address: &str, entry: Option<Suppression>, at: Instant) {
        let mut known = self.suppressed.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(address.to_owned(), (entry, at));
    }
}
