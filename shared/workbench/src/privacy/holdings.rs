//! Everything that is kept about a person, wherever that is: what an export shows and an erasure removes.

use anyhow::{Context, Result};
use rekindle_archive::Folder;
use rekindle_engine::person::{ConsentEntry, Person};
use rekindle_store::{AnswerRow, ClaimedCode, Erased, Erasure, Ledger, Note, Notes, People, SendRow};

use super::Around;
use crate::person::Address;

/// What is kept about one person.
pub(super) struct Holdings {
    pub person: Person,
    /// What is known about the address that they have.
    pub address: Address,
    /// The erasure of which not everything is done, where there is one.
    pub erasing: Option<Erased>,
    pub consents: Vec<ConsentEntry>,
    pub journal: Vec<String>,
    pub sends: Vec<SendRow>,
    pub answers: Vec<AnswerRow>,
    pub codes: Vec<ClaimedCode>,
    pub notes: Vec<Note>,
    /// The events of the archive; `None` where it cannot be looked at from here.
    pub events: Option<Vec<String>>,
    /// Mails in a local mailbox; `None` where there is none, or another process holds it.
    pub mails: Option<u64>,
}

impl Holdings {
    /// Looks everywhere.
    ///
    /// # Errors
    /// Where a place cannot be read.
    pub async fn of(around: &Around<'_>, id: &str) -> Result<Self> {
        let store = around.store;
        let events = match &around.archive {
            Some(folder) => {
                let lines = Folder::new(folder).lines_about(id);
                Some(lines.with_context(|| format!("the archive {} cannot be read", folder.display()))?)
            }
            None => None,
        };
        let mails = match store.pseudonym(id) {
            Some(pseudonym) => around.beside.mails(&pseudonym)?,
            None => None,
        };
        let person = store.load(id).await?.person;
        Ok(Self {
            address: Address::of(store, &person).await?,
            person,
            erasing: store.pending_erasure(id).await?,
            consents: store.consents(id).await?,
            journal: store.read(id).await?,
            sends: store.sends(id).await?,
            answers: store.answers_of(id).await?,
            codes: store.codes_of(id).await?,
            notes: store.notes_about(id).await?,
            events,
            mails,
        })
    }

    /// How much there is, place by place.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let item = self.person.is_known() || self.erasing.is_some();
        let mails =
            self.mails.map(|mails| ("mails in the local mailbox", usize::try_from(mails).unwrap_or(usize::MAX)));
        let events = self.events.as_ref().map(|events| ("events in the archive", events.len()));
        let table = [
            ("the person's item", usize::from(item)),
            ("consent statements", self.consents.len()),
            ("journal lines", self.journal.len()),
            ("sends", self.sends.len()),
            ("survey answers", self.answers.len()),
            ("codes", self.codes.len()),
            ("operators' notes", self.notes.len()),
        ];
        table.into_iter().chain(events).chain(mails).collect()
    }
}
