//! What a page does to a person: an event through `decide`, exactly as if it had come by the bus.
//!
//! Done means seen: the page says so only once the person's own item says so. A repeated request finds it done, or makes
//! an event with the same id, which is dropped.
//!
//! The ids are numbered within a day, so that whoever has a link, or a mail that was forwarded to them, cannot fill the
//! person's list of events with it: beyond the bound nothing is written any more. Leaving has no bound.

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::person::{Consent, Person};
use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::hash_of;
use rekindle_lambda::deciding::{Before, Store};
use rekindle_lambda::logging::person_tag;
use rekindle_store::{AddressFact, AddressNote};
use serde_json::{Map, Value, json};
use tracing::info;

use crate::{Pages, Refused};

/// How often it is tried anew because the person was changed at the same time.
const TRIES: u32 = 4;
/// How often within a day (UTC) one occasion may be answered anew, and one person's consent be given.
const A_DAY: u32 = 20;
const DAY: i64 = 24 * 60 * 60;
/// Seconds within which everybody learns what was refused for their address (SPEC.md section 11, **Addresses**).
const ON_ITS_WAY: i64 = 60;
/// At so many others who have the same address a page looks.
const OTHERS: usize = 25;

/// Something to be made true of a person.
pub struct Act<'a, H> {
    /// The event's type.
    pub kind: &'static str,
    /// Its fields, `person` excepted.
    pub detail: &'a Map<String, Value>,
    /// What it replaces what was said before of: events of one occasion are counted together.
    pub occasion: &'a str,
    /// Whether it may be said as often as somebody wants: what only takes consent back.
    pub always: bool,
    /// Whether it is true of them.
    pub holds: H,
}

impl<S: Store> Pages<S> {
    /// Makes it true, and gives the person of whom it is. Of somebody of whom nothing is known nothing is written: there
    /// is nobody to mail either.
    ///
    /// # Errors
    /// Where it could not be written, or was said too often today.
    pub async fn act<H: Fn(&Person) -> bool>(&self, id: &str, act: &Act<'_, H>) -> Result<Person, Refused> {
        for _ in 0..TRIES {
            let loaded = self.deciding.store().load(id).await?;
            if !loaded.person.is_known() || (act.holds)(&loaded.person) {
                return Ok(loaded.person);
            }
            let day = self.now().seconds().div_euclid(DAY);
            // Two requests that saw the same person make the same event.
            let occasion = |number: u32| format!("{id}/{}/{day}/{number}", act.occasion);
            let is_new = |number: &u32| !has_applied(&loaded.person, &event_id(act.kind, &occasion(*number)));
            let Some(number) = (1..=if act.always { u32::MAX } else { A_DAY }).find(is_new) else {
                return Err(Refused::TooOften);
            };
            // What was said last holds, and this is said after all that the person shows, whatever clock it was said by.
            let said = newest(&loaded.person.profile.consent);
            let time = said.map_or(self.now(), |said| said.max(self.now()));
            self.apply(id, act.kind, act.detail, &occasion(number), time).await?;
        }
        Err(Refused::Unavailable("the person is written to all the time".to_owned()))
    }

    /// Applies one event about a person. The same `occasion` is the same event.
    ///
    /// # Errors
    /// Where it could not be written.
    pub async fn apply(
        &self,
        id: &str,
        kind: &str,
        detail: &Map<String, Value>,
        occasion: &str,
        time: Instant,
    ) -> Result<(), Refused> {
        let mut detail = detail.clone();
        detail.insert("person".to_owned(), json!({ "id": id }));
        let envelope = json!({
            "id": event_id(kind, occasion),
            "source": "rekindle",
            "detail-type": kind,
            "time": time,
            "detail": detail,
        });
        let text = envelope.to_string();
        let event = Event::from_value(envelope).map_err(|error| Refused::Unavailable(error.to_string()))?;
        let before = |person: &mut Person, _: &_| Before {
            input: Some(Input::Event(&event)),
            envelope: Some(&text),
            addresses: self.refused(person, &event).into_iter().collect(),
            ..Before::default()
        };
        let decided = self.deciding.decide_after(id, self.now(), before).await?;
        info!(person = person_tag(id), kind, lines = decided.lines.len(), "a page was answered");
        Ok(())
    }
}

impl<S: Store> Pages<S> {
    /// Whether everybody who has the address of somebody who refused has done so, as far as that was seen: the address is
    /// known to have refused no earlier than they did, and nobody who has it has agreed since. What was said within the last
    /// minute is on its way.
    ///
    /// # Errors
    /// Where the table does not answer.
    pub async fn is_refused_for_all(&self, person: &Person) -> Result<bool, Refused> {
        let store = self.deciding.store();
        let Some(said) = person.profile.consent.marketing.map(|said| said.at) else { return Ok(true) };
        let Some(hash) = hash_of(store, person) else { return Ok(true) };
        if said.plus_seconds(ON_ITS_WAY) > self.now() {
            return Ok(true);
        }
        let known = store.all_suppressed(std::slice::from_ref(&hash)).await?.into_iter().next().flatten();
        if known.is_none_or(|known| known.refused_at < Some(said)) {
            return Ok(false);
        }
        let others = store.having(&hash).await?.into_iter().filter(|other| *other != *person.id);
        let others = store.look(&others.take(OTHERS).collect::<Vec<_>>()).await?;
        Ok(!others.iter().any(|other| other.person.profile.consent.allows_marketing()))
    }

    /// Who refuses all marketing refuses it for their address, whoever else has that.
    fn refused(&self, person: &Person, event: &Event) -> Option<AddressNote> {
        event.consent.marketing.filter(|agreed| !agreed)?;
        let hash = hash_of(self.deciding.store(), person)?;
        Some(AddressNote { hash, fact: AddressFact::Refused, at: event.time })
    }
}

fn event_id(kind: &str, occasion: &str) -> String {
    ids::short_hash(&format!("page/{kind}/{occasion}"), 20)
}

/// Whether an event was applied to somebody within the last day, or not long before.
fn has_applied(person: &Person, event: &str) -> bool {
    let own = ids::fingerprint(event);
    person.applied.iter().any(|applied| applied.event == own)
}

/// When the newest statement about consent was made.
fn newest(consent: &Consent) -> Option<Instant> {
    consent.marketing.iter().chain(consent.topics.values()).map(|statement| statement.at).max()
}
