//! What reports do, on the store in memory: settle sends, reach people, once each, in any order, with two workers at once.

mod applying;
mod settling;

use std::sync::Arc;

use rekindle_engine::event::Event;
use rekindle_engine::person::SendState;
use rekindle_engine::sends;
use rekindle_lambda::clock::ManualClock;
use rekindle_lambda::testing::{self, Kept};
use rekindle_store::{
    AddressFact, Addresses, CampaignFiles, Change, Keyed, Memory, People, Record, Shards, StreamImage, stream_image,
    update,
};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;

const WELCOME: &str = "name: W\npurpose: transactional\ntrigger: { event: customer.signed_up }\nsteps:
  - { id: hello, send: hello }
  - id: read
    wait_for: { event: email.clicked, timeout: 7d }
    then: [ { id: after, wait: 1d } ]
    else: []
";
const READER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

struct Shop {
    store: Memory,
    deciding: Deciding<Memory>,
    feedback: Feedback<Memory>,
    letters: Arc<Kept>,
    clock: Arc<ManualClock>,
}

impl Shop {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap()));
        let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::new(1));
        let files = CampaignFiles { yaml: WELCOME.to_owned(), ..CampaignFiles::default() };
        let deciding = testing::shop(&store, Arc::clone(&clock) as _, "welcome", files).await.unwrap();
        let letters = Arc::new(Kept::default());
        let dead_letters = DeadLetters::new(letters.queue());
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
        images.map(|image| stream_image(image).unwrap().unwrap()).map(|StreamImage { record, .. }| record).collect()
    }
}

fn batch(bodies: &[String]) -> SqsEvent {
    testing::batch(bodies.iter().cloned())
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
