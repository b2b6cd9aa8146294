//! The finished message: what SES is asked to send, with everything that law and mailbox providers ask of it.
//!
//! Must never hold a control character in a header, a second recipient, or a marketing mail that one cannot leave.

mod footer;
mod header;

use rekindle_engine::lang::{Policy, Purpose, Sender};
use serde::{Deserialize, Serialize};

use crate::{Address, AddressError, Language, Rendered};

pub use header::Header;

/// The links of a marketing mail, made by [`Links::url`](crate::Links::url).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLinks {
    /// [`LinkKind::OneClick`](crate::LinkKind::OneClick): goes into the header only.
    pub one_click: String,
    /// [`LinkKind::Unsubscribe`](crate::LinkKind::Unsubscribe): goes into the body.
    pub unsubscribe: String,
}

/// Everything around the text of a mail.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The person's address.
    pub to: &'a str,
    /// Who sends.
    pub sender: &'a Sender,
    /// Whether the mail advertises.
    pub purpose: Purpose,
    /// The workspace's policy.
    pub policy: Policy,
    /// Needed by marketing mails; ignored for others.
    pub links: Option<&'a MailLinks>,
}

/// A message for one person, ready for SES's structured fields. Holds personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `From`, with the display name encoded: ASCII.
    pub from: String,
    /// `To`: exactly one ASCII address, without a name.
    pub to: String,
    /// `Reply-To`: an ASCII address.
    pub reply_to: Option<String>,
    /// The subject as it is read; SES encodes it.
    pub subject: String,
    /// The HTML body.
    pub html: String,
    /// The text body.
    pub text: String,
    /// Further headers: printable ASCII.
    pub headers: Vec<Header>,
}

/// Bytes of HTML that are shown of a mail in any case. Gmail cuts off what is behind some 102 KB ("[Message clipped]"):
/// <https://github.com/hteumeuleu/email-bugs/issues/41>.
pub const SHOWN: usize = 100_000;

/// Why a message could not be made. Trying again does not help. Never holds personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The person's address cannot be mailed to.
    #[error("the person's address: {0}")]
    To(AddressError),
    /// The sender's address in `workspace.yaml` is wrong.
    #[error("the sender's address: {0}")]
    From(AddressError),
    /// The sender's `reply_to` in `workspace.yaml` is wrong.
    #[error("the sender's reply_to: {0}")]
    ReplyTo(AddressError),
    /// Control characters where a header is made of the value.
    #[error("the {0} holds control characters")]
    Control(&'static str),
    /// The sender has no name.
    #[error("the sender has no name")]
    NoSenderName,
    /// A marketing mail of a sender without postal address.
    #[error("a marketing mail needs the sender's postal address (`address` in workspace.yaml)")]
    NoPostalAddress,
    /// A marketing mail without links to unsubscribe.
    #[error("a marketing mail needs links to unsubscribe")]
    NoUnsubscribe,
    /// The link to unsubscribe fits no header.
    #[error("the link to unsubscribe must be https, printable ASCII and at most 993 bytes")]
    UnsubscribeLink,
    /// The one-click link stands in the body, where scanners would follow it.
    #[error("the one-click link must stand in the header only")]
    OneClickInBody,
    /// Nothing left of the subject.
    #[error("the subject is empty")]
    EmptySubject,
}

impl Message {
    /// Addresses `mail` and adds what its purpose and policy demand: headers, label, footer.
    ///
    /// # Errors
    /// [`MessageError`], see there.
    pub fn build(mail: Rendered, envelope: &Envelope<'_>) -> Result<Self, MessageError> {
        let sender = envelope.sender;
        let address = Address::parse(&sender.email).map_err(MessageError::From)?;
        let reply_to = sender.reply_to.as_deref().map(Address::parse).transpose().map_err(MessageError::ReplyTo)?;
        if mail.subject.chars().any(char::is_control) {
            return Err(MessageError::Control("subject"));
        }
        let mut message = Self {
            from: header::mailbox(&sender.name, &address)?,
            to: Address::parse(envelope.to).map_err(MessageError::To)?.as_str().to_owned(),
            reply_to: reply_to.map(|address| address.as_str().to_owned()),
            subject: header::in_order(&mail.subject),
            html: mail.html,
            text: mail.text,
            headers: Vec::new(),
        };
        if envelope.purpose == Purpose::Marketing {
            message.advertise(envelope, Language::of(&mail.locale))?;
        }
        if message.subject.is_empty() { Err(MessageError::EmptySubject) } else { Ok(message) }
    }

    fn advertise(&mut self, envelope: &Envelope<'_>, language: Language) -> Result<(), MessageError> {
        let links = envelope.links.ok_or(MessageError::NoUnsubscribe)?;
        let postal = envelope.sender.address.as_deref().filter(|address| !address.trim().is_empty());
        let footer = footer::Footer {
            sender: envelope.sender,
            postal: postal.ok_or(MessageError::NoPostalAddress)?,
            unsubscribe: &links.unsubscribe,
            policy: envelope.policy,
            language,
        };
        if !crate::url::is_own(&links.unsubscribe) {
            return Err(MessageError::UnsubscribeLink);
        }
        self.headers = header::list_unsubscribe(&links.one_click)?;
        footer.complete(&mut self.html, &mut self.text);
        footer.stand_early(&mut self.html, SHOWN);
        if [&self.html, &self.text].iter().any(|body| body.contains(&links.one_click)) {
            return Err(MessageError::OneClickInBody);
        }
        if envelope.policy == Policy::Kr {
            self.subject = header::labelled(&self.subject)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
