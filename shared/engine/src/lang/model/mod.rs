//! A workspace and its campaigns as the engine knows them (SPEC.md section 2): values that cannot be wrong.
//!
//! The loader makes these from files and is the only place that does; nothing here reads text.

mod campaign;
mod step;
mod workspace;

use std::collections::BTreeMap;

pub use campaign::*;
pub use step::*;
pub use workspace::*;

/// A workspace and its campaigns, by id.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// What all campaigns share.
    pub workspace: Workspace,
    /// The campaigns, in order of id.
    pub campaigns: BTreeMap<String, Campaign>,
}
