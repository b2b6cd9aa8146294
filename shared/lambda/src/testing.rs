//! What the tests of functions share: a shop in memory, its events, and queues that keep what is put into them.
//!
//! Behind the feature `testing`, which only tests ask for: no program that is deployed has it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_clock::Clock;
use rekindle_engine::time::Instant;
use rekindle_store::{CampaignFiles, Publication, PublishError};
use serde_json::{Value, json};

use crate::campaigns::Campaigns;
use crate::deciding::{Deciding, Store};
use crate::queue::{Messages, Queue, QueueError};

/// A workspace that says no more than it must.
pub const WORKSPACE: &str =
    "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";

/// A queue that keeps what is put into it.
#[derive(Debug, Default)]
pub struct Kept {
    queued: Mutex<Vec<(String, SignedDuration)>>,
    aside: Mutex<Vec<(String, String)>>,
}

impl Kept {
    /// The queue of functions that put into it.
    #[must_use]
    pub fn queue(self: &Arc<Self>) -> Queue {
        Queue::over(Arc::clone(self) as _)
    }

    /// The bodies that came since the last look, each with its delay.
    #[must_use]
    pub fn take(&self) -> Vec<(String, SignedDuration)> {
        std::mem::take(&mut *self.queued.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The bodies that were put aside since the last look, each with its reason.
    #[must_use]
    pub fn take_aside(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.aside.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Messages for Kept {
    fn put<'a>(&'a self, bodies: &'a [String], delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        let mut queued = self.queued.lock().unwrap_or_else(PoisonError::into_inner);
        queued.extend(bodies.iter().map(|body| (body.clone(), delay)));
        async { Ok(()) }.boxed()
    }

    fn put_aside<'a>(&'a self, body: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        aside.push((body.to_owned(), reason.to_owned()));
        async { Ok(()) }.boxed()
    }
}

/// Publishes one campaign in [`WORKSPACE`], and gives what decides by it.
///
/// # Errors
/// Where the store does not take it.
pub async fn shop<S: Store>(
    store: &S,
    clock: Arc<dyn Clock>,
    id: &str,
    files: CampaignFiles,
) -> Result<Deciding<S>, PublishError> {
    let campaigns = BTreeMap::from([(id.to_owned(), files)]);
    let publication = Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() };
    store.publish(&publication, 0, None, Instant::default()).await?;
    Ok(Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), clock))
}

/// An event of the shop as the bus carries it.
#[must_use]
pub fn envelope(clock: &dyn Clock, id: &str, kind: &str, detail: &Value) -> Value {
    json!({ "id": id, "source": "shop", "detail-type": kind, "time": clock.now(), "detail": detail })
}

/// A batch of a queue; the ids of its messages are their places.
#[must_use]
pub fn batch(bodies: impl IntoIterator<Item = String>) -> SqsEvent {
    let message = |(place, body): (usize, String)| {
        let mut message = SqsMessage::default();
        (message.message_id, message.body) = (Some(place.to_string()), Some(body));
        message
    };
    let mut event = SqsEvent::default();
    event.records = bodies.into_iter().enumerate().map(message).collect();
    event
}
