//! Where an enrolment stands in its campaign, and for what it waits there.

use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::time::Instant;

/// The step on which an enrolment stands, and what it waits for there. What it waits for is fixed when the wait begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Stored")]
pub struct Place {
    /// The step's id.
    pub step: Arc<str>,
    /// When it goes on by itself.
    pub until: Instant,
    /// How far the step is.
    pub stage: Stage,
}

/// How far a step is on which an enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It has yet to begin, because the campaign is paused or the person was moved there.
    Before,
    /// A wait runs.
    Waiting,
    /// A mail is delayed.
    Delayed {
        /// When the mail was first reached.
        reached: Instant,
    },
}

impl Place {
    /// Waiting on a step until an instant.
    #[must_use]
    pub fn waiting(step: &Arc<str>, until: Instant) -> Self {
        Self { step: Arc::clone(step), until, stage: Stage::Waiting }
    }

    /// Before a step, which begins as soon as it may.
    #[must_use]
    pub fn before(step: Arc<str>, now: Instant) -> Self {
        Self { step, until: now, stage: Stage::Before }
    }

    /// Whether a wait runs here: the step has begun, and is no mail that was delayed before an edit made it a wait.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    /// When a delayed mail was first reached; `None` where the place is of another kind.
    #[must_use]
    pub fn reached(&self) -> Option<Instant> {
        match self.stage {
            Stage::Delayed { reached } => Some(reached),
            Stage::Before | Stage::Waiting => None,
        }
    }
}

/// A place as the person's item has it.
#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "s")]
    step: Arc<str>,
    #[serde(rename = "u")]
    until: Instant,
    #[serde(rename = "r", default)]
    reached: Option<Instant>,
    #[serde(rename = "p", default)]
    before: bool,
}

impl From<Stored> for Place {
    fn from(Stored { step, until, reached, before }: Stored) -> Self {
        let stage = match reached {
            _ if before => Stage::Before,
            Some(reached) => Stage::Delayed { reached },
            None => Stage::Waiting,
        };
        Self { step, until, stage }
    }
}

impl Serialize for Place {
    /// As [`Stored`] reads it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = if self.stage == Stage::Waiting { 2 } else { 3 };
        let mut place = serializer.serialize_struct("Place", fields)?;
        place.serialize_field("s", &self.step)?;
        place.serialize_field("u", &self.until)?;
        match self.stage {
            Stage::Waiting => {}
            Stage::Delayed { reached } => place.serialize_field("r", &reached)?,
            Stage::Before => place.serialize_field("p", &true)?,
        }
        place.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_stored_as_it_was_before_its_stages_had_names() {
        let at = Instant::from_seconds;
        let places = [
            (Place::waiting(&"a".into(), at(60)), r#"{"s":"a","u":UNTIL}"#),
            (Place::before("a".into(), at(60)), r#"{"s":"a","u":UNTIL,"p":true}"#),
            (
                Place { stage: Stage::Delayed { reached: at(0) }, ..Place::waiting(&"a".into(), at(60)) },
                r#"{"s":"a","u":UNTIL,"r":REACHED}"#,
            ),
        ];
        let text = |at: Instant| serde_json::to_string(&at).unwrap();
        for (place, stored) in places {
            let stored = stored.replace("UNTIL", &text(at(60))).replace("REACHED", &text(at(0)));
            assert_eq!(serde_json::to_string(&place).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Place>(&stored).unwrap(), place);
        }
    }
}
