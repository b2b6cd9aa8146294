//! Whoever was erased is gone: whenever that happens, whatever of theirs is under way, and whatever comes late.
//!
//! Invariants. Whoever the shop deletes is erased. Whoever was erased stays so, unless the shop has told of them since. SES is asked for no mail of
//! theirs after it but one that a worker had armed before, and for that once. When everything is quiet, nothing is left
//! anywhere but a tombstone; what was counted stays counted.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use rekindle_engine::ids::code_key;
use rekindle_engine::person::{Person, SendState};
use rekindle_store::statistics::{Fact, Totals};
use rekindle_store::{
    Addresses, Commit, Erasure, Ledger, Memory, Notes, People, Redemptions, SendRow, SendStage, StoreError,
};
use serde_json::json;

use crate::faults::Kind;
use crate::gate::Sim;
use crate::leaving::address_of;
use crate::shop::DELETED;
use crate::world::World;

/// What must hold.
const GONE: &str = "nothing is left of whoever was erased";

/// What is known of those who were erased.
#[derive(Debug, Default)]
pub struct Erasing {
    /// Whether somebody will be, so that it is worth while to note what.
    pub is_expected: bool,
    /// Whom the shop deletes as soon as a mail of theirs is armed.
    pub awaited: BTreeSet<String>,
    lives: BTreeMap<String, Life>,
    /// Whom the shop has deleted, and of whom it has told since although nothing was decided yet.
    deleted: BTreeMap<String, bool>,
    /// Of everybody, how far mails came, as the first commit said that told of it.
    marks: BTreeMap<String, BTreeMap<(String, &'static str), SendRow>>,
    /// What was counted of lives that are over.
    pub gone: Totals,
}

/// What is known of somebody since they were erased.
#[derive(Debug, Default)]
struct Life {
    /// How often they were.
    number: u32,
    /// Mails that a worker had armed before, and for which SES was not asked since.
    in_flight: BTreeSet<String>,
    /// Codes that they had.
    codes: BTreeSet<String>,
    /// Whether the shop has told of them since.
    is_invited: bool,
    /// Whether they are known again.
    is_back: bool,
    /// Whether the shop told of them before the erasure was decided: nobody can tell what of that is theirs still.
    is_unclear: bool,
}

fn now<T: Default>(future: impl Future<Output = Result<T, StoreError>>) -> T {
    future.now_or_never().and_then(Result::ok).unwrap_or_default()
}

impl Erasing {
    /// In which life somebody is: how often they were erased.
    #[must_use]
    pub fn life(&self, person: &str) -> u32 {
        self.lives.get(person).map_or(0, |life| life.number)
    }

    /// Whether somebody was erased and has not come back.
    #[must_use]
    pub fn is_gone(&self, person: &str) -> bool {
        self.lives.get(person).is_some_and(|life| !life.is_back)
    }

    /// Whether nobody can tell how often an event of a type is counted: of who came back, SES still reports on old mails.
    #[must_use]
    pub fn is_unclear(&self, person: &str, kind: &str) -> bool {
        self.lives.get(person).is_some_and(|life| life.is_unclear || (life.is_back && kind.starts_with("email.")))
    }

    /// The shop tells of somebody.
    pub fn told_of(&mut self, person: &str) {
        if let Some(life) = self.lives.get_mut(person) {
            life.is_invited = true;
        } else if let Some(told_of) = self.deleted.get_mut(person) {
            *told_of = true;
        }
    }

    /// The shop deletes somebody.
    fn deleted(&mut self, person: &str) {
        self.deleted.entry(person.to_owned()).or_default();
    }

    fn note_marks(&mut self, commit: &Commit<'_>) {
        let marks = self.marks.entry(commit.person.id.to_string()).or_default();
        for row in &commit.record.sends {
            if let Some(mark) = row.stage.mark() {
                marks.entry((row.send_id.clone(), mark)).or_insert_with(|| row.clone());
            }
        }
    }
}

impl World {
    /// The shop deletes somebody.
    pub fn shop_deletes(&mut self, person: &str, detail: &serde_json::Value) {
        self.truth.erasing.deleted(person);
        self.bus(DELETED, &detail.to_string());
    }

    /// The shop deletes somebody at the very instant at which a mail of theirs is armed. Where workers stand still now and then,
    /// this one does, so that SES is asked after the erasure.
    pub fn delete_if_armed(&mut self, commit: &Commit<'_>) {
        let is_armed = commit.record.sends.iter().any(|row| matches!(row.stage, SendStage::Armed { .. }));
        if is_armed && self.truth.erasing.awaited.remove(&*commit.person.id) {
            let id = &*commit.person.id;
            self.shop_deletes(id, &json!({ "person": { "id": id }, "event_id": format!("{id}-{DELETED}") }));
            self.stands_still = (self.plan.rates().freeze > 0).then(|| *self.dice.pick(&[1, 1, 10, 38]));
        }
    }

