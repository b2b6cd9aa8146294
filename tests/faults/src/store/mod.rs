//! The people table behind the gate: the store in memory, whose every call may fail, die, or answer with what is old.
//!
//! Reproduced of DynamoDB: conditional writes, lost replies before and after a commit, throttling, an index that lags
//! behind (missing and extra entries), looks that show somebody before their last change. Not reproduced: pages of 1 MB,
//! and items past their TTL, as nothing has one.

mod noted;
mod shared;

use std::sync::Arc;

use futures_util::FutureExt;
use rekindle_engine::time::Instant;
use rekindle_store::{
    Aside, Commit, CommitError, CommitToken, Due, DueCursor, DuePage, DuePerson, Loaded, Memory, Passes, People,
    SendStage, Shard, Shards, StoreError, Tokens,
};

use crate::faults::Kind;
use crate::gate::Sim;
use crate::points::Effect;
use crate::releases::{self, Form};

/// The store as handlers see it.
#[derive(Clone)]
pub struct Table {
    /// The world.
    pub sim: Sim,
    memory: Memory,
    tokens: Arc<Tokens>,
    /// Where the process is of a release before this one, what that knows.
    pub form: Option<&'static Form>,
}

/// The answer of the memory store, which never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the store in memory answers at once")
}

fn unavailable(reason: &'static str) -> StoreError {
    StoreError::Unavailable { operation: "call", reason: reason.to_owned() }
}

impl Table {
    /// The store of a world, as one process has it.
    #[must_use]
    pub fn new(sim: Sim) -> Self {
        let memory = sim.world().memory.clone();
        // Nothing but whether two of them are the same depends on what is drawn.
        let tokens = Arc::new(Tokens::draw().expect("the system has random bits"));
        Self { sim, memory, tokens, form: None }
    }

    /// The same, as a process of the release in that slot has it.
    #[must_use]
    pub fn of(sim: Sim, slot: usize) -> Self {
        let form = sim.world().slots[slot].form;
        Self { form, ..Self::new(sim) }
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

    /// Somebody as this process's release reads them.
    fn as_known(&self, loaded: Loaded) -> Result<Loaded, StoreError> {
        match self.form {
            Some(form) => releases::read(&self.sim, form, loaded),
            None => Ok(loaded),
        }
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
        let loaded = self.ask(Effect::Load, self.memory.load(id)).await?;
        self.as_known(loaded)
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
                if let Some(before) = world.changed.get(&*loaded.person.id) {
                    *loaded = Loaded::clone(before);
                }
            }
        }
        drop(world);
        looked.into_iter().map(|loaded| self.as_known(loaded)).collect()
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<u64, CommitError> {
        let mut known = None;
        let commit = match self.form {
            Some(form) => releases::written(&self.sim, form, commit, &mut known)?,
            None => commit,
        };
        let effect = effect_of(&commit);
        let failed = |reason| CommitError::Store(unavailable(reason));
        let apply = || {
            let before = self.memory.kept(&commit.person.id);
            let outcome = self.memory.write(&commit);
            let mut world = self.sim.world();
            match &outcome {
                Ok(version) => {
                    world.mix(*version);
                    world.committed(&commit, before.expect("whoever can be written can be read"));
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
        let outcome = self.sim.call(effect, failed, apply).await;
        let stands_still = self.sim.world().stands_still.take();
        if let Some(seconds) = stands_still {
            self.sim.stand_still(seconds).await;
        }
        outcome
    }

    fn token(&self) -> CommitToken {
        self.tokens.next()
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
