//! Reads a recorded past in two passes: first who and when, then the events of one person after another.
//!
//! Only an index and a shelf of events stay in memory, so that ten million events need some hundred megabytes. A malformed line is reported with
//! its number, counted, and changes nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use rekindle_archive::{Files, Location, decision};
use rekindle_engine::decide::imported;
use rekindle_engine::event::{Event, Malformed};
use rekindle_engine::person::Person;
use rekindle_engine::simulate::{Arrival, History, Refusal};
use rekindle_engine::time::Instant;

use super::shelf::{LineBuffer, read_at};
use super::{Scope, Tell};

/// What is said of files that changed.
const UNREADABLE: &str = "the recorded events cannot be read again";
/// How many malformed lines and refused events are shown; the rest is counted.
const SHOWN: u64 = 20;

/// Files of events and a file of people, indexed.
pub struct Past {
    files: Files,
    /// Everybody, in order of id, with the place of their events in the index.
    people: Vec<(Box<str>, Range<usize>)>,
    /// Events in order of person and application.
    index: Vec<Located>,
    /// People who were known before the first event.
    known: BTreeMap<Box<str>, Person>,
    /// The arrivals of the first and the last event.
    span: Option<(Instant, Instant)>,
    /// The instant at which `known` were known.
    before: Instant,
    /// Lines that are no well-formed event.
    malformed: u64,
    /// Events of the people at hand.
    shelf: RefCell<LineBuffer>,
}

#[derive(Clone, Copy)]
struct Located {
    at: Instant,
    /// The number of the person: first in order of appearance, then in order of id.
    person: u32,
    /// Its place among the events of the person at one instant: the number of the line, or in the archive of the decision.
    line: u32,
    place: Location,
}

/// Everybody's number in order of appearance, and their latest arrival.
type Appearances = HashMap<Box<str>, (u32, Instant)>;

