//! What SES reports, on the whole local system: sends of unknown outcome, bounces, the audit, what an operator does.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::catalog::RunState;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::sends;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::Before;
use rekindle_lambda::findings;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::recording::send_row;
use rekindle_local::Fault;
use rekindle_store::{Ledger, Notes, Passes, People, Publications, SendRow, SendStage};
use rekindle_sweep::{Pace, Sweep};
use rekindle_system::{SEND, SWEEP, Start, System};
use rekindle_workbench::publish;
use serde_json::json;

use crate::support::{START, Shop};

const WORKSPACE: &str = "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com, address: 1 Road } ]\n";

/// A shop whose one campaign sends what `steps` say to whoever signs up.
pub(crate) async fn shop(steps: &str) -> Shop {
    shop_of("transactional", steps).await
}

async fn shop_of(purpose: &str, steps: &str) -> Shop {
    let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
    let start = Start { folder: None, clock: Arc::clone(&clock) as Arc<dyn Clock>, speed: 1 };
    let system = System::open(start).await.unwrap();
    let yaml = format!(
        "name: C\npurpose: {purpose}\ntrigger: {{ event: customer.signed_up }}\nentry: every\nsteps: {steps}\n"
    );
    let mjml = "---\nsubject: m\npreheader: m\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>m {{ sender.address }} <a href=\"{{ unsubscribe_url }}\">stop</a></mj-text></mj-column></mj-section></mj-body></mjml>\n";
    let folder = std::env::temp_dir().join(format!("rekindle-feedback-{}-{:p}", std::process::id(), &clock));
    std::fs::create_dir_all(folder.join("c")).unwrap();
    std::fs::write(folder.join("workspace.yaml"), WORKSPACE).unwrap();
    std::fs::write(folder.join("c/campaign.yaml"), yaml).unwrap();
    std::fs::write(folder.join("c/m.en.mjml"), mjml).unwrap();
    let publication = publish::compiled(&folder, &[]).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    publish::publish(&system.store, &publication, clock.now()).await.unwrap();
    Shop { system, clock }
}

async fn sign_up(shop: &Shop, id: &str, address: &str) {
    shop.put(id, "customer.signed_up", json!({ "person": { "id": id, "email": address } })).await;
    shop.settle().await;
}

async fn person(shop: &Shop, id: &str) -> Person {
    shop.system.store.load(id).await.unwrap().person
}

async fn stages(shop: &Shop, id: &str) -> Vec<SendStage> {
    shop.system.store.sends(id).await.unwrap().into_iter().map(|row| row.stage).collect()
}

pub(crate) async fn pass_hours(shop: &Shop, hours: i64) {
    shop.pass_to(shop.clock.now() + SignedDuration::from_hours(hours)).await;
}

pub(crate) fn mails(shop: &Shop) -> usize {
    shop.system.aws.mails(None, 1_000).unwrap().len()
}

pub(crate) fn dead_letters(shop: &Shop) -> u64 {
    let queues = shop.system.aws.queues().unwrap().into_iter();
    queues.filter(|queue| queue.name.ends_with("-dead")).map(|queue| queue.visible).sum()
}

const ONE_MAIL: &str = "[ { id: a, send: m } ]";

#[tokio::test]
async fn a_mail_that_ses_took_without_saying_so_is_settled_by_the_report() {
    let shop = shop(ONE_MAIL).await;
    shop.system.aws.fail_next("SendEmail", &Fault::ReplyLost, 1);
    sign_up(&shop, "ann", "ann@example.com").await;
    pass_hours(&shop, 1).await;
    assert!(person(&shop, "ann").await.outbox.is_empty());
    assert_eq!((stages(&shop, "ann").await, mails(&shop)), (vec![SendStage::Delivered], 1));
    assert!(shop.system.store.unknown(10).await.unwrap().is_empty());
    assert_eq!(person(&shop, "ann").await.profile.events["email.delivered"].count, 1);
}

