//! Redeeming by event: the shop says on the bus what has happened.

use rekindle_lambda::clock::Clock;
use rekindle_store::{CampaignFiles, Ledger, People, Publication, RedemptionDoubt};
use serde_json::{Value, json};

use super::Checkout;
use crate::support::Shop;

fn told(person: &str, code: Value, order: &str) -> Value {
    json!({
        "person": { "id": person }, "campaign": "win-back-offer", "offer": "come-back", "code": code,
        "order": { "id": order, "total": 30_000 },
    })
}

impl Checkout {
    async fn tell(&self, id: &str, detail: Value) {
        self.shop.put(id, "offer.redeemed", detail).await;
        self.shop.settle().await;
    }

    /// Why each use of the offer's codes does not count, if so.
    async fn doubts(&self) -> Vec<Option<RedemptionDoubt>> {
        let mut doubts: Vec<_> = self.redemptions().await.iter().map(|row| row.doubt).collect();
        doubts.sort_by_key(|doubt| doubt.map(|doubt| doubt == RedemptionDoubt::Again));
        doubts
    }
}

#[tokio::test]
async fn an_event_and_the_api_redeem_the_same_code_once() {
    let checkout = Checkout::with(&["ann", "bob", "cat"]).await;
    let (ann, bob) = (checkout.code("ann").await, checkout.code("bob").await);
    // By event first; the API knows it before the stream has handed anything on.
    let catalog = |detail: &Value| json!({ "id": "e1", "source": "shop", "detail-type": "offer.redeemed", "time": super::LAPSED, "detail": detail });
    let event =
        rekindle_engine::event::Event::from_value(catalog(&told("ann", ann.to_lowercase().into(), "o1"))).unwrap();
    let now = rekindle_engine::time::Instant::parse(super::LAPSED).unwrap();
    let input = rekindle_engine::decide::Input::Event(&event);
    checkout.shop.system.deciding.decide("ann", &input, now, None).await.unwrap();
    assert_eq!(checkout.redeem(&ann, "o2").await.json["status"], "already_redeemed");
    assert_eq!(checkout.redeem(&ann, "o1").await.json["status"], "redeemed", "the very order of the event");
    // By the API first; the event changes nothing and is seen.
    checkout.redeem(&bob, "o3").await;
    checkout.tell("e2", told("bob", bob.clone().into(), "o4")).await;
    assert_eq!(checkout.look(&format!("code={bob}")).await.json["order"], "o3");
    // Without a code it is the newest of theirs.
    checkout.tell("e3", told("cat", Value::Null, "o5")).await;
    let cat = checkout.code("cat").await;
    assert_eq!(checkout.look(&format!("code={cat}")).await.json["order"], "o5");
    assert_eq!(checkout.doubts().await, [None, None, None, Some(RedemptionDoubt::Again)]);
}

#[tokio::test]
async fn an_event_about_no_code_of_the_person_is_harmless_and_seen() {
    let checkout = Checkout::with(&["ann", "bob"]).await;
    let ann = checkout.code("ann").await;
    checkout.tell("e1", told("bob", ann.clone().into(), "o1")).await;
    checkout.tell("e2", told("bob", "NEVER-ISSUED".into(), "o1")).await;
    checkout.tell("e3", told("stranger", Value::Null, "o1")).await;
    // The stream may repeat, the bus too.
    checkout.tell("e3", told("stranger", Value::Null, "o1")).await;
    assert_eq!(checkout.doubts().await, [Some(RedemptionDoubt::NotTheirs); 3]);
    assert_eq!(checkout.look(&format!("code={ann}")).await.json["status"], "valid");
    let bob = checkout.shop.system.store.load("bob").await.unwrap().person;
    assert!(bob.codes.iter().all(|code| code.used.is_none()));
    assert_eq!(bob.profile.events["offer.redeemed"].count, 2);
}

#[tokio::test]
async fn a_branch_sees_that_a_code_was_used_by_either_way() {
    const GIFT: &str = r#"
name: Gift
purpose: marketing
trigger: { event: order.completed }
entry: every
steps:
  - offer: { id: gift, percent_off: 15, code: { prefix: GIFT } }
  - { id: a-week, wait: 7d }
  - id: used
    branch:
      - { when: 'offers["gift"].redeemed', steps: [ { id: end, exit: used } ] }
  - { id: last, exit: unused }
"#;
    for by_event in [true, false] {
        let shop = Shop::open(None, &[], super::LAPSED.parse().unwrap()).await;
        let workspace_yaml = std::fs::read_to_string(crate::support::workspace().join("workspace.yaml")).unwrap();
        let gift = CampaignFiles { yaml: GIFT.to_owned(), ..CampaignFiles::default() };
        let campaigns = [("gift".to_owned(), gift)].into();
        let publication = Publication { workspace_yaml, campaigns, ..Publication::default() };
        rekindle_workbench::publish::publish(&shop.system.store, &publication, shop.clock.now()).await.unwrap();
        let checkout = Checkout::of(shop, &["ann", "bob"]).await;
        let code = checkout.code("ann").await;
        if by_event {
            let detail = json!({ "person": { "id": "ann" }, "campaign": "gift", "offer": "gift", "code": code });
            checkout.tell("used", detail).await;
        } else {
            checkout.redeem(&code, "o1").await;
        }
        checkout.shop.pass_to(super::LATER.parse().unwrap()).await;
        for (person, reason) in [("ann", "used"), ("bob", "unused")] {
            let lines = checkout.shop.system.store.read(person).await.unwrap();
            assert!(lines.last().unwrap().contains(&format!(r#""reason":"{reason}""#)), "{by_event}: {lines:?}");
        }
    }
}
