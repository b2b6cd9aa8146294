//! A shop's orders, read from a CSV file: what the demo is played from.
//!
//! Wanted are the columns `customer_id`, `date` and `amount`, in any order; `email`, `locale`, `timezone` and `consent`
//! are understood, and every further column is an attribute of the person. A bad row is reported with its line and left
//! out, whatever it holds; only a file without the wanted columns is refused. The file is read row by row and never held
//! as a whole, and what a customer's rows have in common is kept once.

mod cells;
mod columns;

use std::collections::HashMap;
use std::fmt::Write;
use std::io::Read;
use std::sync::Arc;

use anyhow::{Context, Result};
use csv::{ByteRecord, ReaderBuilder, Terminator};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use columns::Columns;

/// How many bad rows are kept to be shown; all are counted.
const SHOWN: usize = 20;

/// What a file says, in the order of time.
#[derive(Debug)]
pub struct Orders {
    /// The ids of the customers, in the order in which the file names them.
    pub people: Vec<Box<str>>,
    /// The orders by instant, those of one instant as the file has them.
    pub rows: Vec<Order>,
    /// The columns that are attributes of the person, in the order of [`Said::attributes`].
    pub attributes: Vec<String>,
    /// The first bad rows.
    pub bad: Vec<BadRow>,
    /// How many rows were bad.
    pub bad_count: u64,
    /// The file has no column `consent`, so marketing consent is taken as given.
    pub consent_assumed: bool,
    /// The file has no column `email`, so addresses are invented.
    pub addresses_invented: bool,
}

/// One order.
#[derive(Debug)]
pub struct Order {
    /// Whose it is: a place in [`Orders::people`].
    pub customer: u32,
    /// The line of the file at which it begins, from 1.
    pub line: u64,
    /// When, in whole seconds.
    pub at: Timestamp,
    /// Its amount in the workspace's currency; not negative, an integer where it is integral.
    pub amount: Number,
    /// What its row says about the customer.
    pub said: Arc<Said>,
}

/// What a row says about its customer; an empty cell says nothing.
#[derive(Debug, PartialEq, Default)]
pub struct Said {
    /// Their address.
    pub email: Option<Box<str>>,
    /// Their language.
    pub locale: Option<Box<str>>,
    /// Their zone.
    pub timezone: Option<Box<str>>,
    /// Whether they agree to marketing.
    pub consent: Option<bool>,
    /// Their attributes by column; null where the cell is empty.
    pub attributes: Box<[Value]>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line of the file at which it begins, from 1.
    pub line: u64,
    /// What is wrong, and how to mend it.
    pub reason: String,
}

impl Orders {
    /// Reads a CSV file. Dates without an offset are local in `zone`; dates without a time are noon there.
    ///
    /// # Errors
    /// Where it cannot be read, is empty, or lacks a column. Bad rows are no error: see [`Orders::bad`].
    pub fn read(file: impl Read, zone: &TimeZone) -> Result<Self> {
        // With a line feed at the end of every line, the last included, the place after a record tells its line; the
        // carriage returns of other systems are blanks at the end of a cell.
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(file.chain(b"\n".as_slice()));
        let mut record = ByteRecord::new();
        let mut more = reader.read_byte_record(&mut record).context("cannot read the file")?;
        while more && is_blank(&record) {
            more = reader.read_byte_record(&mut record).context("cannot read the file")?;
        }
        let columns = Columns::of(&record, reader.position().line().saturating_sub(1))?;
        let mut reading = Reading::new(columns, zone);
        while reader.read_byte_record(&mut record).context("cannot read the file")? {
            if !is_blank(&record) {
                reading.row(line(&record, reader.position().line()), &record);
            }
        }
        Ok(reading.done())
    }

    /// The customer's id.
    pub fn id(&self, order: &Order) -> &str {
        self.people.get(order.customer as usize).map_or("", |id| id)
    }

