//! The people table behind the gate: the store in memory, whose every call may fail, die, or answer with what is old.
//!
//! Reproduced of DynamoDB: conditional writes, lost replies before and after a commit, throttling, an index that lags
//! behind (missing and extra entries), looks that show somebody before their last change. Not reproduced: pages of 1 MB,
//! and items past their TTL, as nothing has one.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use rekindle_engine::decide::{Claim, Request};
use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, Sheet, Totals};
use rekindle_store::{
    AddressFact, Addresses, Allowance, Allowances, AnswerRow, Aside, CampaignVersion, ClaimedCode, CodeRow, Commit,
    CommitError, CommitToken, Due, DueCursor, DuePage, DuePerson, Erased, Erasure, HistoryEntry, Ledger, Loaded,
    Memory, Note, Noted, Notes, Offers, OwedPass, Pass, Passes, People, PeoplePage, Publication, Publications,
    PublishError, Published, RedemptionRow, Redemptions, Rise, Risen, ScanCursor, SendRow, SendStage, Shard, Shards,
    Statistics, StoreError, Suppression, UnknownSend,
};

use crate::faults::Kind;
use crate::gate::Sim;
use crate::points::Effect;

/// The store as handlers see it.
#[derive(Clone)]
pub struct Table {
    /// The world.
    pub sim: Sim,
    memory: Memory,
}

/// The answer of the memory store, which never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the store in memory answers at once")
}

fn unavailable(reason: &'static str) -> StoreError {
    StoreError::Unavailable { operation: "call", reason: reason.to_owned() }
}

impl Table {
    /// The store of a world.
    #[must_use]
    pub fn new(sim: Sim) -> Self {
        let memory = sim.world().memory.clone();
        Self { sim, memory }
    }

    async fn ask<T>(
        &self,
        effect: Effect,
        apply: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.sim.call(effect, unavailable, || now(apply)).await
    }

    /// Whether a page of the index is an old one.
    fn stale(&self) -> Option<Kind> {
        let mut world = self.sim.world();
        let rate = world.plan.rates().index;
        if world.current.is_none() || !world.dice.chance(rate) {
            return None;
        }
        let kind = if world.dice.chance(5_000) { Kind::StalePageMissing } else { Kind::StalePageExtra };
        world.count(kind);
        Some(kind)
    }

    /// Somebody whom an old page shows.
    fn anybody(&self) -> Option<String> {
        let page = now(self.memory.people_page(None, 3)).ok()?;
        page.ids.into_iter().last()
    }
}

/// What a commit does, told from what it hands on.
fn effect_of(commit: &Commit<'_>) -> Effect {
    let record = &commit.record;
    match record.sends.as_slice() {
        [row] if record.lines.is_empty() && record.emitted.is_empty() && record.event.is_none() => match row.stage {
            SendStage::Planned { attempt: 0 } => Effect::CommitDecision,
            SendStage::Planned { .. } => Effect::CommitPlannedAgain,
            SendStage::Armed { .. } => Effect::CommitArmed,
            SendStage::Unknown { .. } => Effect::CommitUnknown,
            SendStage::Withdrawn => Effect::CommitWithdrawn,
            _ => Effect::CommitAccepted,
        },
        _ => Effect::CommitDecision,
    }
}

impl People for Table {
    async fn load(&self, id: &str) -> Result<Loaded, StoreError> {
        self.ask(Effect::Load, self.memory.load(id)).await
    }

    async fn look(&self, ids: &[String]) -> Result<Vec<Loaded>, StoreError> {
        let mut looked = self.ask(Effect::Look, self.memory.look(ids)).await?;
        let mut world = self.sim.world();
        world.loads += ids.len() as u64;
        let rate = world.plan.rates().index;
        for loaded in &mut looked {
            let is_changed = world.changed.contains_key(&*loaded.person.id);
            if is_changed && world.dice.chance(rate) {
                world.count(Kind::StaleLook);
                if let Some((before, _)) = world.changed.get(&*loaded.person.id) {
                    *loaded = before.clone();
                }
            }
        }
        Ok(looked)
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let effect = effect_of(&commit);
        let failed = |reason| CommitError::Store(unavailable(reason));
        let apply = || {
            let outcome = now(self.memory.commit(commit.clone()));
            let mut world = self.sim.world();
            match &outcome {
                Ok(version) => {
                    world.mix(*version);
                    world.committed(&commit, *version);
                    let live = world.live;
                    if let Some(slot) = world.current
                        && world.slots[slot].knows != live
                    {
                        world.count(Kind::StaleVersion);
                    }
                    world.tell(|| told(&commit));
                    world.drain_stream();
                }
                Err(CommitError::Conflict) => world.count(Kind::ConditionFailed),
                Err(_) => {}
            }
            outcome
        };
        self.sim.call(effect, failed, apply).await
    }

