//! A shop in memory whose receipts are planned and wait for `send`.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use jiff::SignedDuration;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::person::SendState;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::queue::Queue;
use rekindle_lambda::testing::{self, Kept};
use rekindle_mail::{Key, Links, MailSource, compile};
use rekindle_send::{Mailer, Send};
use rekindle_store::CampaignFiles;
use serde_json::json;

const START: &str = "2026-03-02T01:00:00Z";
const RECEIPT: &str = "name: R\npurpose: transactional\ntrigger: { event: order.completed }\nentry: every\nsteps: [ { id: receipt, send: receipt } ]\n";
const MAIL: &str = "---\nsubject: Thanks\npreheader: Thanks\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>Thanks</mj-text></mj-column></mj-section></mj-body></mjml>\n";

/// How long a worker may take between arming and SES's answer.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// The clock of every shop, before anything happens.
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(START.parse().unwrap()))
}

/// The shop.
pub struct Shop<S> {
    pub store: S,
    pub deciding: Deciding<S>,
    pub clock: Arc<ManualClock>,
    pub again: Arc<Kept>,
}

impl<S: Store> Shop<S> {
    /// Publishes the campaign in that store.
    pub async fn open(store: S, clock: Arc<ManualClock>) -> Self {
        let source = MailSource { name: "receipt", locale: "en", path: "receipt.mjml", text: MAIL, layout: None };
        let mail = serde_json::to_value(compile(&source).unwrap()).unwrap();
        let mails = BTreeMap::from([(("receipt".to_owned(), "en".to_owned()), mail)]);
        let files = CampaignFiles { yaml: RECEIPT.to_owned(), mails, ..CampaignFiles::default() };
        testing::shop(&store, Arc::clone(&clock) as _, "receipt", files).await.unwrap();
        let shop = Self::of(store, clock);
        shop.deciding.read_catalog().await.unwrap();
        shop
    }

    /// Over a store in which the campaign is published already.
    pub fn of(store: S, clock: Arc<ManualClock>) -> Self {
        let deciding = Deciding::new(store.clone(), Arc::new(Campaigns::new(store.clone())), Arc::clone(&clock) as _);
        Self { store, deciding, clock, again: Arc::default() }
    }

    /// Its worker.
    pub fn send(&self, mailer: Arc<dyn Mailer>) -> Send<S> {
        let key = Key::new(1, vec![7; 32]).unwrap();
        let links = Links::new("https://mail.example.com", key, None).unwrap();
        Send::new(self.deciding.clone(), mailer, links, LEASE, Arc::clone(&self.clock) as _)
    }

    /// The queue by which its mails come again.
    pub fn queue(&self) -> Queue {
        self.again.queue()
    }

    /// Somebody orders so often; the messages that `relay` sends for their receipts.
    pub async fn orders(&self, person: &str, orders: usize) -> Vec<String> {
        for number in 0..orders {
            let id = format!("{person}-{number}");
            let email = format!("{person}@example.com");
            let envelope = json!({
                "id": id, "source": "shop", "detail-type": "order.completed", "time": self.clock.now(),
                "detail": { "person": { "id": person, "email": email } },
            });
            let event = Event::from_value(envelope).unwrap();
            self.deciding.decide(person, &Input::Event(&event), Instant::from(self.clock.now()), None).await.unwrap();
        }
        let outbox = self.store.load(person).await.unwrap().person.outbox;
        outbox.keys().map(|send_id| json!({ "person": person, "send_id": send_id }).to_string()).collect()
    }

    /// What stands in somebody's outbox.
    pub async fn outbox(&self, person: &str) -> Vec<SendState> {
        self.store.load(person).await.unwrap().person.outbox.into_values().map(|outgoing| outgoing.state).collect()
    }
}

/// The message of the same mail after so many others.
pub fn after(message: &str, hop: u32) -> String {
    let planned: PlannedSend = serde_json::from_str(message).unwrap();
    serde_json::to_string(&PlannedSend { hop, ..planned }).unwrap()
}

/// The message of a mail that was planned when the shop opened, once it was put off for the first time: it begins a chain.
pub fn put_off(message: &str) -> String {
    let planned: PlannedSend = serde_json::from_str(&after(message, 1)).unwrap();
    let chain = Some(Instant::from(clock().now()));
    serde_json::to_string(&PlannedSend { chain, ..planned }).unwrap()
}

/// A batch of messages, which are named by their places.
pub fn batch(bodies: &[String]) -> SqsEvent {
    testing::batch(bodies.iter().cloned())
}
