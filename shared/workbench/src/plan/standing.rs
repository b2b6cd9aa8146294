//! Where people stand, and what time does to them next: one look at everyone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::SweepRequest;

use super::outlook::{Foresight, Outlook};
use crate::Watch;
use crate::unread::{self, Unread};

/// Items of the table that are looked at for one page.
const PAGE: u32 = 1_000;
/// People who are read at the same time.
const AT_ONCE: usize = 16;

/// How many people stand on a step, by the version in which they do.
pub type Versions = BTreeMap<u32, u64>;

/// How many people stand where.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Standing {
    /// By campaign and step.
    steps: BTreeMap<(String, String), Versions>,
    /// The people among them who do not have to wait there any longer.
    over: BTreeMap<(String, String), u64>,
    /// Values that the `date` triggers of what would be live cannot read, by campaign.
    unread: BTreeMap<String, Unread>,
}

/// What is compared.
pub struct Look<'s, S> {
    /// Where people are.
    pub store: &'s S,
    /// What is live.
    pub before: Campaigns<S>,
    /// What would be.
    pub after: Campaigns<S>,
    /// The pass over everyone that would follow.
    pub pass: SweepRequest,
    /// When.
    pub now: Instant,
}

impl<S: Store> Look<'_, S> {
    /// Looks at everyone.
    ///
    /// # Errors
    /// Where somebody, or a version that they stand in, cannot be read.
    pub async fn at_everyone(&self, watch: Watch<'_>) -> Result<(Standing, Outlook)> {
        let (mut standing, mut foresight, mut after) = (Standing::default(), Foresight::new(self.now), None);
        let mut seen = 0;
        loop {
            let page = self.store.people_page(after.as_ref(), PAGE).await?;
            let loads = page.ids.iter().map(|id| self.store.load(id));
            let mut people = iter(loads).buffer_unordered(AT_ONCE);
            while let Some(loaded) = people.try_next().await? {
                let person = &loaded.person;
                let (before, after) = (self.before.complete_for(person).await?, self.after.complete_for(person).await?);
                standing.add(person, self.now);
                for (campaign, value) in unread::of(person, &after, self.now) {
                    standing.unread.entry(campaign.to_owned()).or_default().add(&value);
                }
                foresight.add(self.store, person, (&before, &after), &self.pass).await?;
                seen += 1;
                watch(seen);
            }
            after = page.next;
            if after.is_none() {
                return Ok((standing, foresight.outlook()));
            }
        }
    }
}

impl Standing {
    /// Counts one person, once for each step and version.
    fn add(&mut self, person: &Person, now: Instant) {
        let (mut places, mut over) = (BTreeSet::new(), BTreeSet::new());
        for (campaign, standing) in person.standings.iter() {
            for own in &standing.enrolments {
                let Some(place) = &own.place else { continue };
                let step = (campaign.to_string(), place.step.to_string());
                if place.until <= now {
                    over.insert(step.clone());
                }
                places.insert((step, own.version));
            }
        }
        for (step, version) in places {
            *self.steps.entry(step).or_default().entry(version).or_default() += 1;
        }
        for step in over {
            *self.over.entry(step).or_default() += 1;
        }
    }

    /// The values that a campaign's `date` trigger cannot read.
    pub fn unread(&self, campaign: &str) -> Option<&Unread> {
        self.unread.get(campaign)
    }

    /// The steps of a campaign on which anybody stands.
    pub fn steps(&self, campaign: &str) -> impl Iterator<Item = (&str, &Versions)> {
        self.steps
            .iter()
            .filter(move |((own, _), _)| own == campaign)
            .map(|((_, step), versions)| (step.as_str(), versions))
    }

    /// How many people on a step do not have to wait there any longer.
    pub fn over(&self, campaign: &str, step: &str) -> u64 {
        self.over.get(&(campaign.to_owned(), step.to_owned())).copied().unwrap_or_default()
    }
}
