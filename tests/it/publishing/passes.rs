//! Passes over everyone: through in spite of crashes, and beside live traffic.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::messages::SweepRequest;
use rekindle_local::{Fault, Mappings};
use rekindle_store::{CampaignFiles, Keyed, Memory, Passes, Publication, Shards};
use rekindle_sweep::{Pace, Sweep};
use rekindle_system::{MAY_LOOP, SWEEP, System, mapping};
use serde_json::json;

use super::{Live, WORKSPACE};
use crate::support::kill_after;

const PEOPLE: usize = 23;
const LAPSED: &str =
    "name: C\npurpose: transactional\ntrigger: { lapsed: { after: 30d, since: order.completed } }\nsteps: []\n";

/// Somebody ordered.
async fn order<S: Store>(deciding: &Deciding<S>, number: usize, at: Timestamp) {
    let id = format!("p{number}");
    let at = Instant::from(at);
    let envelope = json!({ "id": format!("{id}-{at}"), "detail-type": "order.completed", "time": at, "detail": { "person": { "id": id } } });
    let event = Event::from_value(envelope).unwrap();
    deciding.decide(&id, &Input::Event(&event), at, None).await.unwrap();
}

/// People who ordered, and a lapse that was published after that.
struct Shop<S> {
    deciding: Deciding<S>,
    system: System,
    clock: Arc<rekindle_lambda::clock::ManualClock>,
    request: SweepRequest,
}

impl<S: Store> Shop<S> {
    async fn with(store: impl FnOnce(&System) -> S) -> Self {
        let live = Live::open("passes", "manual").await;
        let (system, clock) = (live.shop.system, live.shop.clock);
        let store = store(&system);
        let files = |yaml: &str| Publication {
            workspace_yaml: WORKSPACE.to_owned(),
            campaigns: [("c".to_owned(), CampaignFiles { yaml: yaml.to_owned(), ..CampaignFiles::default() })].into(),
            note: String::new(),
        };
        let now = Instant::from(clock.now());
        store
            .publish(&files("name: C\npurpose: transactional\ntrigger: manual\nsteps: []\n"), 0, None, now)
            .await
            .unwrap();
        let deciding =
            Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::clone(&clock) as Arc<dyn Clock>);
        for number in 0..PEOPLE {
            order(&deciding, number, clock.now()).await;
        }
        store.publish(&files(LAPSED), 1, None, now).await.unwrap();
        clock.advance_to(clock.now() + SignedDuration::from_secs(10));
        let request = SweepRequest::published(2, ["c".to_owned()].into(), [].into(), now);
        Self { deciding, system, clock, request }
    }

    fn sweep(&self) -> Sweep<S> {
        self.sweep_by(5)
    }

    /// Pages of so many items, one an invocation.
    fn sweep_by(&self, page: u32) -> Sweep<S> {
        let queue = |name| self.system.queue(name);
        let pace = Pace { page, pages: 1, at_once: 2, settle: SignedDuration::ZERO, ..Pace::default() };
        Sweep::new(self.deciding.clone(), queue(SWEEP), queue("send"), pace, Arc::clone(&self.clock) as Arc<dyn Clock>)
    }

    /// Invocation after invocation until the pass is through.
    async fn finish(&self) {
        for _ in 0..100 {
            if self.sweep().go_on(&self.request).await.unwrap().finished.is_some() {
                return;
            }
        }
        panic!("the pass does not end");
    }

    /// When people are due, as the index says.
    async fn due(&self) -> Vec<(String, String)> {
        let store = self.deciding.store();
        let mut due = Vec::new();
        for shard in store.shards().all() {
            let page = store.due(shard, Instant::MAX, 1_000, None).await.unwrap();
            due.extend(page.people.into_iter().map(|person| (person.id, person.at.to_string())));
        }
        due.sort();
        due
    }
}

fn memory(_: &System) -> Memory {
    Memory::new(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default())
}

fn dynamo(system: &System) -> rekindle_store::Dynamo {
    system.store.clone()
}

async fn everybody_is_due_once_it_is_through<S: Store>(shop: Shop<S>) {
    assert_eq!(shop.due().await, [], "nothing is due before the pass");
    let first = shop.sweep().go_on(&shop.request).await.unwrap();
    assert!(first.finished.is_none() && first.seen <= 5, "{first:?}");
    shop.finish().await;
    let pass = shop.deciding.store().pass(&shop.request.pass).await.unwrap().unwrap();
    assert_eq!((pass.seen, pass.changed), (PEOPLE as u64, PEOPLE as u64));
    let due = shop.due().await;
    assert_eq!(due.len(), PEOPLE);
    assert!(due.iter().all(|(_, at)| at == "2026-04-01T01:00:00Z"), "{due:?}");
    assert_eq!(shop.sweep().go_on(&shop.request).await.unwrap(), pass, "what is through stays so");
}

#[tokio::test]
async fn everybody_is_due_once_a_pass_is_through_in_memory() {
    everybody_is_due_once_it_is_through(Shop::with(memory).await).await;
}

