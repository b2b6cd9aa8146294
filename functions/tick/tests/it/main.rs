//! What a minute's call finds: shards with people due, and passes that stand still.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::messages::{ShardIsDue, SweepRequest};
use rekindle_lambda::testing::{Kept, envelope, shop};
use rekindle_store::{CampaignFiles, Keyed, Memory, Pass, Passes, Shards};
use rekindle_tick::{Tick, Ticked};
use serde_json::json;

const WAITING: &str =
    "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps: [ { id: wait, wait: 1h } ]\n";

struct World {
    store: Memory,
    clock: Arc<ManualClock>,
    shards: Arc<Kept>,
    passes: Arc<Kept>,
    tick: Tick<Memory>,
}

/// A shop in which these people wait for an hour.
async fn world(people: &[&str]) -> World {
    let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
    let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(4));
    let files = CampaignFiles { yaml: WAITING.to_owned(), ..CampaignFiles::default() };
    let deciding = shop(&store, Arc::clone(&clock) as _, "waiting", files).await.unwrap();
    for id in people {
        let signed_up = envelope(&*clock, id, "customer.signed_up", &json!({ "person": { "id": id } }));
        let event = Event::from_value(signed_up).unwrap();
        deciding.decide(id, &Input::Event(&event), Instant::from(clock.now()), None).await.unwrap();
    }
    let (shards, passes) = (Arc::new(Kept::default()), Arc::new(Kept::default()));
    let tick = Tick::new(store.clone(), shards.queue(), passes.queue(), Arc::clone(&clock) as _);
    World { store, clock, shards, passes, tick }
}

#[tokio::test]
async fn shards_with_people_due_are_queued_once_each_and_no_others() {
    let people: Vec<String> = (0..40).map(|number| format!("p{number}")).collect();
    let World { clock, shards, tick, .. } = world(&people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let due = clock.now() + SignedDuration::from_hours(1);
    let early = tick.handle().await.unwrap();
    assert_eq!(early, Ticked { queued: 0, max_lag: 0, next: Some(Instant::from(due)) });
    assert!(shards.take().is_empty());
    clock.advance_to(due + SignedDuration::from_secs(90));
    let late = tick.handle().await.unwrap();
    assert_eq!(late, Ticked { queued: 4, max_lag: 90, next: None });
    let queued = shards.take().into_iter().map(|(body, _)| serde_json::from_str::<ShardIsDue>(&body).unwrap().shard);
    assert_eq!(queued.collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn where_nobody_waits_nothing_is_queued() {
    let World { shards, passes, tick, .. } = world(&[]).await;
    assert_eq!(tick.handle().await.unwrap(), Ticked { queued: 0, max_lag: 0, next: None });
    assert!(shards.take().is_empty() && passes.take().is_empty());
}

#[tokio::test]
async fn a_pass_that_stands_still_goes_on_and_one_that_gets_on_is_left_alone() {
    let World { store, clock, passes, tick, .. } = world(&[]).await;
    let now = Instant::from(clock.now());
    let look_at = |seconds: i64| now.plus_seconds(seconds);
    for (name, look_at) in [("still", look_at(-60)), ("under way", look_at(60))] {
        let pass = Pass { look_at, ..Pass::owed("{}", now) };
        assert!(store.put_pass(name, &pass).await.unwrap());
    }
    tick.handle().await.unwrap();
    let queued = passes.take().into_iter().map(|(body, _)| serde_json::from_str::<SweepRequest>(&body).unwrap().pass);
    assert_eq!(queued.collect::<Vec<_>>(), ["still"]);
}
