//! The system in which somebody is exported or erased, as far as that reaches: the ports of this folder.

use std::path::PathBuf;

use anyhow::Result;
use futures_util::future::BoxFuture;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::Dynamo;

/// What is asked and changed.
pub struct Around<'a> {
    /// The people table.
    pub store: &'a Dynamo,
    /// Decides by the live campaigns.
    pub deciding: &'a Deciding<Dynamo>,
    /// The system's own time.
    pub clock: &'a dyn Clock,
    /// Its queues.
    pub sqs: &'a aws_sdk_sqs::Client,
    /// The names of the queues of what could not be handled.
    pub dead_letters: &'a [String],
    /// The folder of its archive; `None` where that is a bucket of which there is no copy at hand.
    pub archive: Option<PathBuf>,
    /// What it keeps beside that.
    pub beside: &'a dyn Beside,
}

/// What a system keeps beside table, queues and archive, and who works in it.
pub trait Beside: Sync {
    /// Which system it is, in words.
    fn described(&self) -> String;

    /// How many mails to the person of that pseudonym its own mailbox has; `None` where it has none that can be asked.
    ///
    /// # Errors
    /// Where the mailbox cannot be read.
    fn mails(&self, pseudonym: &str) -> Result<Option<u64>>;

    /// Lets what was decided go its way, where nobody else does.
    fn hand_on(&self) -> BoxFuture<'_, Result<()>>;

    /// Waits until what was deleted is out of its files as well, where it has files. A retry helps where that fails.
    fn scrub(&self) -> BoxFuture<'_, Result<()>>;
}
