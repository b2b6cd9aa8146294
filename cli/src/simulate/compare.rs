//! `--compare DIR`: who would get something different from another version of the campaigns.
//!
//! The same past is lived in both. What a person gets is different where any line of their journal is.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::tz::TimeZone;
use rekindle_engine::journal::{Kind, Line};
use rekindle_engine::time::local_of;

use super::summary::{count, cut, left, number, percent, right};

/// People who are shown side by side.
const EXAMPLES: usize = 5;
/// Lines of one side of an example.
const LINES: usize = 8;
/// Columns of one side.
const SIDE: usize = 48;
/// Columns of a heading.
const HEAD: usize = 50;

/// How the mails of a person differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mails {
    More,
    Fewer,
    Others,
    OtherInstants,
    Same,
}

impl Mails {
    const WORDS: [(Self, &'static str); 5] = [
        (Self::More, "would get more mails"),
        (Self::Fewer, "would get fewer mails"),
        (Self::Others, "would get as many mails, but others"),
        (Self::OtherInstants, "would get the same mails at other times"),
        (Self::Same, "would get the same mails; other steps differ"),
    ];
}

/// What differs, counted.
#[derive(Debug, Default)]
pub struct Comparison {
    people: u64,
    different: u64,
    mails: BTreeMap<Mails, u64>,
    enters: u64,
    enters_not: u64,
    /// One of each kind first, then whoever comes.
    examples: Vec<Example>,
}

#[derive(Debug)]
struct Example {
    person: String,
    mails: Mails,
    before: Vec<Line>,
    after: Vec<Line>,
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

    /// The report; instants are shown in the workspace's zone.
    pub fn write(&self, zone: &TimeZone) -> String {
        let mut out = String::new();
        let share = percent(self.different, self.people);
        let _ = writeln!(
            out,
            "{} of {} would get something different ({share})",
            count(self.different, "person", "people"),
            number(self.people)
        );
        let mut row = |words: &str, people: u64| {
            if people > 0 {
                let _ = writeln!(out, "  {}{}", left(words, HEAD), right(&number(people), 12));
            }
        };
        for (mails, words) in Mails::WORDS {
            row(words, self.mails.get(&mails).copied().unwrap_or_default());
        }
        row("would enter a campaign more often", self.enters);
        row("would enter a campaign less often", self.enters_not);
        for example in &self.examples {
            example.write(&mut out, zone);
        }
        out
    }
}

impl Example {
    /// The lines that only one side has.
    fn write(&self, out: &mut String, zone: &TimeZone) {
        let words = Mails::WORDS.iter().find(|(mails, _)| *mails == self.mails).map_or("", |(_, words)| words);
        let _ = writeln!(out, "\n{} {words}", self.person);
        let before = without(&self.before, &self.after);
        let after = without(&self.after, &self.before);
        let _ = writeln!(out, "  {}  compared", left("now", SIDE));
        for row in 0..before.len().max(after.len()).min(LINES) {
            let side = |lines: &[&Line]| lines.get(row).map(|line| show(line, zone)).unwrap_or_default();
            let row = format!("  {}  {}", left(&side(&before), SIDE), cut(&side(&after), SIDE));
            let _ = writeln!(out, "{}", row.trim_end());
        }
        let more = |lines: &[&Line]| lines.len().saturating_sub(LINES);
        if more(&before) + more(&after) > 0 {
            let side = |more: usize| if more > 0 { format!("and {more} more") } else { String::new() };
            let row = format!("  {}  {}", left(&side(more(&before)), SIDE), side(more(&after)));
            let _ = writeln!(out, "{}", row.trim_end());
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
fn without<'l>(lines: &'l [Line], other: &[Line]) -> Vec<&'l Line> {
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

/// A line in few words: `03-02 09:00 welcome/hello sent`.
fn show(line: &Line, zone: &TimeZone) -> String {
    let at = local_of(line.at, zone).strftime("%m-%d %H:%M").to_string();
    let step = line.step.as_ref().map_or(String::new(), |step| format!("/{step}"));
    let more = match &line.kind {
        Kind::NotEntered { reason } | Kind::Skipped { reason } => format!(" {reason}"),
        Kind::Exited { reason } => format!(" {reason}"),
        Kind::Delayed { reason, until } => format!(" {reason} → {}", local_of(*until, zone).strftime("%m-%d %H:%M")),
        Kind::Waiting { until } => format!(" → {}", local_of(*until, zone).strftime("%m-%d %H:%M")),
        Kind::Split { arm } => format!(" {arm}"),
        Kind::Branched { arm: Some(arm) } => format!(" {arm}"),
        _ => String::new(),
    };
    format!("{at} {}{step} {}{more}", line.campaign, line.kind.name())
}
