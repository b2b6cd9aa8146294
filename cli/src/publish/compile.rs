//! Compiles a workspace folder, mails included, into what is published.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use rekindle_engine::catalog::{Catalog, Choice};
use rekindle_engine::lang::{Diagnostic, Files, Loaded, MOVES, load, load_published, moves};
use rekindle_mail::{LayoutSource, MailSource, compile, layout_name};
use rekindle_store::{CampaignFiles, Publication};

use crate::files;

/// Everything of a folder, compiled.
///
/// # Errors
/// Where a file cannot be read, or has errors, all of which go to standard error.
pub fn compiled(folder: &Path, only: &[String]) -> Result<Publication> {
    let mut files = files::read(folder)?;
    if !only.is_empty() {
        files.retain(|path, _| {
            let campaign = path.split_once('/').map(|(campaign, _)| campaign);
            campaign.is_none_or(|campaign| campaign == "layouts" || only.iter().any(|name| name == campaign))
        });
    }
    let loaded = load(&files);
    let mut errors = 0;
    let found = loaded.diagnostics.iter().cloned().map(Diagnostic::for_publishing);
    for diagnostic in found.filter(Diagnostic::is_error) {
        errors += 1;
        eprintln!("{}/{diagnostic}", folder.display());
    }
    let mails = mails(folder, &files, &loaded, &mut errors);
    let choices = choices(&files);
    let Some(definitions) = loaded.definitions.filter(|_| errors == 0) else {
        bail!("{errors} errors; nothing was published");
    };
    let mut publication = Publication {
        workspace_yaml: files.get("workspace.yaml").cloned().unwrap_or_default(),
        ..Publication::default()
    };
    for id in definitions.campaigns.into_keys() {
        let yaml = files.get(&format!("{id}/campaign.yaml")).cloned().unwrap_or_default();
        let own = mails.iter().filter(|((campaign, _, _), _)| *campaign == id);
        let own = own.map(|((_, mail, locale), compiled)| ((mail.clone(), locale.clone()), compiled.clone()));
        let choices = choices.get(&id).cloned().unwrap_or_default();
        let files = CampaignFiles { yaml, mails: own.collect(), choices };
        publication.campaigns.insert(id, files);
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

type Compiled = BTreeMap<(String, String, String), serde_json::Value>;

fn mails(folder: &Path, files: &Files, loaded: &Loaded, errors: &mut usize) -> Compiled {
    let fallback = loaded.runnable().and_then(|definitions| definitions.workspace.locales.first().cloned());
    let fallback = fallback.unwrap_or_else(|| "en".to_owned());
    let mut compiled = Compiled::new();
    for mail in &loaded.mails {
        let text = files.get(&mail.path).map_or("", String::as_str);
        let name = layout_name(text);
        let path = name.as_ref().map(|name| format!("layouts/{name}.mjml"));
        let layout = path
            .as_ref()
            .zip(name.as_ref())
            .and_then(|(path, name)| Some(LayoutSource { name, path, text: files.get(path)? }));
        let locale = mail.locale.clone();
        let source = MailSource {
            name: &mail.mail,
            locale: locale.as_deref().unwrap_or(&fallback),
            path: &mail.path,
            text,
            layout: layout.as_ref(),
        };
        match compile(&source) {
            Ok(mail_compiled) => {
                if let Ok(value) = serde_json::to_value(mail_compiled) {
                    compiled.insert((mail.campaign.clone(), mail.mail.clone(), locale.unwrap_or_default()), value);
                }
            }
            Err(problems) => {
                *errors += problems.len();
                for problem in problems {
                    eprintln!(
                        "{}/{}:{}:{}: error {}: {} (help: {})",
                        folder.display(),
                        problem.path,
                        problem.line,
                        problem.column,
                        problem.code,
                        problem.message,
                        problem.help
                    );
                }
            }
        }
    }
    compiled
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
