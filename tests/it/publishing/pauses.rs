//! A pause stops entries and sends within five seconds; a resumption loses nobody and repeats nothing.

use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::sends;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Before;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Commit, Due, Dynamo, Keyed, Ledger, Memory, Passes, People, Publications, Record, Shards};
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

#[tokio::test]
async fn a_worker_that_does_not_know_of_a_resumption_yet_drops_no_mail() {
    let live = Live::open("resumed-just-now", SIGNED_UP).await;
    live.publish("[ { id: a, send: a } ]", &[]).await;
    live.pass_hours(1).await;
    live.pause().await;
    // The workers have seen the pause just now.
    live.shop.clock.advance_to(live.now() + SignedDuration::from_secs(10));
    live.shop.put("nobody", "page.viewed", json!({ "person": { "id": "nobody" } })).await;
    live.shop.settle().await;
    assert!(live.shop.system.store.resume("c", "mended", "kim", None, live.instant()).await.unwrap());
    // Somebody knows that it runs: a mail is planned, and no pass will ever queue it again.
    sign_up(&live, &worker(&live), "ann").await;
    live.shop.settle().await;
    assert_eq!(live.mails(), ["a"]);
}

#[tokio::test]
async fn a_mail_that_was_armed_in_a_pause_by_somebody_who_died_is_not_forgotten() {
    let live = Live::open("armed-in-a-pause", SIGNED_UP).await;
    live.publish("[ { id: a, send: a } ]", &[]).await;
    live.pass_hours(1).await;
    let store = &live.shop.system.store;
    let late = worker(&live);
    let running = late.catalog().await.unwrap();
    sign_up(&live, &late, "ann").await;
    live.pause().await;
    live.shop.clock.advance_to(live.now() + SignedDuration::from_secs(10));
    live.shop.settle().await;
    assert_eq!(live.mails(), [""; 0], "the message was dropped, as the mail is queued again when the pause ends");
    // Somebody who has stood still since before the pause arms it, and dies.
    let loaded = store.load("ann").await.unwrap();
    let mut person = loaded.person;
    let send_id = person.outbox.keys().next().unwrap().clone();
    let armed = sends::arm(&mut person, &send_id, &running, live.instant(), live.instant().plus_seconds(60));
    assert!(matches!(armed, sends::Armed::Yours { .. }), "{armed:?}");
    let (due, token) = (sends::next_action(&person, &running), store.token());
    let (expected, unwritten, record) = (loaded.version, loaded.unwritten, Record::default());
    let commit = Commit { person: &person, expected, unwritten, due, record, token };
    store.commit(commit).await.unwrap();
    live.resume().await;
    live.pass_hours(1).await;
    assert_eq!(live.mails(), [""; 0], "nobody knows whether SES was asked");
    assert_eq!(store.unknown(10).await.unwrap().len(), 1, "which is shown");
}

/// In memory, where somebody else can act in the middle of a decision.
#[tokio::test]
async fn a_decision_that_a_pause_fell_into_is_made_anew_by_what_is_live() {
    let live = Live::open("stood-still", SIGNED_UP).await;
    live.folder.campaign(SIGNED_UP, "[ { id: w, wait: 1d }, { id: a, send: a } ]");
    let store = Memory::new(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default());
    let publication = rekindle_workbench::publish::compiled(&live.folder.0, &[]).unwrap();
    rekindle_workbench::publish::publish(&store, &publication, live.now()).await.unwrap();
    let clock = Arc::clone(&live.shop.clock);
    let worker =
        || Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::clone(&clock) as Arc<dyn Clock>);
    let person = json!({ "id": "ann", "email": "ann@example.com" });
    let envelope = json!({ "id": "e", "detail-type": "customer.signed_up", "time": live.instant(), "detail": { "person": person } });
    let event = Event::from_value(envelope).unwrap();
    worker().decide("ann", &Input::Event(&event), live.instant(), None).await.unwrap();
    assert!(store.pause("c", "a wrong price", "kim", live.instant()).await.unwrap());
    let mut seen = Vec::new();
    let slow = worker();
    let outcome = slow.decide_after("ann", live.instant(), |person, catalog| {
        seen.push(sends::next_action(person, catalog).is_some());
        if seen.len() == 1 {
            // It stands still here; meanwhile the pause ends, and the pass has written the person.
            clock.advance_to(clock.now() + SignedDuration::from_mins(1));
            let others = async {
                assert!(store.resume("c", "mended", "kim", None, live.instant()).await.unwrap());
                worker().decide("ann", &Input::Sweep { since: live.instant() }, live.instant(), None).await.unwrap();
                let (due, loaded) = (Some(live.instant().plus_seconds(86_400)), store.load("ann").await.unwrap());
                let (expected, unwritten, token) = (loaded.version, loaded.unwritten, store.token());
                let record = Record::default();
                let commit = Commit { person: &loaded.person, expected, unwritten, due, record, token };
                store.commit(commit).await.unwrap();
            };
            futures_util::FutureExt::now_or_never(others).unwrap();
        }
        Before { input: Some(Input::Sweep { since: live.instant() }), ..Before::default() }
    });
    outcome.await.unwrap();
    assert_eq!(seen, [false, true], "first by the pause, then by what is live");
    let mut heads = 0;
    for shard in store.shards().all() {
        heads += usize::from(store.head(shard).await.unwrap().is_some());
    }
    assert_eq!(heads, 1, "and somebody has something to do next");
}
