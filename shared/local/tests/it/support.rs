//! A local AWS under a manual clock, reached either way.

use std::path::Path;
use std::sync::Arc;

use aws_config::SdkConfig;
use jiff::{SignedDuration, Timestamp};
use rekindle_clock::{Clock, ManualClock};
use rekindle_local::{LocalAws, Options, QueueSettings, Server};

/// How the clients of a test reach the local AWS.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    InProcess,
    Http,
}

pub struct Local {
    pub aws: LocalAws,
    pub clock: Arc<ManualClock>,
    pub config: SdkConfig,
    _server: Option<Server>,
}

pub fn start() -> Timestamp {
    "2026-03-01T09:00:00Z".parse().unwrap()
}

pub fn options(clock: &Arc<ManualClock>) -> Options {
    Options::in_memory(clock.clone())
}

impl Local {
    pub async fn with(way: Way, change: impl FnOnce(&mut Options)) -> Self {
        let clock = Arc::new(ManualClock::new(start()));
        let mut options = options(&clock);
        change(&mut options);
        let aws = LocalAws::open(options).unwrap();
        let (config, server) = match way {
            Way::InProcess => (aws.sdk_config(), None),
            Way::Http => {
                let server = aws.serve(0).await.unwrap();
                // The same dummy credentials, but the SDK's own HTTP client.
                let config = aws.sdk_config().into_builder().endpoint_url(server.endpoint());
                let mut config = config;
                config.set_http_client(None);
                (config.build(), Some(server))
            }
        };
        Self { aws, clock, config, _server: server }
    }

    pub async fn new(way: Way) -> Self {
        Self::with(way, |_| {}).await
    }

    pub async fn in_dir(dir: &Path) -> Self {
        Self::with(Way::InProcess, |options| options.dir = Some(dir.to_owned())).await
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.advance_to(self.clock.now() + SignedDuration::from_secs(seconds));
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config)
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    pub fn events(&self) -> aws_sdk_eventbridge::Client {
        aws_sdk_eventbridge::Client::new(&self.config)
    }

    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        aws_sdk_sesv2::Client::new(&self.config)
    }

    /// A queue with AWS's defaults; returns its URL.
    pub fn queue(&self, name: &str) -> String {
        self.aws.create_queue(name, &QueueSettings::default()).unwrap();
        self.aws.queue_url(name)
    }

    pub async fn send(&self, url: &str, body: &str) {
        self.sqs().send_message().queue_url(url).message_body(body).send().await.unwrap();
    }

    /// The bodies of what lies in a queue.
    pub fn bodies(&self, queue: &str) -> Vec<String> {
        self.aws.peek(queue, 1000).unwrap().into_iter().map(|message| message.body).collect()
    }
}

/// A directory that is gone when the test is.
pub struct Dir(pub std::path::PathBuf);

impl Dir {
    pub fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("rekindle-local-{}-{name}", std::process::id()));
        drop(std::fs::remove_dir_all(&dir));
        Self(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
