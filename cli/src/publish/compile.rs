//! Compiles a workspace folder, mails included, into what is published.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use rekindle_engine::catalog::{Catalog, Choice};
use rekindle_engine::lang::{Files, MOVES, load_published, moves};
use rekindle_store::{CampaignFiles, Publication};

use crate::check::check_files;
use crate::{files, problems};

/// Everything of a folder, compiled.
///
/// # Errors
/// Where a file cannot be read, or has errors. All problems go to standard error, as `validate` shows them.
pub fn compiled(folder: &Path, only: &[String]) -> Result<Publication> {
    let mut files = files::read(folder)?;
    if !only.is_empty() {
        files.retain(|path, _| {
            let campaign = path.split_once('/').map(|(campaign, _)| campaign);
            campaign.is_none_or(|campaign| campaign == "layouts" || only.iter().any(|name| name == campaign))
        });
    }
    let checked = check_files(folder, &files);
    problems::show(&checked.problems);
    let ids = match &checked.loaded.definitions {
        Some(definitions) if !checked.has_errors() => definitions.campaigns.keys(),
        _ => bail!("nothing was published: the folder has errors"),
    };
    let choices = choices(&files);
    let mut publication = Publication {
        workspace_yaml: files.get("workspace.yaml").cloned().unwrap_or_default(),
        ..Publication::default()
    };
    for id in ids {
        let yaml = files.get(&format!("{id}/campaign.yaml")).cloned().unwrap_or_default();
        let own = checked.mails.iter().filter(|(file, _)| file.campaign == *id);
        let own = own.map(|(file, compiled)| {
            let key = (file.mail.clone(), file.locale.clone().unwrap_or_default());
            Ok((key, serde_json::to_value(compiled).context("a compiled mail cannot be written")?))
        });
        let choices = choices.get(id).cloned().unwrap_or_default();
        let files = CampaignFiles { yaml, mails: own.collect::<Result<_>>()?, choices };
        publication.campaigns.insert(id.clone(), files);
    }
    // Functions read by another parser than the one that explains mistakes: it must be able to, before anything is live.
    catalog(&publication)?;
    Ok(publication)
}

/// What each campaign's `moves.yaml` says; loading has reported what is wrong with it.
fn choices(files: &Files) -> BTreeMap<String, BTreeMap<String, Choice>> {
    let own = files.iter().filter_map(|(path, text)| match path.split_once('/') {
        Some((campaign, MOVES)) => Some((campaign.to_owned(), moves(path, text).0)),
        _ => None,
    });
    own.collect()
}

/// The campaigns of a publication, all running: what they will decide by once they are live.
///
/// # Errors
/// Where they cannot be read.
pub fn catalog(publication: &Publication) -> Result<Catalog> {
    let mut files = Files::from([("workspace.yaml".to_owned(), publication.workspace_yaml.clone())]);
    for (id, campaign) in &publication.campaigns {
        files.insert(format!("{id}/campaign.yaml"), campaign.yaml.clone());
    }
    load_published(&files).definitions.map(Catalog::of).context("the campaigns cannot be read")
}
