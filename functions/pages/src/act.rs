//! What a page does to a person: an event through `decide`, exactly as if it had come by the bus.
//!
//! Done means seen: the page says so only once the person's own item says so. A repeated request finds it done, or makes
//! an event with the same id, which is dropped.

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::person::{Consent, Person};
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::logging::person_tag;
use serde_json::{Map, Value, json};
use tracing::info;

use crate::{Pages, Refused};

/// How often it is tried anew because the person was changed at the same time.
const TRIES: u32 = 4;

/// Something to be made true of a person.
pub struct Act<'a, H> {
    /// The event's type.
    pub kind: &'static str,
    /// Its fields, `person` excepted.
    pub detail: &'a Map<String, Value>,
    /// Whether it is true of them.
    pub holds: H,
}

impl<S: Store> Pages<S> {
    /// Makes it true, and gives the person of whom it is. Of somebody of whom nothing is known nothing is written: there
    /// is nobody to mail either.
    ///
    /// # Errors
    /// Where it could not be written.
    pub async fn act<H: Fn(&Person) -> bool>(&self, id: &str, act: &Act<'_, H>) -> Result<Person, Refused> {
        for _ in 0..TRIES {
            let loaded = self.deciding.store().load(id).await?;
            if !loaded.person.is_known() || (act.holds)(&loaded.person) {
                return Ok(loaded.person);
            }
            // Two requests that saw the same person make the same event.
            let occasion = format!("{id}/{}/{}", loaded.version, Value::from(act.detail.clone()));
            // What was said last holds, and this is said after all that the person shows, whatever clock it was said by.
            let said = newest(&loaded.person.profile.consent);
            let time = said.map_or(self.now(), |said| said.max(self.now()));
            self.apply(id, act.kind, act.detail, &occasion, time).await?;
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
            "id": ids::short_hash(&format!("page/{kind}/{occasion}"), 20),
            "source": "rekindle",
            "detail-type": kind,
            "time": time,
            "detail": detail,
        });
        let text = envelope.to_string();
        let event = Event::from_value(envelope).map_err(|error| Refused::Unavailable(error.to_string()))?;
        let decided = self.deciding.decide(id, &Input::Event(&event), self.now(), Some(&text)).await?;
        info!(person = person_tag(id), kind, lines = decided.lines.len(), "a page was answered");
        Ok(())
    }
}

/// When the newest statement about consent was made.
fn newest(consent: &Consent) -> Option<Instant> {
    consent.marketing.iter().chain(consent.topics.values()).map(|statement| statement.1).max()
}
