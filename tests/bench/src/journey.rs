//! One journey: an event comes in, somebody enters, gets a mail, waits a day, gets another, buys and meets the goal.
//!
//! On request, there come two events between that no campaign knows, so that there are two inbound events for each mail, as
//! shops have them. Everything that is billed is counted, not estimated.

use std::collections::BTreeMap;
use std::path::Path;

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::Clock;
use rekindle_local::Used;
use rekindle_store::{Ledger, People};
use rekindle_workbench::publish;
use serde_json::{Value, json};

use crate::logged;
use crate::world::{Meter, NAME, World};

/// A Monday at ten in Seoul, inside of the shop's window.
pub const START: &str = "2026-03-02T01:00:00Z";
const CAMPAIGN: &str = "name: Journey
purpose: marketing
topic: news
trigger: { event: customer.signed_up }
goal: { event: order.completed, within: 14d, value: event.order.total }
steps:
  - { id: hello, send: hello }
  - { id: a-day, wait: 1d }
  - { id: brewing, send: brewing }
";

/// What people's journeys used.
#[derive(Debug, Clone)]
pub struct Journey {
    /// People.
    pub people: u64,
    /// Mails that SES took.
    pub mails: u64,
    /// Events that the shop put.
    pub events: u64,
    /// Processor time and invocations by function.
    pub functions: BTreeMap<&'static str, Meter>,
    /// What was asked of AWS, by operation.
    pub used: BTreeMap<String, Used>,
    /// Kilobytes of the archive as they are billed.
    pub archived: f64,
    /// Bytes that the functions logged.
    pub logged: u64,
    /// Pages of the ledger that are begun and not written yet, each as the part of it that is filled.
    pub pages: f64,
}

/// Sends so many people through it, in batches of at most `batch`; `looking` around between sign-up and order, or not.
///
/// # Panics
/// Where anybody does not get both mails and meet the goal: then nothing was measured.
pub async fn run(people: u64, batch: usize, looking: bool) -> Journey {
    let world = World::open(START.parse::<Timestamp>().expect("an instant"), batch).await;
    let folder = workspace();
    let publication = publish::compiled(folder.path(), &[]).expect("the journey compiles");
    publish::publish(&world.store, &publication, world.clock.now()).await.expect("the journey is published");
    // What every process reads once is not part of a journey.
    put(&world, "warm", "customer.signed_up", json!({ "person": person("warm") })).await;
    world.pass(SignedDuration::from_hours(48)).await;
    drop((world.meters(), world.archived(), world.aws.count_usage(), logged::bytes()));
    let before = world.aws.mail_count().expect("mails are counted");
    for number in 0..people {
        let id = format!("p{number}");
        put(&world, &id, "customer.signed_up", json!({ "person": person(&id) })).await;
        if looking {
            put(&world, &id, "page.viewed", json!({ "person": { "id": id }, "page": "/beans" })).await;
        }
    }
    world.pass(SignedDuration::from_hours(25)).await;
    for number in 0..people {
        let id = format!("p{number}");
        if looking {
            put(&world, &id, "page.viewed", json!({ "person": { "id": id }, "page": "/basket" })).await;
        }
        let order = json!({ "person": { "id": id }, "order": { "id": format!("o{number}"), "total": 18_000 } });
        put(&world, &id, "order.completed", order).await;
    }
    world.pass(SignedDuration::from_hours(1)).await;
    let (functions, archived, used) = (world.meters(), world.archived(), world.aws.count_usage());
    let logged = logged::bytes();
    let mails = world.aws.mail_count().expect("mails are counted") - before;
    assert_eq!(mails, 2 * people, "everybody gets both mails");
    let lines = world.store.read("p0").await.expect("a journal").join("\n");
    assert!(lines.contains(r#""kind":"converted""#), "everybody meets the goal: {lines}");
    let mut pages = 0.0;
    for number in 0..people {
        pages += world.store.load(&format!("p{number}")).await.expect("a person").unwritten.share_of_a_page();
    }
    let events = if looking { 4 } else { 2 } * people;
    Journey { people, mails, events, functions, used, archived, logged, pages }
}

/// Somebody as the shop tells of them.
pub fn person(id: &str) -> Value {
    json!({
        "id": id, "email": format!("{id}@example.com"), "locale": "ko", "timezone": "Asia/Seoul",
        "attributes": { "first_name": "지우", "plan": "gold", "points": 1200 }, "consent": { "marketing": true },
    })
}

/// The shop's own call, which is not measured.
pub async fn put(world: &World, id: &str, kind: &str, mut detail: Value) {
    detail["event_id"] = format!("{id}/{kind}/{}", world.clock.now()).into();
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name(NAME)
        .source("shop")
        .detail_type(kind)
        .detail(detail.to_string())
        .build();
    let bus = aws_sdk_eventbridge::Client::new(&world.aws.sdk_config());
    bus.put_events().entries(entry).send().await.expect("the bus takes an event");
}

/// The shop of the repository with this one campaign, whose mails are those of its welcome.
fn workspace() -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let folder = tempfile::tempdir().expect("a folder");
    let copy = |name: &str, to: &str| {
        let to = folder.path().join(to);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(from.join(name), to).unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    // Notices about consent are mails of their own, and no part of a journey.
    let workspace = std::fs::read_to_string(from.join("workspace.yaml")).expect("a workspace");
    std::fs::write(folder.path().join("workspace.yaml"), workspace.replace("policy: kr", "policy: default"))
        .expect("a workspace");
    for layout in std::fs::read_dir(from.join("layouts")).expect("layouts") {
        let name = layout.expect("a layout").file_name().into_string().expect("a name");
        copy(&format!("layouts/{name}"), &format!("layouts/{name}"));
    }
    for mail in std::fs::read_dir(from.join("welcome")).expect("mails") {
        let name = mail.expect("a mail").file_name().into_string().expect("a name");
        if name.starts_with("hello.") || name.starts_with("brewing.") {
            copy(&format!("welcome/{name}"), &format!("journey/{name}"));
        }
    }
    std::fs::write(folder.path().join("journey/campaign.yaml"), CAMPAIGN).expect("a campaign");
    folder
}
