//! A pause stops entries and sends within five seconds; a resumption loses nobody and repeats nothing.

use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{Dynamo, Passes, People, Publications};
use rekindle_sweep::SweepRequest;
use serde_json::json;

use super::Live;

const SIGNED_UP: &str = "{ event: customer.signed_up }";

/// A worker that knows the live campaigns by itself.
fn worker(live: &Live) -> Deciding<Dynamo> {
    let store = live.shop.system.store.clone();
    Deciding::new(store.clone(), Arc::new(Campaigns::new(store)), Arc::clone(&live.shop.clock) as Arc<dyn Clock>)
}

/// Has a worker decide that somebody signed up; the mail it plans is handed on by nobody yet.
async fn sign_up(live: &Live, worker: &Deciding<Dynamo>, id: &str) {
    let person = json!({ "id": id, "email": format!("{id}@example.com") });
    let envelope = json!({ "id": id, "detail-type": "customer.signed_up", "time": live.instant(), "detail": { "person": person } });
    let event = Event::from_value(envelope).unwrap();
    worker.decide(id, &Input::Event(&event), live.instant(), None).await.unwrap();
}

#[tokio::test]
async fn within_five_seconds_no_worker_lets_anybody_in_or_sends_anything() {
    let live = Live::open("pause", SIGNED_UP).await;
    live.publish("[ { id: a, send: a }, { id: w, wait: 1d }, { id: b, send: b } ]", &[]).await;
    live.pass_hours(1).await;
    let workers = [worker(&live), worker(&live)];
    for (worker, id) in workers.iter().zip(["early-1", "early-2"]) {
        sign_up(&live, worker, id).await;
    }
    live.pause().await;
    live.shop.clock.advance_to(live.now() + SignedDuration::from_secs(5));
    for (worker, id) in workers.iter().zip(["late-1", "late-2"]) {
        sign_up(&live, worker, id).await;
    }
    live.pass_hours(48).await;
    assert_eq!(live.mails(), [""; 0], "what was planned before the pause and not sent yet waits too");
    for id in ["late-1", "late-2"] {
        assert_eq!(live.journal(id).await, ["not_entered paused"]);
    }
    live.resume().await;
    live.pass_hours(1).await;
    assert_eq!(live.mails(), ["a", "a", "b", "b"], "planned mails are queued again, waits that ran out go on");
    live.pass_hours(48).await;
    assert_eq!(live.mails().len(), 4, "and nothing is repeated");
    assert_eq!(live.journal("early-1").await, ["entered", "sent a", "waiting w", "sent b", "completed"]);
}

#[tokio::test]
async fn publishing_never_un_pauses_and_people_in_a_pause_go_on_in_the_new_version() {
    let live = Live::open("publish-in-pause", SIGNED_UP).await;
    live.publish("[ { id: w, wait: 1d }, { id: a, send: a } ]", &[]).await;
    live.sign_up("ann").await;
    live.pass_hours(1).await;
    live.pause().await;
    live.publish("[ { id: w, wait: 1d }, { id: b, send: b } ]", &[]).await;
    live.pass_hours(48).await;
    assert_eq!(live.mails(), [""; 0]);
    let due = live.shop.system.store.load("ann").await.unwrap().person;
    let catalog = live.shop.system.deciding.catalog().await.unwrap();
    assert_eq!(rekindle_engine::decide::next_due(&due, &catalog), None, "nobody is due in a pause");
    live.resume().await;
    live.pass_hours(1).await;
    assert_eq!(live.mails(), ["b"]);
    let resumed = live.shop.system.store.live().await.unwrap().unwrap().runs["c"].at;
    let pass = live.shop.system.store.pass(&SweepRequest::resume_name("c", resumed)).await.unwrap().unwrap();
    assert!(pass.finished.is_some() && pass.seen >= 1, "{pass:?}");
}
