//! Addresses a rendered mail, with what its campaign's purpose and the workspace's policy demand.

use rekindle_engine::lang::{Policy, Purpose, Sender};
use rekindle_engine::person::Person;
use rekindle_engine::program::Program;

use super::Signed;
use crate::{Envelope, Message, MessageError, Rendered};

/// The message as SES will be asked to send it.
///
/// # Errors
/// Where the person's or the sender's address, or what the law wants of an advertisement, is missing or wrong.
pub fn address(
    rendered: Rendered,
    signed: &Signed,
    person: &Person,
    program: &Program,
    sender: &Sender,
    policy: Policy,
) -> Result<Message, MessageError> {
    let purpose = program.campaign.purpose;
    Message::build(rendered, &Envelope { to: to(person), sender, purpose, policy, links: Some(&signed.mail) })
}

/// A notice, which the law wants sent and which advertises nothing.
///
/// # Errors
/// Where the person's or the sender's address is missing or wrong.
pub fn address_notice(
    rendered: Rendered,
    person: &Person,
    sender: &Sender,
    policy: Policy,
) -> Result<Message, MessageError> {
    let envelope = Envelope { to: to(person), sender, purpose: Purpose::Transactional, policy, links: None };
    Message::build(rendered, &envelope)
}

fn to(person: &Person) -> &str {
    person.profile.email.as_deref().unwrap_or_default()
}