    fn token(&self) -> CommitToken {
        self.memory.token()
    }

    fn pseudonym(&self, id: &str) -> Option<String> {
        self.memory.pseudonym(id)
    }

    fn behind(&self, pseudonym: &str) -> Option<String> {
        self.memory.behind(pseudonym)
    }
}

/// A commit in words.
fn told(commit: &Commit<'_>) -> String {
    let sends: Vec<String> = commit
        .record
        .sends
        .iter()
        .map(|row| format!("{} {:?}", row.send_id.get(..6).unwrap_or(""), row.stage))
        .collect();
    let lines = commit.record.lines.join(" ");
    format!("  {} is version {}: {} {lines}", commit.person.id, commit.expected + 1, sends.join(", "))
}

impl Due for Table {
    fn shards(&self) -> Shards {
        self.memory.shards()
    }

    async fn head(&self, shard: Shard) -> Result<Option<DuePerson>, StoreError> {
        let head = self.ask(Effect::ReadHead, self.memory.head(shard)).await?;
        Ok(match self.stale() {
            Some(Kind::StalePageMissing) => None,
            Some(_) => head.or_else(|| Some(DuePerson { at: Instant::from_seconds(0), id: self.anybody()? })),
            None => head,
        })
    }

    async fn due(
        &self,
        shard: Shard,
        until: Instant,
        limit: u32,
        after: Option<&DueCursor>,
    ) -> Result<DuePage, StoreError> {
        let mut page = self.ask(Effect::ReadDue, self.memory.due(shard, until, limit, after)).await?;
        match self.stale() {
            Some(Kind::StalePageMissing) => drop(page.people.pop()),
            Some(_) => page.people.extend(self.anybody().map(|id| DuePerson { at: until, id })),
            None => {}
        }
        Ok(page)
    }

    async fn set_aside(&self, person: &DuePerson, why: &str) -> Result<bool, StoreError> {
        let set = || {
            let set = now(self.memory.set_aside(person, why));
            let mut world = self.sim.world();
            if set == Ok(true) {
                world.count(Kind::SetAside);
            }
            world.drain_stream();
            set
        };
        self.sim.call(Effect::SetAside, unavailable, set).await
    }

    async fn all_aside(&self, limit: u32) -> Result<Vec<DuePerson>, StoreError> {
        self.ask(Effect::Other, self.memory.all_aside(limit)).await
    }

    async fn aside(&self, person: &str) -> Result<Option<Aside>, StoreError> {
        self.ask(Effect::Other, self.memory.aside(person)).await
    }
}

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
    async fn unfinished(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        self.ask(Effect::Other, self.memory.unfinished(person)).await
    }

    async fn buried(&self, person: &str) -> Result<u64, StoreError> {
        self.ask(Effect::ReadTombstone, self.memory.buried(person)).await
    }

    async fn bury(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        self.ask(Effect::Bury, self.memory.bury(person, erased)).await
    }

    async fn forget(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        self.ask(Effect::Forget, self.memory.forget(person, erased)).await
    }
}

impl Ledger for Table {
    async fn append(&self, noted: &[Noted]) -> Result<(), StoreError> {
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
        self.ask(Effect::Other, self.memory.put_answer(row)).await
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

impl Allowances for Table {
    async fn allowance(&self) -> Result<(Allowance, u64), StoreError> {
        self.ask(Effect::ReadAllowance, self.memory.allowance()).await
    }

    async fn put_allowance(&self, allowance: &Allowance, seen: u64) -> Result<bool, StoreError> {
        self.ask(Effect::PutAllowance, self.memory.put_allowance(allowance, seen)).await
    }

    async fn rise(&self, rise: &Rise) -> Result<Risen, StoreError> {
        self.ask(Effect::PutAllowance, self.memory.rise(rise)).await
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

impl Offers for Table {
    async fn claim(&self, request: &Request) -> Result<Claim, StoreError> {
        self.ask(Effect::Claim, self.memory.claim(request)).await
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
        self.ask(Effect::Other, self.memory.whose(code)).await
    }

    async fn put_redemption(&self, row: &RedemptionRow) -> Result<(), StoreError> {
        self.ask(Effect::Other, self.memory.put_redemption(row)).await
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
        let kept = self.ask(Effect::PutPass, self.memory.put_pass(name, pass)).await;
        self.sim.world().index_changed = true;
        kept
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
