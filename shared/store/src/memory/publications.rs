//! Publications.

use std::collections::BTreeMap;

use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;

use super::{Memory, State};
use crate::bounds::ITEM_BYTES;
use crate::error::{PublishError, StoreError};
use crate::ports::{CampaignVersion, HistoryEntry, OwedPass, Pass, Publication, Publications, Published, Run};

impl Publications for Memory {
    async fn publish(
        &self,
        publication: &Publication,
        seen: u64,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<u64, PublishError> {
        let mut state = self.lock();
        state.still_live(seen)?;
        fits(publication)?;
        let pointer = state.pointer.clone();
        let same = state.workspaces.get(&pointer.workspace) == Some(&publication.workspace_yaml);
        let workspace = if same { pointer.workspace } else { pointer.last_workspace + 1 };
        state.workspaces.insert(workspace, publication.workspace_yaml.clone());
        let mut campaigns = BTreeMap::new();
        for (id, files) in &publication.campaigns {
            let live = pointer.campaigns.get(id).copied().unwrap_or(0);
            let same = state.versions.get(&(id.clone(), live)) == Some(files);
            let version = if same { live } else { pointer.last.get(id).copied().unwrap_or(0) + 1 };
            state.versions.insert((id.clone(), version), files.clone());
            campaigns.insert(id.clone(), version);
        }
        state.owe(owed, now);
        Ok(state.point(workspace, campaigns, &publication.note, now))
    }

    async fn rollback(
        &self,
        to: u64,
        seen: u64,
        note: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<u64, PublishError> {
        let mut state = self.lock();
        state.still_live(seen)?;
        let entry = state.history.iter().find(|entry| entry.number == to).cloned();
        let entry = entry.ok_or(PublishError::Unknown { number: to })?;
        state.owe(owed, now);
        Ok(state.point(entry.workspace, entry.campaigns, note, now))
    }

    async fn live(&self) -> Result<Option<Published>, StoreError> {
        let state = self.lock();
        Ok(state.pointer.clone().published(state.runs.clone()))
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, StoreError> {
        Ok(self.lock().history.iter().rev().cloned().collect())
    }

    async fn workspace(&self, version: u32) -> Result<Option<String>, StoreError> {
        Ok(self.lock().workspaces.get(&version).cloned())
    }

    async fn version(&self, campaign: &str, version: u32) -> Result<Option<CampaignVersion>, StoreError> {
        let state = self.lock();
        let files = state.versions.get(&(campaign.to_owned(), version));
        Ok(files.map(|files| CampaignVersion { yaml: files.yaml.clone(), choices: files.choices.clone() }))
    }

    async fn versions(&self, wanted: &[(String, u32)]) -> Result<Vec<Option<CampaignVersion>>, StoreError> {
        let mut found = Vec::new();
        for (campaign, version) in wanted {
            found.push(self.version(campaign, *version).await?);
        }
        Ok(found)
    }

    async fn mails(
        &self,
        campaign: &str,
        version: u32,
        mail: &str,
    ) -> Result<BTreeMap<String, serde_json::Value>, StoreError> {
        let state = self.lock();
        let files = state.versions.get(&(campaign.to_owned(), version));
        let mails = files.into_iter().flat_map(|files| &files.mails).filter(|((name, _), _)| name == mail);
        Ok(mails.map(|((_, locale), compiled)| (locale.clone(), compiled.clone())).collect())
    }

    async fn pause(&self, campaign: &str, reason: &str, by: &str, now: Instant) -> Result<bool, StoreError> {
        Ok(self.lock().say(campaign, RunState::Paused, reason, by, now))
    }

    async fn resume(
        &self,
        campaign: &str,
        reason: &str,
        by: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let resumed = state.say(campaign, RunState::Running { resumed_at: Some(now) }, reason, by, now);
        state.owe(owed.filter(|_| resumed), now);
        Ok(resumed)
    }
}

impl State {
    fn still_live(&self, seen: u64) -> Result<(), PublishError> {
        let live = self.pointer.number;
        if live == seen { Ok(()) } else { Err(PublishError::Overtaken { live }) }
    }

    fn owe(&mut self, owed: Option<&OwedPass>, now: Instant) {
        self.passes.extend(owed.map(|owed| (owed.name.clone(), Pass::owed(&owed.request, now))));
    }

    fn point(&mut self, workspace: u32, campaigns: BTreeMap<String, u32>, note: &str, now: Instant) -> u64 {
        self.pointer = self.pointer.next(workspace, campaigns, now);
        self.history.push(self.pointer.entry(note, now));
        self.pointer.number
    }

    /// Notes whether a campaign runs; false where that is so already.
    fn say(&mut self, campaign: &str, state: RunState, reason: &str, by: &str, at: Instant) -> bool {
        let paused = self.runs.get(campaign).is_some_and(|run| run.state == RunState::Paused);
        let changes = paused != (state == RunState::Paused);
        if changes {
            self.runs.insert(campaign.to_owned(), Run { state, reason: reason.to_owned(), by: by.to_owned(), at });
        }
        changes
    }
}

fn fits(publication: &Publication) -> Result<(), PublishError> {
    let fits = |what: String, bytes| {
        if bytes > ITEM_BYTES { Err(PublishError::TooLarge { what, bytes }) } else { Ok(()) }
    };
    fits("workspace.yaml".to_owned(), publication.workspace_yaml.len())?;
    for (id, files) in &publication.campaigns {
        fits(format!("{id}/campaign.yaml"), files.yaml.len())?;
        for ((mail, locale), compiled) in &files.mails {
            fits(format!("{id}/{mail} ({locale}), compiled,"), compiled.to_string().len())?;
        }
    }
    Ok(())
}
