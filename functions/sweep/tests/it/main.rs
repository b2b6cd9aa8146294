//! A pass over more people than one invocation takes: each invocation goes on where the last one stopped, before Lambda stops
//! it, and a chain of them has an end of its own.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::testing::{Kept, batch, shop};
use rekindle_store::{CampaignFiles, Keyed, Memory, Passes, Shards};
use rekindle_sweep::{Pace, Sweep};
use serde_json::json;

const WAITING: &str = "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps: [ { id: a-year, wait: 365d }, { id: done, exit: done } ]\n";
const PEOPLE: u64 = 60;

/// Whoever looks at it finds that a while has passed.
struct Slow(Mutex<Timestamp>);

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_millis(100);
        *now
    }
}

struct World {
    store: Memory,
    clock: Arc<Slow>,
    own: Arc<Kept>,
    sweep: Sweep<Memory>,
}

async fn world() -> World {
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
    let own = Arc::new(Kept::default());
    let pace = Pace { page: 5, settle: SignedDuration::ZERO, ..Pace::default() };
    let sweep = Sweep::new(deciding, own.queue(), Arc::<Kept>::default().queue(), pace, Arc::clone(&clock) as _);
    World { store, clock, own, sweep }
}

#[tokio::test]
async fn a_pass_of_many_invocations_comes_to_everybody_and_each_ends_in_time() {
    let World { store, clock, own, sweep } = world().await;
    let request =
        SweepRequest::published(1, BTreeSet::from(["waiting".to_owned()]), BTreeSet::new(), Instant::from(clock.now()));
    let mut next = vec![serde_json::to_string(&request).unwrap()];
    let mut hops = Vec::new();
    while let Some(body) = next.pop() {
        hops.push(serde_json::from_str::<SweepRequest>(&body).unwrap().hop);
        // Five seconds beside the reserve in which no page is begun.
        let deadline = clock.now() + Pace::default().reserve + SignedDuration::from_secs(5);
        let response = sweep.handle(batch([body]), Deadline::at(deadline)).await;
        assert!(response.batch_item_failures.is_empty());
        assert!(clock.now() < deadline, "Lambda would have stopped it");
        next = own.take().into_iter().map(|(body, _)| body).collect();
    }
    let pass = store.pass(&request.pass).await.unwrap().unwrap();
    assert_eq!((pass.seen, pass.finished.is_some()), (PEOPLE, true));
    assert!(hops.len() > 2, "one invocation was not enough: {hops:?}");
    assert_eq!(hops, Vec::from_iter(0..u32::try_from(hops.len()).unwrap()), "each says how many came before it");
}

#[tokio::test]
async fn a_chain_that_never_ends_is_ended() {
    let World { store, clock, own, sweep } = world().await;
    let request = SweepRequest { hop: 10_001, ..SweepRequest::audit(Instant::from(clock.now())) };
    let response = sweep.handle(batch([serde_json::to_string(&request).unwrap()]), Deadline::NONE).await;
    assert_eq!(response.batch_item_failures.len(), 1, "it stays in the queue, and comes to the dead letters");
    assert!(own.take().is_empty() && store.pass(&request.pass).await.unwrap().is_none());
}
