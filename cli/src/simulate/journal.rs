//! The journal of everybody, kept small until it can be written in order.
//!
//! People are simulated one after another, and the journal is sorted by instant. Ten million lines as values would need
//! gigabytes; as bytes they need about a tenth. It must give back exactly the lines that were put in.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rekindle_engine::journal::{By, Kind, Line};
use rekindle_engine::time::Instant;

/// Lines that are put in order at once.
const SLICE: usize = 1 << 17;
/// Bytes of a page, unless a single person has more.
const PAGE: usize = 1 << 20;

/// Where something lies: in which page, from where on, and how long it is.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    page: usize,
    start: usize,
    length: usize,
}

/// Everybody's lines, by the number of the person.
#[derive(Default)]
pub struct Journal {
    words: Words,
    /// Where the bytes of each person are.
    people: Vec<Place>,
    /// The bytes of many people one after another: a piece of memory for each person would waste much of it.
    pages: Vec<Vec<u8>>,
    /// Bytes of the person at hand, kept for their room.
    packed: Vec<u8>,
    lines: usize,
    span: Option<(Instant, Instant)>,
}

impl Journal {
    /// Adds the lines of a person, which are in order of time.
    pub fn add(&mut self, person: usize, lines: &[Line]) {
        self.packed.clear();
        let mut packer = Packer { words: &mut self.words, bytes: &mut self.packed, body: Vec::new(), at: 0 };
        for line in lines {
            packer.line(line);
            let (first, last) = self.span.unwrap_or((line.at, line.at));
            self.span = Some((first.min(line.at), last.max(line.at)));
        }
        self.lines += lines.len();
        if self.people.len() <= person {
            self.people.resize_with(person + 1, Place::default);
        }
        let place = self.keep();
        if let Some(own) = self.people.get_mut(person) {
            *own = place;
        }
    }

    /// Puts the bytes of the person at hand behind the others.
    fn keep(&mut self) -> Place {
        let length = self.packed.len();
        if self.pages.last().is_none_or(|page| page.len() + length > page.capacity()) {
            self.pages.push(Vec::with_capacity(PAGE.max(length)));
        }
        let mut place = Place { page: self.pages.len() - 1, start: 0, length };
        if let Some(page) = self.pages.last_mut() {
            place.start = page.len();
            page.extend_from_slice(&self.packed);
        }
        place
    }

    fn reader(&self, place: Place) -> Reader<'_> {
        let page = self.pages.get(place.page).map_or(&[][..], Vec::as_slice);
        Reader {
            words: &self.words,
            bytes: page.get(place.start..place.start + place.length).unwrap_or_default(),
            at: 0,
        }
    }

    /// The lines of a person.
    pub fn of(&self, person: usize) -> Vec<Line> {
        let mut reader = self.reader(self.people.get(person).copied().unwrap_or_default());
        let mut lines = Vec::new();
        while reader.second_of_next() < i64::MAX {
            let Some(line) = reader.body().and_then(|mut body| body.line()) else { break };
            lines.push(line);
        }
        lines
    }

    /// Gives all lines sorted by instant, person, and the order in which they were decided.
    pub fn for_each<E>(&self, out: &mut dyn FnMut(usize, &Line) -> Result<(), E>) -> Result<(), E> {
        let Some((first, last)) = self.span else { return Ok(()) };
        let slices = i64::try_from(self.lines.div_ceil(SLICE)).unwrap_or(i64::MAX);
        let length = (last.seconds() - first.seconds()) / slices + 1;
        let mut readers: Vec<Reader<'_>> = self.people.iter().map(|place| self.reader(*place)).collect();
        // Apart from the readers, so that the many who have nothing in a slice are passed over quickly.
        let mut next: Vec<i64> = readers.iter_mut().map(Reader::second_of_next).collect();
        let mut ready: Vec<(usize, Reader<'_>)> = Vec::new();
        let mut order: Vec<(i64, usize)> = Vec::new();
        for slice in 1..=slices {
            let end = first.seconds() + length * slice;
            for (person, next) in next.iter_mut().enumerate().filter(|(_, next)| **next < end) {
                let Some(reader) = readers.get_mut(person) else { continue };
                while *next < end {
                    let Some(body) = reader.body() else { break };
                    order.push((body.at, ready.len()));
                    ready.push((person, body));
                    *next = reader.second_of_next();
                }
            }
            // Within an instant, people and the lines of each stay as they came, in order.
            order.sort_unstable();
            for (_, place) in order.drain(..) {
                // Only now, so that never more than one line is a value.
                let Some((person, body)) = ready.get_mut(place) else { continue };
                if let Some(line) = body.line() {
                    out(*person, &line)?;
                }
            }
            ready.clear();
        }
        Ok(())
    }
}

