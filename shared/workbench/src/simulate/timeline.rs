//! The journal of everybody in order of time, kept small until it can be written.
//!
//! People are simulated one after another, and the journal is sorted by instant. So lines are put into stretches of time as
//! they come, and each stretch is put in order when all of it is known: memory is written and read from front to back, and
//! never more than one stretch is looked at.

use rekindle_engine::journal::Line;
use rekindle_engine::time::Instant;

use super::packing::{Packer, Reader, StringTable, push, zigzag};

/// Stretches of a whole past.
const STRETCHES: usize = 256;
/// Bytes that a stretch grows by. Growing in place would copy all of it again and again.
const PAGE: usize = 1 << 16;

/// Everybody's lines, by stretch of time.
pub struct Timeline {
    words: StringTable,
    first: i64,
    /// Seconds of a stretch.
    length: i64,
    stretches: Vec<Stretch>,
    /// Bytes of the line at hand, kept for their room.
    line: Vec<u8>,
    body: Vec<u8>,
}

/// The lines of some time, as they came: instant and person relative to the line before, and the packed rest.
#[derive(Default)]
struct Stretch {
    pages: Vec<Vec<u8>>,
    at: i64,
    person: i64,
}

impl Timeline {
    /// For lines between two instants.
    #[must_use]
    pub fn new((first, last): (Instant, Instant)) -> Self {
        let mut stretches = Vec::new();
        stretches.resize_with(STRETCHES, Stretch::default);
        let length = (last.seconds() - first.seconds()) / STRETCHES as i64 + 1;
        let (line, body) = (Vec::new(), Vec::new());
        Self { words: StringTable::default(), first: first.seconds(), length, stretches, line, body }
    }

    /// Adds the lines of a person, in the order in which they were decided.
    pub fn add(&mut self, person: usize, lines: &[Line]) {
        let person = i64::try_from(person).unwrap_or(i64::MAX);
        for line in lines {
            let at = line.at.seconds();
            let place = usize::try_from((at - self.first) / self.length).unwrap_or_default();
            let Some(stretch) = self.stretches.get_mut(place.min(STRETCHES - 1)) else { continue };
            self.line.clear();
            self.body.clear();
            push(&mut self.line, zigzag(at - stretch.at));
            push(&mut self.line, zigzag(person - stretch.person));
            (stretch.at, stretch.person) = (at, person);
            Packer::new(&mut self.words, &mut self.body).line(line);
            push(&mut self.line, self.body.len() as u64);
            stretch.keep([&self.line, &self.body]);
        }
    }

    /// Gives all lines sorted by instant, person, and the order in which they were decided, with the person's number.
    ///
    /// # Errors
    /// Whatever `out` gives.
    pub fn for_each<E>(self, mut out: impl FnMut(usize, &Line) -> Result<(), E>) -> Result<(), E> {
        let mut lines = Vec::new();
        for stretch in self.stretches {
            lines.clear();
            stretch.find_lines(&self.words, &mut lines);
            lines.sort_unstable();
            for found in &lines {
                let page = stretch.pages.get(found.page as usize).map_or(&[][..], Vec::as_slice);
                let body = page.get(found.start as usize..).unwrap_or_default();
                // Only now, so that never more than one line is a value.
                let Some(line) = Reader::new(&self.words, body).line(found.at) else { continue };
                out(usize::try_from(found.person).unwrap_or_default(), &line)?;
            }
        }
        Ok(())
    }
}

/// Where the packed rest of a line begins. Lines of one person at one instant keep their order by their place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    at: i64,
    person: i64,
    page: u32,
    start: u32,
}

impl Stretch {
    /// Keeps the bytes of one line on one page.
    fn keep(&mut self, line: [&Vec<u8>; 2]) {
        let length = line.iter().map(|part| part.len()).sum::<usize>();
        if self.pages.last().is_none_or(|page| page.len() + length > page.capacity()) {
            self.pages.push(Vec::with_capacity(PAGE.max(length)));
        }
        if let Some(page) = self.pages.last_mut() {
            line.iter().for_each(|part| page.extend_from_slice(part));
        }
    }

    /// Finds all lines.
    fn find_lines(&self, words: &StringTable, lines: &mut Vec<Found>) {
        let (mut at, mut person) = (0, 0);
        for (number, page) in (0..).zip(&self.pages) {
            let mut reader = Reader::new(words, page);
            while let (Some(passed), Some(further)) = (reader.signed(), reader.signed()) {
                (at, person) = (at + passed, person + further);
                let Some(body) = reader.bytes() else { break };
                let start = page.len() - reader.left() - body.len();
                lines.push(Found { at, person, page: number, start: u32::try_from(start).unwrap_or(u32::MAX) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rekindle_engine::journal::Kind;

    use super::super::packing::lines;
    use super::*;

    fn written(timeline: Timeline) -> Vec<(usize, Line)> {
        let mut found = Vec::new();
        let taken: Result<(), ()> = timeline.for_each(|person, line| {
            found.push((person, line.clone()));
            Ok(())
        });
        assert_eq!(taken, Ok(()));
        found
    }

    #[test]
    fn every_line_comes_back_as_it_was() {
        let mut timeline = Timeline::new((Instant::from_seconds(1_000), Instant::from_seconds(2_000)));
        timeline.add(7, &lines());
        assert_eq!(written(timeline), lines().into_iter().map(|line| (7, line)).collect::<Vec<_>>());
    }

    #[test]
    fn lines_come_by_instant_then_person_then_as_they_were_decided() {
        let line = |at: i64, entry: u32| Line {
            at: Instant::from_seconds(at),
            campaign: "c".into(),
            entry,
            step: None,
            kind: Kind::Entered,
        };
        let mut timeline = Timeline::new((Instant::from_seconds(3), Instant::from_seconds(100_000)));
        // People come in any order, with more lines than a page holds, and some beyond the ends.
        timeline.add(1, &[line(2, 9), line(5, 1), line(5, 2), line(9, 3), line(200_000, 1)]);
        timeline.add(0, &(0..100_000).map(|at| line(at, 1)).collect::<Vec<_>>());
        let found: Vec<_> =
            written(timeline).into_iter().map(|(person, line)| (line.at.seconds(), person, line.entry)).collect();
        assert_eq!(found.len(), 100_005);
        assert_eq!(found[5..10], [(4, 0, 1), (5, 0, 1), (5, 1, 1), (5, 1, 2), (6, 0, 1)]);
        assert!(found.is_sorted_by_key(|(at, person, _)| (*at, *person)));
    }
}
