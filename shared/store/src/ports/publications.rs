//! Publications: immutable numbered versions, and one pointer to what is live. Whether a campaign runs is state beside
//! them: publishing never un-pauses (SPEC.md section 10).

use std::collections::BTreeMap;
use std::future::Future;

use rekindle_engine::catalog::RunState;
use rekindle_engine::lang::Choice;
use rekindle_engine::time::Instant;

use super::OwedPass;
use crate::error::{PublishError, StoreError};

/// Keeps what was published and what is live.
pub trait Publications: Clone + Send + Sync + 'static {
    /// Makes a publication live as a whole and gives its number, provided that publication `seen` (0: none) is still
    /// live. A campaign whose files are those of its live version keeps that version's number; another gets its next.
    /// The pass that it owes is kept in the same write.
    fn publish(
        &self,
        publication: &Publication,
        seen: u64,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> impl Future<Output = Result<u64, PublishError>> + Send;

    /// Makes what publication `to` had made live, live again, as a publication of its own whose number it gives. The pass
    /// that it owes is kept in the same write.
    fn rollback(
        &self,
        to: u64,
        seen: u64,
        note: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> impl Future<Output = Result<u64, PublishError>> + Send;

    /// What is live, and which campaigns run. `None` before the first publication.
    fn live(&self) -> impl Future<Output = Result<Option<Published>, StoreError>> + Send;

    /// All publications, newest first.
    fn history(&self) -> impl Future<Output = Result<Vec<HistoryEntry>, StoreError>> + Send;

    /// The workspace file in one of its versions.
    fn workspace(&self, version: u32) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;

    /// A campaign in one of its versions.
    fn version(
        &self,
        campaign: &str,
        version: u32,
    ) -> impl Future<Output = Result<Option<CampaignVersion>, StoreError>> + Send;

    /// Several campaigns in one version each, in the order asked for, by few requests.
    fn versions(
        &self,
        wanted: &[(String, u32)],
    ) -> impl Future<Output = Result<Vec<Option<CampaignVersion>>, StoreError>> + Send;

    /// A mail of a campaign's version, compiled, in each locale that it has (`""`: the one without), by one request.
    fn mails(
        &self,
        campaign: &str,
        version: u32,
        mail: &str,
    ) -> impl Future<Output = Result<BTreeMap<String, serde_json::Value>, StoreError>> + Send;

    /// Pauses a campaign; one that is paused already stays as it is. Gives whether it was running.
    fn pause(
        &self,
        campaign: &str,
        reason: &str,
        by: &str,
        now: Instant,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Lets a paused campaign run again; one that runs already stays as it is. Gives whether it was paused. The pass that
    /// it owes is kept in the same write.
    fn resume(
        &self,
        campaign: &str,
        reason: &str,
        by: &str,
        owed: Option<&OwedPass>,
        now: Instant,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Everything that is published together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Publication {
    /// `workspace.yaml`.
    pub workspace_yaml: String,
    /// All campaigns, by id. One that is missing is no longer live.
    pub campaigns: BTreeMap<String, CampaignFiles>,
    /// Why, for the history.
    pub note: String,
}

/// One campaign's files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CampaignFiles {
    /// `campaign.yaml`.
    pub yaml: String,
    /// Its compiled mails, by name and locale (`""`: none).
    pub mails: BTreeMap<(String, String), serde_json::Value>,
    /// What happens to people on a step that is gone.
    pub choices: BTreeMap<String, Choice>,
}

/// One campaign in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignVersion {
    /// `campaign.yaml`.
    pub yaml: String,
    /// What happens to people on a step that is gone.
    pub choices: BTreeMap<String, Choice>,
}

/// What is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The publication's number, from 1.
    pub number: u64,
    /// The version of the workspace file.
    pub workspace: u32,
    /// The version of each campaign.
    pub campaigns: BTreeMap<String, u32>,
    /// When that version became live; absent where that was before anybody wrote it down.
    pub since: BTreeMap<String, Instant>,
    /// The version that each campaign had last which is no longer live: nobody enters it, and people may be in it.
    pub retired: BTreeMap<String, u32>,
    /// The highest version that each campaign ever had, which a rollback leaves behind: people may stand in any.
    pub last: BTreeMap<String, u32>,
    /// What was said about running, by campaign, of campaigns about which anything was ever said.
    pub runs: BTreeMap<String, Run>,
}

impl Published {
    /// Whether a campaign runs.
    #[must_use]
    pub fn run_state(&self, campaign: &str) -> RunState {
        self.runs.get(campaign).map_or(RunState::RUNNING, |run| run.state)
    }
}

/// Whether a campaign runs, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Whether it runs.
    pub state: RunState,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// One publication of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number, from 1.
    pub number: u64,
    /// When it became live.
    pub at: Instant,
    /// Why.
    pub note: String,
    /// The version of the workspace file.
    pub workspace: u32,
    /// The version of each campaign.
    pub campaigns: BTreeMap<String, u32>,
}
