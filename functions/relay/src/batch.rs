//! What a batch of the stream leaves behind beside each change's own: sheets of the statistics, lines of the archive.

use std::collections::BTreeMap;

use rekindle_archive::Lines;
use rekindle_lambda::messages::PlannedSend;
use rekindle_store::statistics::{Day, Fact, Sheet};
use rekindle_store::{LedgerPage, Record, SendRow, SendStage, StreamImage};

/// Collected from one change after another.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// By the day of the change.
    pub(crate) sheets: BTreeMap<Day, Sheet>,
    /// By the day of the decision.
    pub(crate) archive: Lines,
    /// For the ledger.
    pub(crate) noted: Vec<LedgerPage>,
    /// For the queue of mails.
    pub(crate) planned: Vec<PlannedSend>,
    /// For the bus.
    pub(crate) emitted: Vec<String>,
    /// Of whom it is to be asked what is known about their new address.
    pub(crate) newcomers: Vec<StreamImage>,
    /// The sequence numbers of the first change that is in it, and of the one at hand.
    first: Option<String>,
    at: Option<String>,
}

impl Batch {
    /// Comes to a change of that sequence number.
    pub(crate) fn reach(&mut self, number: Option<String>) {
        if self.first.is_none() {
            self.first.clone_from(&number);
        }
        self.at = number;
    }

    /// The sequence number from which the stream has to go on where this cannot be kept.
    pub(crate) fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// Gives what was collected before the change at hand, and begins anew with that one.
    pub(crate) fn split(&mut self) -> Self {
        let at = self.at.clone();
        std::mem::replace(self, Self { first: at.clone(), at, ..Self::default() })
    }

    /// Adds what a change hands on; `marks` are the sends that came further by it.
    pub(crate) fn add(&mut self, stream_image: StreamImage, marks: &[(SendRow, &'static str)], day: Day) {
        if stream_image.record.new_address {
            self.newcomers.push(stream_image.clone());
        }
        let StreamImage { person, version, record, noted, .. } = stream_image;
        self.count(&person, version, &record, marks, day);
        self.archive.add(version, &record);
        // What SES has refused comes back from the queue by itself; what was released has left it.
        let fresh = record.sends.into_iter().filter(|row| row.stage == SendStage::Planned { attempt: 0 });
        let planned = fresh.map(|row| row.send_id).chain(record.released);
        self.planned.extend(planned.map(|send_id| PlannedSend::new(person.as_str(), send_id)));
        self.emitted.extend(record.emitted);
        self.noted.extend(noted);
    }

    /// Adds an erasure: only what happened is counted and told, without whom it happened to.
    pub(crate) fn add_erasure(&mut self, stream_image: StreamImage, day: Day) {
        let StreamImage { person, version, record, .. } = stream_image;
        self.count(&person, version, &record, &[], day);
        self.emitted.extend(record.emitted);
    }

    fn count(&mut self, person: &str, version: u64, record: &Record, marks: &[(SendRow, &'static str)], day: Day) {
        let versions = record.versions.iter().copied().chain(std::iter::repeat(0));
        let lines = record.lines.iter().zip(versions).filter_map(|(line, version)| Fact::of_line(line, version));
        let marks: Vec<_> = marks.iter().map(|(row, mark)| (row, *mark)).collect();
        self.sheets.entry(day).or_default().note(person, version, lines, &marks);
    }
}
