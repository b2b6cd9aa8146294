//! The local AWS as its host sees it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use axum::Router;
use jiff::Timestamp;
use rekindle_clock::Clock;
use tokio::net::TcpListener;

use crate::error::LocalError;
use crate::events::Rules;
use crate::faults::{Fault, Faults};
use crate::lock::DirLock;
use crate::ses::{self, Mail, MailSummary, Rate, Topic};
use crate::sqs::{self, QueueSettings};
use crate::state::State;
use crate::tables::Tables;
use crate::usage::{Usage, Used};
use crate::wake::Wakes;
use crate::world::{World, instant};
use crate::{connector, serve};

/// How a local AWS is opened.
#[derive(Clone)]
pub struct Options {
    /// Where everything is kept; absent: in memory, until the process ends.
    pub dir: Option<PathBuf>,
    /// The lock on it, where whoever opens it has that already.
    pub lock: Option<Arc<DirLock>>,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// Region in ARNs and events.
    pub region: String,
    /// Account in ARNs and events.
    pub account: String,
    /// Mails a second that SES accepts; absent: no limit.
    pub ses_max_send_rate: Option<f64>,
}

impl Options {
    /// In memory, `us-east-1`, no limits.
    #[must_use]
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self {
            dir: None,
            lock: None,
            clock,
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            ses_max_send_rate: None,
        }
    }

    /// The same, kept in a directory that is made if it is missing.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { dir: Some(dir.into()), ..Self::in_memory(clock) }
    }

    /// The same in a directory that is locked already.
    #[must_use]
    pub fn in_locked(lock: Arc<DirLock>, clock: Arc<dyn Clock>) -> Self {
        Self { dir: Some(lock.dir().to_owned()), lock: Some(lock), ..Self::in_memory(clock) }
    }
}

/// How full a queue is, and how many messages lie in it for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    /// The queue's name.
    pub name: String,
    /// Messages that can be received now.
    pub visible: u64,
    /// Messages that somebody received and has not deleted.
    pub in_flight: u64,
    /// Messages that were sent with a delay that still runs.
    pub delayed: u64,
}

/// A message that was looked at without receiving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The message's id.
    pub id: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How often it was received.
    pub received: u64,
    /// The queue that it was moved from, if it is a dead letter.
    pub came_from: Option<String>,
    /// Its attribute `reason`, by which a handler says why it refused a message.
    pub reason: Option<String>,
    /// Its body.
    pub body: String,
}

/// The AWS that runs on a laptop. Clones are the same one.
#[derive(Clone)]
pub struct LocalAws {
    pub(crate) world: Arc<World>,
    /// Held until the last clone is gone.
    _lock: Option<Arc<DirLock>>,
}

/// Tells the in-memory databases of one process apart.
static INSTANCES: AtomicU64 = AtomicU64::new(0);

impl LocalAws {
    /// Opens the state in the directory, or a new one.
    ///
    /// # Errors
    /// If the directory cannot be used or another process uses it.
    pub fn open(options: Options) -> Result<Self, LocalError> {
        let dir = options.dir.as_deref();
        let lock = match (options.lock, dir) {
            (None, Some(dir)) => Some(Arc::new(DirLock::take(dir)?)),
            (lock, _) => lock,
        };
        let state = State::open(dir)?;
        let name = format!("rekindle-local-{}", INSTANCES.fetch_add(1, Ordering::Relaxed));
        let world = World {
            tables: Tables::open(dir, &name)?,
            rules: Rules::load(&state)?,
            state,
            region: options.region,
            account: options.account,
            clock: options.clock,
            rate: Rate::new(options.ses_max_send_rate),
            topic: Topic::default(),
            wakes: Wakes::default(),
            faults: Faults::default(),
            usage: Usage::default(),
        };
        Ok(Self { world: Arc::new(world), _lock: lock })
    }