impl Past {
    /// Reads the files once and puts the events in order. Without events, people are known just before `until`. `tell` is told
    /// of lines that are refused.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn open(path: &Path, people: Option<&Path>, until: Option<Instant>, tell: Tell<'_>) -> Result<Self> {
        let mut past = Self {
            files: Files::open(path)?,
            people: Vec::new(),
            index: Vec::new(),
            known: BTreeMap::new(),
            span: None,
            before: Instant::default(),
            malformed: 0,
            shelf: RefCell::default(),
        };
        if let Some(people) = people {
            past.known = known(people, tell)?;
        }
        let mut appeared = past.look_through(tell)?;
        if past.malformed > 0 {
            tell(&format!("{} malformed lines were refused", past.malformed));
        }
        for id in past.known.keys() {
            let next = number(appeared.len());
            appeared.entry(id.clone()).or_insert((next, Instant::MIN));
        }
        past.sort(appeared);
        past.before = past.span.map(|(first, _)| first).or(until).unwrap_or_default().plus_seconds(-1);
        Ok(past)
    }

    fn look_through(&mut self, tell: Tell<'_>) -> Result<Appearances> {
        let mut appeared = Appearances::new();
        let paths: Vec<_> = self.files.paths().map(|(file, path)| (file, path.to_owned())).collect();
        let mut lines = 0;
        for (file, path) in paths {
            self.look_through_one((file, &path), &mut lines, &mut appeared, tell)?;
        }
        Ok(appeared)
    }

    /// Looks through one file; `lines` are those of all files before.
    fn look_through_one(
        &mut self,
        (file, path): (u32, &Path),
        lines: &mut u32,
        appeared: &mut Appearances,
        tell: Tell<'_>,
    ) -> Result<()> {
        let mut reader = BufReader::with_capacity(1 << 16, open(path)?);
        let mut bytes = Vec::new();
        let mut offset = 0;
        for line in 1_u32.. {
            bytes.clear();
            let read =
                reader.read_until(b'\n', &mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
            if read == 0 {
                break;
            }
            *lines = lines.saturating_add(1);
            let place = Location { file, length: number(read), offset };
            offset += read as u64;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string());
            let found = text.and_then(|text| {
                let (person, arrival) = Event::person_and_arrival(text).map_err(|error| error.to_string())?;
                Ok((person, arrival, decision(text)))
            });
            match found {
                Ok((person, arrival, decision)) => {
                    self.add(&person, arrival, decision.unwrap_or(*lines), place, appeared);
                }
                Err(error) => self.refuse(path, line, &error, tell),
            }
        }
        Ok(())
    }

    fn add(&mut self, person: &str, arrival: Instant, line: u32, place: Location, appeared: &mut Appearances) {
        self.span = Some(self.span.map_or((arrival, arrival), |(first, last)| (first.min(arrival), last.max(arrival))));
        let next = number(appeared.len());
        let (person, at) = match appeared.get_mut(person) {
            Some(known) => {
                known.1 = known.1.max(arrival);
                *known
            }
            None => *appeared.entry(person.into()).or_insert((next, arrival)),
        };
        self.index.push(Located { at, person, line, place });
    }

    fn refuse(&mut self, path: &Path, line: u32, error: &str, tell: Tell<'_>) {
        self.malformed += 1;
        if self.malformed <= SHOWN {
            tell(&format!("{}:{line}: refused: {error}", path.display()));
        }
    }

    fn sort(&mut self, appeared: Appearances) {
        let mut ids: Vec<(Box<str>, u32)> = appeared.into_iter().map(|(id, (number, _))| (id, number)).collect();
        ids.sort_unstable();
        let mut ranks = vec![0_u32; ids.len()];
        for (rank, (_, number)) in (0..).zip(&ids) {
            if let Some(own) = ranks.get_mut(*number as usize) {
                *own = rank;
            }
        }
        for located in &mut self.index {
            located.person = ranks.get(located.person as usize).copied().unwrap_or(located.person);
        }
        let place = |located: &Located| (located.person, located.at, located.line);
        self.index.sort_unstable_by_key(place);
        // Lines of a file have numbers of their own; only the archive has one twice.
        self.index.dedup_by_key(|located| place(located));
        let mut begin = 0;
        for (rank, (id, _)) in (0..).zip(ids) {
            let own = self.index.iter().skip(begin).take_while(|located| located.person == rank).count();
            self.people.push((id, begin..begin + own));
            begin += own;
        }
    }

    /// Everybody's id, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.people.iter().map(|(id, _)| &**id)
    }

    /// What is simulated, where it stops at `until` and so many events were refused by then.
    #[must_use]
    pub fn scope(&self, until: Instant, refused: usize) -> Scope {
        Scope {
            events: self.index.iter().filter(|located| located.at <= until).count() as u64,
            people: self.people.len() as u64,
            malformed: self.malformed,
            refused: refused as u64,
            from: self.span.map(|(first, _)| first),
            until,
        }
    }

    /// Tells which events were refused, as it does of malformed lines.
    ///
    /// # Errors
    /// Where a file cannot be read again.
    pub fn tell_refused(&self, refused: &[Refusal], tell: Tell<'_>) -> Result<()> {
        for refusal in refused.iter().take(SHOWN as usize) {
            let Some((id, range)) = self.people.get(refusal.person) else { continue };
            let located = refusal.event.and_then(|event| self.index.get(range.start + event));
            match located {
                Some(located) => {
                    let (path, line) = self.files.line_of(located.place).context(UNREADABLE)?;
                    tell(&format!("{}:{line}: refused: {}", path.display(), refusal.reason));
                }
                None => tell(&format!("an event that a step emitted about {id}: refused: {}", refusal.reason)),
            }
        }
        if !refused.is_empty() {
            tell(&format!("{} events were refused", refused.len()));
        }
        Ok(())
    }

    /// The arrivals of the first and the last event.
    #[must_use]
    pub fn span(&self) -> Option<(Instant, Instant)> {
        self.span
    }

    /// What the person of that number did.
    ///
    /// # Errors
    /// Where the file cannot be read again as it was.
    pub fn story(&self, person: usize) -> Result<History> {
        let Some((id, range)) = self.people.get(person) else { anyhow::bail!("there is no person {person}") };
        let known = self.known.get(id);
        let mut events = Vec::with_capacity(range.len());
        let mut bytes = Vec::new();
        let mut shelf = self.shelf.borrow_mut();
        if !range.is_empty() && shelf.line(range.end - 1).is_none() && shelf.ends_within(range) {
            let lines = self.index.iter().skip(range.start).map(|located| located.place);
            shelf.fill(&self.files, range.start, range.len(), lines).context(UNREADABLE)?;
        }
        for (number, located) in range.clone().zip(self.index.get(range.clone()).unwrap_or_default()) {
            let text = match shelf.line(number) {
                Some(text) => text,
                None => self.line(located.place, &mut bytes).context(UNREADABLE)?,
            };
            let text = std::str::from_utf8(text).context(UNREADABLE)?;
            let event = Event::parse(text).context("the recorded events changed while they were read")?;
            events.push(Arrival { at: located.at, line: u64::from(located.line), event });
        }
        Ok(History {
            person: known.cloned().unwrap_or_else(|| Person::new(id)),
            known_at: known.map(|_| self.before),
            events,
        })
    }

    fn line<'b>(&self, line: Location, bytes: &'b mut Vec<u8>) -> std::io::Result<&'b [u8]> {
        bytes.resize(line.length as usize, 0);
        read_at(self.files.get(line.file)?, bytes, line.offset)?;
        Ok(bytes)
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Reads people who were known beforehand: one `detail.person` object a line. Malformed lines are reported and skipped.
fn known(path: &Path, tell: Tell<'_>) -> Result<BTreeMap<Box<str>, Person>> {
    let mut people = BTreeMap::new();
    for (number, line) in (1..).zip(BufReader::new(open(path)?).lines()) {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let fields = serde_json::from_str(&line).map_err(|error| Malformed::NotJson(error.to_string()));
        match fields.and_then(imported) {
            Ok(person) => drop(people.insert(Box::from(&*person.id), person)),
            Err(error) => tell(&format!("{}:{number}: refused: {error}", path.display())),
        }
    }
    Ok(people)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}
