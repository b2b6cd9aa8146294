//! `rekindle campaigns` and `rekindle status`: everything at a glance. They change nothing, and read nobody's item: what they
//! count stands in the statistics, in the publication, in queues and in indexes.

mod campaigns;
mod status;
#[cfg(test)]
mod tests;

pub use campaigns::{CampaignsArguments, campaigns};
pub use status::{StatusArguments, status};
