//! What changes in the mails of a campaign.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use rekindle_engine::catalog::LiveCampaign;
use rekindle_engine::program::{Action, Program};
use rekindle_mail::CompiledMail;
use rekindle_store::{CampaignFiles, Publications};
use serde::Serialize;
use serde_json::Value;

/// One translation of one mail that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailChange {
    /// The mail.
    pub mail: String,
    /// Its locale; empty where the file names none.
    pub locale: String,
    /// What is different, in words.
    pub what: Vec<String>,
}

/// The mails that differ between a live campaign and its new files.
///
/// # Errors
/// Where the live ones cannot be read.
pub async fn changes(
    store: &impl Publications,
    id: &str,
    live: &LiveCampaign,
    new: &CampaignFiles,
) -> Result<Vec<MailChange>> {
    let mut names: BTreeSet<&str> = new.mails.keys().map(|(mail, _)| mail.as_str()).collect();
    names.extend(self::names(&live.program));
    let live_mails = of(store, id, live.version, names).await?;
    let mut changes = Vec::new();
    for key in live_mails.keys().chain(new.mails.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (live_mails.get(key), new.mails.get(key));
        if before == after {
            continue;
        }
        let (mail, locale) = key.clone();
        let read = |value: &Value| serde_json::from_value::<CompiledMail>(value.clone()).ok();
        let what = match (before, after) {
            (None, _) => vec!["new".to_owned()],
            (_, None) => vec!["removed".to_owned()],
            (Some(before), Some(after)) => match (read(before), read(after)) {
                (Some(before), Some(after)) => differences(&before, &after),
                _ => vec!["changed".to_owned()],
            },
        };
        changes.push(MailChange { mail, locale, what });
    }
    Ok(changes)
}

/// The mails that a campaign's steps send.
pub fn names(program: &Program) -> BTreeSet<&str> {
    let name = |step: &Arc<str>| match &program.at(step)?.action {
        Action::Mail { mail, .. } => Some(&**mail),
        _ => None,
    };
    program.mail_steps.iter().filter_map(name).collect()
}

/// The mails of these names in a version of a campaign, in all their translations.
///
/// # Errors
/// Where they cannot be read.
pub async fn of(
    store: &impl Publications,
    id: &str,
    version: u32,
    names: BTreeSet<&str>,
) -> Result<BTreeMap<(String, String), Value>> {
    let mut mails = BTreeMap::new();
    for mail in names {
        let translations = store.mails(id, version, mail).await?.into_iter();
        mails.extend(translations.map(|(locale, compiled)| ((mail.to_owned(), locale), compiled)));
    }
    Ok(mails)
}

/// Whether the mails of a version are those of the files.
///
/// # Errors
/// Where they cannot be read.
pub async fn are(store: &impl Publications, id: &str, version: u32, files: &CampaignFiles) -> Result<bool> {
    let names = files.mails.keys().map(|(mail, _)| mail.as_str()).collect();
    Ok(of(store, id, version, names).await? == files.mails)
}

fn differences(before: &CompiledMail, after: &CompiledMail) -> Vec<String> {
    let mut what = Vec::new();
    if before.subject != after.subject {
        what.push(format!("subject “{}” → “{}”", before.subject, after.subject));
    }
    if before.preheader != after.preheader {
        what.push(format!("preheader “{}” → “{}”", before.preheader, after.preheader));
    }
    // The preheader stands in the body too.
    if before.text != after.text || (before.html != after.html && before.preheader == after.preheader) {
        what.push("body changed".to_owned());
    }
    if what.is_empty() {
        what.push("changed".to_owned());
    }
    what
}
