//! `rekindle plan`: what publishing a folder would change, in words, and what would happen to the people inside.
//!
//! It changes nothing. Exit code 0: nothing changes; 2: something does; 1: it cannot be published as it is.

mod choices;
mod command;
mod ids;
mod mails;
mod people;
mod show;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rekindle_engine::catalog::{Catalog, Choice, Live, RunState};
use rekindle_engine::lang::changes::{self, Change};
use rekindle_lambda::campaigns::{Campaigns, CampaignsError};
use rekindle_lambda::deciding::Store;
use rekindle_store::Publication;
use serde::Serialize;

use crate::publish;
use crate::unread::Unread;
use choices::Ends;
pub use choices::{Chosen, chosen};
pub use command::{Arguments, run};
pub use mails::MailChange;
pub use show::text as plan_text;
use standing::{Standing, Versions};

/// What a publication would change.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The publication that is live; 0: none.
    pub live: u64,
    /// What is different in the workspace's own file.
    pub workspace: Vec<Change>,
    /// Every campaign, by id.
    pub campaigns: Vec<CampaignPlan>,
    /// What keeps it from being published.
    pub problems: Vec<String>,
    /// Whether people may stand where something changes, and nobody looked. Publishing looks, and asks for choices then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uncounted: bool,
    /// Whether the workspace's file has another text.
    workspace_rewritten: bool,
    /// What would be published, choices included.
    #[serde(skip)]
    pub publication: Publication,
    /// What happens to people in campaigns that are taken out.
    #[serde(skip)]
    ends: Ends,
}

/// What a publication would change in one campaign.
#[derive(Debug, Clone, Serialize)]
pub struct CampaignPlan {
    /// Its id.
    pub id: String,
    /// What becomes of it.
    pub state: State,
    /// Whether it is paused; publishing never un-pauses.
    pub paused: bool,
    /// Who paused it, when and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_because: Option<String>,
    /// What is different.
    pub changes: Vec<Change>,
    /// The mails that are different.
    pub mails: Vec<MailChange>,
    /// The people on steps that change or are gone.
    pub people: Vec<OnStep>,
    /// Values that its `date` trigger cannot read: for these people it never comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_dates: Option<Unread>,
    /// Whether a matter of time enters people.
    #[serde(skip)]
    timed: bool,
}

/// What becomes of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is new, or comes back.
    New,
    /// It is different.
    Changed,
    /// Its file reads differently and means the same.
    Rewritten,
    /// It is taken out: nobody enters any more.
    Removed,
    /// It stays as it is.
    Unchanged,
}

/// The people who stand on one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnStep {
    /// The step.
    pub step: String,
    /// How many, by the version in which they stand there.
    pub versions: Versions,
    /// What will happen to them.
    pub then: Then,
}

/// What will happen to people on a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The step is still there: they go on in the new version.
    GoOn,
    /// The same, and the instant that they wait for stays.
    KeepWaiting,
    /// They begin another step.
    Move(String),
    /// They end.
    Exit,
    /// They go on in the version in which they stand, until they come to a step that the new one has.
    FinishOnOld,
    /// Nobody has said it yet.
    NeedsChoice,
}

impl OnStep {
    /// How many people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.versions.values().sum()
    }
}

impl Plan {
    /// Compares `publication` with what is live.
    ///
    /// # Errors
    /// Where the store does not answer or what is live cannot be read.
    pub async fn make<S: Store>(
        store: &S,
        publication: Publication,
        chosen: &[Chosen],
        now: Timestamp,
    ) -> Result<Self> {
        let (mut plan, live, new) = Self::of_files(store, publication, chosen, now).await?;
        if let Some(live) = live.as_deref().filter(|_| plan.may_move_people()) {
            let standing = Standing::of(store, &new, now.into()).await.context("where people stand cannot be read")?;
            plan.place(store, &standing, live, &new).await?;
        }
        Ok(plan)
    }

    /// The same without a look at people, for whoever may read what is published and nothing else.
    ///
    /// # Errors
    /// Where the store does not answer or what is live cannot be read.
    pub async fn without_people<S: Store>(
        store: &S,
        publication: Publication,
        chosen: &[Chosen],
        now: Timestamp,
    ) -> Result<Self> {
        let (mut plan, live, _) = Self::of_files(store, publication, chosen, now).await?;
        plan.uncounted = live.is_some() && plan.may_move_people();
        Ok(plan)
    }

