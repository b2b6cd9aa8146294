//! A person as an item: the attributes that the table and its indexes look at, and everything else packed.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | the key |
//! | `id` | the person's id, which the indexes show; absent where somebody was erased and nothing else is left |
//! | `v` | the version: 1, 2, … |
//! | `ct` | the token of the last commit |
//! | `shard`, `due_at` | the entry in the index `due`; absent where nothing is due |
//! | `why` | why nobody can write them, where they are set aside in that index |
//! | `addr` | the keyed hash of the address; absent where none is known |
//! | `ids` | the event ids that were applied: 13 bytes each |
//! | `z` | the person, what the last decision hands on, and what the ledger lacks, packed JSON |
//!
//! Of somebody who was erased, `v` and `at` are left, the version and the instant of the erasure.
//!
//! JSON keeps the shop's own fields exactly as they came, whatever DynamoDB thinks of their numbers and nesting.

mod applied;
mod aside;
mod pack;
mod size;

use std::borrow::Cow;
use std::collections::HashMap;

pub(crate) use aside::{ASIDE, aside};
use pack::Unpackable;
pub(crate) use pack::{Packing, pack, unpack};
pub(crate) use size::of as size_of;

use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};
use serde_json::value::RawValue;

use crate::bounds;
use crate::error::{CommitError, StoreError};
use crate::keyed::Keyed;
use crate::keys;
use crate::ports::{Commit, CommitToken, Erased, LedgerPage, Loaded, PendingLedger, Record, Shards};

/// The packed part as it is written.
#[derive(Serialize)]
struct Written<'a, P> {
    p: P,
    r: &'a Record,
    /// What decisions before this one noted.
    #[serde(skip_serializing_if = "PendingLedger::is_empty")]
    u: &'a PendingLedger,
    /// Whether the ledger gets all of it, and what this one notes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    w: bool,
}

/// The packed part as it is read, with as much of it as `P`, `R` and `U` take: what they leave out is passed over, and costs
/// a small part of what it would cost to take it.
#[derive(Deserialize)]
struct Read<P, R, U> {
    p: P,
    #[serde(default)]
    r: R,
    #[serde(default)]
    u: U,
    #[serde(default)]
    w: bool,
}

/// What is left of somebody who was erased.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tombstone {
    pub(crate) at: Instant,
    pub(crate) v: u64,
}

/// The little that the stream's reader asks of every person.
#[derive(Deserialize)]
struct Head {
    id: String,
    #[serde(rename = "jn", default)]
    lines: u64,
    #[serde(rename = "era", default)]
    erased_at: Option<Instant>,
}

/// What a new image of the table's stream hands on.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamImage {
    /// The id of whom the decision was about.
    pub person: String,
    /// Their version after it.
    pub version: u64,
    /// What the decision hands on.
    pub record: Record,
    /// What the ledger gets now, of this decision and earlier ones.
    pub noted: Option<LedgerPage>,
    /// The keyed hash of their address after it, where they have one.
    pub address: Option<String>,
    /// When they were erased, at any time.
    erased_at: Option<Instant>,
    /// Everything, unpacked: most readers need no more of the person than stands above.
    text: String,
}

impl StreamImage {
    /// The person after the decision, but for the events that were applied.
    ///
    /// # Errors
    /// Where this program did not write it. A retry does not help.
    pub fn person(&self) -> Result<Person, StoreError> {
        Ok(parse::<Read<Person, IgnoredAny, IgnoredAny>>(&self.text)?.p)
    }

    /// The erasure, where that is what the decision was.
    ///
    /// # Errors
    /// As [`StreamImage::person`].
    pub fn erased(&self) -> Result<Option<Erased>, StoreError> {
        let Some(at) = self.erased_at else { return Ok(None) };
        let left = || self.record.left.as_deref().cloned();
        Ok(self.person()?.is_erased().then(|| Erased { at, version: self.version, left: left() }))
    }
}

/// What an image of the stream hands on; `None` where it is no person's item, only says that somebody was erased, or was only
/// set aside: what the decision before handed on came with its own image.
///
/// # Errors
/// Where it is a person's item that this program did not write. A retry does not help.
pub fn stream_image(image: impl Into<Item>) -> Result<Option<StreamImage>, StoreError> {
    let item = image.into();
    let is_person = matches!(item.get("sk"), Some(AttributeValue::S(sk)) if sk == keys::PERSON);
    if !is_person || is_tombstone(&item) || aside::is_aside(&item) {
        return Ok(None);
    }
    let (version, text) = unpacked_of(&item)?;
    let Read { p: Head { id, lines, erased_at }, r: record, u: before, w } =
        parse::<Read<_, Record, Option<&RawValue>>>(&text)?;
    // What earlier decisions noted is handed on by few of the images that hold it.
    let noted = if w {
        let mut unwritten: PendingLedger =
            before.map_or_else(|| Ok(PendingLedger::default()), |text| parse(text.get()))?;
        unwritten.add(&record);
        Some(noted(&id, version, lines, unwritten))
    } else {
        None
    };
    let address = match item.get("addr") {
        Some(AttributeValue::S(hash)) => Some(hash.clone()),
        _ => None,
    };
    Ok(Some(StreamImage { person: id, version, record, noted, address, erased_at, text: text.into_owned() }))
}

/// What was noted up to a version of a person, by which they had so many lines.
fn noted(person: &str, version: u64, lines: u64, what: PendingLedger) -> LedgerPage {
    let own = u64::try_from(what.lines.len()).unwrap_or(u64::MAX);
    LedgerPage { person: person.to_owned(), version, first: lines.saturating_sub(own), what }
}

