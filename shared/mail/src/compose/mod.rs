//! From a person and a compiled mail to a finished message: what a template can see, the links that are signed for this
//! person, and the envelope that the campaign's purpose and the workspace's policy demand.
//!
//! One place, so that what `send` sends, what the pages show in a browser and what a preview shows are the same. Must never
//! read a store or a clock: whoever composes hands in all that it needs.

mod data;
mod envelope;
pub mod notice;

pub use data::{Signed, data, joining_until, label, sign};
pub use envelope::{address, address_notice};
