//! Makes a plan: of a folder that is compared with what is live, or of an earlier publication that would be live again.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rekindle_engine::catalog::{Catalog, LiveCampaign, RunState};
use rekindle_engine::lang::changes;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::{Campaigns, CampaignsError};
use rekindle_lambda::deciding::Store;
use rekindle_store::{CampaignVersion, HistoryEntry, Publication, Published};

use super::choices::{self, Chosen, Ends};
use super::standing::Look;
use super::{CampaignPlan, Plan, State, earlier, ids, mails};
use crate::{Watch, publish};

/// The number of a workspace file that the store does not have yet: one that no file has.
const NOT_KEPT: u32 = u32::MAX;

/// Where what would be live comes from.
#[derive(Clone, Copy)]
enum Source<'s> {
    /// A folder, with the choices of the command line.
    Files(&'s [Chosen]),
    /// An earlier publication, as it was.
    Earlier(&'s HistoryEntry),
}

/// What is live, as far as a plan asks.
struct Before {
    published: Option<Published>,
    /// With every campaign that was taken out.
    catalog: Option<Arc<Catalog>>,
}

impl Before {
    async fn read<S: Store>(store: &S, now: Timestamp) -> Result<Self> {
        let published = store.live().await?;
        let catalog = match Campaigns::new(store.clone()).whole(now).await {
            Ok(catalog) => Some(catalog),
            Err(CampaignsError::NothingPublished) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Self { published, catalog })
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
        watch: Watch<'_>,
    ) -> Result<Self> {
        Self::with_people(store, publication, Source::Files(chosen), now, watch).await
    }

    /// Compares publication `number` with what is live: what going back to it would change.
    ///
    /// # Errors
    /// Where there is no such publication, or as in [`Self::make`].
    pub async fn back<S: Store>(store: &S, number: u64, now: Timestamp, watch: Watch<'_>) -> Result<Self> {
        let history = store.history().await.context("the history cannot be read")?;
        let entry = history.iter().find(|entry| entry.number == number);
        let entry = entry.with_context(|| format!("there is no publication {number}; `rekindle history` shows all"))?;
        let publication = earlier::publication(store, entry).await?;
        Self::with_people(store, publication, Source::Earlier(entry), now, watch).await
    }

    /// [`Self::make`] without a look at people, for whoever may read what is published and nothing else.
    ///
    /// # Errors
    /// Where the store does not answer or what is live cannot be read.
    pub async fn without_people<S: Store>(
        store: &S,
        publication: Publication,
        chosen: &[Chosen],
        now: Timestamp,
    ) -> Result<Self> {
        let (mut plan, before, _) = Self::of_files(store, publication, Source::Files(chosen), now).await?;
        plan.uncounted = before.published.is_some() && plan.needs_a_pass();
        Ok(plan)
    }

    async fn with_people<S: Store>(
        store: &S,
        publication: Publication,
        source: Source<'_>,
        now: Timestamp,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let (mut plan, before, new) = Self::of_files(store, publication, source, now).await?;
        let Before { published: Some(published), catalog: Some(live) } = before else { return Ok(plan) };
        let Some(pass) = publish::pass_after(&plan, plan.live + 1, now) else { return Ok(plan) };
        let after = plan.supposed(store, &published, source, now.into()).await?;
        let before = Campaigns::supposing(store.clone(), published, None, BTreeMap::new()).await?;
        let look = Look { store, before, after, pass, now: now.into() };
        let (standing, outlook) = look.at_everyone(watch).await.context("where people stand cannot be read")?;
        plan.place(store, &standing, &live, &new).await?;
        plan.outlook = Some(outlook);
        Ok(plan)
    }

    /// The campaigns as they would be live, with every version in which people stand now.
    async fn supposed<S: Store>(
        &self,
        store: &S,
        published: &Published,
        source: Source<'_>,
        now: Instant,
    ) -> Result<Campaigns<S>> {
        if let Source::Earlier(entry) = source {
            let next = published.next(entry.workspace, entry.campaigns.clone(), now);
            return Ok(Campaigns::supposing(store.clone(), next, None, BTreeMap::new()).await?);
        }
        let (mut versions, mut files) = (BTreeMap::new(), BTreeMap::new());
        for campaign in self.campaigns.iter().filter(|campaign| campaign.state != State::Removed) {
            let id = &campaign.id;
            let live = published.campaigns.get(id).filter(|_| campaign.state == State::Unchanged);
            let version = live.copied().unwrap_or_else(|| published.last.get(id).copied().unwrap_or(0) + 1);
            versions.insert(id.clone(), version);
            if let Some(own) = self.publication.campaigns.get(id).filter(|_| live.is_none()) {
                let own = CampaignVersion { yaml: own.yaml.clone(), choices: own.choices.clone() };
                files.insert(id.clone(), (version, own));
            }
        }
        let workspace = self.workspace_rewritten.then_some(&*self.publication.workspace_yaml);
        let next = published.next(workspace.map_or(published.workspace, |_| NOT_KEPT), versions, now);
        Ok(Campaigns::supposing(store.clone(), next, workspace, files).await?)
    }

    /// What is different in the files, with what is live and the new campaigns.
    async fn of_files<S: Store>(
        store: &S,
        mut publication: Publication,
        source: Source<'_>,
        now: Timestamp,
    ) -> Result<(Self, Before, Catalog)> {
        let new = publish::catalog(&publication)?;
        let before = Before::read(store, now).await.context("what is live cannot be read")?;
        let Before { published, catalog: live } = &before;
        let (ends, problems) = match source {
            Source::Files(chosen) => {
                let (ends, mut problems) = choices::settle(&mut publication, &new, live.as_deref(), chosen);
                problems.extend(ids::unwritten(&new));
                (ends, problems)
            }
            // It is what it was, with the choices of then.
            Source::Earlier(_) => (Ends::new(), Vec::new()),
        };
        let workspace_rewritten = match (published, source) {
            (None, _) => true,
            (Some(published), Source::Earlier(entry)) => published.workspace != entry.workspace,
            (Some(published), Source::Files(_)) => {
                store.workspace(published.workspace).await?.as_deref() != Some(&publication.workspace_yaml)
            }
        };
        let mut plan = Self {
            live: published.as_ref().map_or(0, |published| published.number),
            workspace: live
                .as_deref()
                .map_or_else(Vec::new, |live| changes::of_workspace(&live.workspace, &new.workspace)),
            campaigns: Vec::new(),
            problems,
            warnings: Vec::new(),
            uncounted: false,
            outlook: None,
            workspace_rewritten,
            back: matches!(source, Source::Earlier(_)),
            publication,
            ends,
        };
        for (id, after) in new.campaigns() {
            let before = live.as_deref().and_then(|live| Some((live, live.get(id)?)));
            let mut campaign = plan.compare(store, id, before, (&new, after), source).await?;
            if let (Source::Files(_), Some(published)) = (source, published) {
                campaign.brings_back = plan.brought_back(store, &campaign, published).await?;
            }
            plan.campaigns.push(campaign);
        }
        let gone =
            live.iter().flat_map(|live| live.campaigns()).filter(|(id, live)| !live.retired && new.get(id).is_none());
        plan.campaigns
            .extend(gone.map(|(id, live)| CampaignPlan::new(id, State::Removed, live.run == RunState::Paused)));
        plan.campaigns.sort_by(|one, other| one.id.cmp(&other.id));
        for campaign in plan.campaigns.iter_mut().filter(|campaign| campaign.paused) {
            let run = published.as_ref().and_then(|published| published.runs.get(&campaign.id));
            campaign.paused_because = run.map(|run| format!("since {} by {}: {}", run.at, run.by, run.reason));
        }
        Ok((plan, before, new))
    }

    async fn compare<S: Store>(
        &self,
        store: &S,
        id: &str,
        before: Option<(&Catalog, &LiveCampaign)>,
        after: (&Catalog, &LiveCampaign),
        source: Source<'_>,
    ) -> Result<CampaignPlan> {
        let paused = before.is_some_and(|(_, live)| live.run == RunState::Paused);
        let mut plan = CampaignPlan { timed: after.1.program.is_timed(), ..CampaignPlan::new(id, State::New, paused) };
        let Some((catalog, live)) = before.filter(|(_, live)| !live.retired) else { return Ok(plan) };
        let was = (&*catalog.workspace, &live.program.campaign);
        plan.changes = changes::of_campaign(was, (&after.0.workspace, &after.1.program.campaign));
        let Some(files) = self.publication.campaigns.get(id) else { return Ok(plan) };
        plan.mails = mails::changes(store, id, live, files).await?;
        let same_text = match source {
            Source::Files(_) => {
                store.version(id, live.version).await?.is_some_and(|version| version.yaml == files.yaml)
            }
            Source::Earlier(entry) => entry.campaigns.get(id) == Some(&live.version),
        };
        plan.state = if !plan.changes.is_empty() || !plan.mails.is_empty() || live.choices != files.choices {
            State::Changed
        } else if same_text {
            State::Unchanged
        } else {
            State::Rewritten
        };
        Ok(plan)
    }

    /// The newest version of a campaign, where a rollback left it behind and the files are its files still.
    async fn brought_back<S: Store>(
        &self,
        store: &S,
        campaign: &CampaignPlan,
        published: &Published,
    ) -> Result<Option<u32>> {
        let id = &campaign.id;
        let (Some(last), Some(files)) = (published.last.get(id).copied(), self.publication.campaigns.get(id)) else {
            return Ok(None);
        };
        let is_left =
            campaign.state != State::Unchanged && published.campaigns.get(id).is_some_and(|live| *live < last);
        let is_it = is_left
            && store.version(id, last).await?.is_some_and(|version| version.yaml == files.yaml)
            && mails::are(store, id, last, files).await?;
        Ok(is_it.then_some(last))
    }
}
