//! The same engine under a virtual clock (SPEC.md sections 9 and 11): people's pasts in, the journal out.
//!
//! One person's whole past is lived at a time, because people share nothing but the budgets of offers: it stays in the
//! processor's cache, and nobody is kept. A claim on a budget has to be answered in the order of all claims; so whoever
//! makes one is put aside, and lives again up to the next one when it is their turn. It sends nothing and reads nothing.

mod budgets;
mod memory;

use std::collections::BTreeMap;
use std::sync::Arc;

use budgets::{Answers, Budgets};
pub use memory::journal;

use crate::catalog::Catalog;
use crate::decide::{Input, Request, decide};
use crate::event::Event;
use crate::journal::Line;
use crate::person::Person;
use crate::time::Instant;

/// What one person did.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The person as they were known before their first event; nobody, where they were not.
    pub person: Person,
    /// The instant of the beginning, for somebody who was known before it.
    pub known_at: Option<Instant>,
    /// Their events in the order in which they are applied.
    pub events: Vec<Arrival>,
}

/// An event and when it is applied.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The instant decided on: the latest arrival of the person so far (SPEC.md section 11).
    pub at: Instant,
    /// The line's number in the file.
    pub line: u64,
    /// The event.
    pub event: Event,
}

/// In which order things happen across people: by instant, due work before events, person id, file order.
type Turn = (Instant, bool, Arc<str>, u64);

/// When a life had to stop, and for the answer to what.
type Asked = Box<(Turn, Request)>;

/// What came of a life.
enum Life {
    Over(Box<Person>, Vec<Line>),
    /// Somebody else may have to be answered first.
    Asks(Turn, Request),
}

/// A shop under a virtual clock.
pub struct Simulation<'c> {
    catalog: &'c Catalog,
    /// The last instant at which something is done.
    until: Instant,
}

impl<'c> Simulation<'c> {
    /// A shop that is looked at up to `until`, inclusive; later events are left out.
    #[must_use]
    pub fn new(catalog: &'c Catalog, until: Instant) -> Self {
        Self { catalog, until }
    }

    /// Lives the past of `people` people, each given by `story`, which may be asked for a person more than once. `out`
    /// takes each person's number, the person in the end and their journal, people in no particular order.
    ///
    /// # Errors
    /// Whatever `story` gives.
    pub fn run<E>(
        &self,
        people: usize,
        story: &mut dyn FnMut(usize) -> Result<Story, E>,
        out: &mut dyn FnMut(usize, &Person, Vec<Line>),
    ) -> Result<(), E> {
        let mut budgets = Budgets::default();
        let mut given: BTreeMap<usize, Answers> = BTreeMap::new();
        let mut asking: BTreeMap<(Turn, usize), Request> = BTreeMap::new();
        let mut nothing = Answers::default();
        for number in 0..people {
            match self.live(story(number)?, &mut nothing) {
                Life::Over(person, lines) => out(number, &person, lines),
                Life::Asks(turn, request) => drop(asking.insert((turn, number), request)),
            }
        }
        while let Some(((_, number), request)) = asking.pop_first() {
            let answers = given.entry(number).or_default();
            answers.note(budgets.answer(&request));
            match self.live(story(number)?, answers) {
                Life::Over(person, lines) => {
                    given.remove(&number);
                    out(number, &person, lines);
                }
                Life::Asks(turn, request) => drop(asking.insert((turn, number), request)),
            }
        }
        Ok(())
    }

    fn live(&self, story: Story, answers: &mut Answers) -> Life {
        let Story { person, known_at, events } = story;
        let mut life = Living { catalog: self.catalog, answers, person, lines: Vec::new(), next: None };
        match life.pass(known_at, &events, self.until) {
            Ok(()) => Life::Over(Box::new(life.person), life.lines),
            Err(asked) => Life::Asks(asked.0, asked.1),
        }
    }
}

/// A life as it goes on.
struct Living<'l> {
    catalog: &'l Catalog,
    answers: &'l mut Answers,
    person: Person,
    lines: Vec<Line>,
    /// When there is something to do next.
    next: Option<Instant>,
}

impl Living<'_> {
    fn pass(&mut self, known_at: Option<Instant>, events: &[Arrival], until: Instant) -> Result<(), Asked> {
        if let Some(at) = known_at {
            self.decide(&Input::Refresh, at, 0)?;
        }
        for Arrival { at, line, event } in events.iter().take_while(|arrival| arrival.at <= until) {
            self.do_due(*at)?;
            self.decide(&Input::Event(event), *at, *line)?;
        }
        self.do_due(until)
    }

    fn do_due(&mut self, until: Instant) -> Result<(), Asked> {
        while let Some(due) = self.next.filter(|due| *due <= until) {
            self.decide(&Input::Due, due, 0)?;
        }
        Ok(())
    }

    fn decide(&mut self, input: &Input<'_>, at: Instant, line: u64) -> Result<(), Asked> {
        let mut decision = decide(&mut self.person, input, self.catalog, at, self.answers);
        if let Some(request) = self.answers.asked.take() {
            return Err(Box::new(((at, matches!(input, Input::Event(_)), Arc::clone(&self.person.id), line), request)));
        }
        self.lines.append(&mut decision.lines);
        self.next = decision.next_due;
        Ok(())
    }
}
