//! What reports do, on the store in memory: settle sends, reach people, once each, in any order, with two workers at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_engine::event::Event;
use rekindle_engine::person::SendState;
use rekindle_engine::sends;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::ManualClock;
use rekindle_lambda::queue::{Messages, Queue, QueueError};
use rekindle_store::{
    AddressFact, Addresses, CampaignFiles, Change, Handed, Keyed, Memory, People, Publication, Publications, Record,
    Shards, handed, update,
};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;

const WORKSPACE: &str =
    "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
const WELCOME: &str = "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps:
  - { id: hello, send: hello }
  - id: read
    wait_for: { event: email.clicked, timeout: 7d }
    then: [ { id: after, wait: 1d } ]
    else: []
";
const READER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A dead-letter queue that keeps reasons.
#[derive(Default)]
struct Letters(Mutex<Vec<String>>);

impl Messages for Letters {
    fn put<'a>(&'a self, _: &'a [String], _: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        async { Ok(()) }.boxed()
    }

    fn put_aside<'a>(&'a self, _: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        async {
            self.0.lock().unwrap().push(reason.to_owned());
            Ok(())
        }
        .boxed()
    }
}

struct Shop {
    store: Memory,
    deciding: Deciding<Memory>,
    feedback: Feedback<Memory>,
    letters: Arc<Letters>,
    clock: Arc<ManualClock>,
}

impl Shop {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
        let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::new(1));
        let files = CampaignFiles { yaml: WELCOME.to_owned(), ..CampaignFiles::default() };
        let campaigns = BTreeMap::from([("welcome".to_owned(), files)]);
        let publication = Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() };
        store.publish(&publication, 0, None, Instant::default()).await.unwrap();
        let deciding = Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::clone(&clock) as _);
        let letters = Arc::new(Letters::default());
        let dead_letters = DeadLetters::new(Queue::over(Arc::clone(&letters) as _));
        let set = Some("rekindle".to_owned());
        let feedback = Feedback::new(deciding.clone(), dead_letters, set, Arc::clone(&clock) as _);
        Self { store, deciding, feedback, letters, clock }
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }

    async fn event(&self, id: &str, kind: &str, person: Value) {
        let envelope = json!({
            "id": id, "source": "shop", "detail-type": kind, "time": self.now(), "detail": { "person": person },
        });
        let event = Event::from_value(envelope).unwrap();
        self.deciding.decide(&event.person, &Input::Event(&event), self.now(), None).await.unwrap();
    }

    /// Somebody signs up, and their first mail is armed and then of unknown outcome.
    async fn with_unknown_mail(&self, id: &str) -> Value {
        self.event("signed-up", "customer.signed_up", json!({ "id": id, "email": "ann@example.com" })).await;
        let catalog = self.deciding.catalog().await.unwrap();
        let now = self.now();
        let send_id = ids::send_id("welcome", "hello", id, 1);
        update(&self.store, id, |person, _| {
            sends::arm(person, &send_id, &catalog, now, now.plus_seconds(60));
            assert!(sends::lose_track(person, &send_id, 1, now));
            Change::Commit { due: None, record: Record::default(), outcome: () }
        })
        .await
        .unwrap();
        drop(self.store.take_stream());
        json!({
            "send_id": [send_id], "attempt": ["1"], "campaign": ["welcome"], "version": ["1"], "step": ["hello"],
            "entry": ["1"], "mail": ["hello"], "ses:configuration-set": ["rekindle"],
            "person": self.store.pseudonym(id).map(|person| [person]),
        })
    }

    async fn take(&self, body: &Value) {
        self.handle(&[body.to_string()]).await;
    }

    async fn handle(&self, bodies: &[String]) {
        let failed = self.feedback.handle(batch(bodies)).await.batch_item_failures;
        assert!(failed.is_empty(), "{failed:?}");
    }

    async fn person(&self, id: &str) -> Person {
        self.store.load(id).await.unwrap().person
    }

    /// What was handed on since the last look.
    fn records(&self) -> Vec<Record> {
        let images = self.store.take_stream().into_iter();
        images.map(|image| handed(image).unwrap().unwrap()).map(|Handed { record, .. }| record).collect()
    }
}

fn batch(bodies: &[String]) -> SqsEvent {
    let mut event = SqsEvent::default();
    for (number, body) in bodies.iter().enumerate() {
        let mut record = SqsMessage::default();
        record.message_id = Some(number.to_string());
        record.body = Some(body.clone());
        event.records.push(record);
    }
    event
}

