//! What letting a paused campaign run again does at once: to the people whose time ran out in the pause, on which steps, and
//! how many mails that makes.
//!
//! It changes nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Published, Run};

use super::outlook::Outlook;
use super::standing::{Look, Versions};
use crate::Watch;

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumption {
    /// The campaign's id.
    pub campaign: String,
    /// Who paused it, when and why.
    pub paused: Run,
    /// The people inside, step by step.
    pub steps: Vec<Stands>,
    /// What would be different about the next day.
    pub outlook: Outlook,
}

/// The people who stand on one step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The step.
    pub step: String,
    /// How many, by the version in which they stand there.
    pub versions: Versions,
    /// The people among them whose time ran out.
    pub over: u64,
}

impl Resumption {
    /// Of a campaign of what is live; `None` where it is not paused.
    ///
    /// # Errors
    /// Where somebody, or what is live, cannot be read.
    pub async fn of<S: Store>(
        store: &S,
        campaign: &str,
        published: &Published,
        now: Instant,
        watch: Watch<'_>,
    ) -> Result<Option<Self>> {
        let paused = published.runs.get(campaign).filter(|run| run.state == RunState::Paused);
        let Some(paused) = paused.cloned() else { return Ok(None) };
        let mut next = published.clone();
        let running = Run { state: RunState::Running { resumed_at: Some(now) }, at: now, ..paused.clone() };
        next.runs.insert(campaign.to_owned(), running);
        let look = Look {
            store,
            before: Campaigns::supposing(store.clone(), published.clone(), None, BTreeMap::new()).await?,
            after: Campaigns::supposing(store.clone(), next, None, BTreeMap::new()).await?,
            pass: SweepRequest::resumed(campaign, now),
            now,
        };
        let (standing, outlook) = look.at_everyone(watch).await.context("where people stand cannot be read")?;
        let steps = standing.steps(campaign).map(|(step, versions)| Stands {
            step: step.to_owned(),
            versions: versions.clone(),
            over: standing.over(campaign, step),
        });
        let steps = steps.collect();
        Ok(Some(Self { campaign: campaign.to_owned(), paused, steps, outlook }))
    }
}
