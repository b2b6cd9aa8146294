//! What letting a paused campaign run again does at once: to the people whose time ran out in the pause, on which steps, and
//! how many mails that makes.
//!
//! It changes nothing.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use anyhow::{Context, Result};
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Published, Run};

use super::outlook::Outlook;
use super::show::{outlook_text, standing_text};
use super::standing::{Look, Versions};

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumption {
    campaign: String,
    paused: Run,
    steps: Vec<OnStep>,
    outlook: Outlook,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OnStep {
    step: String,
    versions: Versions,
    /// The people among them whose time ran out.
    over: u64,
}

impl Resumption {
    /// Of a campaign of what is live; `None` where it is not paused.
    ///
    /// # Errors
    /// Where somebody, or what is live, cannot be read.
    pub async fn of<S: Store>(store: &S, campaign: &str, published: &Published, now: Instant) -> Result<Option<Self>> {
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
        let (standing, outlook) = look.at_everyone().await.context("where people stand cannot be read")?;
        let steps = standing.steps(campaign).map(|(step, versions)| OnStep {
            step: step.to_owned(),
            versions: versions.clone(),
            over: standing.over(campaign, step),
        });
        let steps = steps.collect();
        Ok(Some(Self { campaign: campaign.to_owned(), paused, steps, outlook }))
    }

    /// It in words.
    ///
    /// # Errors
    /// Never: text has room.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let Self { campaign, paused, steps, outlook } = self;
        let mut out = String::new();
        writeln!(
            out,
            "{campaign}: paused since {} by {}: {}; it would run again",
            paused.at, paused.by, paused.reason
        )?;
        for OnStep { step, versions, over } in steps {
            let over = if *over == 0 { "still wait".to_owned() } else { format!("{over} due at once") };
            writeln!(out, "    on {step}: {}: {over}", standing_text(versions))?;
        }
        outlook_text(&mut out, outlook)?;
        if outlook.campaigns.values().any(|day| day.mails.at_once > day.without.at_once) {
            writeln!(
                out,
                "if these mails come too late now, publish a version without their steps first: {campaign} stays paused meanwhile"
            )?;
        }
        Ok(out)
    }
}
