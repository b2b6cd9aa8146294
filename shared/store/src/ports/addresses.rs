//! What is known about an address, whoever has it: the suppression list, by keyed hashes of addresses.
//!
//! What stands here is never taken back: neither by another person, nor by erasing the one by whom it was learnt. It holds no
//! address and no id, and nobody can read one back.

use std::future::Future;

use rekindle_engine::person::Consent;
use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Keeps what is known about addresses, and finds the people who have one.
pub trait Addresses: Clone + Send + Sync + 'static {
    /// What an address is known by here; letter case makes no difference.
    fn address_hash(&self, address: &str) -> String;

    /// Notes something about the address of that hash. What is known already stays; doing it again changes nothing.
    fn note_address(
        &self,
        hash: &str,
        fact: AddressFact,
        at: Instant,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What is known about an address; `None` where nothing is. Eventually consistent.
    fn suppressed(&self, address: &str) -> impl Future<Output = Result<Option<Suppression>, StoreError>> + Send;

    /// The same of several hashes at once, in their order.
    fn all_suppressed(
        &self,
        hashes: &[String],
    ) -> impl Future<Output = Result<Vec<Option<Suppression>>, StoreError>> + Send;

    /// The people who have the address of that hash, by id. A hint that may lag behind: load before deciding.
    fn having(&self, hash: &str) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;
}

/// One thing that becomes known about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AddressFact {
    /// A mail to it bounced for good.
    #[serde(rename = "b")]
    Bounced,
    /// A mail to it was reported as spam.
    #[serde(rename = "c")]
    Complained,
    /// All marketing was refused by a link or a page.
    #[serde(rename = "r")]
    Refused,
    /// Somebody who had it was erased; `hard` where they were suppressed.
    #[serde(rename = "e")]
    Erased {
        /// Whether no mail at all may go there.
        hard: bool,
    },
}

/// Something that a decision makes known about an address. It stands in the record of the very commit, so that whoever else
/// has the address learns it however often a worker dies on the way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AddressNote {
    /// The keyed hash of the address.
    #[serde(rename = "a")]
    pub hash: String,
    /// What.
    #[serde(rename = "f")]
    pub fact: AddressFact,
    /// Since when: of a refusal when it was said, else the instant that was decided on.
    #[serde(rename = "t")]
    pub at: Instant,
}

/// What is known about one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Suppression {
    /// When somebody with this address was erased last: consent given no later counts for nothing.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Instant>,
    /// Whether somebody who was erased had been suppressed: no mail goes there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hard: bool,
    /// When it bounced for good first: no mail goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced_at: Option<Instant>,
    /// When a mail to it was reported as spam first: no mail goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complained_at: Option<Instant>,
    /// When all marketing was refused last, by a link or a page: consent given no later counts for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<Instant>,
}

impl Suppression {
    /// Adds a fact.
    pub fn note(&mut self, fact: AddressFact, at: Instant) {
        match fact {
            AddressFact::Bounced => self.bounced_at = Some(self.bounced_at.unwrap_or(at)),
            AddressFact::Complained => self.complained_at = Some(self.complained_at.unwrap_or(at)),
            AddressFact::Refused => self.refused_at = self.refused_at.max(Some(at)),
            AddressFact::Erased { hard } => {
                self.erased_at = self.erased_at.max(Some(at));
                self.hard |= hard;
            }
        }
    }

    /// When the newest of it became known, erasures aside.
    #[must_use]
    pub fn newest(&self) -> Option<Instant> {
        self.bounced_at.max(self.complained_at).max(self.refused_at)
    }

    /// Whether no mail at all may go there.
    #[must_use]
    pub fn is_hard(&self) -> bool {
        self.hard || self.bounced_at.is_some() || self.complained_at.is_some()
    }

    /// Since when no mail at all may go there, as far as anybody knows: somebody who was erased had been suppressed before that.
    #[must_use]
    pub fn hard_since(&self) -> Option<Instant> {
        let erased = self.erased_at.filter(|_| self.hard);
        [self.bounced_at, self.complained_at, erased].into_iter().flatten().min()
    }

    /// Whether a refusal at this address is newer than what somebody who has it said themselves about all marketing.
    #[must_use]
    pub fn outweighs(&self, consent: &Consent) -> bool {
        self.refused_at.is_some_and(|refused| consent.marketing.is_none_or(|said| said.agreed && said.at <= refused))
    }

    /// Why no mail, or no marketing, may go there to somebody with this consent; `None` where it may.
    #[must_use]
    pub fn obstacle(&self, marketing: bool, consent: &Consent) -> Option<&'static str> {
        let agreed_since = |at: Instant| consent.marketing.is_some_and(|said| said.agreed && said.at > at);
        if self.is_hard() {
            Some("suppressed")
        } else if marketing && self.refused_at.is_some_and(|at| !agreed_since(at)) {
            Some("refused at this address, and not agreed to since")
        } else if marketing && self.erased_at.is_some_and(|at| !agreed_since(at)) {
            Some("erased, and not agreed to since")
        } else {
            None
        }
    }
}
