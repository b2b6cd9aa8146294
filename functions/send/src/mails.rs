//! The compiled mails of published versions, prepared once and kept: versions are immutable.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rekindle_engine::person::Outgoing;
use rekindle_mail::{CompiledMail, PreparedMail, RenderError};
use rekindle_store::{Publications, StoreError};
use thiserror::Error;

/// Prepared mails that are kept; beyond that the map starts anew.
const KEPT: usize = 512;

type Kept = HashMap<Key, Option<Arc<PreparedMail>>>;
type Key = (Arc<str>, u32, Arc<str>, String);

/// Why a mail is not there.
#[derive(Debug, Error)]
pub enum MailsError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The published version has no such mail in any language that fits. A retry does not help.
    #[error("version {version} of {campaign} has no mail {mail}")]
    Missing {
        /// The campaign.
        campaign: Arc<str>,
        /// Its version.
        version: u32,
        /// The mail.
        mail: Arc<str>,
    },
    /// What was published is no compiled mail. A retry does not help.
    #[error("a published mail cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// What was published has broken templates. A retry does not help.
    #[error(transparent)]
    Broken(#[from] RenderError),
}

/// Reads and keeps prepared mails.
#[derive(Debug)]
pub struct Mails<S> {
    store: S,
    kept: Arc<Mutex<Kept>>,
}

impl<S: Publications> Mails<S> {
    /// Nothing read yet.
    pub fn new(store: S) -> Self {
        Self { store, kept: Arc::default() }
    }

    /// With what `other` has prepared, of a store that has the same versions.
    pub fn knowing(store: S, other: &Self) -> Self {
        Self { store, kept: Arc::clone(&other.kept) }
    }

    /// The mail of `outgoing` in the language that fits best: the person's locale, its language, the workspace's first
    /// language, the file without one.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub async fn get(
        &self,
        outgoing: &Outgoing,
        person: &str,
        workspace: &str,
    ) -> Result<Arc<PreparedMail>, MailsError> {
        for locale in candidates(person, workspace) {
            if let Some(mail) = self.in_locale(outgoing, locale).await? {
                return Ok(mail);
            }
        }
        Err(MailsError::Missing {
            campaign: Arc::clone(&outgoing.campaign),
            version: outgoing.version,
            mail: Arc::clone(&outgoing.mail),
        })
    }

    async fn in_locale(&self, outgoing: &Outgoing, locale: &str) -> Result<Option<Arc<PreparedMail>>, MailsError> {
        let key = (Arc::clone(&outgoing.campaign), outgoing.version, Arc::clone(&outgoing.mail), locale.to_owned());
        if let Some(known) = self.kept().get(&key) {
            return Ok(known.clone());
        }
        let stored = self.store.mail(&outgoing.campaign, outgoing.version, &outgoing.mail, locale).await?;
        let prepared = match stored {
            Some(value) => Some(Arc::new(PreparedMail::new(&serde_json::from_value::<CompiledMail>(value)?)?)),
            None => None,
        };
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, prepared.clone());
        Ok(prepared)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locales to look for, best first: `ko-KR` before `ko` before the workspace's own before the untranslated file.
fn candidates<'a>(person: &'a str, workspace: &'a str) -> Vec<&'a str> {
    let language = |locale: &'a str| locale.split(['-', '_']).next().unwrap_or(locale);
    let mut candidates: Vec<&str> = Vec::new();
    for locale in [person, language(person), workspace, language(workspace), ""] {
        if !candidates.contains(&locale) {
            candidates.push(locale);
        }
    }
    // A person without a locale asks for the workspace's, not for the untranslated file first.
    if person.is_empty() {
        candidates.retain(|locale| !locale.is_empty());
        candidates.push("");
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_falls_back_to_its_language_then_to_the_workspace() {
        assert_eq!(candidates("ko-KR", "en"), ["ko-KR", "ko", "en", ""]);
        assert_eq!(candidates("", "ko"), ["ko", ""]);
    }
}