/// What a person's item has that may be missing in the ledger, whether the stream has brought it there or not.
pub(crate) fn unwritten(item: &Item) -> Result<Option<LedgerPage>, StoreError> {
    if is_tombstone(item) {
        return Ok(None);
    }
    let (version, text) = unpacked_of(item)?;
    let Read { p: Head { id, lines, erased_at }, r: own, u: mut unwritten, .. } =
        parse::<Read<_, PendingLedger, PendingLedger>>(&text)?;
    let is_erased = erased_at.is_some() && parse::<Read<Person, IgnoredAny, IgnoredAny>>(&text)?.p.is_erased();
    unwritten.append(own);
    Ok((!is_erased).then(|| noted(&id, version, lines, unwritten)))
}

/// Whether an item says that somebody was erased, and nothing else.
fn is_tombstone(item: &Item) -> bool {
    !item.contains_key("z") && item.contains_key("at")
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
    pack::unpack(bytes).ok().map(Cow::into_owned)
}

/// The item of a commit.
pub(crate) fn encode(
    commit: &Commit<'_>,
    keyed: &Keyed,
    shards: Shards,
    packing: Packing,
) -> Result<Item, CommitError> {
    let leaving = commit.record.leaving;
    bounds::check(commit.person, leaving)?;
    let (most_text, most) = if leaving {
        (pack::READABLE_BYTES, bounds::LEAVING_ITEM_BYTES)
    } else {
        (pack::UNPACKED_BYTES, bounds::ITEM_BYTES)
    };
    let person = commit.person;
    let ids = applied::to_bytes(&person.applied);
    let is_written = commit.is_written();
    // What was noted about somebody goes with them.
    let forgotten = PendingLedger::default();
    let before = if person.is_erased() { &forgotten } else { &commit.unwritten };
    let written = Written { p: person.without_applied(), r: &commit.record, u: before, w: is_written };
    let packed = packing.pack(most_text, |to| serde_json::to_writer(to, &written)).map_err(|error| match error {
        Unpackable::TooLong(bytes) => CommitError::TooLarge { bytes, bound: most_text },
        Unpackable::Failed(reason) => unreadable(&reason).into(),
    })?;
    let key = keyed.partition(&person.id).person();
    let text = AttributeValue::S;
    let mut item = HashMap::from([
        ("pk".to_owned(), text(key.pk)),
        ("sk".to_owned(), text(key.sk)),
        ("id".to_owned(), text(person.id.to_string())),
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
    if bytes > most {
        return Err(CommitError::TooLarge { bytes, bound: most });
    }
    Ok(item)
}

/// The person in an item: `id`, who may have been erased.
pub(crate) fn decode(id: &str, item: &Item) -> Result<Loaded, StoreError> {
    if is_tombstone(item) {
        let Tombstone { at, v } = serde_dynamo::from_item(item.clone()).map_err(|_| unreadable("no tombstone"))?;
        return Ok(Loaded::erased(id, at, v));
    }
    let (version, text) = unpacked_of(item)?;
    // Of what the last decision handed on, only what it noted is of use to the next one.
    let Read { p: mut person, r: own, u: mut unwritten, w } =
        parse::<Read<Person, PendingLedger, PendingLedger>>(&text)?;
    if w || person.is_erased() {
        unwritten = PendingLedger::default();
    } else {
        unwritten.append(own);
    }
    if let Some(AttributeValue::B(ids)) = item.get("ids") {
        person.applied = applied::from_bytes(ids);
    }
    let token = match item.get("ct") {
        Some(AttributeValue::S(token)) => Some(CommitToken(token.clone())),
        _ => None,
    };
    Ok(Loaded { person, version, unwritten, token })
}

/// The version of an item, and its packed part as JSON.
fn unpacked_of(item: &Item) -> Result<(u64, Cow<'_, str>), StoreError> {
    let (Some(AttributeValue::N(version)), Some(AttributeValue::B(packed))) = (item.get("v"), item.get("z")) else {
        return Err(unreadable("`v` or `z` is missing"));
    };
    let version = version.parse().map_err(|_| unreadable("`v` is no count"))?;
    let text = pack::unpack(packed).map_err(|error| unreadable(&error))?;
    // Looked at once as a whole: the reader of JSON would look at each of its many texts.
    let text = match text {
        Cow::Borrowed(text) => std::str::from_utf8(text).ok().map(Cow::Borrowed),
        Cow::Owned(text) => String::from_utf8(text).ok().map(Cow::Owned),
    };
    Ok((version, text.ok_or_else(|| unreadable("no UTF-8"))?))
}

/// The version of a person's item, a tombstone included; 0 where it has none.
pub(crate) fn version_of(item: &Item) -> u64 {
    match item.get("v") {
        Some(AttributeValue::N(version)) => version.parse().unwrap_or_default(),
        _ => 0,
    }
}

fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, StoreError> {
    let mut json = serde_json::Deserializer::from_str(text);
    // What lies here passed the limit when it came, and lies a few levels deeper now.
    json.disable_recursion_limit();
    // The reader's own words would show the value that it stumbled over.
    T::deserialize(&mut json).map_err(|error| unreadable(&format!("{:?} at byte {}", error.classify(), error.column())))
}

fn unreadable(reason: &str) -> StoreError {
    StoreError::Unreadable { key: "P#…".to_owned(), reason: reason.to_owned() }
}