#[tokio::test]
async fn everybody_is_due_once_a_pass_is_through_in_dynamodb() {
    everybody_is_due_once_it_is_through(Shop::with(dynamo).await).await;
}

#[tokio::test]
async fn a_crash_repeats_at_most_one_page_and_nobody_is_left_out() {
    let calls = [
        ("Scan", Fault::RequestLost),
        ("GetItem", Fault::RequestLost),
        ("PutItem", Fault::RequestLost),
        ("PutItem", Fault::ReplyLost),
    ];
    for (operation, fault) in &calls {
        for pages in 0..4 {
            let shop = Shop::with(dynamo).await;
            for _ in 0..pages {
                shop.sweep().go_on(&shop.request).await.unwrap();
            }
            // The call is under way when the process dies.
            shop.system.aws.fail_next(operation, fault, 1);
            let sweep = shop.sweep();
            assert!(!kill_after(0, sweep.go_on(&shop.request)).await, "it waits for the answer");
            shop.finish().await;
            let pass = shop.deciding.store().pass(&shop.request.pass).await.unwrap().unwrap();
            let message = format!("{operation} {fault:?} after {pages} pages");
            assert_eq!((pass.seen, shop.due().await.len()), (PEOPLE as u64, PEOPLE), "{message}");
            let again = pass.changed - PEOPLE as u64;
            assert!(again <= 5, "{message}: {again} people were changed again");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_runs_beside_orders_and_the_newest_order_decides_when_people_lapse() {
    let shop = Arc::new(Shop::with(dynamo).await);
    let pass = tokio::spawn({
        let shop = Arc::clone(&shop);
        async move { shop.finish().await }
    });
    let orders = tokio::spawn({
        let shop = Arc::clone(&shop);
        async move {
            for number in 0..PEOPLE {
                order(&shop.deciding, number, shop.clock.now()).await;
            }
        }
    });
    pass.await.unwrap();
    orders.await.unwrap();
    let due = shop.due().await;
    assert_eq!(due.len(), PEOPLE);
    assert!(due.iter().all(|(_, at)| at == "2026-04-01T01:00:10Z"), "{due:?}");
}

#[tokio::test]
async fn a_pass_begins_only_when_every_function_knows_what_is_live() {
    let live = Live::open("settles", "{ lapsed: { after: 30d, since: order.completed } }").await;
    live.shop.put("o1", "order.completed", json!({ "person": { "id": "ann" } })).await;
    live.publish("[]", &[]).await;
    live.shop.settle().await;
    let pass = live.shop.system.store.pass("publish-1").await.unwrap().unwrap();
    assert_eq!((pass.seen, pass.finished), (0, None), "{pass:?}");
    live.shop.pass_to(live.now() + SignedDuration::from_secs(10)).await;
    let pass = live.shop.system.store.pass("publish-1").await.unwrap().unwrap();
    assert_eq!((pass.seen, pass.finished), (1, Some(live.instant())), "{pass:?}");
}

/// The functions that may feed themselves, as what is deployed says.
fn allowed_to_loop() -> Vec<&'static str> {
    let mut function = "";
    let mut allowed = Vec::new();
    for line in include_str!("../../../infra/template.yaml").lines() {
        match line.strip_prefix("  ") {
            Some(name) if !name.starts_with(' ') => function = name.trim_end_matches(':'),
            Some(setting) if setting.trim() == "RecursiveLoop: Allow" => allowed.push(function),
            _ => {}
        }
    }
    allowed
}

#[tokio::test]
async fn a_pass_of_more_invocations_than_lambda_lets_follow_one_another_comes_to_its_end() {
    let shop = Shop::with(dynamo).await;
    let sweep = Arc::new(shop.sweep_by(1));
    let may_loop = allowed_to_loop().contains(&"SweepFunction");
    let settings = rekindle_local::SqsMapping { may_loop, ..mapping(SWEEP) };
    let mappings = Mappings::new(&shop.system.aws).sqs(settings, move |event| {
        let sweep = Arc::clone(&sweep);
        async move { Ok(sweep.handle(event, Deadline::NONE).await) }
    });
    shop.system.queue(SWEEP).send_all(std::slice::from_ref(&shop.request)).await.unwrap();
    mappings.run_until_quiet().await.unwrap();
    let pass = shop.deciding.store().pass(&shop.request.pass).await.unwrap().unwrap();
    assert_eq!((pass.finished.is_some(), pass.seen), (true, PEOPLE as u64), "{pass:?}");
    assert!(pass.turn > 2 * 16, "it took few invocations: {pass:?}");
}

#[test]
fn what_may_feed_itself_here_may_there() {
    let function = |queue: &&str| {
        let mut letters = queue.chars();
        letters.next().map(|first| format!("{}{}Function", first.to_uppercase(), letters.as_str())).unwrap()
    };
    assert_eq!(MAY_LOOP.iter().map(function).collect::<Vec<_>>(), allowed_to_loop());
}
