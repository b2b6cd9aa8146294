//! What becomes of a batch of events: the sound ones are applied in order, the malformed ones are put aside with their reasons.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::time::Instant;
use rekindle_intake::{Intake, LARGEST};
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::testing::{Kept, batch, envelope, shop};
use rekindle_store::{CampaignFiles, Due, Keyed, Memory, People, Shard, Shards};
use serde_json::json;

const WAITING: &str =
    "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps: [ { id: wait, wait: 1d } ]\n";

struct World {
    store: Memory,
    clock: Arc<ManualClock>,
    aside: Arc<Kept>,
    intake: Intake<Memory>,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
    let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1));
    let files = CampaignFiles { yaml: WAITING.to_owned(), ..CampaignFiles::default() };
    let deciding = shop(&store, Arc::clone(&clock) as _, "waiting", files).await.unwrap();
    let aside = Arc::new(Kept::default());
    let intake = Intake::new(deciding, DeadLetters::new(aside.queue()), Arc::clone(&clock) as _);
    World { store, clock, aside, intake }
}

#[tokio::test]
async fn an_event_is_folded_into_its_person_who_enters_by_it() {
    let World { store, clock, aside, intake } = world().await;
    let signed_up = envelope(&*clock, "e1", "customer.signed_up", &json!({ "person": { "id": "ann", "name": "Ann" } }));
    // The queue delivers at least once.
    for _ in 0..2 {
        let response = intake.handle(batch([signed_up.to_string()])).await;
        assert!(response.batch_item_failures.is_empty());
    }
    let ann = store.load("ann").await.unwrap().person;
    assert_eq!(ann.standings.get("waiting").unwrap().enrolments.len(), 1, "once");
    assert!(aside.take_aside().is_empty());
}

#[tokio::test]
async fn events_of_one_person_keep_their_order() {
    let World { store, clock, intake, .. } = world().await;
    let speaks = |id: &str, locale: &str| {
        envelope(&*clock, id, "customer.updated", &json!({ "person": { "id": "ann", "locale": locale } })).to_string()
    };
    let response = intake.handle(batch([speaks("e1", "ko"), speaks("e2", "en"), speaks("e3", "fr")])).await;
    assert!(response.batch_item_failures.is_empty());
    let profile = store.load("ann").await.unwrap().person.profile;
    assert_eq!(profile.locale.as_deref(), Some("fr"));
}

#[tokio::test]
async fn what_is_malformed_is_put_aside_with_its_reason_and_holds_nothing_up() {
    let World { store, clock, aside, intake } = world().await;
    let sound = envelope(&*clock, "e1", "customer.signed_up", &json!({ "person": { "id": "ann" } })).to_string();
    let nobody = envelope(&*clock, "e2", "customer.signed_up", &json!({ "person": {} })).to_string();
    let long =
        envelope(&*clock, "e3", "note", &json!({ "person": { "id": "bob" }, "text": "x".repeat(LARGEST) })).to_string();
    let response = intake.handle(batch(["no event".to_owned(), nobody.clone(), long.clone(), sound])).await;
    assert!(response.batch_item_failures.is_empty(), "nothing of it would be better the next time");
    assert!(store.load("ann").await.unwrap().person.is_known());
    assert!(!store.load("bob").await.unwrap().person.is_known());
    let letters = aside.take_aside();
    assert_eq!(letters.iter().map(|(body, _)| body.as_str()).collect::<Vec<_>>(), ["no event", &nobody, &long]);
    assert!(letters.iter().all(|(_, reason)| !reason.is_empty()), "{letters:?}");
    assert!(letters.last().is_some_and(|(_, reason)| reason.contains(&LARGEST.to_string())));
}

#[tokio::test]
async fn an_event_counts_from_when_the_queue_received_it() {
    let World { store, clock, intake, .. } = world().await;
    let signed_up = envelope(&*clock, "e1", "customer.signed_up", &json!({ "person": { "id": "ann" } }));
    let mut event = batch([signed_up.to_string()]);
    let received = clock.now() + SignedDuration::from_mins(2);
    for record in &mut event.records {
        record.attributes.insert("SentTimestamp".to_owned(), received.as_millisecond().to_string());
    }
    // It waited in the queue for an hour.
    clock.advance_to(received + SignedDuration::from_hours(1));
    assert!(intake.handle(event).await.batch_item_failures.is_empty());
    let due = store.head(Shard(0)).await.unwrap().unwrap().at;
    assert_eq!(due, Instant::from(received + SignedDuration::from_hours(24)));
}
