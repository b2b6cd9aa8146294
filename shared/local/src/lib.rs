//! The AWS that runs on a laptop: DynamoDB, SQS, EventBridge and SES v2 in one process.
//!
//! `rekindle dev`, `rekindle demo` and the tests run the very handlers that run in Lambda on top of
//! this; the handlers reach it only through real AWS SDK clients. Two ways lead to one dispatcher:
//! HTTP on the loopback interface ([`LocalAws::serve`]) and an HTTP client without TCP
//! ([`LocalAws::sdk_config`]). What of each service is reproduced and where it diverges stands in the
//! first lines of its module. Time comes from the given clock only: with a manual clock nothing
//! happens by itself.

mod connector;
mod dispatch;
mod error;
mod events;
mod faults;
pub mod guard;
pub mod http;
mod local;
mod lock;
mod mappings;
mod scrub;
mod serve;
mod ses;
mod sqs;
mod state;
mod stream;
mod tables;
mod usage;
mod wake;
mod wire;
mod world;

pub use error::{AwsError, LocalError};
pub use faults::Fault;
pub use local::{LocalAws, Options, QueueDepth, QueuedMessage};
pub use lock::DirLock;
pub use mappings::{HandlerError, Mappings, Running, SqsMapping, StreamMapping};
pub use scrub::Backlog;
pub use serve::{Server, bind};
pub use ses::{Header, Mail, MailSummary, Tag};
pub use sqs::{DeadLetter, QueueSettings};
pub use stream::Filter;
pub use usage::Used;