    /// What is different in the files, with the campaigns that are live and the new ones.
    async fn of_files<S: Store>(
        store: &S,
        mut publication: Publication,
        chosen: &[Chosen],
        now: Timestamp,
    ) -> Result<(Self, Option<Arc<Catalog>>, Catalog)> {
        let new = publish::catalog(&publication)?;
        let published = store.live().await.context("what is live cannot be read")?;
        let live = match Campaigns::new(store.clone()).whole(now).await {
            Ok(catalog) => Some(catalog),
            Err(CampaignsError::NothingPublished) => None,
            Err(error) => return Err(error).context("what is live cannot be read"),
        };
        let (ends, mut problems) = choices::settle(&mut publication, &new, live.as_deref(), chosen);
        problems.extend(ids::unwritten(&new));
        let mut plan = Self {
            live: published.as_ref().map_or(0, |published| published.number),
            workspace: live
                .as_deref()
                .map_or_else(Vec::new, |live| changes::of_workspace(&live.workspace, &new.workspace)),
            campaigns: Vec::new(),
            problems,
            uncounted: false,
            workspace_rewritten: match &published {
                Some(published) => {
                    store.workspace(published.workspace).await?.as_deref() != Some(&publication.workspace_yaml)
                }
                None => true,
            },
            publication,
            ends,
        };
        for (id, after) in new.campaigns() {
            let before = live.as_deref().and_then(|live| Some((live, live.get(id)?)));
            plan.campaigns.push(plan.compare(store, id, before, (&new, after)).await?);
        }
        let gone =
            live.iter().flat_map(|live| live.campaigns()).filter(|(id, live)| !live.retired && new.get(id).is_none());
        for (id, live) in gone {
            let paused = live.run == RunState::Paused;
            let gone = CampaignPlan {
                id: id.to_string(),
                state: State::Removed,
                paused,
                paused_because: None,
                changes: Vec::new(),
                mails: Vec::new(),
                people: Vec::new(),
                unread_dates: None,
                timed: false,
            };
            plan.campaigns.push(gone);
        }
        plan.campaigns.sort_by(|one, other| one.id.cmp(&other.id));
        for campaign in plan.campaigns.iter_mut().filter(|campaign| campaign.paused) {
            let run = published.as_ref().and_then(|published| published.runs.get(&campaign.id));
            campaign.paused_because = run.map(|run| format!("since {} by {}: {}", run.at, run.by, run.reason));
        }
        Ok((plan, live, new))
    }

    /// Whether anything would be different.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.workspace_rewritten || self.campaigns.iter().any(|campaign| campaign.state != State::Unchanged)
    }

    /// Whether everyone has to be looked at after it: where people are inside, or time enters them.
    #[must_use]
    pub fn needs_a_pass(&self) -> bool {
        let concerns = |campaign: &CampaignPlan| match campaign.state {
            State::Unchanged => false,
            // What comes back may find people inside.
            State::New => campaign.timed || self.live > 0,
            State::Changed | State::Rewritten | State::Removed => true,
        };
        !self.workspace.is_empty() || self.campaigns.iter().any(concerns)
    }

    /// The campaigns that are taken out and in which nobody is to go on.
    #[must_use]
    pub fn end(&self) -> BTreeSet<String> {
        self.ends.iter().filter(|(_, choice)| **choice == Choice::Exit).map(|(id, _)| id.clone()).collect()
    }

    /// The campaigns that would be different.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<String> {
        self.campaigns
            .iter()
            .filter(|campaign| campaign.state != State::Unchanged)
            .map(|campaign| campaign.id.clone())
            .collect()
    }

    /// Whether a step changes or is gone on which people could stand.
    fn may_move_people(&self) -> bool {
        self.campaigns.iter().any(|campaign| !matches!(campaign.state, State::Unchanged | State::Rewritten))
    }

    async fn compare<S: Store>(
        &self,
        store: &S,
        id: &str,
        before: Option<(&Catalog, &Live)>,
        after: (&Catalog, &Live),
    ) -> Result<CampaignPlan> {
        let mut plan = CampaignPlan {
            id: id.to_owned(),
            state: State::New,
            paused: before.is_some_and(|(_, live)| live.run == RunState::Paused),
            paused_because: None,
            changes: Vec::new(),
            mails: Vec::new(),
            people: Vec::new(),
            unread_dates: None,
            timed: after.1.program.is_timed(),
        };
        let Some((catalog, live)) = before.filter(|(_, live)| !live.retired) else { return Ok(plan) };
        let was = (&*catalog.workspace, &live.program.campaign);
        plan.changes = changes::of_campaign(was, (&after.0.workspace, &after.1.program.campaign));
        let Some(files) = self.publication.campaigns.get(id) else { return Ok(plan) };
        plan.mails = mails::changes(store, id, live, files).await?;
        let same_text = store.version(id, live.version).await?.is_some_and(|version| version.yaml == files.yaml);
        plan.state = if !plan.changes.is_empty() || !plan.mails.is_empty() || live.choices != files.choices {
            State::Changed
        } else if same_text {
            State::Unchanged
        } else {
            State::Rewritten
        };
        Ok(plan)
    }
}

impl Then {
    fn of(choice: Option<&Choice>) -> Self {
        match choice {
            None => Self::NeedsChoice,
            Some(Choice::Move(to)) => Self::Move(to.clone()),
            Some(Choice::Exit) => Self::Exit,
            Some(Choice::FinishOnOld) => Self::FinishOnOld,
        }
    }
}
