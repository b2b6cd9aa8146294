//! The allowance.

use super::Memory;
use crate::error::StoreError;
use crate::ports::{Allowance, Allowances};

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
}
