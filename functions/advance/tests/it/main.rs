//! A shard of more people than one invocation has time for.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

mod stuck;

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rekindle_advance::Advance;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::messages::ShardIsDue;
use rekindle_lambda::testing::{batch, shop};
use rekindle_store::{CampaignFiles, Due, Keyed, Memory, Shard, Shards};
use serde_json::json;

const WAITING: &str = "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps: [ { id: a-day, wait: 1d }, { id: done, exit: done } ]\n";
const PEOPLE: usize = 110;

/// Whoever looks at it finds that a while has passed.
struct Slow(Mutex<Timestamp>);

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_millis(500);
        *now
    }
}

async fn due(store: &Memory, clock: &Slow) -> usize {
    store.due(Shard(0), Instant::from(clock.now()), 1_000, None).await.unwrap().people.len()
}

#[tokio::test]
async fn whom_there_is_no_time_for_is_left_to_the_next_invocation() {
    let begin: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let clock = Arc::new(Slow(Mutex::new(begin)));
    let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1));
    let files = CampaignFiles { yaml: WAITING.to_owned(), ..CampaignFiles::default() };
    let deciding = shop(&store, Arc::clone(&clock) as _, "waiting", files).await.unwrap();
    for number in 0..PEOPLE {
        let id = format!("p{number}");
        let envelope = json!({
            "id": id, "source": "shop", "detail-type": "customer.signed_up", "time": begin, "detail": { "person": { "id": id } },
        });
        let event = Event::from_value(envelope).unwrap();
        deciding.decide(&id, &Input::Event(&event), Instant::from(begin), None).await.unwrap();
    }
    *clock.0.lock().unwrap() = begin + SignedDuration::from_hours(25);
    let advance = Advance::new(deciding, Arc::clone(&clock) as _);
    let event = batch([serde_json::to_string(&ShardIsDue { shard: 0 }).unwrap()]);
    let mut left = vec![due(&store, &clock).await];
    while left.last() != Some(&0) {
        // Between the first and the last instant at which people are begun with lie five seconds.
        let deadline = Deadline::at(clock.now() + SignedDuration::from_secs(25));
        let response = advance.handle(event.clone(), deadline).await;
        assert!(response.batch_item_failures.is_empty(), "nothing has failed");
        let before = left.last().copied();
        left.push(due(&store, &clock).await);
        assert!(left.last().copied() < before, "each invocation comes further: {left:?}");
    }
    assert_eq!(left.first(), Some(&PEOPLE));
    assert!(left.len() > 2, "one invocation was not enough: {left:?}");
}
