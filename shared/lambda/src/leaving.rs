//! Leaving when there is no room: of an event that says anything about consent, a bounce, a complaint or a deletion, that alone.
//!
//! A person's item can be so full that the whole of an event cannot be written into it. Whoever wants to leave must not wait
//! until somebody has mended that, so such an event is decided again as a fact of the past that says nothing else: it is
//! folded, the exits that it brings are made, and nothing begins by it. It must never say more than the event did.

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::Input;
use rekindle_engine::event::{Event, SUPPRESSED_BEFORE};
use rekindle_engine::person::{ConsentEntry, TRACKING};
use rekindle_engine::time::Instant;
use serde_json::{Map, Value, json};

/// Bytes of an address; no valid one has more (RFC 5321, section 4.5.3.1).
const ADDRESS: usize = 320;

/// How an event about leaving is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// As it is, like any other.
    Whole,
    /// As it is; where that cannot be written, it can be reduced to what it says about leaving.
    MayBeReduced,
    /// With nothing in it but that.
    Reduced,
}

impl Leaving {
    /// The input reduced, where it is to be; notes where it can be.
    pub fn reduced(
        &mut self,
        input: Option<&Input<'_>>,
        envelope: Option<&str>,
        catalog: &Catalog,
        now: Instant,
    ) -> Option<(Event, String)> {
        let Some(Input::Event(event)) = input else { return None };
        match self {
            Self::Reduced if event.is_about_leaving() => reduced(event, envelope, catalog, now),
            Self::Whole if event.is_about_leaving() => {
                *self = Self::MayBeReduced;
                None
            }
            Self::Whole | Self::MayBeReduced | Self::Reduced => None,
        }
    }
}

/// The event with nothing in it but what it says about leaving, and the same as an envelope for the archive. `envelope` is
/// the event as it came.
fn reduced(event: &Event, envelope: Option<&str>, catalog: &Catalog, now: Instant) -> Option<(Event, String)> {
    let mut person = Map::from_iter([("id".to_owned(), json!(event.person))]);
    let mut detail = Map::from_iter([("history".to_owned(), json!(true))]);
    if let Some(said) = ConsentEntry::of(event, now) {
        let is_known =
            |topic: &str| topic == TRACKING || catalog.workspace.topics.iter().any(|known| known.id == topic);
        let topics: Map<String, Value> = said
            .topics
            .into_iter()
            .filter(|(topic, _)| is_known(topic))
            .map(|(topic, yes)| (topic, json!(yes)))
            .collect();
        let consent = json!({
            "marketing": said.marketing, "topics": topics, "source": said.source, "how": said.how, "text": said.text,
        });
        person.insert("consent".to_owned(), consent);
        if let Some((campaign, step)) = said.mail {
            detail.extend([("campaign".to_owned(), json!(campaign)), ("step".to_owned(), json!(step))]);
        }
    }
    for field in ["bounce", "address"] {
        let text = event.text(field).filter(|text| text.len() <= ADDRESS);
        detail.extend(text.map(|text| (field.to_owned(), json!(text))));
    }
    if event.is_of_before() {
        detail.insert(SUPPRESSED_BEFORE.to_owned(), json!(true));
    }
    detail.insert("person".to_owned(), Value::Object(person));
    let source = envelope.and_then(|envelope| serde_json::from_str::<Value>(envelope).ok()?.get("source").cloned());
    let envelope = json!({
        "id": event.id, "source": source, "detail-type": &*event.kind, "time": event.time, "detail": detail,
    });
    Some((Event::from_value(envelope.clone()).ok()?, envelope.to_string()))
}
