//! The compiled mails of published versions, kept once they were read: versions are immutable.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rekindle_engine::person::Outgoing;
use rekindle_mail::{CompiledMail, PreparedMail, RenderError, pick_locale};
use rekindle_store::{Publications, StoreError};
use serde_json::Value;
use thiserror::Error;

/// Mails that are kept, each in all its languages; beyond that the map starts anew.
const KEPT: usize = 256;

type Kept = HashMap<Key, Arc<Translations>>;
/// A campaign, its version, a mail.
type Key = (Arc<str>, u32, Arc<str>);
/// A mail in each of its languages.
type Translations = BTreeMap<String, Translation>;

/// Why a mail is not there.
#[derive(Debug, Error)]
pub enum MailsError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The published version has no such mail. A retry does not help.
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

/// A mail in one language: as it was published, and prepared once somebody gets it.
#[derive(Debug)]
struct Translation {
    compiled: Value,
    prepared: OnceLock<Arc<PreparedMail>>,
}

/// Reads and keeps mails.
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

    /// With what `other` has read, of a store that has the same versions.
    pub fn sharing_cache_with(store: S, other: &Self) -> Self {
        Self { store, kept: Arc::clone(&other.kept) }
    }

    /// The mail of `outgoing` in the language that [`pick_locale`] gives a person of locale `person` in a workspace whose
    /// first locale is `workspace`. One request the first time, none after it.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub async fn get(
        &self,
        outgoing: &Outgoing,
        person: &str,
        workspace: &str,
    ) -> Result<Arc<PreparedMail>, MailsError> {
        let translations = self.translations(outgoing).await?;
        let locale = pick_locale(translations.keys().map(String::as_str), person, workspace);
        let translation = locale.and_then(|locale| translations.get(locale)).ok_or_else(|| MailsError::Missing {
            campaign: Arc::clone(&outgoing.campaign),
            version: outgoing.version,
            mail: Arc::clone(&outgoing.mail),
        })?;
        translation.prepared()
    }

    async fn translations(&self, outgoing: &Outgoing) -> Result<Arc<Translations>, MailsError> {
        let key = (Arc::clone(&outgoing.campaign), outgoing.version, Arc::clone(&outgoing.mail));
        if let Some(known) = self.kept().get(&key) {
            return Ok(Arc::clone(known));
        }
        let stored = self.store.mails(&outgoing.campaign, outgoing.version, &outgoing.mail).await?;
        let translation = |compiled| Translation { compiled, prepared: OnceLock::new() };
        let translations: Translations =
            stored.into_iter().map(|(locale, compiled)| (locale, translation(compiled))).collect();
        let translations = Arc::new(translations);
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&translations));
        Ok(translations)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Translation {
    fn prepared(&self) -> Result<Arc<PreparedMail>, MailsError> {
        if let Some(prepared) = self.prepared.get() {
            return Ok(Arc::clone(prepared));
        }
        let compiled: CompiledMail = serde_json::from_value(self.compiled.clone())?;
        let prepared = Arc::new(PreparedMail::new(&compiled)?);
        Ok(Arc::clone(self.prepared.get_or_init(|| prepared)))
    }
}
