//! Rules, and what they do with an event.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::pattern::Pattern;
use crate::error::{AwsError, LocalError};
use crate::sqs;
use crate::state::{State, take_numbers, uuid};
use crate::wake::Source;
use crate::world::World;

/// Kind of the ids of events.
const EVENT: u16 = 2;

/// An event on its way to the rules.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// The bus's name.
    pub bus: &'a str,
    /// Who says it.
    pub source: &'a str,
    /// What happened.
    pub detail_type: &'a str,
    /// When.
    pub time: Timestamp,
    /// ARNs of what it is about.
    pub resources: &'a [String],
    /// Everything else, an object.
    pub detail: Value,
    /// The same as its sender wrote it.
    pub text: Cow<'a, str>,
}

#[derive(Debug)]
struct Rule {
    bus: String,
    name: String,
    pattern: Pattern,
    target: String,
}

/// The rules of the state, compiled once.
#[derive(Debug)]
pub(crate) struct Rules(RwLock<Vec<Rule>>);

fn compile(bus: &str, name: &str, pattern: &str, target: &str) -> Result<Rule, AwsError> {
    let pattern = Pattern::parse(pattern).map_err(|reason| {
        AwsError::client("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {reason}"))
    })?;
    Ok(Rule { bus: bus.to_owned(), name: name.to_owned(), pattern, target: target.to_owned() })
}

impl Rules {
    /// Reads the rules that the state keeps.
    pub(crate) fn load(state: &State) -> Result<Self, LocalError> {
        let rows = state.read(|db| {
            db.prepare("SELECT bus, name, pattern, target FROM rules ORDER BY bus, name, target")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect::<rusqlite::Result<Vec<(String, String, String, String)>>>()
        })?;
        let rules = rows
            .iter()
            .map(|(bus, name, pattern, target)| compile(bus, name, pattern, target))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self(RwLock::new(rules)))
    }

    /// Makes a rule that sends what matches `pattern` to the queue `target`, or replaces its
    /// pattern; the queue must exist.
    pub(crate) fn put(
        &self,
        state: &State,
        (bus, name): (&str, &str),
        pattern: &str,
        target: &str,
    ) -> Result<(), AwsError> {
        let rule = compile(bus, name, pattern, target)?;
        state.write(|db| {
            sqs::find(db, target)?;
            db.execute(
                "INSERT OR REPLACE INTO rules (bus, name, pattern, target) VALUES (?1, ?2, ?3, ?4)",
                (bus, name, pattern, target),
            )?;
            Ok::<_, AwsError>(())
        })?;
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        rules.retain(|old| (&old.bus, &old.name, &old.target) != (&rule.bus, &rule.name, &rule.target));
        rules.push(rule);
        Ok(())
    }

    /// Whether any rule looks at this bus.
    pub(crate) fn listens(&self, bus: &str) -> bool {
        let rules = self.0.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().any(|rule| rule.bus == bus)
    }

    /// Whether the bus exists: the default one does, others by having a rule.
    pub(crate) fn knows(&self, bus: &str) -> bool {
        bus == "default" || self.listens(bus)
    }

    /// Puts an event into the queue of every rule that wants it. Returns the event's id and the
    /// queues to wake after the commit.
    pub(crate) fn route(
        &self,
        world: &World,
        db: &Connection,
        event: Event<'_>,
    ) -> Result<(String, Vec<i64>), AwsError> {
        let id = uuid(EVENT, take_numbers(db, "event", 1)?);
        let rules = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if !rules.iter().any(|rule| rule.bus == event.bus) {
            return Ok((id, Vec::new()));
        }
        let mut envelope = json!({
            "version": "0",
            "id": id,
            "detail-type": event.detail_type,
            "source": event.source,
            "account": world.account,
            "time": event.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": world.region,
            "resources": event.resources,
        });
        // What the sender wrote is handed on as it is; the parsed form is for the patterns only.
        let head = envelope.to_string();
        if let Some(fields) = envelope.as_object_mut() {
            fields.insert("detail".to_owned(), event.detail);
        }
        let mut body = None;
        let mut queues = Vec::new();
        for rule in rules.iter() {
            if rule.bus != event.bus || !rule.pattern.matches(&envelope) {
                continue;
            }
            let Ok(queue) = sqs::find(db, &rule.target) else {
                tracing::warn!(rule = rule.name, "an event was lost: the rule's queue is missing");
                continue;
            };
            let body =
                body.get_or_insert_with(|| format!("{},\"detail\":{}}}", head.trim_end_matches('}'), event.text));
            let message = sqs::NewMessage { body, attributes: None, delay: None };
            sqs::insert(db, &queue, &message, world.now())?;
            queues.push(queue.id);
        }
        Ok((id, queues))
    }
}

impl World {
    /// Routes events in one transaction and wakes who waits for them; returns their ids.
    pub(crate) fn publish(&self, events: Vec<Event<'_>>) -> Result<Vec<String>, AwsError> {
        let mut wake = Vec::new();
        let ids = self.state.write(|db| {
            events
                .into_iter()
                .map(|event| {
                    let (id, queues) = self.rules.route(self, db, event)?;
                    wake.extend(queues);
                    Ok(id)
                })
                .collect::<Result<Vec<_>, AwsError>>()
        })?;
        for queue in wake {
            self.wakes.ring(Source::Queue(queue));
        }
        Ok(ids)
    }
}
