//! One mail as `send` writes it, of sample values.

use std::sync::Arc;

use anyhow::{Context, Result};
use rekindle_engine::catalog::{Catalog, LiveCampaign};
use rekindle_engine::lang::MailFile;
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::program::{Action, Program};
use rekindle_engine::time::Instant;
use rekindle_mail::compose::{self, Signed};
use rekindle_mail::{CompiledMail, Key, Links, Message, PreparedMail, Rendered};
use serde_json::Value;

use super::sample;

/// Where the pages of a sample mail would be.
pub const BASE: &str = "https://mail.example.com";

/// A compiled mail of a campaign.
pub struct Sampled<'s> {
    catalog: &'s Catalog,
    live: &'s LiveCampaign,
    file: &'s MailFile,
    compiled: &'s CompiledMail,
}

impl<'s> Sampled<'s> {
    /// The mail of a file; `None` where its campaign is not among those of the catalogue.
    #[must_use]
    pub fn of(catalog: &'s Catalog, file: &'s MailFile, compiled: &'s CompiledMail) -> Option<Self> {
        Some(Self { catalog, live: catalog.get(&file.campaign)?, file, compiled })
    }

    /// The campaign made ready to run.
    #[must_use]
    pub fn program(&self) -> &'s Program {
        &self.live.program
    }

    /// The steps that send the mail, as they are written.
    pub fn steps(&self) -> impl Iterator<Item = &'s Arc<str>> {
        let (program, mail) = (self.program(), &self.file.mail);
        let sends = move |step: &&Arc<str>| matches!(program.at(step).map(|node| &node.action), Some(Action::Mail { mail: own, .. }) if **own == **mail);
        program.mail_steps.iter().filter(sends)
    }

    /// The finished message.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn message(&self, person: &Person) -> Result<Message> {
        let step = self.steps().next().cloned().unwrap_or_else(|| self.file.mail.as_str().into());
        let (rendered, signed) = self.rendered(person, &step, |_| true)?;
        let workspace = &self.catalog.workspace;
        let sender = workspace.senders.get(self.program().campaign.sender).context("the campaign has no sender")?;
        Ok(compose::address(rendered, &signed, person, self.program(), sender, workspace.policy)?)
    }

    /// What the mail says, with the codes of the offers that `has` holds of.
    ///
    /// # Errors
    /// Where a value is missing or does not fit.
    pub fn rendered(&self, person: &Person, step: &Arc<str>, has: impl Fn(&str) -> bool) -> Result<(Rendered, Signed)> {
        let (data, signed) = self.data(person, step, has)?;
        Ok((PreparedMail::new(self.compiled)?.render(&data)?, signed))
    }

    /// Everything that the mail can name, with the codes of the offers that `has` holds of.
    ///
    /// # Errors
    /// Where links cannot be made.
    pub fn data(&self, person: &Person, step: &Arc<str>, has: impl Fn(&str) -> bool) -> Result<(Value, Signed)> {
        let (program, workspace) = (self.program(), &self.catalog.workspace);
        let mut outgoing = self.outgoing(step, person);
        outgoing.offers.retain(|offer, _| has(offer));
        let signed = compose::sign(
            &links()?,
            person,
            &outgoing,
            program,
            workspace,
            compose::joining_until(outgoing.planned_at),
        )?;
        let mut data = compose::data(person, &outgoing, program, workspace, &signed, &self.compiled.locale);
        // Samples stand for what a person or an event brings; codes and our own links are there or they are not.
        let brought = |name: &&String| {
            ["person", "entry", "answers"].contains(&name.split(['.', '[']).next().unwrap_or_default())
        };
        let named = self.compiled.names.iter().filter(brought);
        sample::fill(&mut data, named, &self.compiled.locale);
        Ok((data, signed))
    }

    /// The same mail as it goes out, its links leading through the page that counts them.
    ///
    /// # Errors
    /// Where links cannot be made.
    pub fn counted(&self, rendered: Rendered, signed: &Signed, person: &Person) -> Result<Rendered> {
        // The same for everybody who previews, and as long as the present.
        let written = Instant::from_seconds(2_000_000_000);
        Ok(signed.counted(&links()?, rendered, person, self.program(), written))
    }

    /// The mail as it would be planned, with a code of every offer of the campaign.
    fn outgoing(&self, step: &Arc<str>, person: &Person) -> Outgoing {
        Outgoing {
            campaign: Arc::clone(&self.program().id),
            version: 1,
            step: Arc::clone(step),
            entry: 1,
            mail: self.file.mail.as_str().into(),
            planned_at: Instant::default(),
            detail: Arc::default(),
            offers: sample::offers(self.program(), &person.zone(&self.catalog.workspace.timezone)),
            released: false,
            seen_at: None,
            chain: None,
            state: SendState::Planned { attempt: 0 },
        }
    }
}

/// Signed with a key that no system trusts.
fn links() -> Result<Links> {
    Ok(Links::new(BASE, Key::new(0, vec![0; 32])?, None)?)
}
