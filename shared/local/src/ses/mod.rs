//! SES v2: a sink that keeps every mail it accepts and reports on it the way SES does.
//!
//! Reproduced: SendEmail with simple content, headers, tags and a configuration set; its checks;
//! GetAccount with quota and rate; the rate limit, if one is set; the mailbox simulator's addresses
//! (`success@`, `bounce@`, `complaint@simulator.amazonses.com`, with labels after a plus sign);
//! `Send`, `Delivery`, `Bounce` and `Complaint` events on the default event bus, and the bad ones by SNS too.
//!
//! Divergences: identities are not verified; there is no suppression list, so every mail to an
//! ordinary address is delivered, at once; events come whether a configuration set asks for them or
//! not, exactly once and in order (tests inject the rest); nothing leaves the machine; raw and
//! templated content is refused.

mod addresses;
mod api;
mod mails;
mod rate;
mod reports;
mod request;
mod topic;

pub use mails::{Header, Mail, MailSummary, Tag};

pub(crate) use api::handle;
pub(crate) use mails::{by_id, count, forget, latest, tagged};
pub(crate) use rate::Rate;
pub(crate) use topic::Topic;