/// Every text that lines share, by number.
#[derive(Default)]
struct Words {
    shared: Vec<Arc<str>>,
    /// Numbers by the address of the text, which lives as long as it stands in `shared`.
    by_address: HashMap<usize, u64, BuildHasherDefault<AddressHasher>>,
    by_text: HashMap<Arc<str>, u64>,
    fixed: Vec<&'static str>,
}

/// Addresses are spread well enough by one multiplication.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

impl Words {
    /// The number of a text that belongs to a campaign, and is shared by all lines.
    fn of_campaign(&mut self, text: &Arc<str>) -> u64 {
        let address = Arc::as_ptr(text).cast::<u8>().addr();
        if let Some(number) = self.by_address.get(&address) {
            return *number;
        }
        let number = self.shared.len() as u64;
        self.by_address.insert(address, number);
        self.shared.push(Arc::clone(text));
        number
    }

    /// The number of a text that may have been made for its line.
    fn of_line(&mut self, text: &Arc<str>) -> u64 {
        if let Some(number) = self.by_text.get(text) {
            return *number;
        }
        let number = self.shared.len() as u64;
        self.by_text.insert(Arc::clone(text), number);
        self.shared.push(Arc::clone(text));
        number
    }

    fn of_fixed(&mut self, text: &'static str) -> u64 {
        let place = self.fixed.iter().position(|known| *known == text).unwrap_or_else(|| {
            self.fixed.push(text);
            self.fixed.len() - 1
        });
        place as u64
    }
}

struct Packer<'w> {
    words: &'w mut Words,
    bytes: &'w mut Vec<u8>,
    /// The line at hand, whose length stands before it.
    body: Vec<u8>,
    at: i64,
}

impl Packer<'_> {
    fn line(&mut self, line: &Line) {
        let at = line.at.seconds();
        push(self.bytes, zigzag(at - self.at));
        self.at = at;
        let campaign = self.words.of_campaign(&line.campaign);
        self.number(campaign);
        self.number(u64::from(line.entry));
        let step = line.step.as_ref().map_or(0, |step| 1 + self.words.of_campaign(step));
        self.number(step);
        self.kind(&line.kind);
        push(self.bytes, self.body.len() as u64);
        self.bytes.append(&mut self.body);
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Entered => self.body.push(0),
            Kind::NotEntered { reason } => self.fixed(1, reason),
            Kind::HeldOut => self.body.push(2),
            Kind::Sent { mail, send_id } => {
                self.shared(3, mail);
                self.text(send_id);
            }
            Kind::Skipped { reason } => self.fixed(4, reason),
            Kind::Delayed { reason, until } => {
                self.fixed(5, reason);
                self.instant(*until);
            }
            Kind::Waiting { until } => {
                self.body.push(6);
                self.instant(*until);
            }
            Kind::Converted { value: None } => self.body.push(7),
            Kind::Converted { value: Some(value) } => {
                self.body.push(8);
                self.body.extend(value.to_le_bytes());
            }
            Kind::Resumed { by: By::Event } => self.body.push(9),
            Kind::Resumed { by: By::Timeout } => self.body.push(10),
            Kind::Branched { arm } => {
                self.body.push(11);
                self.number(arm.map_or(0, |arm| 1 + arm as u64));
            }
            Kind::Split { arm } => self.shared(12, arm),
            Kind::Offered { offer, code } => {
                self.shared(13, offer);
                self.text(code);
            }
            Kind::OfferUnavailable { offer } => self.shared(14, offer),
            Kind::Exited { reason } => {
                self.body.push(15);
                let reason = self.words.of_line(reason);
                self.number(reason);
            }
            Kind::Completed => self.body.push(16),
            Kind::ExpressionError { expression, error } => {
                self.body.push(17);
                self.text(expression);
                self.text(error);
            }
        }
    }

    fn shared(&mut self, tag: u8, text: &Arc<str>) {
        self.body.push(tag);
        let word = self.words.of_campaign(text);
        self.number(word);
    }

    fn fixed(&mut self, tag: u8, text: &'static str) {
        self.body.push(tag);
        let word = self.words.of_fixed(text);
        self.number(word);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.body.extend(text.as_bytes());
    }

    fn instant(&mut self, at: Instant) {
        self.number(zigzag(at.seconds() - self.at));
    }

    fn number(&mut self, number: u64) {
        push(&mut self.body, number);
    }
}

/// Seven bits a byte, the lowest first.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Small numbers of either sign become small ones without.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

struct Reader<'j> {
    words: &'j Words,
    bytes: &'j [u8],
    at: i64,
}

