//! What people share: what may be sent, codes and their uses, passes, and what is published.

use std::collections::BTreeMap;

use rekindle_engine::decide::{Claim, Request};
use rekindle_engine::time::Instant;
use rekindle_store::{
    Allowance, Allowances, CampaignVersion, CodeRow, HistoryEntry, Offers, OwedPass, Pass, Passes, PeoplePage,
    Publication, Publications, PublishError, Published, RedemptionRow, Redemptions, Reserve, Reserved, ScanCursor,
    StoreError,
};

use super::{Table, now, unavailable};
use crate::faults::Kind;
use crate::points::Effect;

impl Allowances for Table {
    async fn allowance(&self) -> Result<(Allowance, u64), StoreError> {
        self.ask(Effect::ReadAllowance, self.memory.allowance()).await
    }

    async fn put_allowance(&self, allowance: &Allowance, seen: u64) -> Result<bool, StoreError> {
        self.ask(Effect::PutAllowance, self.memory.put_allowance(allowance, seen)).await
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, StoreError> {
        self.ask(Effect::PutAllowance, self.memory.reserve(reserve)).await
    }
}

impl Offers for Table {
    async fn claim(&self, request: &Request) -> Result<Claim, StoreError> {
        let claim = self.ask(Effect::Claim, self.memory.claim(request)).await;
        if matches!(claim, Ok(Claim::Unavailable)) {
            self.sim.world().count(Kind::OfferExhausted);
        }
        claim
    }

    async fn upload_pool(&self, pool: &str, codes: &[String]) -> Result<u64, StoreError> {
        self.ask(Effect::Other, self.memory.upload_pool(pool, codes)).await
    }

    async fn issued(&self, campaign: &str, offer: &str) -> Result<u64, StoreError> {
        self.ask(Effect::Other, self.memory.issued(campaign, offer)).await
    }

    async fn left(&self, pool: &str) -> Result<u64, StoreError> {
        self.ask(Effect::Other, self.memory.left(pool)).await
    }
}

impl Redemptions for Table {
    async fn whose(&self, code: &str) -> Result<Option<CodeRow>, StoreError> {
        self.ask(Effect::ReadCode, self.memory.whose(code)).await
    }

    async fn put_redemption(&self, row: &RedemptionRow) -> Result<(), StoreError> {
        self.ask(Effect::PutRedemption, self.memory.put_redemption(row)).await
    }

    async fn redemptions(&self, campaign: &str, offer: &str) -> Result<Vec<RedemptionRow>, StoreError> {
        self.ask(Effect::Other, self.memory.redemptions(campaign, offer)).await
    }
}

impl Passes for Table {
    async fn pass(&self, name: &str) -> Result<Option<Pass>, StoreError> {
        self.ask(Effect::ReadPass, self.memory.pass(name)).await
    }

    async fn put_pass(&self, name: &str, pass: &Pass) -> Result<bool, StoreError> {
        // Said by the write itself: a worker that dies of the reply has changed the index all the same.
        let put = || {
            let kept = now(self.memory.put_pass(name, pass));
            self.sim.world().index_changed = true;
            kept
        };
        self.sim.call(Effect::PutPass, unavailable, put).await
    }

    async fn unfinished_passes(&self, until: Instant) -> Result<Vec<String>, StoreError> {
        self.ask(Effect::ReadUnfinished, self.memory.unfinished_passes(until)).await
    }

    async fn people_page(&self, after: Option<&ScanCursor>, limit: u32) -> Result<PeoplePage, StoreError> {
        self.ask(Effect::ReadPeople, self.memory.people_page(after, limit)).await
    }
}

impl Publications for Table {
    async fn publish(
        &self,
        publication: &Publication,
        seen: u64,
        owed: Option<&OwedPass>,
        at: Instant,
    ) -> Result<u64, PublishError> {
        now(self.memory.publish(publication, seen, owed, at))
    }

    async fn rollback(
        &self,
        to: u64,
        seen: u64,
        note: &str,
        owed: Option<&OwedPass>,
        at: Instant,
    ) -> Result<u64, PublishError> {
        now(self.memory.rollback(to, seen, note, owed, at))
    }

    async fn live(&self) -> Result<Option<Published>, StoreError> {
        let live = self.ask(Effect::ReadLive, self.memory.live()).await?;
        let mut world = self.sim.world();
        if let (Some(slot), Some(live)) = (world.current, &live) {
            world.slots[slot].knows = live.number;
        }
        Ok(live)
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, StoreError> {
        self.ask(Effect::Other, self.memory.history()).await
    }

    async fn workspace(&self, version: u32) -> Result<Option<String>, StoreError> {
        self.ask(Effect::ReadWorkspace, self.memory.workspace(version)).await
    }

    async fn version(&self, campaign: &str, version: u32) -> Result<Option<CampaignVersion>, StoreError> {
        self.ask(Effect::ReadVersion, self.memory.version(campaign, version)).await
    }

    async fn versions(&self, wanted: &[(String, u32)]) -> Result<Vec<Option<CampaignVersion>>, StoreError> {
        self.ask(Effect::ReadVersion, self.memory.versions(wanted)).await
    }

    async fn mails(
        &self,
        campaign: &str,
        version: u32,
        mail: &str,
    ) -> Result<BTreeMap<String, serde_json::Value>, StoreError> {
        self.ask(Effect::ReadMail, self.memory.mails(campaign, version, mail)).await
    }

    async fn pause(&self, campaign: &str, reason: &str, by: &str, at: Instant) -> Result<bool, StoreError> {
        let pause = || {
            let paused = now(self.memory.pause(campaign, reason, by, at))?;
            if paused {
                let mut world = self.sim.world();
                let now = world.now;
                world.truth.pauses.push((campaign.to_owned(), now, None));
                world.unwanted += 1;
            }
            Ok(paused)
        };
        self.sim.call(Effect::PauseCampaign, unavailable, pause).await
    }

    async fn resume(
        &self,
        campaign: &str,
        reason: &str,
        by: &str,
        owed: Option<&OwedPass>,
        at: Instant,
    ) -> Result<bool, StoreError> {
        now(self.memory.resume(campaign, reason, by, owed, at))
    }
}
