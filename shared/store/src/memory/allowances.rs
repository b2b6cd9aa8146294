//! The allowance.

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Allowance, Allowances, Base, Rise, Risen};

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

    async fn rise(&self, rise: &Rise) -> Result<Risen, StoreError> {
        let mut state = self.lock();
        let (allowance, version) = &mut state.allowance;
        let fits = match rise.from {
            Base::Level { least, most } => (least..=most).contains(&allowance.level),
            Base::Now(now) => allowance.level < now,
        };
        let is_left = !rise.has_quota || allowance.left.is_some_and(|left| left >= rise.mails);
        if !fits || !is_left || allowance.asked_at != rise.asked_at {
            return Ok(Risen::Not(*allowance, *version));
        }
        let from = if let Base::Now(now) = rise.from { now } else { allowance.level };
        allowance.level = from + rise.by;
        allowance.left = allowance.left.map(|left| if rise.has_quota { left - rise.mails } else { left });
        *version += 1;
        Ok(Risen::Level(allowance.level))
    }
}
