//! Asks SES to send one finished message, once. Behind [`Mailer`] is SES in production ([`Ses`]) and a sink in the tests,
//! which chooses its answers and keeps the truth.
//!
//! It never asks twice: whether a second request may be made is the protocol's decision alone.

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message as SesMessage, MessageHeader, MessageTag,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_lambda::tags::MailTags;
use rekindle_mail::Message;

use crate::REQUEST;
use crate::answer::{Answer, classify};
use crate::rate::{Account, Quota};

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
    /// Asks once.
    client: aws_sdk_sesv2::Client,
    /// Asks again where it may: whatever it asks for changes nothing.
    asking: aws_sdk_sesv2::Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// SES by that configuration; for mails with the SDK's retries switched off, as a retry could send twice. Where the
    /// configuration has no time-outs, a request is given up after [`REQUEST`].
    #[must_use]
    pub fn new(config: aws_sdk_sesv2::config::Builder, configuration_set: Option<String>) -> Self {
        let asking = aws_sdk_sesv2::Client::from_conf(config.clone().build());
        let timeouts = asking.config().timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
        let timeouts = match timeouts.operation_timeout() {
            Some(_) => timeouts,
            None => timeouts.into_builder().operation_timeout(REQUEST.unsigned_abs()).build(),
        };
        let once = config.retry_config(RetryConfig::disabled()).timeout_config(timeouts).build();
        Self { client: aws_sdk_sesv2::Client::from_conf(once), asking, configuration_set }
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

impl Account for Ses {
    #[expect(clippy::cast_possible_truncation, reason = "quotas are far below 2^63")]
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
        async move {
            let answer = self.asking.get_account().send().await;
            let answer = answer.map_err(|error| rekindle_lambda::queue::code(&error))?;
            let quota = answer.send_quota().ok_or("no quota")?;
            // -1 is how SES says that there is no daily bound.
            let left = (quota.max24_hour_send() >= 0.0)
                .then(|| (quota.max24_hour_send() - quota.sent_last24_hours()).floor() as i64);
            Ok(Quota { per_second: quota.max_send_rate(), left })
        }
        .boxed()
    }
}
