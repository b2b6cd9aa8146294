//! An earlier publication as it was, read from the versions that are kept for ever.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rekindle_engine::lang::{Files, load_published};
use rekindle_engine::program::Program;
use rekindle_store::{CampaignFiles, HistoryEntry, Publication, Publications};

use super::mails;

/// What publication `entry` had made live.
///
/// # Errors
/// Where a version of it cannot be read.
pub async fn publication(store: &impl Publications, entry: &HistoryEntry) -> Result<Publication> {
    let number = entry.number;
    let workspace_yaml = store.workspace(entry.workspace).await?;
    let workspace_yaml =
        workspace_yaml.with_context(|| format!("the workspace file of publication {number} is gone"))?;
    let wanted: Vec<(String, u32)> = entry.campaigns.iter().map(|(id, version)| (id.clone(), *version)).collect();
    let versions = store.versions(&wanted).await?;
    let mut files = Files::from([("workspace.yaml".to_owned(), workspace_yaml.clone())]);
    let mut campaigns = BTreeMap::new();
    for ((id, version), found) in wanted.iter().zip(versions) {
        let found = found.with_context(|| format!("version {version} of {id} is gone"))?;
        files.insert(format!("{id}/campaign.yaml"), found.yaml.clone());
        let own = CampaignFiles { yaml: found.yaml, mails: BTreeMap::new(), choices: found.choices };
        campaigns.insert(id.clone(), own);
    }
    let definitions = load_published(&files).definitions;
    let definitions = definitions.with_context(|| format!("publication {number} cannot be run by this program"))?;
    for (id, campaign) in definitions.campaigns {
        let (program, version) = (Program::new(campaign), entry.campaigns.get(&id).copied().unwrap_or_default());
        if let Some(own) = campaigns.get_mut(&id) {
            own.mails = mails::of(store, &id, version, mails::names(&program)).await?;
        }
    }
    Ok(Publication { workspace_yaml, campaigns, note: String::new() })
}