#[tokio::test]
async fn a_mail_of_which_nobody_ever_hears_is_held_and_shown_until_an_operator_resends_it() {
    let shop = shop(ONE_MAIL).await;
    shop.system.aws.fail_next("SendEmail", &Fault::RequestLost, 1);
    sign_up(&shop, "ann", "ann@example.com").await;
    pass_hours(&shop, 48).await;
    assert_eq!(mails(&shop), 0);
    let unknown = shop.system.store.unknown(10).await.unwrap();
    assert_eq!(unknown.len(), 1);
    let (now, send_id) = (Instant::from(shop.clock.now()), unknown[0].send_id.as_str());
    let resend = |person: &mut Person, _: &_| {
        assert!(sends::release(person, send_id, 1, now));
        let row = send_row(person, send_id, &person.outbox[send_id], now, Some("sent again by kim: an outage"));
        Before { sends: vec![row], released: vec![send_id.to_owned()], ..Before::default() }
    };
    shop.system.deciding.decide_after("ann", now, resend).await.unwrap();
    shop.settle().await;
    assert_eq!((stages(&shop, "ann").await, mails(&shop)), (vec![SendStage::Delivered], 1));
    assert!(shop.system.store.unknown(10).await.unwrap().is_empty() && person(&shop, "ann").await.outbox.is_empty());
}

#[tokio::test]
async fn a_step_that_says_so_sends_again_by_itself_and_at_its_time() {
    let shop = shop("[ { id: a, send: m, on_unknown: { resend_after: 24h } } ]").await;
    shop.system.aws.fail_next("SendEmail", &Fault::RequestLost, 1);
    sign_up(&shop, "ann", "ann@example.com").await;
    pass_hours(&shop, 23).await;
    assert_eq!((mails(&shop), stages(&shop, "ann").await), (0, vec![SendStage::Unknown { attempt: 1 }]));
    pass_hours(&shop, 2).await;
    assert_eq!((mails(&shop), stages(&shop, "ann").await), (1, vec![SendStage::Delivered]));
}

