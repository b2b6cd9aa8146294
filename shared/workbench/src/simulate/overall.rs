//! What all campaigns came to together: mails, caps, errors.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rekindle_engine::journal::{Kind, Line};
use rekindle_engine::lang::Workspace;
use rekindle_engine::reason::Reason;
use rekindle_engine::time::{Instant, local_of};

/// What was simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Events.
    pub events: u64,
    /// People.
    pub people: u64,
    /// Lines that are no event.
    pub malformed: u64,
    /// Well-formed events that were refused at a bound.
    pub refused: u64,
    /// The first event, if there is one.
    pub from: Option<Instant>,
    /// The instant at which the simulation stopped.
    pub until: Instant,
}

/// One expression that failed.
#[derive(Debug)]
pub struct Failure {
    /// How often.
    pub count: u64,
    /// The first error.
    pub error: String,
    /// Whose it was.
    pub person: String,
}

/// Counts over all campaigns.
#[derive(Debug, Default)]
pub struct Overall {
    /// Mails, by the workspace's local date.
    pub mails: BTreeMap<Date, u64>,
    mails_of_person: u64,
    /// How many people got so many mails.
    pub people_by_mails: BTreeMap<u64, u64>,
    /// How many people were in so many campaigns at once.
    pub people_by_campaigns: BTreeMap<u64, u64>,
    /// Mails that the cap delayed.
    pub cap_delayed: u64,
    /// Mails that the cap left out.
    pub cap_skipped: u64,
    /// People who had either.
    pub people_capped: u64,
    capped: bool,
    /// By campaign and expression.
    pub errors: BTreeMap<(String, String), Failure>,
    /// The date of the last mail's second, since many go at once.
    day: Option<(Instant, Date)>,
}

impl Overall {
    /// Counts a line of a person.
    pub(super) fn line(&mut self, workspace: &Workspace, person: &str, line: &Line) {
        match &line.kind {
            Kind::Sent { .. } => {
                let date = match self.day {
                    Some((at, date)) if at == line.at => date,
                    _ => local_of(line.at, &workspace.timezone).date(),
                };
                self.day = Some((line.at, date));
                *self.mails.entry(date).or_default() += 1;
                self.mails_of_person += 1;
            }
            Kind::Delayed { reason: Reason::Cap, .. } => {
                self.cap_delayed += 1;
                self.capped = true;
            }
            Kind::Skipped { reason: Reason::Cap } => {
                self.cap_skipped += 1;
                self.capped = true;
            }
            Kind::ExpressionError { expression, error } => {
                let known = self.errors.entry((line.campaign.to_string(), expression.clone()));
                known.or_insert_with(|| Failure { count: 0, error: error.clone(), person: person.to_owned() }).count +=
                    1;
            }
            _ => {}
        }
    }

    /// Ends a person, who was in `campaigns` campaigns at once at most.
    pub(super) fn person(&mut self, campaigns: usize) {
        *self.people_by_mails.entry(std::mem::take(&mut self.mails_of_person)).or_default() += 1;
        *self.people_by_campaigns.entry(campaigns as u64).or_default() += 1;
        self.people_capped += u64::from(std::mem::take(&mut self.capped));
    }

    /// How many mails there were.
    #[must_use]
    pub fn mails(&self) -> u64 {
        self.mails.values().sum()
    }
}
