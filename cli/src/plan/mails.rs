//! What changes in the mails of a campaign.

use std::collections::BTreeSet;

use anyhow::Result;
use rekindle_engine::catalog::{Catalog, Live};
use rekindle_engine::program::Action;
use rekindle_mail::CompiledMail;
use rekindle_store::{CampaignFiles, Publications};
use serde::Serialize;

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
    catalog: &Catalog,
    id: &str,
    live: &Live,
    new: &CampaignFiles,
) -> Result<Vec<MailChange>> {
    let mut names: BTreeSet<(String, String)> = new.mails.keys().cloned().collect();
    let locales = || catalog.workspace.locales.iter().map(String::as_str).chain([""]);
    for step in &live.program.mail_steps {
        if let Some(Action::Mail { mail, .. }) = live.program.at(step).map(|node| &node.action) {
            names.extend(locales().map(|locale| (mail.to_string(), locale.to_owned())));
        }
    }
    let mut changes = Vec::new();
    for (mail, locale) in names {
        let before = store.mail(id, live.version, &mail, &locale).await?;
        let after = new.mails.get(&(mail.clone(), locale.clone()));
        if before.as_ref() == after {
            continue;
        }
        let read = |value: &serde_json::Value| serde_json::from_value::<CompiledMail>(value.clone()).ok();
        let what = match (before.as_ref(), after) {
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
