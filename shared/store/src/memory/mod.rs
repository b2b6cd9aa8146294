//! The same store in memory: for simulations, tests and whoever needs no table. It keeps people as the very items that
//! a table would, so that bounds are the same and nothing survives here that would not survive there.
//!
//! Not reproduced: indexes never lag behind, and nothing is ever throttled.

mod addresses;
mod allowances;
mod due;
mod erasure;
mod ledger;
mod notes;
mod offers;
mod passes;
mod people;
mod publications;
mod redemptions;
mod statistics;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rekindle_engine::time::Instant;
use serde_dynamo::{AttributeValue, Item};

use crate::error::StoreError;
use crate::item;
use crate::keyed::Keyed;
use crate::keys::Key;
use crate::pages::PageAt;
use crate::ports::{
    Allowance, AnswerRow, CampaignFiles, CodeRow, CommitToken, DuePerson, HistoryEntry, LedgerPage, Loaded, Note, Pass,
    RedemptionRow, Run, SendRow, Shard, Shards, Suppression,
};
use crate::publishing::Pointer;
use crate::statistics::{Day, Sheet, Totals};
use crate::tokens::Tokens;

/// The store in memory. Clones are the same one.
#[derive(Clone)]
pub struct Memory(Arc<Inner>);

struct Inner {
    keyed: Keyed,
    shards: Shards,
    tokens: Tokens,
    state: Mutex<State>,
}

/// Everything that is kept.
#[derive(Default)]
struct State {
    people: BTreeMap<String, Stored>,
    due: BTreeMap<Shard, BTreeSet<DuePerson>>,
    /// By person, what was noted.
    pages: BTreeMap<String, BTreeMap<PageAt, LedgerPage>>,
    sends: BTreeMap<String, BTreeMap<String, SendRow>>,
    /// By person and send, how far it came and by which version of the person.
    marks: BTreeMap<String, BTreeMap<(String, &'static str), u64>>,
    /// By person, then campaign, offer and entry.
    claims: BTreeMap<String, BTreeMap<(String, String, u32), String>>,
    /// By campaign, survey, entry and person.
    answers: BTreeMap<(String, String, u64, String), AnswerRow>,
    issued: BTreeMap<(String, String), u64>,
    /// By what of a code counts.
    codes: BTreeMap<String, CodeRow>,
    /// By campaign, offer and name.
    redemptions: BTreeMap<(String, String, String), RedemptionRow>,
    pools: BTreeMap<String, Pool>,
    pointer: Pointer,
    workspaces: BTreeMap<u32, String>,
    versions: BTreeMap<(String, u32), CampaignFiles>,
    history: Vec<HistoryEntry>,
    runs: BTreeMap<String, Run>,
    /// By the keyed hash of a person's id, when and in which version they were erased.
    tombstones: BTreeMap<String, (Instant, u64)>,
    /// By the keyed hash of an address.
    suppressions: BTreeMap<String, Suppression>,
    passes: BTreeMap<String, Pass>,
    notes: BTreeMap<Key, Note>,
    allowance: (Allowance, u64),
    days: BTreeMap<Day, Option<Totals>>,
    sheets: BTreeMap<(Day, String), Sheet>,
    /// The images that a table's stream would hold; `None` where nobody asked for them.
    stream: Option<Vec<Arc<Item>>>,
}

/// A person as they are kept.
struct Stored {
    item: Arc<Item>,
    version: u64,
    due: Option<DuePerson>,
    /// What the item holds, once somebody has asked: it is read from there once, however often it is loaded.
    loaded: OnceLock<Arc<Loaded>>,
    /// What it has that may be missing in the ledger, likewise.
    noted: OnceLock<Option<LedgerPage>>,
}

impl Stored {
    fn loaded(&self, id: &str) -> Result<&Arc<Loaded>, StoreError> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let loaded = item::decode(id, &self.item)?;
        Ok(self.loaded.get_or_init(|| Arc::new(loaded)))
    }

    fn noted(&self) -> Result<Option<&LedgerPage>, StoreError> {
        if let Some(noted) = self.noted.get() {
            return Ok(noted.as_ref());
        }
        let noted = item::unwritten(&self.item)?;
        Ok(self.noted.get_or_init(|| noted).as_ref())
    }

    /// The keyed hash of their address, where they have one.
    fn address(&self) -> Option<&str> {
        match self.item.get("addr") {
            Some(AttributeValue::S(hash)) => Some(hash),
            _ => None,
        }
    }
}

/// Codes in order, and how many of them are taken.
#[derive(Default)]
struct Pool {
    codes: Vec<String>,
    taken: usize,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new(keyed: Keyed, shards: Shards) -> Self {
        Self(Arc::new(Inner { keyed, shards, tokens: Tokens::alone(), state: Mutex::new(State::default()) }))
    }

    /// An empty store that also keeps what a table's stream would hand on, for [`Memory::take_stream`].
    #[must_use]
    pub fn with_stream(keyed: Keyed, shards: Shards) -> Self {
        let memory = Self::new(keyed, shards);
        memory.lock().stream = Some(Vec::new());
        memory
    }

    /// The new images of people since the last call, in the order of their commits: input of [`crate::stream_image`].
    #[must_use]
    pub fn take_stream(&self) -> Vec<Item> {
        self.take_images().into_iter().map(Arc::unwrap_or_clone).collect()
    }

    /// The same, not copied.
    #[must_use]
    pub fn take_images(&self) -> Vec<Arc<Item>> {
        self.lock().stream.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn next_token(&self) -> CommitToken {
        self.0.tokens.next()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
