//! The journal of a past that fits into memory: for tests, and for whoever has the events already.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use super::{Arrival, History, Simulation};
use crate::catalog::Catalog;
use crate::event::Event;
use crate::journal::Line;
use crate::person::Person;
use crate::time::Instant;

/// The whole journal, sorted by instant, person, and the order in which it was decided.
///
/// `people` were known before the first event; `events` stand in the order of their arrival. `until` is the latest
/// arrival where it is not given.
#[must_use]
pub fn journal(
    catalog: &Catalog,
    people: Vec<Person>,
    events: Vec<Event>,
    until: Option<Instant>,
) -> Vec<(Arc<str>, Line)> {
    let first = events.iter().map(Event::arrival).min();
    let until = until.or(events.iter().map(Event::arrival).max()).unwrap_or(Instant::MIN);
    let before = first.unwrap_or(until).plus_seconds(-1);
    let mut stories: BTreeMap<Arc<str>, History> = BTreeMap::new();
    for person in people {
        stories.insert(Arc::clone(&person.id), History { person, known_at: Some(before), events: Vec::new() });
    }
    for (line, event) in (1..).zip(events) {
        let new = || History { person: Person::new(&event.person), known_at: None, events: Vec::new() };
        let story = stories.entry(event.person.as_str().into()).or_insert_with(new);
        let latest = story.events.last().map_or(Instant::MIN, |last| last.at);
        story.events.push(Arrival { at: latest.max(event.arrival()), line, event });
    }
    let stories: Vec<History> = stories.into_values().collect();
    let mut lives: BTreeMap<Arc<str>, Vec<Line>> = BTreeMap::new();
    let mut out = |_, person: &Person, own: &mut Vec<Line>, _| {
        lives.insert(Arc::clone(&person.id), std::mem::take(own));
    };
    let mut story = |number: usize| Ok::<_, Infallible>(stories.get(number).cloned().unwrap_or_default());
    let Ok(_) = Simulation::new(catalog, until).run(stories.len(), &mut story, &mut out);
    let of_person = |(person, own): (Arc<str>, Vec<Line>)| own.into_iter().map(move |line| (Arc::clone(&person), line));
    let mut lines: Vec<(Arc<str>, Line)> = lives.into_iter().flat_map(of_person).collect();
    lines.sort_by(|a, b| (a.1.at, &a.0).cmp(&(b.1.at, &b.0)));
    lines
}