/// A report an hour after the mail was taken, as the bus carries it.
fn report(kind: &str, tags: &Value) -> Value {
    let at = "2026-03-02T02:00:00.000Z";
    json!({ "source": "aws.ses", "detail-type": "Email", "detail": {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-03-02T01:00:00.000Z", "messageId": "0100-1", "destination": ["Ann@Example.com"], "tags": tags,
        },
        "delivery": { "timestamp": at },
        "bounce": { "timestamp": at, "bounceType": "Permanent", "bounceSubType": "General" },
        "complaint": { "timestamp": at, "complaintFeedbackType": "abuse" },
        "reject": { "reason": "Bad content" },
        "open": { "timestamp": at, "userAgent": READER },
        "click": { "timestamp": at, "userAgent": READER, "link": "https://shop.example/" },
    } })
}

/// The same report by the other path.
fn by_sns(report: &Value) -> Value {
    json!({ "Type": "Notification", "Message": report["detail"].to_string() })
}

fn stages(records: &[Record]) -> Vec<SendStage> {
    records.iter().flat_map(|record| record.sends.iter().map(|row| row.stage)).collect()
}

#[rstest]
#[case("Send", &[SendStage::Accepted])]
#[case("DeliveryDelay", &[SendStage::Accepted])]
#[case("Delivery", &[SendStage::Accepted, SendStage::Delivered])]
#[case("Bounce", &[SendStage::Accepted, SendStage::Bounced])]
#[case("Complaint", &[SendStage::Accepted, SendStage::Complained])]
#[case("Open", &[SendStage::Accepted, SendStage::Opened])]
#[case("Click", &[SendStage::Accepted, SendStage::Clicked])]
#[case("Reject", &[SendStage::Accepted, SendStage::Rejected])]
#[tokio::test]
async fn whatever_ses_reports_settles_an_unknown_send_in_one_write(#[case] kind: &str, #[case] expected: &[SendStage]) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.take(&report(kind, &tags)).await;
    assert!(shop.person("ann").await.outbox.is_empty());
    let records = shop.records();
    assert_eq!((records.len(), stages(&records)), (1, expected.to_vec()));
    shop.take(&report(kind, &tags)).await;
    shop.take(&by_sns(&report(kind, &tags))).await;
    assert!(shop.records().is_empty(), "the same again, by either path, writes nothing");
}

#[tokio::test]
async fn what_another_report_of_the_batch_proves_too_comes_behind_it_and_is_left_alone() {
    for kinds in [["Send", "Delivery"], ["Delivery", "Send"]] {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        let event = batch(&kinds.map(|kind| report(kind, &tags).to_string()));
        let read = |record: &SqsMessage| report::read(record.body.as_deref().unwrap(), None);
        let (read, records) = Batch::new(event.records.clone(), read);
        let spare: Vec<bool> = records.iter().map(|record| read.is_spare(record)).collect();
        assert_eq!(spare, [false, true]);
        assert_eq!(read.group(&records[0]), read.group(&records[1]), "where the first fails, the second does");
        assert!(shop.feedback.handle(event).await.batch_item_failures.is_empty());
        assert_eq!(stages(&shop.records()), [SendStage::Accepted, SendStage::Delivered]);
    }
}

#[tokio::test]
async fn a_report_on_another_try_settles_nothing() {
    let shop = Shop::open().await;
    let mut tags = shop.with_unknown_mail("ann").await;
    tags["attempt"] = json!(["2"]);
    shop.take(&report("Send", &tags)).await;
    let outbox = shop.person("ann").await.outbox;
    assert!(
        outbox.values().all(|send| matches!(send.state, SendState::Unknown { attempt: 1, .. })) && outbox.len() == 1
    );
}

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    let all = (0..256).map(|n| [n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 & 3]);
    all.filter(|order| (0..4).all(|n| order.contains(&n))).collect()
}