    /// Somebody was written, and not erased by it.
    pub fn note_life(&mut self, commit: &Commit<'_>) {
        let id = &*commit.person.id;
        if self.truth.erasing.is_expected {
            self.truth.erasing.note_marks(commit);
        }
        // Whoever was erased may be written again, such as to leave the index, and stays erased.
        let lives = &mut self.truth.erasing.lives;
        let Some(life) = lives.get_mut(id).filter(|_| !commit.person.is_erased()) else { return };
        let (came_back, is_invited) = (!std::mem::replace(&mut life.is_back, true), life.is_invited);
        if !is_invited {
            self.truth.violated("nobody comes back who was erased", id);
        } else if came_back {
            self.count(Kind::CameBack);
        }
    }

    /// Somebody who had been so `before` was erased by a commit: what was theirs is nobody's from now on.
    pub fn erased(&mut self, commit: &Commit<'_>, before: &Person) {
        let id = commit.person.id.to_string();
        let armed = before.outbox.iter().filter(|(_, own)| matches!(own.state, SendState::Armed { .. }));
        let in_flight: BTreeSet<String> = armed.map(|(send_id, _)| send_id.clone()).collect();
        let codes: BTreeSet<String> = now(self.memory.codes_of(&id)).into_iter().map(|claimed| claimed.code).collect();
        self.count(if in_flight.is_empty() { Kind::Erased } else { Kind::ErasedMidFlight });
        self.truth.forget(&id);
        let lines = self.truth.lines.remove(&id).unwrap_or_default();
        self.truth.uses.gone.extend(codes.iter().map(|code| code_key(code)));
        let erasing = &mut self.truth.erasing;
        for (fact, value) in lines.iter().chain(&commit.record.lines).filter_map(|line| Fact::of_line(line, 0)) {
            erasing.gone.add(fact, 1, value);
        }
        for ((_, mark), row) in erasing.marks.remove(&id).unwrap_or_default() {
            erasing.gone.add(Fact { version: 0, ..Fact::of_send(&row, mark) }, 1, 0);
        }
        let is_invited = erasing.deleted.get(&id).copied().unwrap_or_default();
        let number = erasing.life(&id) + 1;
        let life = Life { number, in_flight, codes, is_invited, is_back: false, is_unclear: is_invited };
        erasing.lives.insert(id, life);
    }

    /// SES is asked for a mail of somebody; in which life they planned it.
    pub fn ask_about_erasure(&mut self, person: &str, send_id: &str) -> u32 {
        let is_planned = self.truth.planned.get(send_id).is_some_and(|own| own == person);
        let Some(life) = self.truth.erasing.lives.get_mut(person) else { return 0 };
        if is_planned {
            return life.number;
        }
        let before = life.number - 1;
        if life.in_flight.remove(send_id) {
            self.count(Kind::AskedAfterErasure);
        } else {
            self.truth.violated("nobody is mailed after their erasure", format!("{send_id} to {person}"));
        }
        before
    }
}

/// When everything is quiet: whoever was erased and has not come back is gone, and whoever was deleted was erased.
pub fn judge(sim: &Sim, memory: &Memory) {
    let mut world = sim.world();
    let Erasing { deleted, lives, .. } = &world.truth.erasing;
    let kept: Vec<String> = deleted.keys().filter(|person| !lives.contains_key(*person)).cloned().collect();
    kept.into_iter().for_each(|person| world.truth.violated("whoever is deleted is erased", person));
    let gone = world.truth.erasing.lives.iter().filter(|(_, life)| !life.is_back);
    let mut left = Vec::new();
    for (person, life) in gone {
        left.extend(what_is_left(memory, person).into_iter().map(|what| format!("{what} of {person}")));
        let marked = format!(r#""id":"{person}""#);
        if world.archive.iter().any(|line| line.contains(&marked)) {
            left.push(format!("lines of the archive about {person}"));
        }
        if life.codes.iter().any(|code| now(memory.whose(code)).is_some()) {
            left.push(format!("whose code it was: of {person}"));
        }
    }
    left.into_iter().for_each(|left| world.truth.violated(GONE, left));
}

fn what_is_left(memory: &Memory, person: &str) -> Vec<&'static str> {
    let known = memory.load(person).now_or_never().is_none_or(|loaded| !loaded.is_ok_and(|own| !own.person.is_known()));
    let unfinished = now(memory.pending_erasure(person)).is_some();
    let hash = memory.address_hash(&address_of(person));
    let places = [
        ("the item", known || unfinished),
        ("no tombstone", now(memory.tombstone(person)) == 0),
        ("the journal", !now(memory.read(person)).is_empty()),
        ("mails", !now(memory.sends(person)).is_empty()),
        ("marks of mails", !now(memory.marks(person)).is_empty()),
        ("consent", !now(memory.consents(person)).is_empty()),
        ("answers", !now(memory.answers_of(person)).is_empty()),
        ("codes", !now(memory.codes_of(person)).is_empty()),
        ("notes", !now(memory.notes_about(person)).is_empty()),
        ("an address", now(memory.having(&hash)).iter().any(|own| own == person)),
    ];
    places.into_iter().filter(|(_, is_left)| *is_left).map(|(place, _)| place).collect()
}
