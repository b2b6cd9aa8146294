//! A person as an item: the attributes that the table and its indexes look at, and everything else packed.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | the key |
//! | `v` | the version: 1, 2, … |
//! | `ct` | the token of the last commit |
//! | `shard`, `due_at` | the entry in the index `due`; absent where nothing is due |
//! | `addr` | the keyed hash of the address; absent where none is known |
//! | `ids` | the event ids that were applied: 13 bytes each |
//! | `z` | the person and what the last decision hands on, packed JSON |
//!
//! JSON keeps the shop's own fields exactly as they came, whatever DynamoDB thinks of their numbers and nesting.

mod applied;
mod pack;
mod size;

use std::collections::HashMap;

pub(crate) use pack::{Packing, pack, unpack};

use rekindle_engine::person::Person;
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};

use crate::bounds::{self, ITEM_BYTES};
use crate::error::{CommitError, StoreError};
use crate::keyed::Keyed;
use crate::keys;
use crate::ports::{Commit, CommitToken, Erased, Loaded, Record, Shards};

/// The packed part as it is written.
#[derive(Serialize)]
struct Written<'a> {
    p: &'a Person,
    r: &'a Record,
}

/// The packed part as it is read.
#[derive(Deserialize)]
struct Read {
    p: Person,
    #[serde(default)]
    r: Record,
}

/// What a new image of the table's stream hands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// The person after the decision.
    pub person: Person,
    /// Their version after it.
    pub version: u64,
    /// What the decision hands on.
    pub record: Record,
}

impl Handed {
    /// The erasure, where that is what the decision was.
    #[must_use]
    pub fn erased(&self) -> Option<Erased> {
        let at = self.person.erased_at.filter(|_| self.person.is_erased())?;
        Some(Erased { at, version: self.version, left: self.record.left.as_deref().cloned() })
    }

    /// The number of the first of the record's lines.
    #[must_use]
    pub fn first_line(&self) -> u64 {
        let lines = u64::try_from(self.record.lines.len()).unwrap_or(u64::MAX);
        self.person.lines.saturating_sub(lines)
    }
}

/// What an image of the stream hands on; `None` where it is no person's item.
///
/// # Errors
/// Where it is a person's item that this program did not write. A retry does not help.
pub fn handed(image: impl Into<Item>) -> Result<Option<Handed>, StoreError> {
    let item = image.into();
    let is_person = matches!(item.get("sk"), Some(AttributeValue::S(sk)) if sk == keys::PERSON);
    if !is_person {
        return Ok(None);
    }
    let (loaded, record) = decode(&item)?;
    Ok(Some(Handed { person: loaded.person, version: loaded.version, record }))
}

/// The item that a table keeps of a commit, and that its stream hands on as an image.
///
/// # Errors
/// Where the person is beyond a bound. A retry does not help.
pub fn image(commit: &Commit<'_>, keyed: &Keyed, shards: Shards) -> Result<Item, CommitError> {
    encode(commit, keyed, shards, Packing::Small)
}

/// What is packed in an attribute, for whoever looks through a table; `None` where nothing is.
#[must_use]
pub fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    pack::unpack(bytes).ok()
}

/// The item of a commit.
pub(crate) fn encode(
    commit: &Commit<'_>,
    keyed: &Keyed,
    shards: Shards,
    packing: Packing,
) -> Result<Item, CommitError> {
    bounds::check(commit.person)?;
    let mut person = commit.person.clone();
    let ids = applied::to_bytes(&std::mem::take(&mut person.applied));
    let text = serde_json::to_vec(&Written { p: &person, r: &commit.record });
    let text = text.map_err(|error| unreadable(&error.to_string()))?;
    if text.len() > pack::UNPACKED_BYTES {
        return Err(CommitError::TooLarge { bytes: text.len(), bound: pack::UNPACKED_BYTES });
    }
    let packed = packing.pack(&text).map_err(|error| unreadable(&error))?;
    let key = keys::person(&person.id);
    let text = AttributeValue::S;
    let mut item = HashMap::from([
        ("pk".to_owned(), text(key.pk)),
        ("sk".to_owned(), text(key.sk)),
        ("v".to_owned(), AttributeValue::N((commit.expected + 1).to_string())),
        ("ct".to_owned(), text(commit.token.0.clone())),
        ("z".to_owned(), AttributeValue::B(packed)),
    ]);
    if !ids.is_empty() {
        item.insert("ids".to_owned(), AttributeValue::B(ids));
    }
    if let Some(due) = commit.due {
        item.insert("shard".to_owned(), text(shards.of(&person.id).0.to_string()));
        item.insert("due_at".to_owned(), AttributeValue::N(due.seconds().to_string()));
    }
    if let Some(address) = person.profile.email.as_deref().filter(|address| !address.is_empty()) {
        item.insert("addr".to_owned(), text(keyed.address(address)));
    }
    let item = Item::from(item);
    let bytes = size::of(&item);
    if bytes > ITEM_BYTES {
        return Err(CommitError::TooLarge { bytes, bound: ITEM_BYTES });
    }
    Ok(item)
}

/// The person in an item, and what the last decision handed on.
pub(crate) fn decode(item: &Item) -> Result<(Loaded, Record), StoreError> {
    let (Some(AttributeValue::N(version)), Some(AttributeValue::B(packed))) = (item.get("v"), item.get("z")) else {
        return Err(unreadable("`v` or `z` is missing"));
    };
    let version = version.parse().map_err(|_| unreadable("`v` is no count"))?;
    let text = pack::unpack(packed).map_err(|error| unreadable(&error))?;
    let mut json = serde_json::Deserializer::from_slice(&text);
    // What lies here passed the limit when it came, and lies a few levels deeper now.
    json.disable_recursion_limit();
    // The reader's own words would show the value that it stumbled over.
    let read = Read::deserialize(&mut json)
        .map_err(|error| unreadable(&format!("{:?} at byte {}", error.classify(), error.column())))?;
    let Read { p: mut person, r: record } = read;
    if let Some(AttributeValue::B(ids)) = item.get("ids") {
        person.applied = applied::from_bytes(ids);
    }
    let token = match item.get("ct") {
        Some(AttributeValue::S(token)) => Some(CommitToken(token.clone())),
        _ => None,
    };
    Ok((Loaded { person, version, token }, record))
}

fn unreadable(reason: &str) -> StoreError {
    StoreError::Unreadable { key: "P#…".to_owned(), reason: reason.to_owned() }
}
