//! The mails of a person that are planned and not yet settled: the state that the send protocol moves.
//!
//! `decide` plans; only the transitions in `crate::sends` move on from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::IssuedOffer;
use crate::time::Instant;

/// One planned mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The campaign that sends it.
    #[serde(rename = "c")]
    pub campaign: Arc<str>,
    /// The version whose mail it is.
    #[serde(rename = "v")]
    pub version: u32,
    /// The step that planned it.
    #[serde(rename = "s")]
    pub step: Arc<str>,
    /// The entry that planned it.
    #[serde(rename = "n")]
    pub entry: u32,
    /// The name of the mail.
    #[serde(rename = "m")]
    pub mail: Arc<str>,
    /// When it was planned.
    #[serde(rename = "p")]
    pub planned_at: Instant,
    /// The detail of the event that entered the person: the enrolment may have ended before the mail is written.
    #[serde(rename = "d", default, skip_serializing_if = "is_empty")]
    pub detail: Arc<Map<String, Value>>,
    /// The codes that were issued in the enrolment.
    #[serde(rename = "o", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offers: BTreeMap<Arc<str>, IssuedOffer>,
    /// Whether an operator or the step's own rule has planned it again: then it goes, however long ago it was planned.
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    pub released: bool,
    /// When somebody last noted that they had it in hand and that it waits: refused, without a turn, or planned again. By that
    /// a mail that only waits is told from one whose message is lost.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Instant>,
    /// Since when its present chain of messages is the only one. A queue delivers now and then twice, and each copy of a
    /// waiting mail's message would go on by itself: copies of an earlier chain end.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Instant>,
    /// How far it is.
    #[serde(rename = "st")]
    pub state: SendState,
}

fn is_empty(detail: &Arc<Map<String, Value>>) -> bool {
    detail.is_empty()
}

/// How far a send is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendState {
    /// Nobody has tried; `attempt` tries were refused definitely.
    #[serde(rename = "p")]
    Planned {
        /// Tries so far.
        #[serde(rename = "a")]
        attempt: u32,
    },
    /// A worker may be calling SES until `lease`.
    #[serde(rename = "a")]
    Armed {
        /// This try's number, from 1.
        #[serde(rename = "a")]
        attempt: u32,
        /// After it the outcome is unknown.
        #[serde(rename = "l")]
        lease: Instant,
    },
    /// Nobody knows whether SES took it: held until an event or an operator tells.
    #[serde(rename = "u")]
    Unknown {
        /// The try's number.
        #[serde(rename = "a")]
        attempt: u32,
        /// Since when.
        #[serde(rename = "t")]
        since: Instant,
    },
}

impl SendState {
    /// How many tries were made.
    #[must_use]
    pub const fn attempt(self) -> u32 {
        match self {
            Self::Planned { attempt } | Self::Armed { attempt, .. } | Self::Unknown { attempt, .. } => attempt,
        }
    }
}
