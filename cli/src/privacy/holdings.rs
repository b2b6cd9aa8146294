//! Everything that is kept about a person, wherever that is: what an export shows and an erasure removes.

use anyhow::{Context, Result};
use rekindle_engine::person::{ConsentEntry, Person};
use rekindle_relay::archive::Folder;
use rekindle_store::{AnswerRow, ClaimedCode, Erased, Erasure, Ledger, Note, Notes, People, SendRow};
use std::path::{Path, PathBuf};

use crate::person::Address;
use crate::system::PERSON;
use crate::target::Target;

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
    /// Looks everywhere. `archive` is the folder of the archive, else that of the local system is taken.
    ///
    /// # Errors
    /// Where a place cannot be read.
    pub async fn of(target: &Target, id: &str, archive: Option<&Path>) -> Result<Self> {
        let store = &target.store;
        let events = match folder(target, archive) {
            Some(folder) => {
                let lines = Folder::new(&folder).lines_about(id);
                Some(lines.with_context(|| format!("the archive {} cannot be read", folder.display()))?)
            }
            None => None,
        };
        let mails = match (target.own(), store.pseudonym(id)) {
            (Some(system), Some(pseudonym)) => Some(system.aws.tagged_mails(PERSON, &pseudonym)?),
            _ => None,
        };
        let person = store.load(id).await?.person;
        Ok(Self {
            address: Address::of(store, &person).await?,
            person,
            erasing: store.unfinished(id).await?,
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

/// Where the archive can be read.
fn folder(target: &Target, archive: Option<&Path>) -> Option<PathBuf> {
    let given = archive.map(Path::to_path_buf);
    given.or_else(|| target.own().and_then(|system| system.archive().map(Path::to_path_buf)))
}
