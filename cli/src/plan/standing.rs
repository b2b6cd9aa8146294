//! Where people stand: one look at everyone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_store::{Passes, People};

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
    /// Values that the `date` triggers of what is to be published cannot read, by campaign.
    unread: BTreeMap<String, Unread>,
}

impl Standing {
    /// Looks at everyone, at `now`; `new` is what is to be published.
    ///
    /// # Errors
    /// Where somebody cannot be read.
    pub async fn of(store: &(impl People + Passes), new: &Catalog, now: Instant) -> Result<Self> {
        let (mut standing, mut after) = (Self::default(), None);
        loop {
            let page = store.people_page(after.as_ref(), PAGE).await?;
            let loads = page.ids.iter().map(|id| store.load(id));
            let mut people = iter(loads).buffer_unordered(AT_ONCE);
            while let Some(loaded) = people.try_next().await? {
                standing.add(&loaded.person);
                for (campaign, value) in unread::of(&loaded.person, new, now) {
                    standing.unread.entry(campaign.to_owned()).or_default().add(&value);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(standing);
            }
        }
    }

    /// Counts one person, once for each step and version.
    fn add(&mut self, person: &Person) {
        let mut places = BTreeSet::new();
        for (campaign, standing) in person.standings.iter() {
            let places_of =
                standing.enrolments.iter().filter_map(|own| Some((own.place.as_ref()?.step.to_string(), own.version)));
            places.extend(places_of.map(|(step, version)| (campaign.to_string(), step, version)));
        }
        for (campaign, step, version) in places {
            *self.steps.entry((campaign, step)).or_default().entry(version).or_default() += 1;
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
}
