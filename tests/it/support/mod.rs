//! A whole system in this process, and the words in which the tests speak to it.

use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use jiff::Timestamp;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_system::{Arrival, Driver, Start, System};
use rekindle_workbench::publish;
use serde_json::Value;

/// The instant at which every test begins: a Monday at ten in Seoul.
pub const START: &str = "2026-03-02T01:00:00Z";

/// A system whose time the test moves.
pub struct Shop {
    pub system: System,
    pub clock: Arc<ManualClock>,
}

impl Shop {
    /// A shop with these campaigns of the repository published.
    pub async fn open(folder: Option<&Path>, campaigns: &[&str], at: Timestamp) -> Self {
        let clock = Arc::new(ManualClock::new(at));
        let start = Start { folder, clock: Arc::clone(&clock) as Arc<dyn Clock>, speed: 1 };
        let system = System::open(start).await.unwrap();
        let only: Vec<String> = campaigns.iter().map(|id| (*id).to_owned()).collect();
        let publication = publish::compiled(&workspace(), &only).unwrap();
        publish::publish(&system.store, &publication, clock.now()).await.unwrap();
        Self { system, clock }
    }

    /// Puts an event on the bus.
    pub async fn put(&self, id: &str, kind: &str, detail: Value) {
        self.put_at(self.clock.now(), id, kind, detail).await;
    }

    /// Puts an event on the bus that happened at another time.
    pub async fn put_at(&self, time: Timestamp, id: &str, kind: &str, mut detail: Value) {
        let fields = detail.as_object_mut().unwrap();
        fields.insert("event_id".to_owned(), id.into());
        let arrival = Arrival { time, source: "shop".to_owned(), kind: kind.to_owned(), detail };
        self.driver().put(&[arrival]).await.unwrap();
    }

    /// Works until nothing is left to do at this instant.
    pub async fn settle(&self) {
        self.driver().settle().await.unwrap();
    }

    /// Lets time pass, stopping wherever somebody falls due or a message comes back.
    pub async fn pass_to(&self, until: Timestamp) {
        self.driver().pass_to(until).await.unwrap();
    }

    fn driver(&self) -> Driver<'_> {
        Driver::new(&self.system, &self.clock).unwrap()
    }
}

/// Polls `work` so many times and drops it: everything under way is gone, as after `kill -9`. Whether it had ended.
pub async fn kill_after<F: Future>(polls: usize, work: F) -> bool {
    let mut work = pin!(work);
    let mut left = polls;
    poll_fn(|context| {
        if work.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// The repository's workspace.
pub fn workspace() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns")
}
