//! The files as they are written, one type for each mapping, for the JSON Schemas that editors complete and check with.
//!
//! Nothing is read into these types: serde would stop at the first problem, and [`super::read`] reports all. Tests hold
//! the two together. What a schema cannot say (that a topic exists, that an expression has the right type) is the
//! loader's alone. The comments of these types and fields are what editors show.
#![expect(dead_code, reason = "only the schemas of these types are used")]

mod campaign;
mod moves;
mod step;
mod value;
mod workspace;

pub(super) use campaign::CampaignFile;
pub(super) use moves::MovesFile;
pub(super) use workspace::WorkspaceFile;
