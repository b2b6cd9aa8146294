//! The same engine under a virtual clock (SPEC.md sections 9 and 11): events of the past in, the journal out.
//!
//! It sends nothing and reads nothing; the caller feeds events in the order of [`Arrival`] and takes lines.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::decide::{Claims, Decision, InMemoryClaims, Input, decide, next_due};
use crate::event::Event;
use crate::journal::Line;
use crate::person::Person;
use crate::time::Instant;

/// In which order events are applied: by the instant decided on, then by person, then as they came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// The instant decided on: the latest arrival of the person so far.
    pub at: Instant,
    /// The person's id.
    pub person: Arc<str>,
    /// The line's number.
    pub line: u64,
}

/// A journal line and whom it is about.
pub type Entry = (Arc<str>, Line);

/// A whole shop under a virtual clock.
pub struct Simulation<'c> {
    catalog: &'c Catalog,
    people: Vec<Person>,
    by_id: HashMap<Arc<str>, usize>,
    due: BinaryHeap<Reverse<(Instant, Arc<str>, usize)>>,
    claims: Box<dyn Claims + 'c>,
    /// Lines of the instant at hand, which are sorted by person before they leave.
    pending: Vec<Entry>,
    now: Instant,
}

impl<'c> Simulation<'c> {
    /// An empty shop.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        Self::with_claims(catalog, Box::new(InMemoryClaims::default()))
    }

    /// An empty shop whose offers are answered by `claims`.
    #[must_use]
    pub fn with_claims(catalog: &'c Catalog, claims: Box<dyn Claims + 'c>) -> Self {
        Self {
            catalog,
            people: Vec::new(),
            by_id: HashMap::new(),
            due: BinaryHeap::new(),
            claims,
            pending: Vec::new(),
            now: Instant::MIN,
        }
    }

    /// Adds somebody who was known before the first event; `at` is the instant of the beginning.
    pub fn import(&mut self, person: Person, at: Instant) {
        let index = self.index_of(&Arc::clone(&person.id));
        if let Some(known) = self.people.get_mut(index) {
            *known = person;
        }
        self.decide(index, &Input::Refresh, at);
    }

    /// Applies an event, after everything due at or before its instant. Calls must come in the order of [`Arrival`].
    /// Lines whose instant is over go to `out`, in the order of the journal.
    pub fn event(&mut self, at: Instant, event: &Event, out: &mut dyn FnMut(&Entry)) {
        self.pass_to(at, out);
        let index = self.index_of(&event.person);
        self.decide(index, &Input::Event(event), at);
    }

    /// Does what is due at or before `until` and gives out the rest of the journal.
    pub fn finish(&mut self, until: Instant, out: &mut dyn FnMut(&Entry)) {
        self.pass_to(until, out);
        self.flush(out);
    }

    /// Everybody there is.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    fn pass_to(&mut self, at: Instant, out: &mut dyn FnMut(&Entry)) {
        while let Some(Reverse((due, _, index))) = self.due.peek() {
            if *due > at {
                break;
            }
            let (due, index) = (*due, *index);
            self.due.pop();
            // An entry that an event has overtaken is stale.
            let current = self.people.get(index).and_then(|person| next_due(person, self.catalog));
            if current == Some(due) {
                self.reach(due, out);
                self.decide(index, &Input::Due, due);
            }
        }
        self.reach(at, out);
    }

    fn reach(&mut self, at: Instant, out: &mut dyn FnMut(&Entry)) {
        if at > self.now {
            self.flush(out);
            self.now = at;
        }
    }

    fn flush(&mut self, out: &mut dyn FnMut(&Entry)) {
        self.pending.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        for entry in self.pending.drain(..) {
            out(&entry);
        }
    }

    fn decide(&mut self, index: usize, input: &Input<'_>, at: Instant) {
        let Some(person) = self.people.get_mut(index) else { return };
        let Decision { lines, .. } = decide(person, input, self.catalog, at, &mut *self.claims);
        let id = &person.id;
        self.pending.extend(lines.into_iter().map(|line| (Arc::clone(id), line)));
        if let Some(due) = next_due(person, self.catalog) {
            self.due.push(Reverse((due, Arc::clone(id), index)));
        }
    }

    fn index_of(&mut self, id: &str) -> usize {
        if let Some(index) = self.by_id.get(id) {
            return *index;
        }
        let person = Person::new(id);
        let index = self.people.len();
        self.by_id.insert(Arc::clone(&person.id), index);
        self.people.push(person);
        index
    }
}
