//! What both stores know about publications: when files are the same, and what the pointer to the live ones holds.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rekindle_engine::lang::{Choice, choice};
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::ports::{CampaignFiles, HistoryEntry, Published, Run};

/// What is live. One item, so that everything becomes live at once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Pointer {
    /// The publication's number.
    pub(crate) number: u64,
    /// The version of the workspace file.
    pub(crate) workspace: u32,
    /// The version of each live campaign.
    pub(crate) campaigns: BTreeMap<String, u32>,
    /// When the live version of each campaign became live.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) since: BTreeMap<String, Instant>,
    /// The version that each campaign had last which is no longer live.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) retired: BTreeMap<String, u32>,
    /// The highest version that the workspace file ever had.
    pub(crate) last_workspace: u32,
    /// The highest version that each campaign ever had, live or not.
    pub(crate) last: BTreeMap<String, u32>,
}

impl Pointer {
    /// What comes after this: these versions live from `now` on, under the next number.
    pub(crate) fn next(&self, workspace: u32, campaigns: BTreeMap<String, u32>, now: Instant) -> Self {
        let mut last = self.last.clone();
        for (campaign, version) in &campaigns {
            let highest = last.entry(campaign.clone()).or_default();
            *highest = (*highest).max(*version);
        }
        // A campaign that stays as it is was not published again.
        let since = campaigns.iter().filter_map(|(campaign, version)| {
            let stays = self.campaigns.get(campaign) == Some(version);
            Some((campaign.clone(), if stays { *self.since.get(campaign)? } else { now }))
        });
        let since = since.collect();
        let mut retired = self.retired.clone();
        retired.extend(self.campaigns.clone());
        retired.retain(|campaign, _| !campaigns.contains_key(campaign));
        let last_workspace = self.last_workspace.max(workspace);
        Self { number: self.number + 1, workspace, campaigns, since, retired, last_workspace, last }
    }

    /// What the functions see of it; `None` where nothing was published yet.
    pub(crate) fn published(self, runs: BTreeMap<String, Run>) -> Option<Published> {
        (self.number > 0).then(|| self.shown(runs))
    }

    fn shown(self, runs: BTreeMap<String, Run>) -> Published {
        let Self { number, workspace, campaigns, since, retired, last, .. } = self;
        Published { number, workspace, campaigns, since, retired, last, runs }
    }

    /// The line of the history.
    pub(crate) fn entry(&self, note: &str, at: Instant) -> HistoryEntry {
        HistoryEntry {
            number: self.number,
            at,
            note: note.to_owned(),
            workspace: self.workspace,
            campaigns: self.campaigns.clone(),
        }
    }
}

impl Published {
    /// What would be live if these versions were published at `now`: the very rule of a publication, with nothing written.
    #[must_use]
    pub fn next(&self, workspace: u32, campaigns: BTreeMap<String, u32>, now: Instant) -> Self {
        let Self { number, workspace: last_workspace, campaigns: live, since, retired, last, runs } = self.clone();
        let pointer =
            Pointer { number, workspace: last_workspace, campaigns: live, since, retired, last_workspace, last };
        pointer.next(workspace, campaigns, now).shown(runs)
    }
}

/// Equal for equal files only.
pub(crate) fn fingerprint(files: &CampaignFiles) -> String {
    let mails: Vec<_> = files.mails.iter().map(|((mail, locale), compiled)| json!([mail, locale, compiled])).collect();
    text_fingerprint(&json!([files.yaml, choice_texts(&files.choices), mails]).to_string())
}

/// Equal for equal texts only.
pub(crate) fn text_fingerprint(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// Choices as they are stored.
pub(crate) fn choice_texts(choices: &BTreeMap<String, Choice>) -> BTreeMap<String, String> {
    choices.iter().map(|(step, choice)| (step.clone(), choice.to_string())).collect()
}

/// Choices as [`choice_texts`] wrote them; `None` where one is something else.
pub(crate) fn choices_of(texts: BTreeMap<String, String>) -> Option<BTreeMap<String, Choice>> {
    texts.into_iter().map(|(step, text)| Some((step, choice(&text)?))).collect()
}
