//! What is noted about people and addresses, and what an erasure takes away.

use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, Sheet, Totals};
use rekindle_store::{
    AddressFact, Addresses, AnswerRow, ClaimedCode, Erased, Erasure, Ledger, LedgerPage, Note, Notes, SendRow,
    Statistics, StoreError, Suppression, UnknownSend,
};

use super::Table;
use crate::faults::Kind;
use crate::points::Effect;

impl Addresses for Table {
    fn address_hash(&self, address: &str) -> String {
        self.memory.address_hash(address)
    }

    async fn note_address(&self, hash: &str, fact: AddressFact, at: Instant) -> Result<(), StoreError> {
        self.ask(Effect::NoteAddress, self.memory.note_address(hash, fact, at)).await
    }

    async fn suppressed(&self, address: &str) -> Result<Option<Suppression>, StoreError> {
        self.ask(Effect::ReadSuppression, self.memory.suppressed(address)).await
    }

    async fn all_suppressed(&self, hashes: &[String]) -> Result<Vec<Option<Suppression>>, StoreError> {
        self.ask(Effect::ReadSuppression, self.memory.all_suppressed(hashes)).await
    }

    async fn having(&self, hash: &str) -> Result<Vec<String>, StoreError> {
        let mut people = self.ask(Effect::ReadAddress, self.memory.having(hash)).await?;
        match self.stale() {
            Some(Kind::StalePageMissing) => drop(people.pop()),
            Some(_) => people.extend(self.anybody()),
            None => {}
        }
        Ok(people)
    }
}

impl Erasure for Table {
    async fn pending_erasure(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        self.ask(Effect::Other, self.memory.pending_erasure(person)).await
    }

    async fn tombstone(&self, person: &str) -> Result<u64, StoreError> {
        self.ask(Effect::ReadTombstone, self.memory.tombstone(person)).await
    }

    async fn has_come_back(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        self.ask(Effect::ReadTombstone, self.memory.has_come_back(person, erased)).await
    }

    async fn write_tombstone(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        self.ask(Effect::Bury, self.memory.write_tombstone(person, erased)).await
    }

    async fn forget(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        self.ask(Effect::Forget, self.memory.forget(person, erased)).await
    }
}

impl Ledger for Table {
    async fn append(&self, noted: &[LedgerPage]) -> Result<(), StoreError> {
        if noted.is_empty() {
            return Ok(());
        }
        self.ask(Effect::AppendLines, self.memory.append(noted)).await
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        self.ask(Effect::Other, self.memory.read(person)).await
    }

    async fn put_send(&self, row: &SendRow, version: u64) -> Result<bool, StoreError> {
        self.ask(Effect::PutSend, self.memory.put_send(row, version)).await
    }

    async fn marks(&self, person: &str) -> Result<Vec<(SendRow, String)>, StoreError> {
        self.ask(Effect::Other, self.memory.marks(person)).await
    }

    async fn send(&self, person: &str, send_id: &str) -> Result<Option<SendRow>, StoreError> {
        self.ask(Effect::Other, self.memory.send(person, send_id)).await
    }

    async fn sends(&self, person: &str) -> Result<Vec<SendRow>, StoreError> {
        self.ask(Effect::Other, self.memory.sends(person)).await
    }

    async fn unknown(&self, limit: u32) -> Result<Vec<UnknownSend>, StoreError> {
        self.ask(Effect::ReadUnknown, self.memory.unknown(limit)).await
    }

    async fn put_answer(&self, row: &AnswerRow) -> Result<(), StoreError> {
        self.ask(Effect::PutAnswer, self.memory.put_answer(row)).await
    }

    async fn answers(&self, campaign: &str, survey: &str) -> Result<Vec<AnswerRow>, StoreError> {
        self.ask(Effect::Other, self.memory.answers(campaign, survey)).await
    }

    async fn consents(&self, person: &str) -> Result<Vec<ConsentEntry>, StoreError> {
        self.ask(Effect::Other, self.memory.consents(person)).await
    }

    async fn answers_of(&self, person: &str) -> Result<Vec<AnswerRow>, StoreError> {
        self.ask(Effect::Other, self.memory.answers_of(person)).await
    }

    async fn codes_of(&self, person: &str) -> Result<Vec<ClaimedCode>, StoreError> {
        self.ask(Effect::Other, self.memory.codes_of(person)).await
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        self.ask(Effect::EraseRows, self.memory.erase(person)).await
    }
}

impl Notes for Table {
    async fn note(&self, note: &Note) -> Result<(), StoreError> {
        self.ask(Effect::KeepNote, self.memory.note(note)).await
    }

    async fn notes(&self) -> Result<Vec<Note>, StoreError> {
        self.ask(Effect::Other, self.memory.notes()).await
    }

    async fn notes_about(&self, person: &str) -> Result<Vec<Note>, StoreError> {
        self.ask(Effect::Other, self.memory.notes_about(person)).await
    }
}

impl Statistics for Table {
    async fn open_day(&self, day: Day) -> Result<(), StoreError> {
        self.ask(Effect::OpenDay, self.memory.open_day(day)).await
    }

    async fn put_sheet(&self, day: Day, sheet: &Sheet) -> Result<(), StoreError> {
        self.ask(Effect::PutSheet, self.memory.put_sheet(day, sheet)).await
    }

    async fn days(&self) -> Result<Vec<(Day, Option<Totals>)>, StoreError> {
        self.ask(Effect::ReadDays, self.memory.days()).await
    }

    async fn sheets(&self, day: Day) -> Result<Vec<Sheet>, StoreError> {
        self.ask(Effect::ReadSheets, self.memory.sheets(day)).await
    }

    async fn fold(&self, day: Day, totals: &Totals) -> Result<(), StoreError> {
        self.ask(Effect::FoldDay, self.memory.fold(day, totals)).await
    }
}
