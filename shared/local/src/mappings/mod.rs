//! Event source mappings: what Lambda does between a queue or a stream and a function.
//!
//! Handlers get the very events that Lambda gives them and answer with its partial batch
//! responses. A handler that fails or panics fails its whole batch. Divergences: no batching
//! window, filters on streams only, no time-out of a handler; one worker a stream.
//!
//! Two ways to run them: [`Mappings::pump`] and [`Mappings::run_until_quiet`] for a driver that owns the
//! clock, [`Mappings::spawn`] for loops in the background.

mod background;
mod sqs;
mod stream;

use std::pin::Pin;
use std::sync::Arc;

use aws_lambda_events::dynamodb::Event as StreamEvent;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::streams::DynamoDbEventResponse;
use rekindle_clock::AtWork;
use tokio::task::JoinSet;

pub use background::Running;
pub use sqs::SqsMapping;
pub use stream::StreamMapping;

use crate::error::LocalError;
use crate::local::LocalAws;
use crate::wake::Source;
use crate::world::World;
use sqs::SqsWork;
use stream::StreamWork;

/// Why a handler failed a whole batch; the same type as Lambda's.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

type Boxed<T> = Pin<Box<dyn Future<Output = Result<T, HandlerError>> + Send>>;
type Handler<E, T> = Box<dyn Fn(E) -> Boxed<T> + Send + Sync>;

/// Runs a handler in a task of its own, so that its panic is one more way to fail a batch. Dropping
/// the future drops the handler.
async fn invoke<T: Send + 'static>(handler: Boxed<T>) -> Result<T, HandlerError> {
    match JoinSet::from_iter([handler]).join_next().await {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(error.into()),
        None => Err("the handler did not run".into()),
    }
}

/// One mapping, whatever its source.
enum Mapping {
    Sqs(SqsWork),
    Stream(StreamWork),
}

impl Mapping {
    /// Handles at most one batch; returns how many messages or records came out of the source.
    ///
    /// From before it is received until it is settled, a fast clock passes time as the wall does: no visibility time-out
    /// runs out because this machine is slow.
    async fn poll(&self, world: &World) -> Result<usize, LocalError> {
        let _at_work = AtWork::begin(&world.clock);
        match self {
            Self::Sqs(work) => work.poll(world).await,
            Self::Stream(work) => work.poll(world).await,
        }
    }

    fn workers(&self) -> usize {
        match self {
            Self::Sqs(work) => work.settings.workers.max(1),
            Self::Stream(_) => 1,
        }
    }

    /// Where arrivals are heard.
    fn source(&self, world: &World) -> Result<Source, LocalError> {
        match self {
            Self::Sqs(work) => work.source(world),
            Self::Stream(_) => Ok(Source::Tables),
        }
    }

    /// When something is there without an arrival, in epoch milliseconds.
    fn next_at(&self, world: &World) -> Result<Option<i64>, LocalError> {
        match self {
            Self::Sqs(work) => work.next_at(world),
            Self::Stream(work) => work.next_at(world),
        }
    }
}

/// The mappings of one local AWS.
pub struct Mappings {
    aws: LocalAws,
    all: Vec<Arc<Mapping>>,
}

impl Mappings {
    /// No mappings yet.
    #[must_use]
    pub fn new(aws: &LocalAws) -> Self {
        Self { aws: aws.clone(), all: Vec::new() }
    }

    /// Hands the messages of a queue to `handler`.
    #[must_use]
    pub fn sqs<F, R>(mut self, settings: SqsMapping, handler: F) -> Self
    where
        F: Fn(SqsEvent) -> R + Send + Sync + 'static,
        R: Future<Output = Result<SqsBatchResponse, HandlerError>> + Send + 'static,
    {
        let handler: Handler<_, _> = Box::new(move |event| Box::pin(handler(event)));
        self.all.push(Arc::new(Mapping::Sqs(SqsWork { settings, handler })));
        self
    }

    /// Hands the changes of a table to `handler`, in their order.
    #[must_use]
    pub fn stream<F, R>(mut self, settings: StreamMapping, handler: F) -> Self
    where
        F: Fn(StreamEvent) -> R + Send + Sync + 'static,
        R: Future<Output = Result<DynamoDbEventResponse, HandlerError>> + Send + 'static,
    {
        let handler: Handler<_, _> = Box::new(move |event| Box::pin(handler(event)));
        self.all.push(Arc::new(Mapping::Stream(StreamWork::new(settings, handler))));
        self
    }

    /// Lets every worker of every mapping handle one batch, all at once; returns how many messages
    /// and records were handed out. Must run inside of a Tokio runtime.
    ///
    /// # Errors
    /// If the state cannot be used or a source does not exist.
    pub async fn pump(&self) -> Result<usize, LocalError> {
        self.round(false).await
    }

    /// Works until no source has anything that can be handled at this instant; returns how much
    /// was handled. The clock stands still meanwhile, unless somebody else moves it.
    ///
    /// # Errors
    /// If the state cannot be used or a source does not exist.
    pub async fn run_until_quiet(&self) -> Result<usize, LocalError> {
        let mut total = 0;
        loop {
            match self.round(true).await? {
                0 => return Ok(total),
                handled => total += handled,
            }
        }
    }

    /// One task for each worker; dropping the future drops the handlers under way.
    async fn round(&self, drain: bool) -> Result<usize, LocalError> {
        let mut workers = JoinSet::new();
        for mapping in &self.all {
            for _ in 0..mapping.workers() {
                let (mapping, world) = (mapping.clone(), self.aws.world.clone());
                workers.spawn(async move {
                    let mut total = 0;
                    loop {
                        let handled = mapping.poll(&world).await?;
                        total += handled;
                        if handled == 0 || !drain {
                            return Ok::<usize, LocalError>(total);
                        }
                    }
                });
            }
        }
        let mut total = 0;
        while let Some(ended) = workers.join_next().await {
            total += ended.map_err(|error| LocalError::Worker(error.to_string()))??;
        }
        Ok(total)
    }

    /// Runs every worker in the background until it is stopped, on the current Tokio runtime.
    ///
    /// # Errors
    /// If a source does not exist.
    pub fn spawn(self) -> Result<Running, LocalError> {
        background::spawn(&self.aws.world, &self.all)
    }
}
