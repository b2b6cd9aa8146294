//! Asks SES to send one finished message, once. Behind [`Mailer`] is SES in production ([`Ses`]) and a sink in the tests,
//! which chooses its answers and keeps the truth.
//!
//! It never asks twice: whether a second request may be made is the protocol's decision alone.

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message as SesMessage, MessageHeader, MessageTag,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_lambda::tags::MailTags;
use rekindle_mail::Message;

use crate::answer::{Answer, classify};

/// One request: a finished message, and what SES's events will say of it. Never shown: it holds an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is sent.
    pub message: Message,
    /// Which mail it is.
    pub tags: MailTags,
}

/// Something that sends mails.
pub trait Mailer: Send + Sync + 'static {
    /// Makes one request and says what is known of its outcome.
    fn send(&self, request: Request) -> BoxFuture<'_, Answer>;
}

/// SES.
#[derive(Debug, Clone)]
pub struct Ses {
    client: aws_sdk_sesv2::Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// SES by that configuration, with the SDK's retries switched off: a retry could send twice.
    #[must_use]
    pub fn new(config: aws_sdk_sesv2::config::Builder, configuration_set: Option<String>) -> Self {
        let config = config.retry_config(RetryConfig::disabled()).build();
        Self { client: aws_sdk_sesv2::Client::from_conf(config), configuration_set }
    }

    fn request(&self, request: Request) -> Result<SendEmailFluentBuilder, BuildError> {
        let Request { message, tags } = request;
        let utf8 = |text: String| Content::builder().data(text).charset("UTF-8").build();
        let tag = |(name, value)| MessageTag::builder().name(name).value(value).build();
        let tags = tags.pairs().into_iter().map(tag).collect::<Result<_, _>>()?;
        let headers = message.headers.into_iter();
        let headers = headers.map(|header| MessageHeader::builder().name(header.name).value(header.value).build());
        let body = Body::builder().html(utf8(message.html)?).text(utf8(message.text)?).build();
        let content = SesMessage::builder()
            .subject(utf8(message.subject)?)
            .body(body)
            .set_headers(Some(headers.collect::<Result<_, _>>()?))
            .build();
        Ok(self
            .client
            .send_email()
            .from_email_address(message.from)
            .destination(Destination::builder().to_addresses(message.to).build())
            .set_reply_to_addresses(message.reply_to.map(|address| vec![address]))
            .content(EmailContent::builder().simple(content).build())
            .set_email_tags(Some(tags))
            .set_configuration_set_name(self.configuration_set.clone()))
    }
}

impl Mailer for Ses {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        async move {
            match self.request(request) {
                Ok(request) => classify(&request.send().await),
                // No byte has left, and the same message would fail again.
                Err(error) => Answer::Rejected(error.to_string()),
            }
        }
        .boxed()
    }
}
