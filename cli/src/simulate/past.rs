//! Reads a recorded past in two passes: first who and when, then each event in the order in which it is applied.
//!
//! Only an index stays in memory, so that a million events need some tens of megabytes. A malformed line is reported with
//! its number, counted, and changes nothing.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rekindle_engine::decide::imported;
use rekindle_engine::event::{Event, Malformed};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;

/// How many malformed lines are shown; the rest is counted.
const SHOWN: usize = 20;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 14;

/// A file of events, indexed.
pub struct Past {
    path: PathBuf,
    /// In the order of application.
    index: Vec<Located>,
    latest: Option<Instant>,
    /// Lines that are no well-formed event.
    pub malformed: usize,
}

struct Located {
    at: Instant,
    /// The rank of the person's id among all ids, so that ids need not be kept.
    person: u32,
    line: u32,
    offset: u64,
    length: u32,
}

impl Past {
    /// Reads the file once and puts its events in order.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let mut reader = BufReader::with_capacity(BUFFER, open(path)?);
        let mut people: HashMap<String, (u32, Instant)> = HashMap::new();
        let mut past = Self { path: path.to_owned(), index: Vec::new(), latest: None, malformed: 0 };
        let mut line = Vec::new();
        let mut offset = 0;
        for number in 1_u32.. {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).with_context(|| format!("cannot read {}", path.display()))?;
            if read == 0 {
                break;
            }
            let start = offset;
            offset += read as u64;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let text = std::str::from_utf8(&line).map_err(|error| error.to_string());
            match text.and_then(|text| Event::person_and_arrival(text).map_err(|error| error.to_string())) {
                Ok((person, arrival)) => past.add(&person, arrival, (number, start, read), &mut people),
                Err(error) => past.refuse(number, &error),
            }
        }
        if past.malformed > 0 {
            eprintln!("{} malformed lines were refused", past.malformed);
        }
        past.sort(people);
        Ok(past)
    }

    fn add(&mut self, person: &str, arrival: Instant, (line, offset, length): (u32, u64, usize), people: &mut HashMap<String, (u32, Instant)>) {
        self.latest = self.latest.max(Some(arrival));
        let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let (person, at) = match people.get_mut(person) {
            Some(known) => {
                known.1 = known.1.max(arrival);
                *known
            }
            None => *people.entry(person.to_owned()).or_insert((next, arrival)),
        };
        self.index.push(Located { at, person, line, offset, length: u32::try_from(length).unwrap_or(u32::MAX) });
    }

    fn refuse(&mut self, line: u32, error: &str) {
        self.malformed += 1;
        if self.malformed <= SHOWN {
            eprintln!("{}:{line}: refused: {error}", self.path.display());
        }
    }

    fn sort(&mut self, people: HashMap<String, (u32, Instant)>) {
        let mut ids: Vec<(String, u32)> = people.into_iter().map(|(id, (number, _))| (id, number)).collect();
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
        self.index.sort_unstable_by_key(|located| (located.at, located.person, located.line));
    }

    /// The latest arrival in the file.
    pub fn latest(&self) -> Option<Instant> {
        self.latest
    }

    /// The instant of the first event.
    pub fn earliest(&self) -> Option<Instant> {
        self.index.first().map(|located| located.at)
    }

    /// Gives each event up to `until` with the instant decided on, in the order of application.
    ///
    /// # Errors
    /// Where the file cannot be read again as it was.
    pub fn play(&self, until: Option<Instant>, apply: &mut dyn FnMut(Instant, &Event)) -> Result<()> {
        let mut lines = Lines::new(&self.path)?;
        for located in self.index.iter().take_while(|located| until.is_none_or(|until| located.at <= until)) {
            let text = lines.at(located).with_context(|| format!("cannot read {}", self.path.display()))?;
            let event = Event::parse(text).with_context(|| format!("{} changed while it was read", self.path.display()))?;
            apply(located.at, &event);
        }
        Ok(())
    }
}

/// Reads people who were known beforehand: one `detail.person` object a line. Malformed lines are reported and skipped.
///
/// # Errors
/// Where the file cannot be read.
pub fn people(path: &Path) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(open(path)?).lines()) {
        let line = line.with_context(|| format!("cannot read {}", path.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let fields = serde_json::from_str(&line).map_err(|error| Malformed::NotJson(error.to_string()));
        match fields.and_then(imported) {
            Ok(person) => people.push(person),
            Err(error) => eprintln!("{}:{number}: refused: {error}", path.display()),
        }
    }
    Ok(people)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

/// Reads lines at offsets, fast where they follow each other.
struct Lines {
    reader: BufReader<File>,
    position: u64,
    text: Vec<u8>,
}

impl Lines {
    fn new(path: &Path) -> Result<Self> {
        Ok(Self { reader: BufReader::with_capacity(BUFFER, open(path)?), position: 0, text: Vec::new() })
    }

    fn at(&mut self, line: &Located) -> std::io::Result<&str> {
        self.text.resize(line.length as usize, 0);
        let forward = i64::try_from(line.offset).unwrap_or(i64::MAX) - i64::try_from(self.position).unwrap_or(0);
        if forward != 0 {
            // Keeps what is in the buffer where the line lies within it.
            self.reader.seek_relative(forward)?;
        }
        self.reader.read_exact(&mut self.text)?;
        self.position = line.offset + u64::from(line.length);
        std::str::from_utf8(&self.text).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
    }
}
