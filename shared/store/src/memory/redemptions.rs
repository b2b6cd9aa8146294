//! The directory of codes and the uses of them.

use rekindle_engine::ids::code_key;

use super::Memory;
use crate::error::StoreError;
use crate::ports::{CodeRow, RedemptionRow, Redemptions};

impl Redemptions for Memory {
    async fn whose(&self, code: &str) -> Result<Option<CodeRow>, StoreError> {
        Ok(self.lock().codes.get(&code_key(code)).cloned())
    }

    async fn put_redemption(&self, row: &RedemptionRow) -> Result<(), StoreError> {
        let mut state = self.lock();
        if row.doubt.is_none()
            && let Some(code) = row.code.as_deref().and_then(|code| state.codes.get_mut(&code_key(code)))
            && code.used_at.is_none()
        {
            code.used_at = Some(row.at);
            code.order.clone_from(&row.order);
        }
        let kept = RedemptionRow { code: None, order: None, ..row.clone() };
        let offer = (row.campaign.clone(), row.offer.clone(), row.name.clone());
        state.redemptions.insert(offer, kept);
        Ok(())
    }

    async fn redemptions(&self, campaign: &str, offer: &str) -> Result<Vec<RedemptionRow>, StoreError> {
        let state = self.lock();
        let rows = state.redemptions.values().filter(|row| row.campaign == campaign && row.offer == offer);
        Ok(rows.cloned().collect())
    }
}
