//! Reads what was counted, and folds days that are over.

use std::collections::HashSet;

use super::Statistics;
use super::{Day, Totals};
use crate::error::StoreError;

/// Everything that was ever counted.
///
/// # Errors
/// Where the store does not answer.
pub async fn totals<S: Statistics>(store: &S) -> Result<Totals, StoreError> {
    let mut all = Totals::default();
    by_day(store, Day(i64::MIN)).await?.into_iter().for_each(|(_, totals)| all.merge(totals));
    Ok(all)
}

/// What was counted on each day, in order, from that day on.
///
/// # Errors
/// Where the store does not answer.
pub async fn by_day<S: Statistics>(store: &S, first: Day) -> Result<Vec<(Day, Totals)>, StoreError> {
    let mut days = Vec::new();
    let mut reader = Reader::new(store);
    for (day, folded) in store.days().await? {
        match folded {
            _ if day < first => reader.pass(day),
            Some(folded) => {
                reader.pass(day);
                days.push((day, folded));
            }
            None => days.push((day, reader.read(day).await?)),
        }
    }
    Ok(days)
}

/// Folds the days that lie two days or more before `today`: nothing of them can be repeated any more. Several may do so at
/// once.
///
/// # Errors
/// Where the store does not answer; it may be tried again.
pub async fn fold_before<S: Statistics>(store: &S, today: Day) -> Result<(), StoreError> {
    let mut reader = Reader::new(store);
    for (day, folded) in store.days().await? {
        if folded.is_some() {
            reader.pass(day);
        } else if day.0 <= today.0 - 2 {
            let totals = reader.read(day).await?;
            store.fold(day, &totals).await?;
        }
    }
    Ok(())
}

/// Reads days one after another. A batch that is repeated after midnight may stand under both days, so that the names of
/// the day before count as seen.
struct Reader<'s, S> {
    store: &'s S,
    seen: HashSet<String>,
    before: Option<Day>,
}

impl<'s, S: Statistics> Reader<'s, S> {
    fn new(store: &'s S) -> Self {
        Self { store, seen: HashSet::new(), before: None }
    }

    /// Passes over a day that is folded.
    fn pass(&mut self, day: Day) {
        self.before = Some(day);
    }

    async fn read(&mut self, day: Day) -> Result<Totals, StoreError> {
        if let Some(before) = self.before.take() {
            let mut known = Totals::default();
            self.store.sheets(before).await?.iter().for_each(|sheet| sheet.count(&mut self.seen, &mut known));
        }
        let mut totals = Totals::default();
        self.store.sheets(day).await?.iter().for_each(|sheet| sheet.count(&mut self.seen, &mut totals));
        Ok(totals)
    }
}
