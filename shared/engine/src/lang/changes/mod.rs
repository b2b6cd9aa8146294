//! What an edit changes, in words: two versions of a campaign compared as the engine knows them, not as text.
//!
//! Comments, order of keys and ways of writing the same thing are no changes. It never says what happens to people: that
//! depends on where they stand.

mod order;
mod placed;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::model::{Campaign, Facet, Workspace};
use placed::Placed;

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A value became another.
    Value {
        /// Of what: `audience`, `wait wait-1`, `offer come-back, budget`.
        what: String,
        /// The step, where it is one's.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// A step is new.
    Added {
        /// The step and what it does.
        what: String,
        /// Its id.
        step: String,
        /// Where it stands.
        place: String,
    },
    /// A step is gone.
    Removed {
        /// The step and what it did.
        what: String,
        /// Its id.
        step: String,
    },
    /// A step stands elsewhere.
    Moved {
        /// The step.
        what: String,
        /// Its id.
        step: String,
        /// Where it stands now.
        place: String,
    },
}

impl Change {
    /// The step that it is about.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Value { step, .. } => step.as_deref(),
            Self::Added { step, .. } | Self::Removed { step, .. } | Self::Moved { step, .. } => Some(step),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { what, before, after, .. } => write!(f, "{what}: {before} → {after}"),
            Self::Added { what, place, .. } => write!(f, "new: {what}, {place}"),
            Self::Removed { what, .. } => write!(f, "removed: {what}"),
            Self::Moved { what, place, .. } => write!(f, "{what} moved {place}"),
        }
    }
}

/// What is different between two versions of the workspace's own file.
#[must_use]
pub fn of_workspace(before: &Workspace, after: &Workspace) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", None, &before.facets(), &after.facets(), &mut changes);
    changes
}

/// What is different between two versions of a campaign, each with the workspace that it belongs to: first the campaign
/// itself, then its steps in the order of the new version, then those that are gone.
#[must_use]
pub fn of_campaign(before: (&Workspace, &Campaign), after: (&Workspace, &Campaign)) -> Vec<Change> {
    let mut changes = Vec::new();
    compare("", None, &before.1.facets(before.0), &after.1.facets(after.0), &mut changes);
    let (old, new) = (placed::steps(&before.1.steps), placed::steps(&after.1.steps));
    let by_id: BTreeMap<&str, &Placed> = old.iter().map(|step| (step.id, step)).collect();
    let moved = order::moved(&old, &new);
    for step in &new {
        let Some(was) = by_id.get(step.id) else {
            changes.push(Change::Added { what: step.described(), step: step.id.to_owned(), place: step.place() });
            continue;
        };
        if was.kind == step.kind {
            let what = format!("{} {}", step.kind, step.id);
            compare(&what, Some(step.id), &was.facets, &step.facets, &mut changes);
        } else {
            changes.push(Change::Value {
                what: format!("step {}", step.id),
                step: Some(step.id.to_owned()),
                before: was.summary(),
                after: step.summary(),
            });
        }
        if moved.contains(step.id) {
            let what = format!("{} {}", step.kind, step.id);
            let place = step.place().replacen("at the", "to the", 1);
            changes.push(Change::Moved { what, step: step.id.to_owned(), place });
        }
    }
    let kept: BTreeMap<&str, ()> = new.iter().map(|step| (step.id, ())).collect();
    let gone = old.iter().filter(|step| !kept.contains_key(step.id));
    changes.extend(gone.map(|step| Change::Removed { what: step.described(), step: step.id.to_owned() }));
    changes
}

/// The facets that differ; one that is missing on a side says so.
fn compare(what: &str, step: Option<&str>, before: &[Facet], after: &[Facet], changes: &mut Vec<Change>) {
    let value =
        |facets: &[Facet], name: &str| facets.iter().find(|facet| facet.name == name).map(|facet| facet.value.clone());
    let gone = before.iter().filter(|facet| value(after, &facet.name).is_none());
    for facet in after.iter().chain(gone) {
        let (was, is) = (value(before, &facet.name), value(after, &facet.name));
        if was == is {
            continue;
        }
        let none = || "none".to_owned();
        changes.push(Change::Value {
            what: [what, &facet.name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            step: step.map(str::to_owned),
            before: was.unwrap_or_else(none),
            after: is.unwrap_or_else(none),
        });
    }
}

#[cfg(test)]
mod tests;
