//! Journal lines and sends.

use rekindle_engine::person::ConsentEntry;

use super::Memory;
use crate::error::StoreError;
use crate::pages::{PageAt, Pages};
use crate::ports::{AnswerRow, ClaimedCode, Ledger, LedgerPage, SendRow, SendStage, UnknownSend};

impl Ledger for Memory {
    async fn append(&self, noted: &[LedgerPage]) -> Result<(), StoreError> {
        let mut state = self.lock();
        for noted in noted {
            state.pages.entry(noted.person.clone()).or_default().insert(PageAt::of(noted), noted.clone());
        }
        Ok(())
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.noted(person)?.lines())
    }

    async fn put_send(&self, row: &SendRow, version: u64) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let is_first = row.stage.mark().is_some_and(|mark| {
            let marks = state.marks.entry(row.person.clone()).or_default();
            *marks.entry((row.send_id.clone(), mark)).or_insert(version) == version
        });
        let sends = state.sends.entry(row.person.clone()).or_default();
        let behind = sends.get(&row.send_id).is_some_and(|known| known.stage.rank() > row.stage.rank());
        if !behind {
            sends.insert(row.send_id.clone(), row.clone());
        }
        Ok(is_first)
    }

    async fn marks(&self, person: &str) -> Result<Vec<(SendRow, String)>, StoreError> {
        let plain = self.noted(person)?.marks();
        let state = self.lock();
        let row = |send_id: &str| state.sends.get(person)?.get(send_id).cloned();
        let marks = state.marks.get(person).into_iter().flat_map(|marks| marks.keys());
        Ok(plain.chain(marks.filter_map(|(send_id, mark)| Some((row(send_id)?, (*mark).to_owned())))).collect())
    }

    async fn send(&self, person: &str, send_id: &str) -> Result<Option<SendRow>, StoreError> {
        Ok(self.sends(person).await?.into_iter().find(|row| row.send_id == send_id))
    }

    async fn sends(&self, person: &str) -> Result<Vec<SendRow>, StoreError> {
        let pages = self.noted(person)?;
        let rows = self.lock().sends.get(person).into_iter().flat_map(|sends| sends.values().cloned()).collect();
        Ok(pages.sends(rows))
    }

    async fn unknown(&self, limit: u32) -> Result<Vec<UnknownSend>, StoreError> {
        let state = self.lock();
        let rows = state.sends.values().flat_map(|sends| sends.values());
        let rows = rows.filter(|row| matches!(row.stage, SendStage::Unknown { .. })).cloned();
        let mut unknown: Vec<UnknownSend> =
            rows.map(|SendRow { at, person, send_id, .. }| UnknownSend { since: at, person, send_id }).collect();
        unknown.sort_unstable();
        unknown.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(unknown)
    }

    async fn put_answer(&self, row: &AnswerRow) -> Result<(), StoreError> {
        let mut state = self.lock();
        let occasion = (row.campaign.clone(), row.survey.clone(), row.entry, row.person.clone());
        if state.answers.get(&occasion).is_none_or(|known| known.version <= row.version) {
            state.answers.insert(occasion, row.clone());
        }
        Ok(())
    }

    async fn answers(&self, campaign: &str, survey: &str) -> Result<Vec<AnswerRow>, StoreError> {
        let state = self.lock();
        let rows = state.answers.values().filter(|row| row.campaign == campaign && row.survey == survey);
        Ok(rows.cloned().collect())
    }

    async fn consents(&self, person: &str) -> Result<Vec<ConsentEntry>, StoreError> {
        Ok(self.noted(person)?.consents())
    }

    async fn answers_of(&self, person: &str) -> Result<Vec<AnswerRow>, StoreError> {
        Ok(self.lock().answers.values().filter(|row| row.person == person).cloned().collect())
    }

    async fn codes_of(&self, person: &str) -> Result<Vec<ClaimedCode>, StoreError> {
        let state = self.lock();
        let code = |((campaign, offer, entry), code): (&(String, String, u32), &String)| ClaimedCode {
            campaign: campaign.clone(),
            offer: offer.clone(),
            entry: *entry,
            code: code.clone(),
        };
        Ok(state.claims.get(person).into_iter().flatten().map(code).collect())
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.pages.remove(person);
        state.sends.remove(person);
        state.marks.remove(person);
        state.claims.remove(person);
        state.codes.retain(|_, row| row.person != person);
        state.answers.retain(|_, row| row.person != person);
        state.notes.retain(|_, note| note.person.as_deref() != Some(person));
        Ok(())
    }
}

impl Memory {
    /// The pages of somebody's ledger, with what only the person has yet.
    fn noted(&self, person: &str) -> Result<Pages, StoreError> {
        let state = self.lock();
        let mut pages = Pages::default();
        state.pages.get(person).into_iter().flat_map(|own| own.values().cloned()).for_each(|noted| pages.add(noted));
        if let Some(stored) = state.people.get(person)
            && let Some(noted) = stored.noted()?
        {
            pages.add(noted.clone());
        }
        Ok(pages)
    }
}
