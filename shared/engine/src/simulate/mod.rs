//! The same engine under a virtual clock (SPEC.md sections 9 and 11): events of the past in, the journal out.
//!
//! It sends nothing and reads nothing; the caller feeds events in the order of [`Arrival`] and takes lines.

mod agenda;

use std::collections::HashMap;
use std::sync::Arc;

use agenda::Agenda;

use crate::catalog::Catalog;
use crate::decide::{Claims, InMemoryClaims, Input, decide};
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

/// Takes journal lines, each with the person whom it is about.
pub type Out<'o> = dyn FnMut(&Person, &Line) + 'o;

/// A whole shop under a virtual clock.
pub struct Simulation<'c> {
    catalog: &'c Catalog,
    people: Vec<Person>,
    /// What each person has to do next, so that an entry of the agenda which an event has overtaken is known as stale.
    next: Vec<Option<Instant>>,
    by_id: HashMap<Arc<str>, u32>,
    agenda: Agenda,
    claims: Box<dyn Claims + 'c>,
    /// Lines of the instant at hand, by decision; they are sorted by person before they leave.
    pending: Vec<(u32, Vec<Line>)>,
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
            next: Vec::new(),
            by_id: HashMap::new(),
            agenda: Agenda::default(),
            claims,
            pending: Vec::new(),
            now: Instant::MIN,
        }
    }

    /// Adds somebody who was known before the first event; `at` is the instant of the beginning.
    pub fn import(&mut self, person: Person, at: Instant) {
        let index = self.index_of(&Arc::clone(&person.id));
        if let Some(known) = self.people.get_mut(index as usize) {
            *known = person;
        }
        self.decide(index, &Input::Refresh, at);
    }

    /// Applies an event, after everything due at or before its instant. Calls must come in the order of [`Arrival`].
    /// Lines whose instant is over go to `out`, in the order of the journal.
    pub fn event(&mut self, at: Instant, event: &Event, out: &mut Out<'_>) {
        self.pass_to(at, out);
        let index = self.index_of(&event.person);
        self.decide(index, &Input::Event(event), at);
    }

    /// Does what is due at or before `until` and gives out the rest of the journal.
    pub fn finish(&mut self, until: Instant, out: &mut Out<'_>) {
        self.pass_to(until, out);
        self.flush(out);
    }

    /// Everybody there is.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    fn pass_to(&mut self, at: Instant, out: &mut Out<'_>) {
        let mut due = Vec::new();
        while let Some(instant) = self.agenda.first().filter(|first| *first <= at) {
            self.agenda.take(instant, &mut due);
            self.sort(&mut due);
            for person in due.drain(..) {
                if self.next.get(person as usize) == Some(&Some(instant)) {
                    self.reach(instant, out);
                    self.decide(person, &Input::Due, instant);
                }
            }
        }
        self.reach(at, out);
    }

    fn sort(&self, people: &mut [u32]) {
        people.sort_unstable_by_key(|person| self.id(*person));
    }

    fn id(&self, person: u32) -> &str {
        self.people.get(person as usize).map_or("", |person| &*person.id)
    }

    fn reach(&mut self, at: Instant, out: &mut Out<'_>) {
        if at > self.now {
            self.flush(out);
            self.now = at;
        }
    }

    fn flush(&mut self, out: &mut Out<'_>) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_by_key(|(person, _)| self.id(*person));
        for (person, lines) in pending.drain(..) {
            let Some(person) = self.people.get(person as usize) else { continue };
            for line in &lines {
                out(person, line);
            }
        }
        self.pending = pending;
    }

    fn decide(&mut self, index: u32, input: &Input<'_>, at: Instant) {
        let (Some(person), Some(next)) = (self.people.get_mut(index as usize), self.next.get_mut(index as usize)) else { return };
        let decision = decide(person, input, self.catalog, at, &mut *self.claims);
        if !decision.lines.is_empty() {
            self.pending.push((index, decision.lines));
        }
        if *next != decision.next_due {
            *next = decision.next_due;
            if let Some(due) = decision.next_due {
                self.agenda.push(due, index);
            }
        }
    }

    fn index_of(&mut self, id: &str) -> u32 {
        if let Some(index) = self.by_id.get(id) {
            return *index;
        }
        let person = Person::new(id);
        let index = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        self.by_id.insert(Arc::clone(&person.id), index);
        self.people.push(person);
        self.next.push(None);
        index
    }
}
