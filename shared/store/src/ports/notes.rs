//! What operators did, and why: the part of the record that is no decision about a person, and so no journal line.

use std::future::Future;

use rekindle_engine::time::Instant;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Keeps notes about campaigns and people.
pub trait Notes: Clone + Send + Sync + 'static {
    /// Keeps a note. The same act on the same thing in the same second is the same note.
    fn note(&self, note: &Note) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The notes about campaigns as a whole, oldest first.
    fn notes(&self) -> impl Future<Output = Result<Vec<Note>, StoreError>> + Send;

    /// The notes about one person, oldest first. They are erased with the person.
    fn notes_about(&self, person: &str) -> impl Future<Output = Result<Vec<Note>, StoreError>> + Send;
}

/// One act of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Instant,
    /// What: `pause`, `resume`, `enrol`, `exit`.
    pub act: String,
    /// In which campaign.
    pub campaign: String,
    /// On whom, where it was on one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Which of their mails, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_id: Option<String>,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}
