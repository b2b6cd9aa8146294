//! The allowance.

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Allowance, Allowances, Reserve, ReserveFrom, Reserved};

impl Allowances for Memory {
    async fn allowance(&self) -> Result<(Allowance, u64), StoreError> {
        Ok(self.lock().allowance)
    }

    async fn put_allowance(&self, allowance: &Allowance, seen: u64) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let is_newest = state.allowance.1 == seen;
        if is_newest {
            state.allowance = (*allowance, seen + 1);
        }
        Ok(is_newest)
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, StoreError> {
        let mut state = self.lock();
        let (allowance, version) = &mut state.allowance;
        let fits = match reserve.from {
            ReserveFrom::Level { least, most } => (least..=most).contains(&allowance.level),
            ReserveFrom::Now(now) => allowance.level < now,
        };
        let is_left = !reserve.has_quota || allowance.left.is_some_and(|left| left >= reserve.mails);
        if !fits || !is_left || allowance.asked_at != reserve.asked_at {
            return Ok(Reserved::Not(*allowance, *version));
        }
        let from = if let ReserveFrom::Now(now) = reserve.from { now } else { allowance.level };
        allowance.level = from + reserve.by;
        allowance.left = allowance.left.map(|left| if reserve.has_quota { left - reserve.mails } else { left });
        *version += 1;
        Ok(Reserved::Level(allowance.level))
    }
}
