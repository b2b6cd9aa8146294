//! Counts a journal line by line, in any order of people; only counts stay, and who was held out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use rekindle_engine::catalog::Catalog;
use serde::Deserialize;

/// What a line needs to be counted.
#[derive(Deserialize)]
struct Fact<'l> {
    #[serde(borrow)]
    person: Cow<'l, str>,
    #[serde(borrow)]
    campaign: Cow<'l, str>,
    entry: u32,
    #[serde(borrow)]
    kind: Cow<'l, str>,
    #[serde(default)]
    step: String,
    #[serde(default)]
    reason: String,
    value: Option<f64>,
}

/// What a reason is the reason of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A mail that does not go.
    Skipped,
    /// A mail that goes later.
    Delayed,
    /// A mail that was decided and could not be written, or may not go any more.
    Withdrawn,
    /// A person who stays out.
    NotEntered,
}

/// How often a mail went, or not.
#[derive(Debug, Default)]
pub struct Mail {
    pub sent: u64,
    pub skipped: u64,
    pub delayed: u64,
}

/// Reached goals.
#[derive(Debug, Default)]
pub struct Converted {
    pub times: u64,
    /// In millionths, so that the order of the lines does not matter as it would for a sum of fractions.
    pub value: i128,
}

/// The counts of one campaign.
#[derive(Debug, Default)]
pub struct Campaign {
    /// Whether it has a goal.
    pub goal: bool,
    pub entered: u64,
    pub held_out: u64,
    pub completed: u64,
    pub exited: u64,
    pub treated: Converted,
    pub kept_out: Converted,
    /// In the order in which the campaign has them.
    mails: Vec<(Box<str>, Mail)>,
    reasons: BTreeMap<(Outcome, Box<str>), u64>,
    /// Entries that are holdouts: a conversion does not say so itself.
    holdouts: HashSet<(Box<str>, u32)>,
}

/// The counts of a journal.
#[derive(Debug)]
pub struct Tally {
    campaigns: BTreeMap<Box<str>, Campaign>,
    /// Mails by person.
    mails: HashMap<Box<str>, u32>,
}

impl Tally {
    /// Nothing counted yet, of these campaigns.
    pub fn new(catalog: &Catalog) -> Self {
        let campaigns = catalog.campaigns().map(|(id, live)| {
            // A program notes its steps from the last to the first.
            let steps = live.program.mail_steps.iter().rev();
            let mails = steps.map(|step| (Box::from(&**step), Mail::default())).collect();
            let goal = live.program.campaign.goal.is_some();
            (Box::from(&**id), Campaign { goal, mails, ..Campaign::default() })
        });
        Self { campaigns: campaigns.collect(), mails: HashMap::new() }
    }

    /// Counts a line as it stands in a journal. Lines of one person come in the order of the journal, those of different
    /// people in any.
    ///
    /// # Errors
    /// Where it is no journal line; nothing is counted then.
    pub fn add(&mut self, line: &str) -> serde_json::Result<()> {
        self.count(&serde_json::from_str(line)?);
        Ok(())
    }

    fn count(&mut self, fact: &Fact<'_>) {
        let id = &*fact.campaign;
        if !self.campaigns.contains_key(id) {
            self.campaigns.insert(id.into(), Campaign::default());
        }
        if let Some(campaign) = self.campaigns.get_mut(id) {
            campaign.count(fact);
        }
        if fact.kind == "sent" {
            match self.mails.get_mut(&*fact.person) {
                Some(mails) => *mails += 1,
                None => drop(self.mails.insert(fact.person.as_ref().into(), 1)),
            }
        }
    }

    /// Counts mails that were withdrawn after they were decided, which the journal does not say.
    pub fn withdrawn(&mut self, campaign: &str, reason: &str, times: u64) {
        let campaign = self.campaigns.entry(campaign.into()).or_default();
        *campaign.reasons.entry((Outcome::Withdrawn, reason.into())).or_default() += times;
    }

    /// The campaigns in order of id.
    pub fn campaigns(&self) -> impl Iterator<Item = (&str, &Campaign)> {
        self.campaigns.iter().map(|(id, campaign)| (&**id, campaign))
    }

    /// How many mails were decided.
    pub fn sent(&self) -> u64 {
        self.mails.values().map(|mails| u64::from(*mails)).sum()
    }

    /// Who got the most mails, and how many; of several, the first by id.
    pub fn most_mailed(&self) -> Option<(&str, u32)> {
        let people = self.mails.iter().map(|(person, mails)| (&**person, *mails));
        people.max_by(|one, other| one.1.cmp(&other.1).then_with(|| other.0.cmp(one.0)))
    }
}

impl Campaign {
    fn count(&mut self, fact: &Fact<'_>) {
        match &*fact.kind {
            "entered" => self.entered += 1,
            "held_out" => {
                self.held_out += 1;
                self.holdouts.insert((fact.person.as_ref().into(), fact.entry));
            }
            "not_entered" => self.note(Outcome::NotEntered, fact),
            "sent" => self.mail(&fact.step).sent += 1,
            "skipped" => {
                self.mail(&fact.step).skipped += 1;
                self.note(Outcome::Skipped, fact);
            }
            "delayed" => {
                self.mail(&fact.step).delayed += 1;
                self.note(Outcome::Delayed, fact);
            }
            "converted" => self.convert(fact),
            "completed" => self.completed += 1,
            "exited" => self.exited += 1,
            _ => {}
        }
    }

    fn mail(&mut self, step: &str) -> &mut Mail {
        let place = self.mails.iter().position(|own| &*own.0 == step).unwrap_or(self.mails.len());
        if place == self.mails.len() {
            self.mails.push((step.into(), Mail::default()));
        }
        #[expect(clippy::indexing_slicing, reason = "it was found or added just now")]
        &mut self.mails[place].1
    }

    fn note(&mut self, outcome: Outcome, fact: &Fact<'_>) {
        *self.reasons.entry((outcome, fact.reason.as_str().into())).or_default() += 1;
    }

    fn convert(&mut self, fact: &Fact<'_>) {
        const MILLIONTHS: f64 = 1e6;
        let held_out = self.holdouts.contains(&(Box::from(&*fact.person), fact.entry));
        let converted = if held_out { &mut self.kept_out } else { &mut self.treated };
        converted.times += 1;
        #[expect(clippy::cast_possible_truncation, reason = "a cast holds what is too large at the largest integer")]
        let value = (fact.value.unwrap_or_default() * MILLIONTHS).round() as i128;
        converted.value = converted.value.saturating_add(value);
    }

    /// Whether anything was decided in it.
    pub fn is_at_work(&self) -> bool {
        self.entered + self.held_out > 0 || !self.reasons.is_empty()
    }

    /// How many stayed out, for whatever reason.
    pub fn not_entered(&self) -> u64 {
        self.reasons(Outcome::NotEntered).map(|own| own.1).sum()
    }

    /// Its mails by step.
    pub fn mails(&self) -> impl Iterator<Item = (&str, &Mail)> {
        self.mails.iter().map(|(step, mail)| (&**step, mail))
    }

    /// How often by reason.
    pub fn reasons(&self, of: Outcome) -> impl Iterator<Item = (&str, u64)> {
        self.reasons.iter().filter(move |own| own.0.0 == of).map(|(reason, times)| (&*reason.1, *times))
    }
}
