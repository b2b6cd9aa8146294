//! Compiles a workspace, mails included, into what is published.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::{Choice, Diagnostic, Files, MOVES, MailFile, load_published, moves};
use rekindle_mail::CompiledMail;
use rekindle_store::{CampaignFiles, Publication};

use crate::check::check;
use crate::files::Source;

/// What came of compiling a workspace.
#[derive(Debug)]
pub struct Compiled {
    /// Every problem of it, warnings as well.
    pub problems: Vec<Diagnostic>,
    /// Everything of it, compiled; `None` where there is an error.
    pub publication: Option<Publication>,
}

/// Compiles a workspace.
///
/// # Errors
/// Where functions could not read what explains itself well.
pub fn compile(source: &Source) -> Result<Compiled> {
    let checked = check(source);
    let publication = match &checked.loaded.definitions {
        Some(definitions) if !checked.has_errors() => {
            Some(publication(&source.files, definitions.campaigns.keys(), &checked.mails)?)
        }
        _ => None,
    };
    Ok(Compiled { problems: checked.problems, publication })
}

/// Everything of a folder, or of some campaigns in it, compiled.
///
/// # Errors
/// Where a file cannot be read, or has errors: all of them are in the error.
pub fn compiled(folder: &Path, only: &[String]) -> Result<Publication> {
    let Compiled { problems, publication } = compile(&Source::folder(folder)?.only(only))?;
    let errors = problems.iter().filter(|problem| problem.is_error());
    publication.with_context(|| {
        let errors: String = errors.map(|error| format!("\n{error}")).collect();
        format!("nothing was published: the folder has errors{errors}")
    })
}

fn publication<'i>(
    files: &Files,
    ids: impl Iterator<Item = &'i String>,
    mails: &[(MailFile, CompiledMail)],
) -> Result<Publication> {
    let choices = choices(files);
    let mut publication = Publication {
        workspace_yaml: files.get("workspace.yaml").cloned().unwrap_or_default(),
        ..Publication::default()
    };
    for id in ids {
        let yaml = files.get(&format!("{id}/campaign.yaml")).cloned().unwrap_or_default();
        let own = mails.iter().filter(|(file, _)| file.campaign == *id);
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
