//! Mails as people would get them, of sample values where a person's are missing.
//!
//! They are written by the very code that sends, so that footer, label and links are those of a real mail. Nothing is sent,
//! and the links are signed with a key that no system trusts.

mod sample;
mod sampled;
pub mod vocabulary;

use anyhow::{Context, Result};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::MailFile;
use rekindle_engine::person::Person;
use rekindle_mail::{CompiledMail, Message, is_same_locale, pick_locale};

use crate::check::Checked;
pub use sample::{person, read as read_person};
pub use sampled::{BASE, Sampled};

/// Which mails, and for whom.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'w> {
    /// Only the mail of this name.
    pub mail: Option<&'w str>,
    /// Only mails of this campaign.
    pub campaign: Option<&'w str>,
    /// Only this language; else every one there is, or the one that the person gets.
    pub locale: Option<&'w str>,
    /// Whom they go to; else an invented person.
    pub person: Option<&'w Person>,
}

/// A mail that was written.
pub struct Written<'c> {
    /// Its file.
    pub file: &'c MailFile,
    /// Its language.
    pub locale: &'c str,
    /// As it would go out.
    pub message: Message,
}

/// Writes the mails of a workspace that are wanted.
///
/// # Errors
/// Where a mail cannot be written.
pub fn write<'c>(checked: &'c Checked, catalog: &Catalog, wanted: &Wanted<'_>) -> Result<Vec<Written<'c>>> {
    let fallback = catalog.workspace.locales.first().map_or("en", String::as_str);
    let mut written = Vec::new();
    for (file, compiled) in &checked.mails {
        if !wanted.is(file, &checked.mails, fallback) {
            continue;
        }
        let Some(sampled) = Sampled::of(catalog, file, compiled) else { continue };
        let person = wanted.person.cloned().unwrap_or_else(|| person(&compiled.locale));
        let message = sampled.message(&person).with_context(|| format!("{} cannot be written", file.path))?;
        written.push(Written { file, locale: &compiled.locale, message });
    }
    Ok(written)
}

impl Wanted<'_> {
    fn is(&self, file: &MailFile, mails: &[(MailFile, CompiledMail)], fallback: &str) -> bool {
        let is = |wanted: Option<&str>, own: &str| wanted.is_none_or(|wanted| wanted == own);
        let locale = file.locale.as_deref().unwrap_or_default();
        let in_locale = match (self.locale, self.person) {
            (Some(wanted), _) => is_same_locale(wanted, file.locale.as_deref().unwrap_or(fallback)),
            (None, None) => true,
            (None, Some(person)) => {
                let own = person.profile.locale.as_deref().unwrap_or_default();
                let same =
                    mails.iter().filter(|(other, _)| (&other.campaign, &other.mail) == (&file.campaign, &file.mail));
                let locales = same.map(|(other, _)| other.locale.as_deref().unwrap_or_default());
                pick_locale(locales, own, fallback) == Some(locale)
            }
        };
        is(self.mail, &file.mail) && is(self.campaign, &file.campaign) && in_locale
    }
}
