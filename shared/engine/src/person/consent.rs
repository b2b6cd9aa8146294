//! What a person agreed to. No record means no; a topic is left only by an explicit `false` (SPEC.md section 11).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// The topic that stands for being counted. No topic of a workspace can have this id, so nothing else is left with it.
pub const TRACKING: &str = "@tracking";

/// A yes or no, and the time of the event that said it. It is stored as a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(bool, Instant)", into = "(bool, Instant)")]
pub struct Statement {
    /// Whether they said yes.
    pub agreed: bool,
    /// When.
    pub at: Instant,
}

impl From<(bool, Instant)> for Statement {
    fn from((agreed, at): (bool, Instant)) -> Self {
        Self { agreed, at }
    }
}

impl From<Statement> for (bool, Instant) {
    fn from(statement: Statement) -> Self {
        (statement.agreed, statement.at)
    }
}

/// What a person said about marketing and about each topic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Consent {
    /// To all marketing.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub marketing: Option<Statement>,
    /// To each topic.
    #[serde(rename = "t", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<String, Statement>,
}

impl Consent {
    /// Whether nothing was ever said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marketing.is_none() && self.topics.is_empty()
    }

    /// Whether marketing mails may be sent at all.
    #[must_use]
    pub fn allows_marketing(&self) -> bool {
        self.marketing.is_some_and(|statement| statement.agreed)
    }

    /// Whether the person has left this topic.
    #[must_use]
    pub fn has_left(&self, topic: &str) -> bool {
        self.topics.get(topic).is_some_and(|statement| !statement.agreed)
    }

    /// Notes what was said about marketing at the event's time; the newest time holds, of equals the later arrival.
    pub fn say_marketing(&mut self, yes: bool, time: Instant) {
        if self.marketing.is_none_or(|statement| statement.at <= time) {
            self.marketing = Some(Statement { agreed: yes, at: time });
        }
    }

    /// Notes what was said about a topic at the event's time.
    pub fn say_topic(&mut self, topic: &str, yes: bool, time: Instant) {
        if self.topics.get(topic).is_none_or(|statement| statement.at <= time) {
            self.topics.insert(topic.to_owned(), Statement { agreed: yes, at: time });
        }
    }
}
