//! Everything that Rekindle remembers, behind small ports in the words of SPEC.md, kept in one DynamoDB table
//! ([`Dynamo`]) or in memory ([`Memory`]). One contract suite holds for both.
//!
//! A person is one item with one version: load, decide, commit ([`update`] does all three). Nothing here decides what
//! happens to a person, and nothing here reads a clock.

mod answers;
mod bounds;
mod codes;
mod dynamo;
mod error;
mod item;
mod keyed;
mod keys;
mod memory;
mod pages;
mod ports;
mod publishing;
pub mod statistics;
pub mod table;
mod tokens;
mod update;

pub use bounds::{ITEM_BYTES, OverBounds, PERSON_ID_BYTES, check};
pub use codes::CODE_LETTERS;
pub use dynamo::{Dynamo, Settings};
pub use error::{CommitError, NoRandomBits, PublishError, StoreError};
pub use item::unpacked;
pub use item::{StreamImage, image, stream_image};
pub use keyed::Keyed;
pub use memory::Memory;
pub use ports::{
    AddressFact, AddressNote, Addresses, Allowance, Allowances, AnswerRow, Aside, CampaignFiles, CampaignVersion,
    ClaimedCode, CodeRow, Commit, CommitToken, Due, DueCursor, DuePage, DuePerson, Erased, Erasure, HistoryEntry,
    Ledger, LedgerPage, Loaded, Note, Notes, Offers, OwedPass, Pass, Passes, PendingLedger, People, PeoplePage,
    Publication, Publications, Published, Record, RedemptionDoubt, RedemptionRow, Redemptions, Reserve, ReserveFrom,
    Reserved, Run, STILL_SECONDS, ScanCursor, SendRow, SendStage, Shard, Shards, SuppressedAddress, Suppression,
    UnknownSend,
};
pub use statistics::Statistics;
pub use tokens::Tokens;
pub use update::{Answers, Change, update, update_seen};