impl Reader<'_> {
    /// Reads when the next line was; after all instants, where there is none.
    fn second_of_next(&mut self) -> i64 {
        self.at = self.signed().map_or(i64::MAX, |passed| self.at + passed);
        self.at
    }

    /// The rest of the next line, still packed.
    fn body(&mut self) -> Option<Self> {
        let length = usize::try_from(self.number()?).ok()?;
        let (body, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(Self { words: self.words, bytes: body, at: self.at })
    }

    /// The line that this is the rest of.
    fn line(&mut self) -> Option<Line> {
        let campaign = self.shared()?;
        let entry = u32::try_from(self.number()?).ok()?;
        let step = match self.number()? {
            0 => None,
            step => Some(self.word(step - 1)?),
        };
        Some(Line { at: Instant::from_seconds(self.at), campaign, entry, step, kind: self.kind()? })
    }

    fn kind(&mut self) -> Option<Kind> {
        let (tag, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(match tag {
            0 => Kind::Entered,
            1 => Kind::NotEntered { reason: self.fixed()? },
            2 => Kind::HeldOut,
            3 => Kind::Sent { mail: self.shared()?, send_id: self.text()? },
            4 => Kind::Skipped { reason: self.fixed()? },
            5 => Kind::Delayed { reason: self.fixed()?, until: self.instant()? },
            6 => Kind::Waiting { until: self.instant()? },
            7 => Kind::Converted { value: None },
            8 => {
                let (value, rest) = self.bytes.split_first_chunk()?;
                self.bytes = rest;
                Kind::Converted { value: Some(f64::from_le_bytes(*value)) }
            }
            9 => Kind::Resumed { by: By::Event },
            10 => Kind::Resumed { by: By::Timeout },
            11 => Kind::Branched { arm: usize::try_from(self.number()?).ok()?.checked_sub(1) },
            12 => Kind::Split { arm: self.shared()? },
            13 => Kind::Offered { offer: self.shared()?, code: self.text()? },
            14 => Kind::OfferUnavailable { offer: self.shared()? },
            15 => Kind::Exited { reason: self.shared()? },
            16 => Kind::Completed,
            _ => Kind::ExpressionError { expression: self.text()?, error: self.text()? },
        })
    }

    fn shared(&mut self) -> Option<Arc<str>> {
        let number = self.number()?;
        self.word(number)
    }

    fn word(&self, number: u64) -> Option<Arc<str>> {
        self.words.shared.get(usize::try_from(number).ok()?).cloned()
    }

    fn fixed(&mut self) -> Option<&'static str> {
        let number = self.number()?;
        self.words.fixed.get(usize::try_from(number).ok()?).copied()
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn instant(&mut self) -> Option<Instant> {
        Some(Instant::from_seconds(self.at + self.signed()?))
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of every kind.
    fn lines() -> Vec<Line> {
        let text = |text: &str| Arc::<str>::from(text);
        let until = Instant::from_seconds(1_800_000_000);
        let kinds = [
            Kind::Entered,
            Kind::NotEntered { reason: "audience" },
            Kind::HeldOut,
            Kind::Sent { mail: text("hello"), send_id: "zynxgscg".to_owned() },
            Kind::Skipped { reason: "cap" },
            Kind::Delayed { reason: "window", until },
            Kind::Waiting { until: Instant::from_seconds(-5) },
            Kind::Converted { value: None },
            Kind::Converted { value: Some(-0.1) },
            Kind::Resumed { by: By::Event },
            Kind::Resumed { by: By::Timeout },
            Kind::Branched { arm: Some(0) },
            Kind::Branched { arm: None },
            Kind::Split { arm: text("half") },
            Kind::Offered { offer: text("ten"), code: "쿠폰-1".to_owned() },
            Kind::OfferUnavailable { offer: text("ten") },
            Kind::Exited { reason: text("bought") },
            Kind::Completed,
            Kind::ExpressionError { expression: "1 / 0".to_owned(), error: "\"".to_owned() },
        ];
        let step = |place: usize| place.is_multiple_of(2).then(|| text("step"));
        let line = |(place, kind)| Line {
            at: Instant::from_seconds(1_000 + 70 * place as i64),
            campaign: text("c"),
            entry: 1 + 200 * place as u32,
            step: step(place),
            kind,
        };
        kinds.into_iter().enumerate().map(line).collect()
    }

    #[test]
    fn every_line_comes_back_as_it_was() {
        let mut journal = Journal::default();
        journal.add(2, &lines());
        assert_eq!(journal.of(2), lines());
        assert_eq!(journal.of(0), []);
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
        let mut journal = Journal::default();
        // People come in any order, and far more lines than one slice holds.
        journal.add(1, &[line(5, 1), line(5, 2), line(9, 3)]);
        journal.add(0, &(0..2 * SLICE as i64).map(|at| line(at, 1)).collect::<Vec<_>>());
        let mut found = Vec::new();
        let taken: Result<(), ()> = journal.for_each(&mut |person, line| {
            found.push((line.at.seconds(), person, line.entry));
            Ok(())
        });
        assert_eq!(taken, Ok(()));
        assert_eq!(found.len(), 2 * SLICE + 3);
        assert_eq!(found[5..9], [(5, 0, 1), (5, 1, 1), (5, 1, 2), (6, 0, 1)]);
        assert!(found.is_sorted_by_key(|(at, person, _)| (*at, *person)));
    }
}