    /// The bad rows of the file `name`, a line each, and how many more there are; empty where all are good.
    pub fn complaints(&self, name: &str) -> String {
        let mut out = String::new();
        for BadRow { line, reason } in &self.bad {
            let _infallible = writeln!(out, "{name}:{line}: left out: {reason}");
        }
        let more = self.bad_count.saturating_sub(self.bad.len() as u64);
        if more > 0 {
            let _infallible = writeln!(out, "{name}: {more} more bad rows were left out");
        }
        out
    }
}

/// The line at which a record begins, where the reader stands on the line `after` it. The reader's own answer is the
/// line after the record before, which is too low after blank lines.
fn line(record: &ByteRecord, after: u64) -> u64 {
    let breaks = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
    let low = record.position().map_or(0, csv::Position::line);
    low.max(after.saturating_sub(1).saturating_sub(breaks))
}

fn is_blank(record: &ByteRecord) -> bool {
    record.as_slice().iter().all(u8::is_ascii_whitespace)
}

/// The work between the first row and the last.
struct Reading<'z> {
    zone: &'z TimeZone,
    columns: Columns,
    places: HashMap<Box<str>, u32>,
    /// The latest row of each customer in the file, to share what does not change.
    latest: Vec<Arc<Said>>,
    orders: Orders,
}

impl<'z> Reading<'z> {
    fn new(columns: Columns, zone: &'z TimeZone) -> Self {
        let orders = Orders {
            people: Vec::new(),
            rows: Vec::new(),
            attributes: columns.attributes.iter().map(|column| column.name.clone()).collect(),
            bad: Vec::new(),
            bad_count: 0,
            consent_assumed: columns.consent.is_none(),
            addresses_invented: columns.email.is_none(),
        };
        Self { zone, columns, places: HashMap::new(), latest: Vec::new(), orders }
    }

    fn row(&mut self, line: u64, record: &ByteRecord) {
        if let Err(reason) = self.take(line, record) {
            self.orders.bad_count += 1;
            if self.orders.bad.len() < SHOWN {
                self.orders.bad.push(BadRow { line, reason });
            }
        }
    }

    fn take(&mut self, line: u64, record: &ByteRecord) -> Result<(), String> {
        let columns = &self.columns;
        let texts = cells::texts(record, &columns.names)?;
        let cell = |at: usize| texts.get(at).copied().unwrap_or_default();
        let own = |at: Option<usize>| at.map(cell).filter(|text| !text.is_empty()).map(Box::from);
        let id = cells::id(cell(columns.customer))?;
        let at = cells::instant(cell(columns.date), self.zone)?;
        let amount = cells::amount(cell(columns.amount))?;
        let said = Said {
            email: own(columns.email),
            locale: own(columns.locale),
            timezone: own(columns.timezone),
            consent: columns.consent.map(cell).map_or(Ok(None), cells::consent)?,
            attributes: columns.attributes.iter().map(|column| cells::attribute(cell(column.at))).collect(),
        };
        let customer = self.customer(id);
        let said = match self.latest.get_mut(customer as usize) {
            Some(latest) if **latest == said => Arc::clone(latest),
            Some(latest) => {
                *latest = Arc::new(said);
                Arc::clone(latest)
            }
            None => {
                let said = Arc::new(said);
                self.latest.push(Arc::clone(&said));
                said
            }
        };
        self.orders.rows.push(Order { customer, line, at, amount, said });
        Ok(())
    }

    fn customer(&mut self, id: &str) -> u32 {
        if let Some(place) = self.places.get(id) {
            return *place;
        }
        let place = u32::try_from(self.orders.people.len()).unwrap_or(u32::MAX);
        self.places.insert(id.into(), place);
        self.orders.people.push(id.into());
        place
    }

    fn done(mut self) -> Orders {
        self.orders.rows.sort_by_key(|order| (order.at, order.line));
        self.orders
    }
}

#[cfg(test)]
mod tests;