    /// The configuration for in-process SDK clients: `aws_sdk_sqs::Client::new(&config)`.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        connector::sdk_config(&self.world)
    }

    /// Listens on `127.0.0.1:port` for clients of other processes; port 0 takes any.
    ///
    /// # Errors
    /// If the port cannot be had.
    pub async fn serve(&self, port: u16) -> Result<serve::Server, LocalError> {
        self.serve_on(serve::bind(port).await?, Router::new())
    }

    /// Listens on a port that was taken by [`bind`](crate::bind); `beside` are further routes, of the program around it.
    ///
    /// # Errors
    /// If the port is gone.
    pub fn serve_on(&self, listener: TcpListener, beside: Router) -> Result<serve::Server, LocalError> {
        serve::serve(self.world.clone(), listener, beside)
    }

    /// Makes a queue, or gives the one of that name these settings; its messages stay.
    ///
    /// # Errors
    /// If a setting is out of AWS's range or the dead-letter queue does not exist.
    pub fn create_queue(&self, name: &str, settings: &QueueSettings) -> Result<(), LocalError> {
        let now = self.world.now();
        self.world.state.write(|db| sqs::create(db, name, settings, now))?;
        Ok(())
    }

    /// The URL of a queue, for in-process clients.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("http://localhost/{}/{name}", self.world.account)
    }

    /// Makes a rule: events on `bus` that match the pattern go to the queue. One of that name and
    /// target is replaced.
    ///
    /// # Errors
    /// If the pattern is not valid or the queue does not exist.
    pub fn put_rule(&self, bus: &str, name: &str, pattern: &str, queue: &str) -> Result<(), LocalError> {
        Ok(self.world.rules.put(&self.world.state, (bus, name), pattern, queue)?)
    }

    /// Lets SES report bounces, complaints and rejections to this queue by SNS too, beside its events on the bus.
    ///
    /// # Errors
    /// If the queue does not exist.
    pub fn subscribe_to_ses(&self, queue: &str) -> Result<(), LocalError> {
        self.world.state.read(|db| sqs::find(db, queue).map(|_| ()))?;
        self.world.topic.subscribe(queue);
        Ok(())
    }

    /// At most `limit` mails, newest first; `before` is the `n` of the last one of the page before.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn mails(&self, before: Option<i64>, limit: usize) -> Result<Vec<MailSummary>, LocalError> {
        self.search_mails("", before, limit)
    }

    /// The same of mails with `text` in their recipients or subject; the case of ASCII letters does not matter.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn search_mails(&self, text: &str, before: Option<i64>, limit: usize) -> Result<Vec<MailSummary>, LocalError> {
        Ok(self.world.state.read(|db| ses::latest(db, text, before, limit))?)
    }

    /// The mail with this message id.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn mail(&self, id: &str) -> Result<Option<Mail>, LocalError> {
        Ok(self.world.state.read(|db| ses::by_id(db, id))?)
    }

    /// How many mails were sent with this message tag.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn tagged_mails(&self, tag: &str, value: &str) -> Result<u64, LocalError> {
        Ok(self.world.state.read(|db| ses::tagged(db, tag, value))?)
    }

    /// Deletes the mails that were sent with this message tag before an instant; returns how many.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub fn forget_mails(&self, tag: &str, value: &str, before: Timestamp) -> Result<usize, LocalError> {
        Ok(self.world.state.write(|db| ses::forget(db, tag, value, before.as_millisecond()))?)
    }

    /// Looks whether the files are whole: what fails where they are damaged does not say so.
    ///
    /// # Errors
    /// [`LocalError::Damaged`] where one is.
    pub fn check(&self) -> Result<(), LocalError> {
        self.world.state.read(|db| crate::state::check(db, crate::state::FILE))?;
        crate::state::check(&self.world.tables.lock().side, crate::tables::FILE)
    }

    /// How many mails were accepted.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn mail_count(&self) -> Result<u64, LocalError> {
        Ok(self.world.state.read(ses::count)?)
    }

    /// Every queue and how full it is, by name.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn queues(&self) -> Result<Vec<QueueDepth>, LocalError> {
        let now = self.world.now();
        self.world.state.read(|db| {
            sqs::list(db)?
                .into_iter()
                .map(|queue| {
                    let depth = sqs::count(db, &queue, now)?;
                    Ok(QueueDepth {
                        name: queue.name,
                        visible: depth.visible,
                        in_flight: depth.in_flight,
                        delayed: depth.delayed,
                    })
                })
                .collect()
        })
    }

    /// At most `limit` messages of a queue, oldest first, without receiving them: how dead letters
    /// are looked at.
    ///
    /// # Errors
    /// If there is no such queue.
    pub fn peek(&self, queue: &str, limit: usize) -> Result<Vec<QueuedMessage>, LocalError> {
        let messages = self.world.state.read(|db| {
            let queue = sqs::find(db, queue)?;
            sqs::peek(db, &queue, limit).map_err(crate::AwsError::from)
        })?;
        Ok(messages.into_iter().map(QueuedMessage::from).collect())
    }

    /// Deletes every message of a queue; returns how many.
    ///
    /// # Errors
    /// If there is no such queue.
    pub fn purge(&self, queue: &str) -> Result<usize, LocalError> {
        let deleted = self.world.state.write(|db| {
            let queue = sqs::find(db, queue)?;
            sqs::purge(db, &queue).map_err(crate::AwsError::from)
        })?;
        Ok(deleted)
    }

    /// Moves every message of a queue to another; without one, dead letters go back to where they
    /// came from. Returns how many moved; they count as new.
    ///
    /// # Errors
    /// If there is no such queue.
    pub fn redrive(&self, from: &str, to: Option<&str>) -> Result<usize, LocalError> {
        Ok(self.world.move_messages(from, to)?)
    }

    /// The first future instant at which something happens by itself: a delayed or hidden message
    /// becomes visible, or a failed stream batch is due again. A driver of virtual time moves its
    /// clock there.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn next_visible_at(&self) -> Result<Option<Timestamp>, LocalError> {
        let now = self.world.now();
        let next = self.world.state.read(|db| {
            let message = sqs::next_visible(db, None, now)?;
            let retry = crate::stream::next_retry(db, now)?;
            Ok::<_, rusqlite::Error>([message, retry].into_iter().flatten().min())
        })?;
        Ok(next.map(instant))
    }

    /// Counts from now on what is asked, by operation, and gives what was counted since the last such call.
    pub fn count_usage(&self) -> BTreeMap<String, Used> {
        self.world.usage.begin()
    }

    /// Makes the next `times` calls of an operation (`SendEmail`, `PutItem`) meet a fault.
    pub fn fail_next(&self, operation: &str, fault: &Fault, times: usize) {
        self.world.faults.add(operation, fault, times);
    }
}

impl From<sqs::Message> for QueuedMessage {
    fn from(message: sqs::Message) -> Self {
        let attributes: sqs::Attributes =
            message.attributes.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        Self {
            id: sqs::message_id(message.n),
            sent_at: instant(message.sent_at),
            received: message.received.unsigned_abs(),
            came_from: message.came_from,
            reason: attributes.get("reason").and_then(|reason| reason.string_value.clone()),
            body: message.body,
        }
    }
}
