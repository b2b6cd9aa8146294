//! What a Lambda function finds at its cold start: clients, settings and the store. `main.rs` wires with it and does
//! nothing else.
//!
//! Every `main` runs on one thread: a quarter of a gigabyte of memory comes with a seventh of a processor, on which more
//! threads do nothing sooner, and each takes memory of its own.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use lambda_runtime::{LambdaEvent, service_fn};
use rekindle_store::{Dynamo, Keyed, Settings, Shards};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account::account;
use crate::campaigns::Campaigns;
use crate::clock::{Clock, SystemClock};
use crate::config::{Environment, environment};
use crate::dead_letters::DeadLetters;
use crate::deadline::Deadline;
use crate::deciding::Deciding;
use crate::queue::Queue;

/// What every function has at hand.
pub struct Wiring<F> {
    /// The AWS account and region.
    pub aws: SdkConfig,
    /// The settings.
    pub environment: Environment<F>,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// The people table.
    pub store: Dynamo,
    /// Decides by the live campaigns.
    pub deciding: Deciding<Dynamo>,
}

/// A secret that can be changed while the value before it still holds.
pub struct TwoSecrets {
    /// The present value.
    pub current: String,
    /// The one before it; none until it was changed.
    pub previous: Option<String>,
}

/// Any failure ends the cold start, which Lambda reports and repeats.
pub type WiringError = Box<dyn std::error::Error + Send + Sync>;

/// Reads the environment: `TABLE`, `HASH_SECRET_ID` (hashes addresses and makes codes, and is never changed), optional
/// `SHARDS`, and `STAGE`, without which no metrics are written.
///
/// # Errors
/// Where a setting is missing or the secret cannot be read.
pub async fn wire() -> Result<Wiring<impl Fn(&str) -> Option<String>>, WiringError> {
    crate::logging::start();
    let environment = environment();
    if let Some(stage) = environment.optional("STAGE") {
        crate::metrics::start(&stage);
    }
    let aws = account(&environment)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let secret = secret(&aws, &environment.required("HASH_SECRET_ID")?).await?;
    let shards = u16::try_from(environment.number("SHARDS", 16)?)?;
    let settings =
        Settings { table: environment.required("TABLE")?, keyed: Keyed::new(&secret), shards: Shards::new(shards) };
    crate::logging::name_people(&settings.keyed);
    let store = Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), settings)?;
    let campaigns = Arc::new(Campaigns::new(store.clone()));
    let deciding = Deciding::new(store.clone(), campaigns, Arc::clone(&clock));
    Ok(Wiring { aws, environment, clock, store, deciding })
}

/// Runs a function: each invocation is handled with the deadline that Lambda gave it.
///
/// # Errors
/// Where Lambda's runtime cannot be reached.
pub async fn serve<E: DeserializeOwned, A: Serialize, R: Future<Output = A>>(
    handle: impl Fn(E, Deadline) -> R,
) -> Result<(), WiringError> {
    lambda_runtime::run(service_fn(|event: LambdaEvent<E>| {
        let handled = handle(event.payload, Deadline::from_millis(event.context.deadline));
        async { Ok::<_, WiringError>(handled.await) }
    }))
    .await
}

/// The secret of that id.
///
/// # Errors
/// Where it cannot be read.
pub async fn secret(aws: &SdkConfig, id: &str) -> Result<Vec<u8>, WiringError> {
    let secrets = aws_sdk_secretsmanager::Client::new(aws);
    let secret = secrets.get_secret_value().secret_id(id).send().await?;
    Ok(secret.secret_string().unwrap_or_default().as_bytes().to_vec())
}

impl<F: Fn(&str) -> Option<String>> Wiring<F> {
    /// The queue whose URL is in the setting of that name.
    ///
    /// # Errors
    /// Where the setting is missing.
    pub fn queue(&self, setting: &'static str) -> Result<Queue, WiringError> {
        Ok(Queue::new(aws_sdk_sqs::Client::new(&self.aws), self.environment.required(setting)?))
    }

    /// The dead-letter queue whose URL is in the setting of that name.
    ///
    /// # Errors
    /// Where the setting is missing.
    pub fn dead_letters(&self, setting: &'static str) -> Result<DeadLetters, WiringError> {
        Ok(DeadLetters::new(self.queue(setting)?))
    }

    /// The secret whose id is in the setting of that name: its versions `AWSCURRENT` and `AWSPREVIOUS`.
    ///
    /// # Errors
    /// Where the setting is missing or the secret cannot be read.
    pub async fn two_secrets(&self, setting: &'static str) -> Result<TwoSecrets, WiringError> {
        let id = self.environment.required(setting)?;
        let secrets = aws_sdk_secretsmanager::Client::new(&self.aws);
        let version = |stage| secrets.get_secret_value().secret_id(&id).version_stage(stage).send();
        // One after the other: a second connection costs a cold start more than the answer that it would not wait for.
        let current = version("AWSCURRENT").await?.secret_string.unwrap_or_default();
        let previous = match version("AWSPREVIOUS").await {
            Ok(found) => found.secret_string,
            Err(error)
                if error.as_service_error().is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
            {
                None
            }
            Err(error) => return Err(error.into()),
        };
        Ok(TwoSecrets { current, previous })
    }
}
