//! The ports: what the functions ask of a store, in domain words. They never show a key, an item or a condition.

mod addresses;
mod allowances;
mod due;
mod erasure;
mod ledger;
mod notes;
mod offers;
mod passes;
mod pending_ledger;
mod people;
mod publications;
mod record;
mod redemptions;
mod sends;

pub use addresses::{AddressFact, AddressNote, Addresses, Suppression};
pub use allowances::{Allowance, Allowances, Reserve, ReserveFrom, Reserved};
pub use due::{Aside, Due, DueCursor, DuePage, DuePerson, Shard, Shards};
pub use erasure::{Erased, Erasure, SuppressedAddress};
pub use ledger::{AnswerRow, ClaimedCode, Ledger, LedgerPage};
pub use notes::{Note, Notes};
pub use offers::Offers;
pub use passes::{OwedPass, Pass, Passes, PeoplePage, STILL_SECONDS, ScanCursor};
pub use pending_ledger::PendingLedger;
pub use people::{Commit, CommitToken, Loaded, People};
pub use publications::{CampaignFiles, CampaignVersion, HistoryEntry, Publication, Publications, Published, Run};
pub use record::Record;
pub use redemptions::{CodeRow, RedemptionDoubt, RedemptionRow, Redemptions};
pub use sends::{SendRow, SendStage, UnknownSend};
