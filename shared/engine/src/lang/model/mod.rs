//! The campaign language, told once: each object of a workspace is a table of its keys (`object.rs`), and beside the table
//! stand the rules of those keys (SPEC.md section 2).
//!
//! The tables make values that cannot be wrong, and are the only place that does. What holds between campaigns, mails and
//! expressions is not theirs: `source.rs` checks it.

mod arms;
mod campaign;
mod entry;
mod goal;
mod mail;
mod object;
mod offer;
mod schedule;
mod sender;
mod step;
mod survey;
mod topic;
mod trigger;
pub(in crate::lang) mod value;
mod wait;
mod workspace;

use std::collections::BTreeMap;

pub use arms::{SplitArm, WaitFor, When};
pub use campaign::{Campaign, GIVE_UP_AFTER, Purpose};
pub use entry::{EntryRule, OnUnknown, WindowRule};
pub use goal::Goal;
pub use mail::Mail;
pub(in crate::lang) use object::Facet;
pub use offer::{Code, Discount, Offer, OnUnavailable};
pub use schedule::{Daily, Moment, Monthly, Once, Schedule, Weekly};
pub use sender::Sender;
pub use step::{Emit, Set, Step, StepKind};
pub use survey::{Survey, SurveyKind};
pub use topic::Topic;
pub use trigger::{Again, CatchUp, DateTrigger, EventTrigger, Fixed, Lapsed, LikelyGone, Trigger};
pub use wait::{Until, Wait, WaitSpan, WaitUntil};
pub use workspace::{Cap, Policy, Prices, Workspace};

/// A workspace and its campaigns, by id.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// What all campaigns share.
    pub workspace: Workspace,
    /// The campaigns, in order of id.
    pub campaigns: BTreeMap<String, Campaign>,
}
