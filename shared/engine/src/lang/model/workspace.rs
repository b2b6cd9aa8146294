//! What all campaigns share: senders, topics, caps, policies.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::time::{Span, Window};

/// What all campaigns share.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The shop's name.
    pub name: String,
    /// The zone of people without a valid one of their own.
    pub timezone: TimeZone,
    /// Languages of the mails; the first is the fallback. Never empty.
    pub locales: Vec<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// Who mails come from; never empty.
    pub senders: Vec<Sender>,
    /// Topics that a person can leave.
    pub topics: Vec<Topic>,
    /// At most so many marketing mails in a period.
    pub cap: Option<Cap>,
    /// When marketing mails may go; `None`: at any time.
    pub window: Option<Window>,
    /// Percent of all people kept out of marketing campaigns.
    pub holdout: u8,
    /// Which country's rules are written into the mails.
    pub policy: Policy,
    /// Dollars per thousand mails, for the cost that `simulate` shows.
    pub ses_per_1000: f64,
}

/// Who a mail comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The id that campaigns name.
    pub id: String,
    /// The name shown beside the address.
    pub name: String,
    /// The From address.
    pub email: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
    /// The postal address that the law wants in the mail.
    pub address: Option<String>,
    /// The telephone number that the law wants in some countries.
    pub phone: Option<String>,
}

/// Something that a person can leave alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The id that campaigns name.
    pub id: String,
    /// Its name by language.
    pub name: BTreeMap<String, String>,
}

/// At most `max` marketing mails per person in any `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many; at least 1.
    pub max: u32,
    /// In how long.
    pub per: Span,
}

/// Which rules are written into a mail; it never decides who is mailed when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Consent, sender's address and one-click unsubscription everywhere.
    Default,
    /// Korea: `(광고)` before the subject, sender's contact and a free refusal in Korean.
    Kr,
}

/// Whether a campaign advertises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Needs consent, obeys topics, cap and window.
    Marketing,
    /// Passes all four; suppression holds always.
    Transactional,
}