#[tokio::test]
async fn in_any_order_and_however_often_each_is_applied_once() {
    for order in orders() {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        let kinds = ["Send", "Delivery", "Open", "Click"];
        let reports: Vec<Value> = order.iter().map(|n| report(kinds[*n], &tags)).collect();
        for report in reports.iter().chain(&reports) {
            // Both copies in one batch.
            shop.handle(&[report.to_string(), by_sns(report).to_string()]).await;
        }
        let person = shop.person("ann").await;
        let mut stages = stages(&shop.records());
        stages.sort_by_key(|stage| stage.rank());
        assert_eq!(
            stages,
            [SendStage::Accepted, SendStage::Delivered, SendStage::Opened, SendStage::Clicked],
            "{order:?}"
        );
        let own = &person.standings.get("welcome").unwrap().enrolments[0];
        let flags = own.mails["hello"];
        assert!(flags.delivered && flags.opened && flags.clicked, "{order:?}");
        assert_eq!(own.place.as_ref().map(|place| &*place.step), Some("after"), "who waited for the click goes on");
        for kind in ["email.delivered", "email.opened", "email.clicked"] {
            assert_eq!(person.profile.events[kind].count, 1, "{kind} {order:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_apply_each_report_once() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let reports: Vec<String> = ["Send", "Delivery", "Open", "Click"]
        .iter()
        .flat_map(|kind| [report(kind, &tags), by_sns(&report(kind, &tags))])
        .map(|report| report.to_string())
        .collect();
    let shop = Arc::new(shop);
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (shop, reports) = (Arc::clone(&shop), reports.clone());
        workers.spawn(async move {
            for one in &reports {
                while !shop.feedback.handle(batch(std::slice::from_ref(one))).await.batch_item_failures.is_empty() {}
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }
    let mut stages = stages(&shop.records());
    stages.sort_by_key(|stage| stage.rank());
    assert_eq!(stages, [SendStage::Accepted, SendStage::Delivered, SendStage::Opened, SendStage::Clicked]);
}

#[rstest]
#[case("Bounce", Some("suppressed"))]
#[case("Complaint", Some("suppressed"))]
#[case("Delivery", None)]
#[tokio::test]
async fn a_hard_bounce_and_a_complaint_suppress_and_end_everything(#[case] kind: &str, #[case] reason: Option<&str>) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.take(&report(kind, &tags)).await;
    let person = shop.person("ann").await;
    assert_eq!(person.profile.suppressed_at.is_some(), reason.is_some());
    let exits = shop.records().into_iter().flat_map(|record| record.lines);
    let exits: Vec<String> = exits.filter(|line| line.contains("\"exited\"")).collect();
    assert_eq!(exits.len(), usize::from(reason.is_some()), "{exits:?}");
    assert_eq!(shop.store.suppressed("ann@example.com").await.unwrap(), None, "only the stream makes it known");
    // The same address in other letters, imported again, changes nothing; another one does.
    shop.event("import", "customer.updated", json!({ "id": "ann", "email": "ANN@example.com" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at.is_some(), reason.is_some());
    shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at, None);
}

#[tokio::test]
async fn a_bounce_of_an_address_that_has_changed_suppresses_that_address_and_not_the_new_one() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    drop(shop.records());
    shop.take(&report("Bounce", &tags)).await;
    let person = shop.person("ann").await;
    assert_eq!((person.profile.suppressed_at, person.outbox.len()), (None, 0));
    let records = shop.records();
    assert_eq!(stages(&records), [SendStage::Accepted, SendStage::Bounced], "and yet it came back");
    assert!(records[0].lines.is_empty(), "nobody leaves by it: {records:?}");
    // She has the old one again, and a copy comes late.
    shop.event("back", "customer.updated", json!({ "id": "ann", "email": "Ann@example.com" })).await;
    assert_eq!(shop.records()[0].lines, Vec::<String>::new(), "nor by its coming back");
    shop.take(&by_sns(&report("Bounce", &tags))).await;
    assert!(shop.person("ann").await.profile.suppressed_at.is_some());
    shop.event("forth", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
    assert_eq!(shop.person("ann").await.profile.suppressed_at, None);
}

#[rstest]
#[case("Open", "open", "email.opened_by_machine")]
#[case("Click", "click", "email.clicked_by_machine")]
#[tokio::test]
async fn what_a_machine_does_is_no_interest(#[case] kind: &str, #[case] field: &str, #[case] event: &str) {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut report = report(kind, &tags);
    report["detail"][field]["userAgent"] = json!("");
    shop.take(&report).await;
    shop.take(&report).await;
    let person = shop.person("ann").await;
    let own = &person.standings.get("welcome").unwrap().enrolments[0];
    assert!(!own.mails["hello"].opened && !own.mails["hello"].clicked);
    assert_eq!(own.place.as_ref().map(|place| &*place.step), Some("read"), "nobody goes on by it");
    assert_eq!(person.profile.events[event].count, 1);
    assert_eq!(stages(&shop.records()), [SendStage::Accepted], "it is a proof all the same");
}

#[tokio::test]
async fn who_does_not_want_to_be_watched_reading_is_not() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("no", "customer.updated", json!({ "id": "ann", "consent": { "topics": { TRACKING: false } } })).await;
    for kind in ["Open", "Click", "Delivery"] {
        shop.take(&report(kind, &tags)).await;
    }
    let events = shop.person("ann").await.profile.events;
    assert!(events.contains_key("email.delivered") && !events.contains_key("email.opened"));
    assert!(!events.contains_key("email.clicked"));
}

#[tokio::test]
async fn somebody_with_a_long_id_is_found_by_the_address() {
    let shop = Shop::open().await;
    let id = "x".repeat(500);
    let tags = shop.with_unknown_mail(&id).await;
    shop.event("other", "customer.signed_up", json!({ "id": "bob", "email": "ann@example.com" })).await;
    assert!(tags["person"].is_null());
    shop.take(&report("Delivery", &tags)).await;
    assert!(shop.person(&id).await.outbox.is_empty());
    assert!(!shop.person("bob").await.profile.events.contains_key("email.delivered"));
}

#[tokio::test]
async fn reports_bring_nobody_back_and_foreign_ones_change_nothing() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut forged = tags.clone();
    forged["person"] = json!([shop.store.pseudonym("bob")]);
    let mut unreadable = tags.clone();
    unreadable["person"] = json!(["bob"]);
    for tags in [forged, unreadable, json!({ "campaign": ["welcome"] })] {
        shop.take(&report("Bounce", &tags)).await;
    }
    assert!(shop.records().is_empty());
    shop.event("gone", "customer.deleted", json!({ "id": "ann" })).await;
    drop(shop.records());
    shop.take(&report("Delivery", &tags)).await;
    assert!(shop.records().is_empty() && !shop.person("ann").await.is_known());
    assert!(shop.letters.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_the_reason_and_holds_nobody_up() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    let mut broken = report("Delivery", &tags);
    broken["detail"]["delivery"] = json!({});
    shop.handle(&["{".to_owned(), broken.to_string(), report("Send", &tags).to_string()]).await;
    assert!(shop.person("ann").await.outbox.is_empty());
    let letters = shop.letters.0.lock().unwrap().clone();
    assert_eq!(letters.len(), 2, "{letters:?}");
}

#[rstest]
#[case("Bounce", Some(AddressFact::Bounced))]
#[case("Complaint", Some(AddressFact::Complained))]
#[case("Delivery", None)]
#[tokio::test]
async fn what_a_report_says_of_an_address_stands_in_the_commit_that_applies_it(
    #[case] kind: &str,
    #[case] fact: Option<AddressFact>,
) {
    for moves in [false, true] {
        let shop = Shop::open().await;
        let tags = shop.with_unknown_mail("ann").await;
        if moves {
            shop.event("moved", "customer.updated", json!({ "id": "ann", "email": "ann@elsewhere.example" })).await;
        }
        drop(shop.records());
        // By both paths, the second of which says nothing new.
        shop.take(&report(kind, &tags)).await;
        shop.take(&by_sns(&report(kind, &tags))).await;
        let notes: Vec<_> = shop.records().into_iter().flat_map(|record| record.addresses).collect();
        let hash = shop.store.address_hash("Ann@Example.com");
        let expected = fact.map(|fact| AddressNote { hash, fact, at: shop.now() });
        assert_eq!(notes, expected.into_iter().collect::<Vec<_>>(), "moved: {moves}");
    }
}

#[tokio::test]
async fn a_complaint_of_somebody_who_was_erased_reaches_whoever_has_the_address() {
    let shop = Shop::open().await;
    let tags = shop.with_unknown_mail("ann").await;
    shop.event("other", "customer.signed_up", json!({ "id": "bob", "email": "ANN@example.com" })).await;
    shop.event("gone", "customer.deleted", json!({ "id": "ann" })).await;
    drop(shop.records());
    for _ in 0..2 {
        shop.take(&report("Complaint", &tags)).await;
    }
    assert!(!shop.person("ann").await.is_known(), "it brings nobody back");
    assert!(shop.store.suppressed("ann@example.com").await.unwrap().is_some_and(|known| known.is_hard()));
    let bob = shop.person("bob").await;
    assert_eq!(bob.profile.events["email.complained"].count, 1);
    assert!(bob.profile.suppressed_at.is_some());
    let told = shop.records();
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert!(told.event.as_ref().is_some_and(|event| event.contains(r#""source":"rekindle.address""#)));
    assert!(told.addresses.is_empty(), "what is told is told no further");
}
