//! The body of SendEmail and the checks that SES makes before it accepts a mail.

use serde::Deserialize;

use super::addresses::check;
use super::mails::{Header, Tag};
use crate::error::AwsError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendEmail {
    #[serde(default)]
    pub from_email_address: Option<String>,
    #[serde(default)]
    pub destination: Destination,
    #[serde(default)]
    pub reply_to_addresses: Vec<String>,
    pub content: Content,
    #[serde(default)]
    pub email_tags: Vec<Tag>,
    #[serde(default)]
    pub configuration_set_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Destination {
    #[serde(default)]
    pub to_addresses: Vec<String>,
    #[serde(default)]
    pub cc_addresses: Vec<String>,
    #[serde(default)]
    pub bcc_addresses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Content {
    #[serde(default)]
    pub simple: Option<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Message {
    pub subject: Part,
    pub body: Body,
    #[serde(default)]
    pub headers: Vec<Header>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Body {
    #[serde(default)]
    pub html: Option<Part>,
    #[serde(default)]
    pub text: Option<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Part {
    pub data: String,
}

impl SendEmail {
    /// All recipients, in the order To, Cc, Bcc.
    pub(super) fn recipients(&self) -> impl Iterator<Item = &String> {
        let to = &self.destination;
        to.to_addresses.iter().chain(&to.cc_addresses).chain(&to.bcc_addresses)
    }

    /// Holds the mail against SES's rules.
    pub(super) fn check(&self) -> Result<(), AwsError> {
        let bad = |reason: &str| AwsError::client("BadRequestException", reason);
        let sender = self.from_email_address.as_deref().ok_or_else(|| bad("Missing sender."))?;
        let message = self.content.simple.as_ref().ok_or_else(|| bad("The local SES takes simple content only."))?;
        let recipients = self.recipients().count();
        if recipients == 0 || recipients > 50 {
            return Err(bad("A mail has 1 to 50 recipients."));
        }
        for address in self.recipients().chain(&self.reply_to_addresses) {
            check(address)?;
        }
        check(sender)?;
        if message.body.html.is_none() && message.body.text.is_none() {
            return Err(bad("Missing body."));
        }
        if message.subject.data.contains(['\r', '\n']) {
            return Err(bad("Subject contains a line break."));
        }
        if !message.headers.iter().all(header_fits) {
            return Err(bad("A header's name or value is not allowed."));
        }
        if self.email_tags.len() > 50 || !self.email_tags.iter().all(tag_fits) {
            return Err(bad("Tags may contain only A-Z, a-z, 0-9, underscores, and dashes."));
        }
        Ok(())
    }
}

/// `MessageHeader` of the API reference: 1 to 126 and 1 to 995 printable ASCII characters.
fn header_fits(header: &Header) -> bool {
    let name = |c: char| c.is_ascii_graphic() && c != ':';
    let value = |c: char| c.is_ascii_graphic() || c == ' ';
    (1..=126).contains(&header.name.len())
        && header.name.chars().all(name)
        && (1..=995).contains(&header.value.len())
        && header.value.chars().all(value)
}

/// `MessageTag` of the API reference.
fn tag_fits(tag: &Tag) -> bool {
    let word = |text: &str| {
        (1..=256).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    word(&tag.name) && word(&tag.value)
}
