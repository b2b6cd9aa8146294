//! One person as an operator looks them up: profile, consent, where they stand, their mails and their journal. It decides
//! nothing and writes nothing.

mod address;
mod json;

use anyhow::Result;
use jiff::tz::TimeZone;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::Person;
use rekindle_engine::time::{Instant, zone_named};
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{Aside, Due, Dynamo, Ledger, Note, Notes, People, SendRow};
use serde_json::Value;

use crate::unread;
pub use address::Address;
pub use json::{enrolments, json, profile};

/// Everything that is shown of one person.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Who.
    pub person: &'a Person,
    /// What is known of their address.
    pub address: &'a Address,
    /// Their mails.
    pub sends: &'a [SendRow],
    /// Their journal, as lines of JSON.
    pub journal: &'a [String],
    /// What operators did.
    pub notes: &'a [Note],
    /// Since when they are set aside, and why, where nobody can write them.
    pub aside: Option<&'a Aside>,
    /// The values of theirs that `date` triggers cannot read, by campaign.
    pub unread: &'a [(String, Value)],
    /// The workspace's zone by its name.
    pub workspace_zone: &'a str,
}

/// The same, as it was read.
#[derive(Debug)]
pub struct Found {
    person: Person,
    address: Address,
    sends: Vec<SendRow>,
    journal: Vec<String>,
    notes: Vec<Note>,
    aside: Option<Aside>,
    unread: Vec<(String, Value)>,
    workspace_zone: String,
}

impl Found {
    /// Everything about the person of that id; `None` where nobody has it.
    ///
    /// # Errors
    /// Where the store does not answer, or nothing is published.
    pub async fn of(deciding: &Deciding<Dynamo>, id: &str, now: Instant) -> Result<Option<Self>> {
        let store = deciding.store();
        let person = store.load(id).await?.person;
        if !person.is_known() {
            return Ok(None);
        }
        let catalog = deciding.whole_catalog().await?;
        let unread = unread::of(&person, &catalog, now).map(|(campaign, value)| (campaign.to_owned(), value)).collect();
        Ok(Some(Self {
            sends: store.sends(id).await?,
            journal: store.read(id).await?,
            address: Address::of(store, &person).await?,
            aside: store.aside(id).await?,
            notes: store.notes_about(id).await?,
            unread,
            workspace_zone: zone(&catalog).to_owned(),
            person,
        }))
    }

    /// It, to be shown.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            person: &self.person,
            address: &self.address,
            sends: &self.sends,
            journal: &self.journal,
            notes: &self.notes,
            aside: self.aside.as_ref(),
            unread: &self.unread,
            workspace_zone: &self.workspace_zone,
        }
    }
}

/// The workspace's zone by its name.
#[must_use]
pub fn zone(catalog: &Catalog) -> &str {
    catalog.workspace.timezone.iana_name().unwrap_or("UTC")
}

/// The zone that decisions about a person are made in: their own where it is a valid one, else the workspace's, by its name.
#[must_use]
pub fn zone_of(person: &Person, workspace_zone: &str) -> TimeZone {
    person.zone(&zone_named(workspace_zone).unwrap_or(TimeZone::UTC))
}
