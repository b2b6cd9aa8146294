//! The bus that emitted events go to, ten a request. Behind it is [`Entries`], which production gives with EventBridge
//! and the tests with a bus in memory.

use std::fmt;
use std::sync::Arc;

use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_engine::time::Instant;
use rekindle_lambda::limits::{BUS_ENTRIES, BUS_REQUEST};
use serde::Deserialize;
use thiserror::Error;

/// Entries of one request at most.
pub const ENTRIES: usize = BUS_ENTRIES;

/// Why events were not taken. A retry helps, and may bring some of them twice.
#[derive(Debug, Error)]
pub enum BusError {
    /// The bus could not be reached.
    #[error("the bus did not take {0} events: {1}")]
    Unavailable(usize, String),
    /// The bus refused some of the entries and took the others.
    #[error("the bus refused {0} events")]
    Refused(usize),
    /// An entry for the bus is not what `decide` writes.
    #[error("an event for the bus cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// One event for the bus.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Who says so.
    pub source: String,
    /// Its type.
    #[serde(rename = "detail-type")]
    pub kind: String,
    /// When it happened.
    pub time: Instant,
    /// What it says, as JSON.
    #[serde(deserialize_with = "as_text")]
    pub detail: String,
}

impl Entry {
    /// Its size, as EventBridge counts it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        // A time counts as 14 bytes (EventBridge User Guide, "Calculating PutEvents event entry size").
        self.source.len() + self.kind.len() + self.detail.len() + 14
    }
}

/// A bus as the service offers it: each call is one request.
pub trait Entries: Send + Sync + 'static {
    /// Puts at most [`ENTRIES`] events on the bus, together no larger than a request may be. On an error, some of them may have been taken.
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<(), BusError>>;
}

/// One bus.
#[derive(Clone)]
pub struct Bus(Arc<dyn Entries>);

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bus")
    }
}

impl Bus {
    /// The EventBridge bus of that name.
    #[must_use]
    pub fn new(client: aws_sdk_eventbridge::Client, name: &str) -> Self {
        Self::over(Arc::new(EventBridge { client, name: name.to_owned() }))
    }

    /// A bus over any service.
    #[must_use]
    pub fn over(entries: Arc<dyn Entries>) -> Self {
        Self(entries)
    }

    /// Puts events on the bus, as `decide` wrote them.
    pub(crate) async fn put(&self, events: &[String]) -> Result<(), BusError> {
        let (mut entries, mut bytes): (Vec<Entry>, usize) = (Vec::new(), 0);
        for event in events {
            let entry: Entry = serde_json::from_str(event)?;
            if entries.len() == ENTRIES || (!entries.is_empty() && bytes + entry.bytes() > BUS_REQUEST) {
                self.0.put(&entries).await?;
                (entries, bytes) = (Vec::new(), 0);
            }
            bytes += entry.bytes();
            entries.push(entry);
        }
        if entries.is_empty() { Ok(()) } else { self.0.put(&entries).await }
    }
}

/// A bus of EventBridge.
struct EventBridge {
    client: aws_sdk_eventbridge::Client,
    name: String,
}

impl Entries for EventBridge {
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<(), BusError>> {
        async move {
            let entry = |entry: &Entry| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.name)
                    .source(&entry.source)
                    .detail_type(&entry.kind)
                    // What was said holds by when it was said, not by when somebody else learns it.
                    .time(DateTime::from_secs(entry.time.seconds()))
                    .detail(&entry.detail)
                    .build()
            };
            let request = self.client.put_events().set_entries(Some(entries.iter().map(entry).collect()));
            let unavailable = |error| BusError::Unavailable(entries.len(), rekindle_lambda::queue::code(&error));
            match request.send().await.map_err(unavailable)?.failed_entry_count() {
                0 => Ok(()),
                refused => Err(BusError::Refused(usize::try_from(refused).unwrap_or_default())),
            }
        }
        .boxed()
    }
}

/// The JSON of a field as it stands there.
fn as_text<'de, D: serde::Deserializer<'de>>(json: D) -> Result<String, D::Error> {
    Ok(<&serde_json::value::RawValue>::deserialize(json)?.get().to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<Vec<Vec<usize>>>);

    impl Entries for Kept {
        fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<(), BusError>> {
            self.0.lock().unwrap().push(entries.iter().map(Entry::bytes).collect());
            async { Ok(()) }.boxed()
        }
    }

    #[tokio::test]
    async fn a_request_is_bounded_by_number_and_by_size() {
        let event = |bytes: usize| {
            let detail = serde_json::json!({ "x": "x".repeat(bytes) });
            serde_json::json!({ "source": "s", "detail-type": "t", "time": "2026-03-01T00:00:00Z", "detail": detail })
                .to_string()
        };
        let small = vec![event(10); 23];
        let large = vec![event(300_000); 7];
        let huge = vec![event(999_000), event(10)];
        let kept = Arc::new(Kept::default());
        Bus::over(Arc::clone(&kept) as _).put(&[small, large, huge].concat()).await.unwrap();
        let requests = kept.0.lock().unwrap().clone();
        assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 6, 3, 1, 2], "{requests:?}");
        assert!(requests.iter().all(|entries| entries.iter().sum::<usize>() <= BUS_REQUEST), "{requests:?}");
        Bus::over(kept).put(&[]).await.unwrap();
    }
}
