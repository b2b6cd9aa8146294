//! Who would get something different from another version of the campaigns.
//!
//! The same past is lived in both. What a person gets is different where any line of their journal is.

use std::collections::BTreeMap;

use rekindle_engine::journal::{Kind, Line};

/// People who are kept to be shown side by side.
const EXAMPLES: usize = 5;

/// How the mails of a person differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mails {
    /// There are more of them.
    More,
    /// There are fewer.
    Fewer,
    /// As many, but others.
    Others,
    /// The same, at other times.
    OtherInstants,
    /// The same; other lines differ.
    Same,
}

/// What differs, counted.
#[derive(Debug, Default)]
pub struct Comparison {
    /// People.
    pub people: u64,
    /// Those who would get something different.
    pub different: u64,
    /// By how their mails differ.
    pub mails: BTreeMap<Mails, u64>,
    /// People who would enter a campaign more often.
    pub enters: u64,
    /// People who would enter a campaign less often.
    pub enters_not: u64,
    /// One of each kind first, then whoever comes.
    pub examples: Vec<Example>,
}

/// One person's difference.
#[derive(Debug)]
pub struct Example {
    /// Who.
    pub person: String,
    /// How their mails differ.
    pub mails: Mails,
    /// Their lines now.
    pub before: Vec<Line>,
    /// Their lines in the other version.
    pub after: Vec<Line>,
}

impl Comparison {
    /// Compares the lines of a person.
    pub fn add(&mut self, person: &str, before: Vec<Line>, after: Vec<Line>) {
        self.people += 1;
        if before == after {
            return;
        }
        self.different += 1;
        let mails = compare_mails(&before, &after);
        *self.mails.entry(mails).or_default() += 1;
        let (entered_before, entered_after) = (entries(&before), entries(&after));
        self.enters +=
            u64::from(entered_after.iter().any(|(campaign, count)| entered_before.get(campaign) < Some(count)));
        self.enters_not +=
            u64::from(entered_before.iter().any(|(campaign, count)| entered_after.get(campaign) < Some(count)));
        self.keep(Example { person: person.to_owned(), mails, before, after });
    }

    /// Keeps an example of every kind, and of each the person whose id comes first.
    fn keep(&mut self, example: Example) {
        self.examples.push(example);
        self.examples.sort_by(|a, b| (a.mails, &a.person).cmp(&(b.mails, &b.person)));
        if self.examples.len() > EXAMPLES {
            let twice = |place: &usize| {
                let kind = |place: usize| self.examples.get(place).map(|example| example.mails);
                kind(*place) == kind(place.wrapping_sub(1))
            };
            let last = (0..self.examples.len()).rev().find(twice).unwrap_or(EXAMPLES);
            self.examples.remove(last);
        }
    }
}

/// Mails by campaign and step, with how many.
fn mails(lines: &[Line]) -> BTreeMap<(&str, Option<&str>, &str), u64> {
    let mut mails = BTreeMap::new();
    for line in lines {
        if let Kind::Sent { mail, .. } = &line.kind {
            *mails.entry((&*line.campaign, line.step.as_deref(), &**mail)).or_default() += 1;
        }
    }
    mails
}

fn compare_mails(before: &[Line], after: &[Line]) -> Mails {
    let (mails_before, mails_after) = (mails(before), mails(after));
    let (many_before, many_after): (u64, u64) = (mails_before.values().sum(), mails_after.values().sum());
    let sent = |lines: &[Line]| {
        lines.iter().filter(|line| matches!(line.kind, Kind::Sent { .. })).cloned().collect::<Vec<_>>()
    };
    match many_after.cmp(&many_before) {
        std::cmp::Ordering::Greater => Mails::More,
        std::cmp::Ordering::Less => Mails::Fewer,
        std::cmp::Ordering::Equal if mails_before != mails_after => Mails::Others,
        std::cmp::Ordering::Equal if sent(before) != sent(after) => Mails::OtherInstants,
        std::cmp::Ordering::Equal => Mails::Same,
    }
}

/// How often which campaign was entered.
fn entries(lines: &[Line]) -> BTreeMap<&str, u64> {
    let mut entries = BTreeMap::new();
    for line in lines.iter().filter(|line| line.kind == Kind::Entered) {
        *entries.entry(&*line.campaign).or_default() += 1;
    }
    entries
}

/// The lines of one side that the other has not, each as often as it is missing there.
#[must_use]
pub fn without<'l>(lines: &'l [Line], other: &[Line]) -> Vec<&'l Line> {
    let mut other: Vec<&Line> = other.iter().collect();
    let missing = |line: &&Line| match other.iter().position(|known| known == line) {
        Some(place) => {
            other.swap_remove(place);
            false
        }
        None => true,
    };
    lines.iter().filter(missing).collect()
}
