//! What the facts of one campaign come to, all versions together.

use std::collections::BTreeMap;

use rekindle_engine::catalog::Catalog;
use rekindle_insight::Share;
use rekindle_store::statistics::{Fact, Tally, Totals};

/// Counts by reason, arm or the like.
pub type Counts = BTreeMap<String, u64>;

/// One campaign.
#[derive(Debug, Default)]
pub struct Report {
    /// Its id.
    pub campaign: String,
    /// Its name, where it is live.
    pub name: Option<String>,
    /// The currency of values.
    pub currency: String,
    /// Versions of which anything was counted.
    pub versions: Vec<u32>,
    /// Entries.
    pub entered: u64,
    /// Entries that were held out.
    pub held_out: u64,
    /// Entries that were refused, by reason.
    pub not_entered: Counts,
    /// Entries that came to the end of the steps.
    pub completed: u64,
    /// Entries that ended before, by reason.
    pub exited: Counts,
    /// Steps of which anything was counted, as the live version has its mails, then by id.
    pub steps: Vec<(String, Step)>,
    /// Conversions of all entries.
    pub treated: Tally,
    /// Conversions of all holdouts.
    pub kept_out: Tally,
    /// People by their first entry: chance divides people, so these alone are compared.
    pub people: [Group; 2],
    /// Lines about expressions that failed.
    pub expression_errors: u64,
}

/// The people of one side of a comparison, each by their first entry or holdout.
#[derive(Debug, Default, Clone, Copy)]
pub struct Group {
    /// How many there are.
    pub people: u64,
    /// How many converted, and the values of it.
    pub converted: Tally,
}

impl Group {
    /// How many of them converted.
    #[must_use]
    pub fn share(&self) -> Share {
        Share { part: self.converted.count.min(self.people), whole: self.people }
    }
}

/// One step: how often each kind, with its details.
#[derive(Debug, Default, Clone)]
pub struct Step(BTreeMap<String, Counts>);

impl Step {
    /// How often.
    #[must_use]
    pub fn count(&self, kind: &str) -> u64 {
        self.0.get(kind).map_or(0, |counts| counts.values().sum())
    }

    /// By reason, arm or the like.
    pub fn details<'s>(&'s self, kind: &str) -> impl Iterator<Item = (&'s str, u64)> + use<'s> {
        self.0.get(kind).into_iter().flatten().map(|(detail, count)| (detail.as_str(), *count))
    }
}

impl Report {
    /// Puts the facts of one campaign together.
    #[must_use]
    pub fn new(campaign: &str, totals: &Totals, catalog: &Catalog) -> Self {
        let live = catalog.get(campaign);
        let mut report = Self {
            campaign: campaign.to_owned(),
            name: live.map(|live| live.program.campaign.name.clone()),
            currency: catalog.workspace.currency.clone(),
            ..Self::default()
        };
        let mut steps: BTreeMap<String, Step> = BTreeMap::new();
        for (fact, tally) in &totals.0 {
            if !report.versions.contains(&fact.version) {
                report.versions.push(fact.version);
            }
            if fact.step.is_empty() {
                report.add(fact, *tally);
            } else {
                let kind = steps.entry(fact.step.clone()).or_default().0.entry(fact.kind.clone()).or_default();
                *kind.entry(fact.detail.clone()).or_default() += tally.count;
            }
        }
        report.versions.sort_unstable();
        let order: Vec<&str> =
            live.map(|live| live.program.mail_steps.iter().rev().map(|step| &**step).collect()).unwrap_or_default();
        report.steps = steps.into_iter().collect();
        let place = |step: &str| order.iter().position(|own| *own == step).unwrap_or(order.len());
        report.steps.sort_by(|a, b| (place(&a.0), &a.0).cmp(&(place(&b.0), &b.0)));
        report
    }

    fn add(&mut self, fact: &Fact, tally: Tally) {
        if fact.first {
            self.add_first(fact, tally);
        }
        match fact.kind.as_str() {
            "entered" => self.entered += tally.count,
            "held_out" => self.held_out += tally.count,
            "completed" => self.completed += tally.count,
            "not_entered" => *self.not_entered.entry(fact.detail.clone()).or_default() += tally.count,
            "exited" => *self.exited.entry(fact.detail.clone()).or_default() += tally.count,
            "converted" => {
                let group = if fact.held_out { &mut self.kept_out } else { &mut self.treated };
                group.count += tally.count;
                group.value += tally.value;
            }
            _ => self.expression_errors += tally.count,
        }
    }

    fn add_first(&mut self, fact: &Fact, tally: Tally) {
        let [treated, held_out] = &mut self.people;
        match fact.kind.as_str() {
            "entered" => treated.people += tally.count,
            "held_out" => held_out.people += tally.count,
            _ => {
                let group = if fact.held_out { held_out } else { treated };
                group.converted.count += tally.count;
                group.converted.value += tally.value;
            }
        }
    }

    /// How many are under way.
    #[must_use]
    pub fn inside(&self) -> u64 {
        self.entered.saturating_sub(self.completed + self.exited.values().sum::<u64>())
    }
}
