//! What time does by itself once something is live or runs again, beside what it would have done without that: the decisions
//! of the next day, made by the very engine on people as they are, and thrown away.
//!
//! It must never write anything, and claims no code. Events that are still to come are not in it.

use std::collections::BTreeMap;

use anyhow::Result;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::{Input, Outcome, decide};
use rekindle_engine::journal::{Kind, Line};
use rekindle_engine::person::Person;
use rekindle_engine::sends::{Armed, arm};
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Offers;
use serde::Serialize;

use super::codes::Codes;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// What is different about the next day.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// People who go on, enter, end or get a mail that was held back, at once, and would not without it.
    pub people_at_once: u64,
    /// The campaigns in which something is different.
    pub campaigns: BTreeMap<String, Day>,
}

/// The next day of one campaign.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// People who enter at once.
    pub enter_at_once: u64,
    /// Mails that go.
    pub mails: Mails,
    /// Mails that would go without it.
    pub without: Mails,
}

/// How many mails go, from now on.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mails {
    /// At once.
    pub at_once: u64,
    /// Within an hour, those at once included.
    pub within_an_hour: u64,
    /// Within a day, all of these included.
    pub within_a_day: u64,
}

impl Mails {
    fn add(&mut self, seconds: i64) {
        self.at_once += u64::from(seconds <= 0);
        self.within_an_hour += u64::from(seconds <= HOUR);
        self.within_a_day += u64::from(seconds <= DAY);
    }

    fn sum(self, other: Self) -> Self {
        Self {
            at_once: self.at_once + other.at_once,
            within_an_hour: self.within_an_hour + other.within_an_hour,
            within_a_day: self.within_a_day + other.within_a_day,
        }
    }
}

impl Day {
    /// The sum of two campaigns' days.
    #[must_use]
    pub fn sum(&self, other: &Self) -> Self {
        Self {
            enter_at_once: self.enter_at_once + other.enter_at_once,
            mails: self.mails.sum(other.mails),
            without: self.without.sum(other.without),
        }
    }
}

/// Foresees the next day of one person after another.
pub struct Foresight {
    outlook: Outlook,
    now: Instant,
    with: Codes,
    without: Codes,
}

impl Foresight {
    /// From `now` on.
    pub fn new(now: Instant) -> Self {
        Self { outlook: Outlook::default(), now, with: Codes::default(), without: Codes::default() }
    }

    /// Adds a person, of whom `before` has every version that they stand in, and `after` as well. `pass` is the one that
    /// would be made over everyone.
    ///
    /// # Errors
    /// Where the store does not say how many codes are left.
    pub async fn add(
        &mut self,
        store: &impl Offers,
        person: &Person,
        (before, after): (&Catalog, &Catalog),
        pass: &SweepRequest,
    ) -> Result<()> {
        let from = person.clock.map_or(self.now, |clock| clock.max(self.now));
        let without = life(store, person, before, None, from, &mut self.without).await?;
        let with = life(store, person, after, Some(pass), from, &mut self.with).await?;
        let mut due = happens_at_once(&with, from) && !happens_at_once(&without, from);
        // Of the mails that were planned before, those that go either way are no news.
        for (send_id, outgoing) in &person.outbox {
            let goes = |catalog| may_go(person, send_id, catalog, from);
            match (goes(before), goes(after)) {
                (false, true) => self.day(&outgoing.campaign).mails.add(0),
                (true, false) => self.day(&outgoing.campaign).without.add(0),
                (true, true) | (false, false) => continue,
            }
            due = true;
        }
        self.outlook.people_at_once += u64::from(due);
        for (campaign, at) in mails(&without) {
            self.day(campaign).without.add(at.seconds() - from.seconds());
        }
        for (campaign, at) in mails(&with) {
            self.day(campaign).mails.add(at.seconds() - from.seconds());
        }
        for campaign in entered_at_once(&with, from) {
            if entered_at_once(&without, from).all(|other| other != campaign) {
                self.day(campaign).enter_at_once += 1;
            }
        }
        Ok(())
    }

    fn day(&mut self, campaign: &str) -> &mut Day {
        self.outlook.campaigns.entry(campaign.to_owned()).or_default()
    }

    /// What is different, of everybody who was added.
    pub fn outlook(mut self) -> Outlook {
        self.outlook.campaigns.retain(|_, day| day.mails != day.without || day.enter_at_once > 0);
        self.outlook
    }
}

/// What would be decided about somebody within a day; `pass` looks at them first, as it would.
async fn life(
    store: &impl Offers,
    person: &Person,
    catalog: &Catalog,
    pass: Option<&SweepRequest>,
    from: Instant,
    codes: &mut Codes,
) -> Result<Vec<Line>> {
    loop {
        codes.begin();
        let (mut own, mut lines, mut asked) = (person.clone(), Vec::new(), Vec::new());
        let mut live = |input: &Input<'_>, at| match decide(&mut own, input, catalog, at, codes) {
            Outcome::Decided(decision) => lines.extend(decision.lines),
            Outcome::Ask(requests) => asked.extend(requests),
        };
        if let Some(pass) = pass {
            pass.exits(person).iter().for_each(|input| live(input, from));
            live(&pass.look(), from);
        }
        live(&Input::Due, from.plus_seconds(DAY));
        if asked.is_empty() {
            codes.end();
            return Ok(lines);
        }
        codes.learn(store, &asked).await?;
    }
}

/// Whether anything happens to somebody now, but that they do not enter.
fn happens_at_once(lines: &[Line], from: Instant) -> bool {
    lines.iter().any(|line| line.at <= from && !matches!(line.kind, Kind::NotEntered { .. }))
}

fn entered_at_once(lines: &[Line], from: Instant) -> impl Iterator<Item = &str> {
    lines.iter().filter(move |line| line.at <= from && line.kind == Kind::Entered).map(|line| &*line.campaign)
}

fn mails(lines: &[Line]) -> impl Iterator<Item = (&str, Instant)> {
    let sent = lines.iter().filter(|line| matches!(line.kind, Kind::Sent { .. }));
    sent.map(|line| (&*line.campaign, line.at))
}

/// Whether a mail that was planned before may go now.
fn may_go(person: &Person, send_id: &str, catalog: &Catalog, from: Instant) -> bool {
    matches!(arm(&mut person.clone(), send_id, catalog, from, from.plus_seconds(HOUR)), Armed::Yours { .. })
}
