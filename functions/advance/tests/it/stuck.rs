//! Somebody whom nobody can ever write stands in nobody's way.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rekindle_advance::Advance;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::person::bounds::ATTRIBUTE_BYTES;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::messages::ShardIsDue;
use rekindle_lambda::testing::{batch, shop};
use rekindle_store::{CampaignFiles, Due, Keyed, Memory, People, Shard, Shards};
use serde_json::json;

/// A day after they signed up, everybody gets an attribute of two kilobytes.
fn growing() -> String {
    let steps = format!(
        "[ {{ id: a-day, wait: 1d }}, {{ id: more, set: {{ attributes: {{ more: \"{}\" }} }} }} ]",
        "y".repeat(2_048)
    );
    format!("name: G\npurpose: transactional\ntrigger: {{ event: customer.signed_up }}\nsteps: {steps}\n")
}

#[tokio::test]
async fn whoever_can_never_be_written_is_set_aside_until_they_are_written_and_the_shard_does_not_fail() {
    let begin: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let clock = Arc::new(ManualClock::new(begin));
    let store = Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1));
    let files = CampaignFiles { yaml: growing(), ..CampaignFiles::default() };
    let deciding = shop(&store, Arc::clone(&clock) as _, "growing", files).await.unwrap();
    for (id, bytes) in [("full", ATTRIBUTE_BYTES - 1_024), ("roomy", 10)] {
        let person = json!({ "id": id, "attributes": { "note": "x".repeat(bytes) } });
        let envelope = json!({
            "id": id, "source": "shop", "detail-type": "customer.signed_up", "time": begin,
            "detail": { "person": person },
        });
        let event = Event::from_value(envelope).unwrap();
        deciding.decide(id, &Input::Event(&event), Instant::from(begin), None).await.unwrap();
    }
    clock.advance_to(begin + SignedDuration::from_hours(25));
    let event = batch([serde_json::to_string(&ShardIsDue { shard: 0 }).unwrap()]);
    let advance = Advance::new(deciding.clone(), Arc::clone(&clock) as _);
    let response = advance.handle(event.clone(), Deadline::NONE).await;
    assert!(response.batch_item_failures.is_empty(), "the message would come again, and end among the dead letters");
    let has_more = async |id: &str| store.load(id).await.unwrap().person.profile.attributes.contains_key("more");
    assert_eq!((has_more("full").await, has_more("roomy").await), (false, true));
    // Nobody is late any more, and whoever asks is told who and why.
    assert_eq!(store.head(Shard(0)).await, Ok(None));
    assert_eq!(store.all_aside(10).await.unwrap().len(), 1);
    let aside = store.aside("full").await.unwrap().unwrap();
    assert_eq!(aside.since, Instant::from(begin + SignedDuration::from_hours(24)));
    assert!(aside.why.contains("attributes that no campaign uses"), "{aside:?}");
    // The shop removes what is too much: that write lets them go on.
    clock.advance_to(begin + SignedDuration::from_hours(26));
    let person = json!({ "id": "full", "attributes": { "note": null } });
    let envelope = json!({
        "id": "less", "source": "shop", "detail-type": "customer.updated", "time": clock.now(), "detail": { "person": person },
    });
    let event_of_less = Event::from_value(envelope).unwrap();
    deciding.decide("full", &Input::Event(&event_of_less), Instant::from(clock.now()), None).await.unwrap();
    advance.handle(event, Deadline::NONE).await;
    assert!(has_more("full").await && store.all_aside(10).await.unwrap().is_empty());
}
