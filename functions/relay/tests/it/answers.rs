//! An answer that names no entry belongs to the newest in which the survey was sent, also where that has ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{CampaignFiles, Keyed, Ledger, Memory, People, Publication, Publications, Shards};
use serde_json::{Value, json};

use crate::crashing::{Crashing, Outside};

const WORKSPACE: &str =
    "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
/// The survey is the last step, so whoever answers has left the campaign.
const NPS: &str = "name: N\npurpose: transactional\ntrigger: { event: order.completed }\nentry: every\nsteps: [ { survey: { id: nps, kind: nps, mail: nps } } ]\n";

struct Shop {
    deciding: Deciding<Memory>,
    store: Memory,
    outside: Arc<Outside>,
}

impl Shop {
    async fn open() -> Self {
        let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::new(1));
        let files = CampaignFiles { yaml: NPS.to_owned(), ..CampaignFiles::default() };
        let campaigns = BTreeMap::from([("after-order".to_owned(), files)]);
        let publication = Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() };
        store.publish(&publication, 0, None, Instant::default()).await.unwrap();
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        Self { deciding: Deciding::new(store.clone(), campaigns, crate::clock()), store, outside: Arc::default() }
    }

    async fn event(&self, id: &str, kind: &str, mut detail: Value) {
        detail["person"] = json!({ "id": "ann", "email": "ann@example.com" });
        let now = crate::clock().now();
        let envelope = json!({ "id": id, "source": "shop", "detail-type": kind, "time": now, "detail": detail });
        let event = Event::from_value(envelope.clone()).unwrap();
        let text = envelope.to_string();
        self.deciding.decide("ann", &Input::Event(&event), Instant::from(now), Some(&text)).await.unwrap();
    }

    /// Hands on everything that was decided, in one batch.
    async fn hand_on(&self) {
        let mut event = StreamEvent::default();
        let images = self.store.take_stream().into_iter().enumerate();
        event.records = images
            .map(|(place, image)| {
                let mut record = EventRecord::default();
                record.change.sequence_number = Some(place.to_string());
                record.change.new_image = image;
                record
            })
            .collect();
        let relay = crate::relay(&Crashing::new(self.store.clone()), &self.outside);
        assert!(relay.handle(event, Deadline::NONE).await.batch_item_failures.is_empty());
    }

    /// The occasions of the survey's report, with the scores.
    async fn answers(&self) -> Vec<(u64, Value)> {
        let rows = self.store.answers("after-order", "nps").await.unwrap();
        rows.into_iter().map(|row| (row.entry, row.score)).collect()
    }
}

fn answer(score: u8) -> Value {
    json!({ "campaign": "after-order", "step": "nps", "survey": "nps", "score": score })
}

#[tokio::test]
async fn an_answer_without_entry_counts_after_the_entry_has_ended() {
    for at_once in [false, true] {
        let shop = Shop::open().await;
        for (number, score) in [(1_u64, 9), (2, 3)] {
            shop.event(&format!("order-{number}"), "order.completed", json!({})).await;
            if !at_once {
                shop.hand_on().await;
            }
            shop.event(&format!("answer-{number}"), "survey.answered", answer(score)).await;
            shop.hand_on().await;
            let person = shop.store.load("ann").await.unwrap().person;
            assert!(person.standings.get("after-order").unwrap().enrolments.is_empty(), "the entry is over");
            assert_eq!(shop.answers().await.last(), Some(&(number, json!(score))), "in one batch: {at_once}");
        }
        assert_eq!(shop.answers().await.len(), 2, "two occasions");
    }
}

#[tokio::test]
async fn an_answer_to_what_was_never_sent_is_no_answer() {
    let shop = Shop::open().await;
    shop.event("answer", "survey.answered", answer(9)).await;
    shop.hand_on().await;
    assert!(shop.answers().await.is_empty());
}
