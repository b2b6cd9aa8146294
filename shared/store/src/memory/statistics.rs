//! Sheets and totals.

use super::Memory;
use crate::error::StoreError;
use crate::statistics::{Day, Sheet, Statistics, Totals};

impl Statistics for Memory {
    async fn open_day(&self, day: Day) -> Result<(), StoreError> {
        self.lock().days.entry(day).or_default();
        Ok(())
    }

    async fn put_sheet(&self, day: Day, sheet: &Sheet) -> Result<(), StoreError> {
        let Some(name) = sheet.name() else { return Ok(()) };
        self.lock().sheets.insert((day, name), sheet.clone());
        Ok(())
    }

    async fn days(&self) -> Result<Vec<(Day, Option<Totals>)>, StoreError> {
        Ok(self.lock().days.iter().map(|(day, totals)| (*day, totals.clone())).collect())
    }

    async fn sheets(&self, day: Day) -> Result<Vec<Sheet>, StoreError> {
        let state = self.lock();
        let own = state.sheets.range((day, String::new())..).take_while(|((of, _), _)| *of == day);
        Ok(own.map(|(_, sheet)| sheet.clone()).collect())
    }

    async fn fold(&self, day: Day, totals: &Totals) -> Result<(), StoreError> {
        if let Some(kept) = self.lock().days.get_mut(&day) {
            kept.get_or_insert_with(|| totals.clone());
        }
        Ok(())
    }
}
