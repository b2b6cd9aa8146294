//! People who agreed elsewhere, with where and when that was.
//!
//! A list is older than what people said since: every line counts as of its own date, so it takes nobody's refusal back and
//! brings nobody back who was erased. Nothing is applied before every line was read and found right.

use anyhow::{Context, Result, bail};
use futures_util::stream::{StreamExt, iter};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::Dynamo;
use serde_json::{Map, Value, json};

/// People who are decided about at the same time.
const AT_ONCE: usize = 8;

/// What came of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// People who were taken in.
    pub applied: u64,
    /// People who were imported before, or erased since the list was made.
    pub dropped: u64,
}

/// Applies the events of a list, each with its envelope.
///
/// # Errors
/// Where the system does not answer. What was applied stays; doing it again applies the rest.
pub async fn import(deciding: &Deciding<Dynamo>, events: Vec<(Event, String)>, now: Instant) -> Result<Imported> {
    let apply = |(event, envelope): (Event, String)| async move {
        let decided = deciding.decide(&event.person, &Input::Event(&event), now, Some(&envelope)).await;
        decided.map(|decided| !decided.dropped)
    };
    let mut work = iter(events.into_iter().map(apply)).buffer_unordered(AT_ONCE);
    let mut imported = Imported::default();
    while let Some(decided) = work.next().await {
        if decided? {
            imported.applied += 1;
        } else {
            imported.dropped += 1;
        }
    }
    Ok(imported)
}

/// The event of each line, with its envelope. `source` says where the list comes from, `as_of` as of when it holds.
///
/// # Errors
/// Gives every problem of every line.
pub fn events(text: &str, source: &str, as_of: Instant) -> Result<Vec<(Event, String)>, Vec<String>> {
    let (mut events, mut problems) = (Vec::new(), Vec::new());
    if source.trim().is_empty() {
        problems.push("--source must say where the list comes from".to_owned());
    }
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match event(line, source, as_of) {
            Ok(event) => events.push(event),
            Err(error) => problems.push(format!("line {number}: {error:#}")),
        }
    }
    if problems.is_empty() { Ok(events) } else { Err(problems) }
}

fn event(line: &str, source: &str, as_of: Instant) -> Result<(Event, String)> {
    let mut person: Map<String, Value> = serde_json::from_str(line).context("not a JSON object")?;
    let mut said_at = None;
    if let Some(Value::Object(consent)) = person.get_mut("consent") {
        said_at = match consent.get("at") {
            None => None,
            Some(at) => match at.as_str().and_then(Instant::parse) {
                Some(at) => Some(at),
                None => bail!("`consent.at` must be an instant with an offset, such as 2025-06-01T10:00:00+09:00"),
            },
        };
        consent.insert("source".to_owned(), format!("import: {source}").into());
    }
    let time = said_at.unwrap_or(as_of);
    if time > as_of {
        bail!("`consent.at` is later than --as-of: the list would say what it cannot know");
    }
    let id = ids::short_hash(&format!("import/{source}/{line}"), 20);
    let detail = json!({ "person": person });
    let envelope =
        json!({ "id": id, "source": "import", "detail-type": "customer.imported", "time": time, "detail": detail });
    let text = envelope.to_string();
    Ok((Event::from_value(envelope)?, text))
}
