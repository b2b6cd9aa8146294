//! A batch that takes longer than the invocation may: what was handed on is kept, and the stream goes on behind it.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::queue::Queue;
use rekindle_relay::{Bus, Relay};

use crate::crashing::{Crashing, Outside};
use crate::stream::Stream;
use crate::{outcome, undisturbed};

/// Whoever looks at it finds that a change has taken a while.
struct Slow(Mutex<Timestamp>);

const A_CHANGE: SignedDuration = SignedDuration::from_secs(15);

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now += A_CHANGE;
        *now
    }
}

#[tokio::test]
async fn what_there_is_no_time_for_is_left_to_the_next_invocation() {
    let stream = Stream::new();
    let expected = undisturbed(&stream).await;
    let (store, outside) = (Crashing::new(stream.fresh_copy()), Arc::new(Outside::default()));
    let begin: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    let clock = Arc::new(Slow(Mutex::new(begin)));
    let (queue, bus) = (Queue::over(Arc::clone(&outside) as _), Bus::over(Arc::clone(&outside) as _));
    let relay = Relay::new(store.clone(), queue, bus, Arc::clone(&clock) as _).with_archive(Arc::clone(&outside) as _);
    let (mut position, mut invocations) = (0, 0);
    while position < stream.len() {
        let deadline = Deadline::at(*clock.0.lock().unwrap() + SignedDuration::from_secs(60));
        let response = relay.handle(stream.batch(position..stream.len()), deadline).await;
        let next = match response.batch_item_failures.first() {
            Some(failure) => stream.place_of(failure.item_identifier.as_deref()),
            None => stream.len(),
        };
        // The changes of the first 45 seconds: with 15 left, none is begun.
        assert_eq!(next, (position + 3).min(stream.len()));
        (position, invocations) = (next, invocations + 1);
    }
    assert_eq!(invocations, 12);
    assert_eq!(outcome(store.inner(), &outside).await, expected);
}

#[tokio::test]
async fn one_change_is_handed_on_however_little_time_there_is() {
    let stream = Stream::new();
    let (store, outside) = (Crashing::new(stream.fresh_copy()), Arc::new(Outside::default()));
    let response = crate::relay(&store, &outside).handle(stream.batch(0..2), Deadline::at(Timestamp::MIN)).await;
    let failed = response.batch_item_failures.first().and_then(|failure| failure.item_identifier.as_deref());
    assert_eq!(stream.place_of(failed), 1);
}
