//! What a batch of the stream leaves behind beside each change's own: sheets of the statistics, lines of the archive.

use std::collections::BTreeMap;

use rekindle_store::statistics::{Day, Fact, Sheet};
use rekindle_store::{Record, SendRow};

use crate::archive::Lines;

/// Collected from one change after another.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// By the day of the change.
    pub(crate) sheets: BTreeMap<Day, Sheet>,
    /// By the day of the decision.
    pub(crate) archive: Lines,
}

impl Batch {
    /// Adds what a change tells; `marks` are the sends that came further by it.
    pub(crate) fn add(
        &mut self,
        person: &str,
        version: u64,
        record: &Record,
        marks: &[(&SendRow, &'static str)],
        day: Day,
    ) {
        let versions = record.versions.iter().copied().chain(std::iter::repeat(0));
        let lines = record.lines.iter().zip(versions).filter_map(|(line, version)| Fact::of_line(line, version));
        self.sheets.entry(day).or_default().note(person, version, lines, marks);
        self.archive.add(version, record);
    }
}
