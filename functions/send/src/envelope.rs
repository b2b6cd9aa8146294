//! Addresses a rendered mail, with what its campaign's purpose and the workspace's policy demand.

use rekindle_engine::lang;
use rekindle_engine::person::Person;
use rekindle_engine::program::Program;
use rekindle_mail::{Category, Envelope, MailLinks, Message, MessageError, Policy, Rendered, Sender};

use crate::data::Signed;

/// The message as SES will be asked to send it.
///
/// # Errors
/// Where the person's or the sender's address, or what the law wants of an advertisement, is missing or wrong.
pub fn address(
    rendered: Rendered,
    signed: &Signed,
    person: &Person,
    program: &Program,
    sender: &lang::Sender,
    policy: lang::Policy,
) -> Result<Message, MessageError> {
    let category = match program.campaign.purpose {
        lang::Purpose::Marketing => Category::Marketing,
        lang::Purpose::Transactional => Category::Transactional,
    };
    build(rendered, category, Some(&signed.mail), person, sender, policy)
}

/// A notice, which the law wants sent and which advertises nothing.
///
/// # Errors
/// Where the person's or the sender's address is missing or wrong.
pub fn address_notice(
    rendered: Rendered,
    person: &Person,
    sender: &lang::Sender,
    policy: lang::Policy,
) -> Result<Message, MessageError> {
    build(rendered, Category::Transactional, None, person, sender, policy)
}

fn build(
    rendered: Rendered,
    category: Category,
    links: Option<&MailLinks>,
    person: &Person,
    sender: &lang::Sender,
    policy: lang::Policy,
) -> Result<Message, MessageError> {
    let sender = Sender {
        name: sender.name.clone(),
        email: sender.email.clone(),
        reply_to: sender.reply_to.clone(),
        address: sender.address.clone(),
        phone: sender.phone.clone(),
    };
    let envelope = Envelope {
        to: person.profile.email.as_deref().unwrap_or_default(),
        sender: &sender,
        category,
        policy: match policy {
            lang::Policy::Kr => Policy::Kr,
            lang::Policy::Default => Policy::Default,
        },
        links,
    };
    Message::build(rendered, &envelope)
}
