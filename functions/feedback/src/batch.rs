//! A batch of reports, each read once, and what one of them says of another.
//!
//! SES reports that it took a mail and, seconds later, what became of it; either proves the same. Where both are in one
//! batch, the first is left alone once the second has been applied, and never before.

use std::collections::{HashMap, HashSet};

use aws_lambda_events::sqs::SqsMessage;

use crate::report::{Malformed, Message, Report, What};

/// What a record was read as.
pub(crate) type Read = Result<Message, Malformed>;

/// The records of a batch as they were read.
pub(crate) struct Batch {
    read: HashMap<String, Read>,
    /// The tries of which the batch says what became.
    told: HashSet<(String, u32)>,
}

impl Batch {
    /// Reads every record; gives the records in the order in which those of one mail are to be handled.
    pub(crate) fn new(records: Vec<SqsMessage>, read: impl Fn(&SqsMessage) -> Read) -> (Self, Vec<SqsMessage>) {
        let mut batch = Self { read: HashMap::new(), told: HashSet::new() };
        for record in &records {
            let message = read(record);
            if let Some(report) = ours(&message).filter(|report| report.what != What::Accepted) {
                batch.told.insert(tried(report));
            }
            batch.read.insert(id(record).to_owned(), message);
        }
        let mut records = records;
        records.sort_by_key(|record| batch.report(record).is_some_and(|report| report.what == What::Accepted));
        (batch, records)
    }

    /// What a record was read as.
    pub(crate) fn message(&self, record: &SqsMessage) -> Option<&Read> {
        self.read.get(id(record))
    }

    /// Whose reports must not be applied side by side with it.
    pub(crate) fn group(&self, record: &SqsMessage) -> String {
        let whose = self.report(record).map(|report| report.tags.person.as_ref().unwrap_or(&report.tags.send_id));
        whose.map_or_else(|| id(record).to_owned(), Clone::clone)
    }

    /// Whether a record says nothing that another of its group, which comes before it, has not said.
    pub(crate) fn is_redundant(&self, record: &SqsMessage) -> bool {
        let report = self.report(record).filter(|report| report.what == What::Accepted);
        report.is_some_and(|report| self.told.contains(&tried(report)))
    }

    /// Every report on a mail of ours.
    pub(crate) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.read.values().filter_map(ours)
    }

    fn report(&self, record: &SqsMessage) -> Option<&Report> {
        ours(self.message(record)?)
    }
}

fn ours(message: &Read) -> Option<&Report> {
    match message {
        Ok(Message::Ours(report)) => Some(report),
        _ => None,
    }
}

fn tried(report: &Report) -> (String, u32) {
    (report.tags.send_id.clone(), report.tags.attempt)
}

fn id(record: &SqsMessage) -> &str {
    record.message_id.as_deref().unwrap_or_default()
}
