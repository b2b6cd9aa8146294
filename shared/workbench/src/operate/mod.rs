//! What operators do to what is live: rollback, pause and resume, enrol and exit, passes over everyone, mails of unknown
//! outcome.
//!
//! Every act has a reason, which is kept with who did it and when; it changes no file and no version.

mod audit;
mod history;
mod passes;
mod people;
mod runs;
mod unknown;

use anyhow::{Context, Result, bail};
use rekindle_engine::time::Instant;
use rekindle_store::{Note, Notes, Publications, Published};

pub use audit::set_aside;
pub use history::{all, difference, go_back, unnoted};
pub use passes::{Owed, known_passes, passes_to_begin};
pub use people::{enrol, exit};
pub use runs::{Paused, pause, resume};
pub use unknown::{Do, HeldSend, settle_unknown, unknown_sends};

/// Why something is done, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Why; it is kept.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

impl Act {
    /// Keeps that it was done to a campaign, or to one person in it.
    async fn note(
        &self,
        store: &impl Notes,
        act: &str,
        campaign: &str,
        person: Option<&str>,
        send_id: Option<&str>,
        at: Instant,
    ) -> Result<()> {
        let note = Note {
            at,
            act: act.to_owned(),
            campaign: campaign.to_owned(),
            person: person.map(str::to_owned),
            send_id: send_id.map(str::to_owned),
            by: self.by.clone(),
            reason: self.reason.clone(),
        };
        store.note(&note).await.context("the reason cannot be kept")
    }
}

/// What is live, provided that it has this campaign, or had it once.
///
/// # Errors
/// Where there is no such campaign, or the store does not answer.
pub async fn published(store: &impl Publications, campaign: &str) -> Result<Published> {
    let published = store.live().await?.context("nothing is published yet; run `rekindle publish`")?;
    if !published.campaigns.contains_key(campaign) && !published.retired.contains_key(campaign) {
        let known: Vec<&str> = published.campaigns.keys().map(String::as_str).collect();
        bail!("there is no campaign {campaign:?}; live are {}", known.join(", "));
    }
    Ok(published)
}
