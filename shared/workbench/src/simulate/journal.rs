//! The lines of everybody, kept small until somebody asks for those of one person.

use rekindle_engine::journal::Line;

use super::packing::{Packer, Reader, StringTable, push, zigzag};

/// Everybody's lines, by the number of the person.
#[derive(Default)]
pub struct Journal {
    words: StringTable,
    people: Vec<Vec<u8>>,
    /// Bytes of the line at hand, kept for their room.
    body: Vec<u8>,
}

impl Journal {
    /// Keeps the lines of a person, in place of those that were kept before.
    pub fn add(&mut self, person: usize, lines: &[Line]) {
        let mut bytes = Vec::with_capacity(24 * lines.len());
        for line in lines {
            push(&mut bytes, zigzag(line.at.seconds()));
            self.body.clear();
            Packer::new(&mut self.words, &mut self.body).line(line);
            push(&mut bytes, self.body.len() as u64);
            bytes.extend_from_slice(&self.body);
        }
        if self.people.len() <= person {
            self.people.resize_with(person + 1, Vec::new);
        }
        if let Some(own) = self.people.get_mut(person) {
            *own = bytes;
        }
    }

    /// The lines of a person.
    #[must_use]
    pub fn of(&self, person: usize) -> Vec<Line> {
        let mut reader = Reader::new(&self.words, self.people.get(person).map_or(&[][..], Vec::as_slice));
        let mut next = || {
            let at = reader.signed()?;
            Reader::new(&self.words, reader.bytes()?).line(at)
        };
        std::iter::from_fn(&mut next).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::packing::lines;
    use super::*;

    #[test]
    fn every_line_comes_back_as_it_was() {
        let mut journal = Journal::default();
        journal.add(2, &lines()[..3]);
        journal.add(2, &lines());
        assert_eq!(journal.of(2), lines());
        assert_eq!(journal.of(0), []);
    }
}
