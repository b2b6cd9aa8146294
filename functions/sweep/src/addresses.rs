//! What the daily audit knows of addresses (SPEC.md section 11, **Addresses**): whoever does not know what is known about
//! theirs is told, and what somebody's suppression should have made known is made known.
//!
//! The stream tells everybody within seconds. It is lost with a batch that lies among the undelivered for too long, and an
//! index that lags behind may leave somebody out; until the audit comes, the sender looks at the address itself.

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::hash_of;
use rekindle_lambda::addresses::{for_newcomer, for_others};
use rekindle_lambda::deciding::Store;
use rekindle_lambda::findings::{REFUSED, SHARED, SUPPRESSED, UNKNOWN_OF_ADDRESS, UNTOLD};
use rekindle_lambda::logging::person_tag;
use rekindle_store::{AddressFact, AddressNote, Suppression};
use serde_json::Value;
use tracing::warn;

use super::visit::Visited;
use super::{Sweep, SweepError};

const DAY: i64 = 24 * 60 * 60;

impl<S: Store> Sweep<S> {
    /// Looks at one person's address, and mends what was not told.
    pub(super) async fn look_at_address(&self, person: &Person, visited: &mut Visited) -> Result<(), SweepError> {
        let store = self.deciding.store();
        let Some(hash) = hash_of(store, person) else { return Ok(()) };
        let known = store.all_suppressed(std::slice::from_ref(&hash)).await?.into_iter().next().flatten();
        let known = known.unwrap_or_default();
        self.count(person, &hash, &known, visited).await?;
        let now = self.now();
        let is_late = |since: Instant| since.plus_seconds(self.pace.patience.as_secs()) < now;
        if let Some(since) = person.profile.suppressed_at.filter(|since| !known.is_hard() && is_late(*since)) {
            self.found(person, UNKNOWN_OF_ADDRESS, visited);
            let complained = person.profile.events.contains_key("email.complained");
            let fact = if complained { AddressFact::Complained } else { AddressFact::Bounced };
            let note = AddressNote { hash: hash.clone(), fact, at: since };
            store.note_address(&note.hash, note.fact, note.at).await?;
            let others = for_others(store, &note, &person.id, now).await?;
            self.tell(others, now, visited).await?;
        }
        // One a day is enough, and another one where the last was lost.
        // Since when they have it nobody wrote down. Who was there before may have been left out when it was told.
        let had_since = person.profile.created_at.unwrap_or_default();
        let occasion = format!("audit {}", now.seconds().div_euclid(DAY));
        let news = for_newcomer(person, &hash, &known, had_since, &occasion);
        if !news.is_empty() && is_late(known.newest().unwrap_or(now)) {
            self.found(person, UNTOLD, visited);
            self.tell(news, now, visited).await?;
        }
        Ok(())
    }

    async fn count(
        &self,
        person: &Person,
        hash: &str,
        known: &Suppression,
        visited: &mut Visited,
    ) -> Result<(), SweepError> {
        let what = match (known.is_hard(), known.refused_at) {
            (true, _) => SUPPRESSED,
            (false, Some(_)) => REFUSED,
            (false, None) => return Ok(()),
        };
        *visited.found.entry(what.to_owned()).or_default() += 1;
        if self.deciding.store().having(hash).await?.iter().any(|other| *other != *person.id) {
            *visited.found.entry(SHARED.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    fn found(&self, person: &Person, reason: &'static str, visited: &mut Visited) {
        warn!(person = person_tag(&person.id), reason, "the audit found");
        *visited.found.entry(reason.to_owned()).or_default() += 1;
    }

    async fn tell(&self, envelopes: Vec<Value>, now: Instant, visited: &mut Visited) -> Result<(), SweepError> {
        for envelope in envelopes {
            let text = envelope.to_string();
            // What `addresses` writes can be read.
            let Ok(event) = Event::from_value(envelope) else { continue };
            let told = self.deciding.decide(&event.person, &Input::Event(&event), now, Some(&text)).await;
            visited.changed += u64::from(self.skip_if_unwritable(&event.person, told)?.committed);
        }
        Ok(())
    }
}
