//! One planned mail: write it, arm it, ask SES once, settle it (DESIGN.md, Send protocol).
//!
//! It never asks SES without having armed the send in the person's own item, and never asks again unless SES has
//! definitely refused. What nobody knows is held.

mod answer;
pub mod data;
pub mod envelope;
mod mails;
mod settle;

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message as SesMessage, MessageHeader, MessageTag,
};
use jiff::SignedDuration;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::{Outgoing, Person};
use rekindle_engine::program::Program;
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_mail::{Links, Message, MessageError, RenderError};
use rekindle_relay::PlannedSend;
use thiserror::Error;
use tracing::{info, warn};

pub use answer::{Answer, classify};
use mails::{Mails, MailsError};
pub use settle::SendError;
use settle::{Arming, TRIES};

/// Handles batches of the queue of planned mails.
pub struct Send<S> {
    deciding: Deciding<S>,
    mails: Mails<S>,
    ses: aws_sdk_sesv2::Client,
    links: Links,
    configuration_set: Option<String>,
    lease: SignedDuration,
    clock: Arc<dyn Clock>,
}

/// Why a mail cannot be written. The same mail and data fail again, so it is settled and shown.
#[derive(Debug, Error)]
enum Unwritable {
    #[error("its campaign is not published any more")]
    NoCampaign,
    #[error(transparent)]
    Mail(MailsError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Request(#[from] BuildError),
    #[error(transparent)]
    Link(#[from] rekindle_mail::LinkError),
}

impl<S: Store> Send<S> {
    /// A handler over a store and SES. The SES client must have its retries off: a retry could send twice. `lease` is how
    /// long a worker may take between arming and SES's answer, after which the outcome is unknown; the queue's visibility
    /// time-out must be longer, so that a message comes back only when the lease is over.
    pub fn new(
        deciding: Deciding<S>,
        ses: aws_sdk_sesv2::Client,
        links: Links,
        configuration_set: Option<String>,
        lease: SignedDuration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mails = Mails::new(deciding.store().clone());
        Self { deciding, mails, ses, links, configuration_set, lease, clock }
    }

    /// Handles one batch; what is not settled stays in the queue.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        // Two mails of one person would only conflict with each other.
        let by_person = |record: &SqsMessage| read(record).map_or_else(|_| String::new(), |planned| planned.person);
        each_record(event.records, by_person, |record| self.take(record)).await
    }

    async fn take(&self, record: SqsMessage) -> Result<(), SendError> {
        let PlannedSend { person, send_id } = read(&record)?;
        let catalog = self.deciding.catalog().await?;
        for _ in 0..TRIES {
            let loaded = self.deciding.store().load(&person).await?;
            let Some(outgoing) = loaded.person.outbox.get(&send_id).cloned() else { return Ok(()) };
            // Written before it is armed, so that what cannot be written never leaves doubt, and written anew whenever the
            // person has changed, so that it goes to the address that is armed.
            let request = match self.write(&loaded.person, &outgoing, &send_id, &catalog).await {
                Ok(request) => request,
                Err(Unwritable::Mail(MailsError::Store(error))) => return Err(error.into()),
                Err(reason) => {
                    warn!(send_id, %reason, "a mail could not be written and is withdrawn");
                    return self.withdraw(loaded, &send_id, &reason.to_string()).await;
                }
            };
            let armed = match self.arm(loaded, &send_id, &catalog).await? {
                Arming::Mine(armed) => armed,
                Arming::Nothing => return Ok(()),
                Arming::Conflict => continue,
            };
            let attempt = MessageTag::builder().name("attempt").value(armed.attempt.to_string()).build();
            let answer = match attempt {
                Ok(attempt) => classify(&request.email_tags(attempt).send().await),
                Err(error) => Answer::Refused(error.to_string()),
            };
            info!(send_id, attempt = armed.attempt, answer = answer.name(), "SES has answered");
            return self.settle(*armed, &outgoing, answer).await;
        }
        Err(SendError::Contended)
    }

    async fn write(
        &self,
        person: &Person,
        outgoing: &Outgoing,
        send_id: &str,
        catalog: &Catalog,
    ) -> Result<SendEmailFluentBuilder, Unwritable> {
        let live = catalog.get(&outgoing.campaign).ok_or(Unwritable::NoCampaign)?;
        let program: &Program = live.version(outgoing.version).unwrap_or(&live.program);
        let workspace = &catalog.workspace;
        let locale = person.profile.locale.as_deref().unwrap_or_default();
        let fallback = workspace.locales.first().map_or("", String::as_str);
        let mail = self.mails.get(outgoing, locale, fallback).await.map_err(Unwritable::Mail)?;
        let signed = data::sign(&self.links, person, outgoing, program)?;
        let rendered = mail.render(&data::data(person, outgoing, program, workspace, &signed, mail.locale()))?;
        let sender = workspace.senders.get(program.campaign.sender).ok_or(Unwritable::NoCampaign)?;
        let message = envelope::address(rendered, &signed, person, program, sender, workspace.policy)?;
        Ok(self.request(message, send_id, outgoing)?)
    }

    fn request(
        &self,
        message: Message,
        send_id: &str,
        outgoing: &Outgoing,
    ) -> Result<SendEmailFluentBuilder, BuildError> {
        let utf8 = |text: String| Content::builder().data(text).charset("UTF-8").build();
        let tag = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build();
        let headers = message.headers.into_iter();
        let headers = headers.map(|header| MessageHeader::builder().name(header.name).value(header.value).build());
        let body = Body::builder().html(utf8(message.html)?).text(utf8(message.text)?).build();
        let content = SesMessage::builder()
            .subject(utf8(message.subject)?)
            .body(body)
            .set_headers(Some(headers.collect::<Result<_, _>>()?))
            .build();
        Ok(self
            .ses
            .send_email()
            .from_email_address(message.from)
            .destination(Destination::builder().to_addresses(message.to).build())
            .set_reply_to_addresses(message.reply_to.map(|address| vec![address]))
            .content(EmailContent::builder().simple(content).build())
            .email_tags(tag("send_id", send_id)?)
            .email_tags(tag("campaign", &outgoing.campaign)?)
            .email_tags(tag("step", &outgoing.step)?)
            .set_configuration_set_name(self.configuration_set.clone()))
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

fn read(record: &SqsMessage) -> Result<PlannedSend, SendError> {
    Ok(serde_json::from_str(record.body.as_deref().unwrap_or_default())?)
}
