//! The same engine under a virtual clock (SPEC.md sections 9 and 11): people's pasts in, the journal out.
//!
//! One person's whole past is lived at a time, because people share nothing but the budgets of offers: it stays in the
//! processor's cache, and nobody is kept. A claim on a budget has its answer from all claims before it, of other people
//! too. So it is guessed at first, and whoever was guessed wrongly about lives again. It sends nothing and reads nothing.

mod budgets;
mod memory;

use std::collections::BTreeMap;
use std::sync::Arc;

use budgets::{Answers, Budgets};
pub use memory::journal;

use crate::catalog::Catalog;
use crate::decide::{Claim, Input, Refused, Request, decide};
use crate::event::Event;
use crate::journal::Line;
use crate::person::Person;
use crate::time::Instant;

/// What one person did.
#[derive(Debug, Clone, Default)]
pub struct History {
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

/// An event that was refused whole; it changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The number of the person.
    pub person: usize,
    /// Its place among the events of their story, from 0; `None` for one that an `emit` made.
    pub event: Option<usize>,
    /// Why.
    pub reason: Refused,
}

/// In which order things happen across people: by instant, due work before events, person id, file order.
type ClaimOrder = (Instant, bool, Arc<str>, u64);

/// A claim that was guessed about.
struct PendingClaim {
    request: Request,
    granted: bool,
    /// Which claim of the person it was.
    nth: usize,
}

/// Takes a person's number, the person in the end, their journal, and whether that is sure. What is not may be replaced
/// by a later call for the same number. Their journal may be taken or left; it is emptied after each call, and only its
/// room is kept.
pub type Out<'o> = dyn FnMut(usize, &Person, &mut Vec<Line>, bool) + 'o;

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
    /// takes what came of it, people in no particular order. Gives the events that were refused.
    ///
    /// # Errors
    /// Whatever `story` gives.
    pub fn run<E>(
        &self,
        people: usize,
        story: &mut dyn FnMut(usize) -> Result<History, E>,
        out: &mut Out<'_>,
    ) -> Result<Vec<Refusal>, E> {
        // Guesses count what was guessed before, so that few are wrong: none where a budget suffices, and hardly more than
        // it issues where it does not.
        let mut guesses = Budgets::default();
        let mut claims = ClaimLog::default();
        let mut refused: BTreeMap<usize, Vec<Refusal>> = BTreeMap::new();
        // Lives have hundreds of lines, and a list that grows to them anew for each is copied again and again.
        let mut lines = Vec::new();
        for number in 0..people {
            let mut guess = |request: &Request| guesses.answer(request);
            let life = self.live(story(number)?, Answers::new(Vec::new(), &mut guess), &mut lines);
            note_refused(&mut refused, number, &life);
            out(number, &life.person, &mut lines, life.asked.is_empty());
            claims.add(number, life.asked);
        }
        let mut budgets = Budgets::default();
        let mut given: BTreeMap<usize, Vec<Claim>> = BTreeMap::new();
        while let Some((number, claim)) = claims.next() {
            let answer = budgets.answer(&claim.request);
            let right = claim.granted == matches!(answer, Claim::Code(_));
            let own = given.entry(number).or_default();
            own.push(answer);
            if right {
                continue;
            }
            let known = own.len();
            let mut guess = |request: &Request| budgets.would_answer(request);
            let life = self.live(story(number)?, Answers::new(own.clone(), &mut guess), &mut lines);
            note_refused(&mut refused, number, &life);
            out(number, &life.person, &mut lines, false);
            claims.forget(number);
            claims.add(number, life.asked.into_iter().filter(|(_, claim)| claim.nth >= known).collect());
        }
        Ok(refused.into_values().flatten().collect())
    }

    /// Lives one past; its journal is all that is in `lines` afterwards.
    fn live(&self, story: History, answers: Answers<'_>, lines: &mut Vec<Line>) -> Replay {
        lines.clear();
        let History { person, known_at, events } = story;
        let mut life = Replaying {
            catalog: self.catalog,
            answers,
            next: None,
            lines,
            life: Replay { person, ..Replay::default() },
        };
        if let Some(at) = known_at {
            life.decide(&Input::Refresh, at, 0);
        }
        for (place, Arrival { at, line, event }) in
            events.iter().enumerate().take_while(|(_, arrival)| arrival.at <= self.until)
        {
            life.do_due(*at);
            if let Some(reason) = life.decide(&Input::Event(event), *at, *line) {
                life.life.refused.push((Some(place), reason));
            }
        }
        life.do_due(self.until);
        life.life
    }
}

/// Claims in the order in which they are answered.
#[derive(Default)]
struct ClaimLog {
    by_turn: BTreeMap<(ClaimOrder, usize, usize), PendingClaim>,
    of_person: BTreeMap<usize, Vec<(ClaimOrder, usize, usize)>>,
}

impl ClaimLog {
    fn add(&mut self, number: usize, asked: Vec<(ClaimOrder, PendingClaim)>) {
        for (turn, asked) in asked {
            let key = (turn, number, asked.nth);
            self.of_person.entry(number).or_default().push(key.clone());
            self.by_turn.insert(key, asked);
        }
    }

    fn next(&mut self) -> Option<(usize, PendingClaim)> {
        let ((_, number, _), asked) = self.by_turn.pop_first()?;
        Some((number, asked))
    }

    /// Forgets what somebody asked, since their life takes another way.
    fn forget(&mut self, number: usize) {
        for key in self.of_person.remove(&number).unwrap_or_default() {
            self.by_turn.remove(&key);
        }
    }
}

/// What came of a life.
#[derive(Default)]
struct Replay {
    person: Person,
    asked: Vec<(ClaimOrder, PendingClaim)>,
    /// Events by their place among the person's, or emitted ones, that were refused.
    refused: Vec<(Option<usize>, Refused)>,
}

/// Notes what was refused in a life, instead of what was when it was lived before.
fn note_refused(refused: &mut BTreeMap<usize, Vec<Refusal>>, person: usize, life: &Replay) {
    if life.refused.is_empty() {
        refused.remove(&person);
    } else {
        let refusal = |(event, reason): &(Option<usize>, Refused)| Refusal { person, event: *event, reason: *reason };
        refused.insert(person, life.refused.iter().map(refusal).collect());
    }
}

/// A life as it goes on.
struct Replaying<'c, 'g, 'l> {
    catalog: &'c Catalog,
    answers: Answers<'g>,
    /// When there is something to do next.
    next: Option<Instant>,
    lines: &'l mut Vec<Line>,
    life: Replay,
}

impl Replaying<'_, '_, '_> {
    fn do_due(&mut self, until: Instant) {
        while let Some(due) = self.next.filter(|due| *due <= until) {
            self.decide(&Input::Due, due, 0);
        }
    }

    /// Decides; gives why the input was refused, if it was.
    fn decide(&mut self, input: &Input<'_>, at: Instant, line: u64) -> Option<Refused> {
        let life = &mut self.life;
        // Codes are guessed, so that nothing is ever asked for.
        let decision = decide(&mut life.person, input, self.catalog, at, &mut self.answers).decided();
        let mut decision = decision.unwrap_or_default();
        self.lines.append(&mut decision.lines);
        self.next = decision.next_due;
        for asked in self.answers.asked.drain(..) {
            let turn = (at, matches!(input, Input::Event(_)), Arc::clone(&life.person.id), line);
            life.asked.push((turn, asked));
        }
        life.refused.extend(decision.emitted_refused.iter().map(|reason| (None, *reason)));
        decision.refused
    }
}

#[cfg(test)]
mod tests;