#[tokio::test]
async fn a_bounce_reaches_the_person_once_by_both_ways_and_stops_all_mail_to_the_address() {
    let shop = shop("[ { id: a, send: m }, { id: w, wait: 1d }, { id: b, send: m } ]").await;
    for (id, address) in [("ann", "bounce@simulator.amazonses.com"), ("bob", "complaint+1@simulator.amazonses.com")] {
        sign_up(&shop, id, address).await;
        let suppressed = person(&shop, id).await;
        assert!(suppressed.profile.suppressed_at.is_some(), "{id}");
        let lines = shop.system.store.read(id).await.unwrap();
        assert!(lines.last().unwrap().contains(r#""kind":"exited","reason":"suppressed""#), "{lines:?}");
        // An import with the same address lifts nothing.
        sign_up(&shop, id, address).await;
        let update = json!({ "person": { "id": id, "email": address.to_uppercase() } });
        shop.put(&format!("{id}-import"), "customer.updated", update).await;
        pass_hours(&shop, 48).await;
        assert!(person(&shop, id).await.profile.suppressed_at.is_some(), "{id}");
    }
    let counts = |person: &Person, kind: &str| person.profile.events.get(kind).map_or(0, |counter| counter.count);
    let (ann, bob) = (person(&shop, "ann").await, person(&shop, "bob").await);
    assert_eq!((counts(&ann, "email.bounced"), counts(&ann, "email.delivered")), (1, 0));
    assert_eq!((counts(&bob, "email.complained"), counts(&bob, "email.delivered")), (1, 1));
    assert_eq!(
        (stages(&shop, "ann").await, stages(&shop, "bob").await),
        (vec![SendStage::Bounced], vec![SendStage::Complained])
    );
    assert_eq!((mails(&shop), dead_letters(&shop)), (2, 0), "one each, ever");
    // With another address she is in again.
    sign_up_anew(&shop, "ann", "ann@example.com").await;
    assert_eq!((person(&shop, "ann").await.profile.suppressed_at, mails(&shop)), (None, 3));
}

async fn sign_up_anew(shop: &Shop, id: &str, address: &str) {
    shop.put(&format!("{id}-anew"), "customer.signed_up", json!({ "person": { "id": id, "email": address } })).await;
    shop.settle().await;
}

/// Runs the day's audit; what it found.
pub(crate) async fn audited(shop: &Shop) -> BTreeMap<String, u64> {
    let request = SweepRequest::audit(Instant::from(shop.clock.now()));
    shop.system.queue(SWEEP).send_all(std::slice::from_ref(&request)).await.unwrap();
    shop.pass_to(shop.clock.now() + SignedDuration::from_mins(5)).await;
    let pass = shop.system.store.pass(&request.pass).await.unwrap().unwrap();
    assert!(pass.finished.is_some(), "{pass:?}");
    pass.found
}

#[tokio::test]
async fn the_audit_finds_what_has_fallen_out_of_its_queue_and_puts_it_back() {
    let shop = shop(ONE_MAIL).await;
    let store = shop.system.store.clone();
    // SES refuses four times each, and whoever comes again later and later is lost.
    shop.system.aws.fail_next("SendEmail", &Fault::Refuse("SendingPausedException".to_owned()), 8);
    for id in ["planned", "armed"] {
        sign_up(&shop, id, "ann@example.com").await;
    }
    shop.pass_to(shop.clock.now() + SignedDuration::from_mins(5)).await;
    assert_eq!((mails(&shop), dead_letters(&shop)), (0, 0), "a refusal brings nobody nearer to the dead letters");
    assert_eq!(shop.system.aws.purge(SEND).unwrap(), 2);
    shop.pass_to(shop.clock.now() + SignedDuration::from_mins(25)).await;
    let catalog = shop.system.deciding.catalog().await.unwrap();
    let now = Instant::from(shop.clock.now());
    let arm = |person: &mut Person, _: &_| {
        let send_id = person.outbox.keys().next().unwrap().clone();
        sends::arm(person, &send_id, &catalog, now, now.plus_seconds(60));
        Before { sends: vec![send_row(person, &send_id, &person.outbox[&send_id], now, None)], ..Before::default() }
    };
    shop.system.deciding.decide_after("armed", now, arm).await.unwrap();
    assert_eq!(audited(&shop).await, BTreeMap::new(), "half an hour is not long");
    pass_hours(&shop, 1).await;
    // Somebody had it in hand an hour and a half ago: it may come by again.
    assert_eq!(
        audited(&shop).await,
        BTreeMap::from([(findings::ARMED.to_owned(), 1), (findings::WAITING.to_owned(), 1)])
    );
    pass_hours(&shop, 12).await;
    assert_eq!(audited(&shop).await, BTreeMap::from([(findings::PLANNED.to_owned(), 1)]));
    assert_eq!(mails(&shop), 1, "the planned one went out");
    let armed = store.load("armed").await.unwrap().person;
    assert!(armed.outbox.values().all(|send| matches!(send.state, SendState::Unknown { attempt: 5, .. })));
    assert_eq!(store.unknown(10).await.unwrap().len(), 1);
    pass_hours(&shop, 24).await;
    assert_eq!(audited(&shop).await, BTreeMap::from([(findings::UNKNOWN.to_owned(), 1)]));
}

#[tokio::test]
async fn a_mail_that_ses_refuses_for_days_is_one_message_and_no_finding() {
    let shop = shop(ONE_MAIL).await;
    shop.system.aws.fail_next("SendEmail", &Fault::Refuse("SendingPausedException".to_owned()), 200);
    sign_up(&shop, "ann", "ann@example.com").await;
    for _ in 0..2 {
        pass_hours(&shop, 23).await;
        assert_eq!(audited(&shop).await, BTreeMap::from([(findings::WAITING.to_owned(), 1)]));
        let queues = shop.system.aws.queues().unwrap().into_iter().filter(|queue| queue.name == SEND);
        assert_eq!(queues.map(|queue| queue.visible + queue.in_flight + queue.delayed).sum::<u64>(), 1);
    }
    pass_hours(&shop, 24).await;
    assert_eq!((mails(&shop), stages(&shop, "ann").await), (1, vec![SendStage::Delivered]));
}

#[tokio::test]
async fn the_audit_finishes_an_erasure_of_which_the_stream_told_nobody() {
    let shop = shop(ONE_MAIL).await;
    sign_up(&shop, "ann", "ann@example.com").await;
    let store = &shop.system.store;
    assert_eq!((mails(&shop), store.read("ann").await.unwrap().len()), (1, 3));
    // What has a row of its own stays until somebody finishes; what only her item had goes with it.
    let read = store.sends("ann").await.unwrap().remove(0);
    store.put_send(&SendRow { stage: SendStage::Opened, ..read }, 1).await.unwrap();
    let now = Instant::from(shop.clock.now());
    let envelope = json!({ "id": "gone", "detail-type": "customer.deleted", "time": now, "detail": { "person": { "id": "ann" } } });
    let event = Event::from_value(envelope).unwrap();
    shop.system.deciding.decide("ann", &Input::Event(&event), now, None).await.unwrap();
    let audit_after = async |hours: i64| {
        shop.clock.advance_to(shop.clock.now() + SignedDuration::from_hours(hours));
        let pace = Pace { settle: SignedDuration::ZERO, ..Pace::default() };
        let queue = |name| shop.system.queue(name);
        let clock = Arc::clone(&shop.clock) as Arc<dyn Clock>;
        let sweep = Sweep::new(shop.system.deciding.clone(), queue(SWEEP), queue(SEND), pace, clock);
        let pass = sweep.go_on(&SweepRequest::audit(Instant::from(shop.clock.now()))).await.unwrap();
        assert!(pass.finished.is_some());
        pass.found
    };
    assert_eq!(audit_after(0).await, BTreeMap::new(), "the stream may be about to tell");
    assert_eq!((store.read("ann").await.unwrap().len(), store.sends("ann").await.unwrap().len()), (0, 1));
    assert_eq!(audit_after(2).await, BTreeMap::from([(findings::ERASING.to_owned(), 1)]));
    assert!(store.read("ann").await.unwrap().is_empty() && store.sends("ann").await.unwrap().is_empty());
    assert_eq!(audit_after(1).await, BTreeMap::new(), "once is enough");
}

#[tokio::test]
async fn a_campaign_whose_mails_come_back_is_paused_once_by_two_workers_and_runs_again_when_an_operator_says_so() {
    let shop = shop_of("marketing", ONE_MAIL).await;
    for number in 0..100 {
        let address = if number < 8 { "bounce@simulator.amazonses.com" } else { "ann@example.com" };
        let id = format!("p{number}");
        let person = json!({ "id": id, "email": address, "consent": { "marketing": true } });
        shop.put(&id, "customer.signed_up", json!({ "person": person })).await;
    }
    shop.settle().await;
    pass_hours(&shop, 1).await;
    let judge = || async {
        let request = SweepRequest::rates(shop.clock.now().into());
        shop.system.queue(SWEEP).send_all(&[request.clone(), request]).await.unwrap();
        shop.settle().await;
        let live = shop.system.store.live().await.unwrap().unwrap();
        (
            live.runs.get("c").is_some_and(|run| run.state == RunState::Paused),
            shop.system.store.notes().await.unwrap().len(),
        )
    };
    assert_eq!(judge().await, (true, 1));
    let why = shop.system.store.notes().await.unwrap().remove(0);
    assert_eq!((why.by.as_str(), why.reason.as_str()), ("rekindle", "8 bounces in 100 mails of 7 days"));
    assert!(shop.system.store.resume("c", "a new list", "kim", None, shop.clock.now().into()).await.unwrap());
    assert_eq!(judge().await, (false, 1), "what was known at the resumption does not count again");
}
