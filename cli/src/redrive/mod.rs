//! `rekindle redrive`: hands on what the table's stream could not hand on.
//!
//! Changes that `relay` failed on for most of a day lie in the queue `undelivered` as pointers: a shard of the stream, and
//! the first and the last number. For a day the stream still has what they point to; this reads it again and runs `relay`
//! over it, whose every effect may happen twice and changes nothing then. It never deletes a pointer before that succeeded,
//! and never touches another message of the queue.

mod pointer;
mod stream;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use aws_lambda_events::dynamodb::Event;
use rekindle_archive::Firehose;
use rekindle_lambda::clock::SystemClock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::erasing::ErasedByOperator;
use rekindle_lambda::queue::{Queue, code};
use rekindle_relay::{Bus, Relay};
use rekindle_store::Dynamo;
use rekindle_system::{System, UNDELIVERED, relay};
use serde_json::{Value, json};

use crate::account::account;
use crate::output::Output;
use crate::target::{self, Target};
use crate::words::Words;
use pointer::Pointer;

/// Seconds for which what is being looked at is nobody else's.
const HIDDEN: i32 = 900;
/// Changes that `relay` gets at once, as from its mapping.
const BATCH: usize = 100;

/// Which system.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    target: target::TargetArgs,
}

/// What is needed to hand changes on.
struct Place {
    sqs: aws_sdk_sqs::Client,
    undelivered: String,
    streams: aws_sdk_dynamodbstreams::Client,
    relay: Relay<Dynamo>,
}

/// What became of the queue's messages.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Batches that were handed on.
    pub batches: usize,
    /// Changes in them.
    pub changes: usize,
    /// What stays in the queue, and why.
    pub kept: Vec<String>,
    /// Messages that are no pointers to the stream: the runbook says what to do with them.
    pub others: usize,
}

/// Runs the command.
///
/// # Errors
/// Where the system cannot be reached.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let redriven = match (target.own(), target.stage()) {
        (Some(system), _) => redrive(system).await?,
        (None, Some(stage)) => in_aws(&target, stage, arguments.target.region()).await?.redrive().await?,
        (None, None) => bail!(out.words().end_dev_first(&target.described())),
    };
    out.data(|view| redriven.text(view.words), || redriven.json())?;
    Ok(if redriven.kept.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Hands on what a local system could not.
///
/// # Errors
/// Where its queue cannot be read.
pub async fn redrive(system: &System) -> Result<Redriven> {
    let config = system.aws.sdk_config();
    let place = Place {
        sqs: aws_sdk_sqs::Client::new(&config),
        undelivered: system.aws.queue_url(UNDELIVERED),
        streams: aws_sdk_dynamodbstreams::Client::new(&config),
        relay: relay(system),
    };
    place.redrive().await
}

/// A stage: every name follows from the table's, as in `infra/template.yaml`.
async fn in_aws(target: &Target, stage: &str, region: Option<&str>) -> Result<Place> {
    let (store, sqs) = (target.store.clone(), target.sqs.clone());
    let config = account(region).await?;
    let url = async |queue: &str| -> Result<String> {
        let name = format!("{stage}-{queue}");
        let found = sqs.get_queue_url().queue_name(&name).send().await;
        let found = found.map_err(|error| anyhow::anyhow!("the queue {name} cannot be reached: {}", code(&error)))?;
        Ok(found.queue_url.unwrap_or_default())
    };
    let (undelivered, sends) = (url(UNDELIVERED).await?, url("send").await?);
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&config), stage);
    let archive = Firehose::new(aws_sdk_firehose::Client::new(&config), format!("{stage}-archive"));
    let relay = Relay::new(store, Queue::new(sqs.clone(), sends), bus, Arc::new(SystemClock));
    let relay = relay.with_archive(Arc::new(archive)).with_place(Arc::new(ErasedByOperator));
    Ok(Place { sqs, undelivered, streams: aws_sdk_dynamodbstreams::Client::new(&config), relay })
}

impl Place {
    async fn redrive(&self) -> Result<Redriven> {
        let mut redriven = Redriven::default();
        let mut stays = Vec::new();
        loop {
            let request = self.sqs.receive_message().queue_url(&self.undelivered).max_number_of_messages(10);
            // A wait, however short, asks all of the queue's servers and not only some.
            let request = request.visibility_timeout(HIDDEN).wait_time_seconds(1);
            let received = request.send().await.map_err(|error| anyhow::anyhow!("{}", code(&error)));
            let messages = received.context("the queue of what was not delivered cannot be read")?.messages;
            let Some(messages) = messages.filter(|messages| !messages.is_empty()) else { break };
            for message in messages {
                let handle = message.receipt_handle.unwrap_or_default();
                match Pointer::read(message.body.as_deref().unwrap_or_default()) {
                    None => {
                        redriven.others += 1;
                        stays.push(handle);
                    }
                    Some(pointer) => match self.hand_on(&pointer).await {
                        Ok(changes) => {
                            self.delete(&handle).await?;
                            redriven.batches += 1;
                            redriven.changes += changes;
                        }
                        Err(why) => {
                            redriven.kept.push(format!("{pointer}: {why}"));
                            stays.push(handle);
                        }
                    },
                }
            }
        }
        for handle in stays {
            let request = self.sqs.change_message_visibility().queue_url(&self.undelivered).receipt_handle(handle);
            // Else it shows itself by itself a little later.
            let _shown_later = request.visibility_timeout(0).send().await;
        }
        Ok(redriven)
    }

    /// Hands on what a pointer points to; gives how many changes that were, or why it must stay.
    async fn hand_on(&self, pointer: &Pointer) -> Result<usize, String> {
        let records = stream::read(&self.streams, pointer).await?;
        for batch in records.chunks(BATCH) {
            let mut event = Event::default();
            event.records = batch.to_vec();
            let response = self.relay.handle(event, Deadline::NONE).await;
            if let Some(failure) = response.batch_item_failures.first() {
                let number = failure.item_identifier.as_deref().unwrap_or_default();
                return Err(format!("change {number} could not be handed on (the log says why); try again"));
            }
        }
        Ok(records.len())
    }

    async fn delete(&self, handle: &str) -> Result<()> {
        let deleted = self.sqs.delete_message().queue_url(&self.undelivered).receipt_handle(handle).send().await;
        deleted.map(|_| ()).map_err(|error| anyhow::anyhow!("a pointer that was handed on stays: {}", code(&error)))
    }
}

impl Redriven {
    fn text(&self, words: Words) -> String {
        let Self { batches, changes, kept, others } = self;
        let mut text = words.handed_on(*changes as u64, *batches as u64) + "\n";
        for kept in kept {
            text.push_str(&format!("{}\n", words.kept_in_queue(kept)));
        }
        if *others > 0 {
            text.push_str(&format!("{}\n", words.others_in_queue(*others as u64)));
        }
        text
    }

    /// It for machines.
    #[must_use]
    pub fn json(&self) -> Value {
        let Self { batches, changes, kept, others } = self;
        json!({ "batches": batches, "changes": changes, "kept": kept, "others": others })
    }
}
