//! What somebody agreed to, as it holds now.

use rekindle_engine::person::{Person, Statement};
use serde_json::{Map, Value, json};

/// What holds now: `marketing` and `topics`, each with since when.
#[must_use]
pub fn now(person: &Person) -> Value {
    let said = |statement: &Statement| json!({ "agreed": statement.agreed, "since": statement.at });
    let consent = &person.profile.consent;
    let topics = consent.topics.iter().map(|(topic, own)| (topic.clone(), said(own)));
    json!({
        "marketing": consent.marketing.as_ref().map(said),
        "topics": topics.collect::<Map<_, _>>(),
    })
}
