//! What operators do to what is live: history and rollback, pause and resume, enrol and exit, passes over everyone.
//!
//! Every act has a reason, which is kept with who did it and when; it changes no file and no version.

mod audit;
mod confirmed;
mod history;
mod passes;
mod people;
mod runs;
#[cfg(test)]
mod tests;
mod unknown;

use anyhow::{Context, Result, bail};
use rekindle_engine::time::Instant;
use rekindle_lambda::config::environment;
use rekindle_store::{Note, Notes, Publications, Published};

pub use audit::{AuditArguments, audit};
pub use history::{HistoryArguments, RollbackArguments, history, rollback};
pub use passes::{SweepArguments, carry_on, sweep};
pub use people::{EnrolArguments, ExitArguments, enrol, exit};
pub use runs::{PauseArguments, ResumeArguments, pause, resume};
pub use unknown::{UnknownArguments, unknown};

/// Why, and who says so.
#[derive(clap::Args)]
pub struct Because {
    /// Why; it is kept.
    #[arg(long)]
    reason: String,
    /// Who says so; default: the machine's user.
    #[arg(long)]
    by: Option<String>,
}

impl Because {
    fn by(&self) -> String {
        let user = || environment().optional("USER").unwrap_or_else(|| "somebody".to_owned());
        self.by.clone().unwrap_or_else(user)
    }

    /// Keeps an act on a campaign, or on one person in it.
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
            by: self.by(),
            reason: self.reason.clone(),
        };
        store.note(&note).await.context("the reason cannot be kept")
    }
}

/// What is live, provided that it has this campaign, or had it once.
async fn published(store: &impl Publications, campaign: &str) -> Result<Published> {
    let published = store.live().await?.context("nothing is published yet; run `rekindle publish`")?;
    if !published.campaigns.contains_key(campaign) && !published.retired.contains_key(campaign) {
        let known: Vec<&str> = published.campaigns.keys().map(String::as_str).collect();
        bail!("there is no campaign {campaign:?}; live are {}", known.join(", "));
    }
    Ok(published)
}
