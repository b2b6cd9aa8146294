//! Whatever is said about consent, in whatever order and however often: what holds is the fold of its ledger.

use proptest::prelude::*;

use super::*;
use crate::person::{Consent, ConsentEntry};

/// Who buys leaves the topic `news` by a step of the campaign, which is a statement too.
const LEAVES: &str = "{ emit: { detail_type: consent.changed, detail: { consent: { topics: { news: false } } } } }";

/// One event: its id, type, time in minutes, marketing, topics, and where the statement stands.
type Said = (u8, usize, i64, Option<bool>, BTreeMap<&'static str, bool>, bool);

const KINDS: [&str; 5] =
    ["consent.changed", "customer.signed_up", "order.completed", "email.clicked", "customer.deleted"];

fn said() -> impl Strategy<Value = Said> {
    let topics = proptest::collection::btree_map(
        proptest::sample::select(vec!["news", "offers", "@tracking"]),
        any::<bool>(),
        0..3,
    );
    // Few ids, so that some come twice; few times, so that many are equal and some go back.
    let kind = prop_oneof![12 => 0..4_usize, 1 => Just(4)];
    (0..40_u8, kind, 0..30_i64, any::<Option<bool>>(), topics, any::<bool>())
}

proptest! {
    #[test]
    fn current_consent_is_the_fold_of_the_ledger(events in proptest::collection::vec(said(), 1..40)) {
        let campaign = "name: C\npurpose: marketing\ntrigger: { event: order.completed }\nentry: every\nsteps: [ STEP ]\n";
        let mut shop = Shop::with(&campaign.replace("STEP", LEAVES));
        let mut ledger: Vec<ConsentEntry> = Vec::new();
        shop.ann = Person::new("ann");
        let begin = shop.now;
        for (n, (id, kind, minutes, marketing, topics, inside)) in (0_i64..).zip(events) {
            let consent = json!({ "marketing": marketing, "topics": topics, "how": "by hand" });
            let kind = KINDS[kind];
            let detail = if inside || kind != "consent.changed" {
                json!({ "person": { "id": "ann", "consent": consent } })
            } else {
                json!({ "person": { "id": "ann" }, "consent": consent })
            };
            let time = begin.plus_seconds(minutes * 60);
            let event = json!({ "id": format!("e{id}"), "detail-type": kind, "time": time, "detail": detail });
            let event = Event::from_value(event).unwrap();
            shop.now = begin.plus_seconds(n * 60);
            let decision = shop.decide(&Input::Event(&event));
            if kind == "customer.deleted" && !decision.dropped {
                ledger.clear();
            }
            prop_assert!(!decision.dropped || decision.consents.is_empty());
            ledger.extend(decision.consents);
            prop_assert_eq!(Consent::fold(&ledger), shop.ann.profile.consent.clone());
        }
    }
}

#[test]
fn a_statement_of_a_step_stands_in_the_ledger_and_no_record_means_no() {
    let campaign = "name: C\npurpose: marketing\ntrigger: { event: order.completed }\nsteps: [ STEP ]\n";
    let mut shop = Shop::with(&campaign.replace("STEP", LEAVES));
    let event = json!({ "id": "o", "detail-type": "order.completed", "time": shop.now, "detail": { "person": { "id": "ann" } } });
    let decision = shop.decide(&Input::Event(&Event::from_value(event).unwrap()));
    assert_eq!(decision.consents.len(), 1);
    assert!(shop.ann.profile.consent.has_left("news"));
    assert!(!Consent::fold(&[]).allows_marketing() && !Consent::fold(&decision.consents).allows_marketing());
}
