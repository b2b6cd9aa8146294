//! The consent ledger is made by the decisions themselves, once each, with the evidence that each way in has.

use rekindle_engine::person::{Consent, ConsentEntry};
use rekindle_mail::LinkKind;
use rekindle_store::Ledger;
use serde_json::json;

use crate::pages::{Reader, link, one_click};
use crate::support::kill_after;

async fn ledger(reader: &Reader) -> Vec<ConsentEntry> {
    let entries = reader.shop.system.store.consents("ann").await.unwrap();
    assert_eq!(Consent::fold(&entries), reader.person("ann").await.profile.consent);
    entries
}

/// How each entry was said, and from where.
fn ways(entries: &[ConsentEntry]) -> Vec<(&str, &str)> {
    entries.iter().map(|entry| (entry.how.as_deref().unwrap_or("-"), entry.source.as_str())).collect()
}

#[tokio::test]
async fn every_way_of_saying_something_stands_in_the_ledger_with_its_source() {
    let reader = Reader::welcomed("en").await;
    let mail = reader.mail();
    reader.post(&link(&mail, LinkKind::Preferences), "keep=news").await;
    reader.post(&one_click(&mail), "List-Unsubscribe=One-Click").await;
    // A repeat changes nothing, hence says nothing.
    reader.post(&one_click(&mail), "").await;
    let again =
        json!({ "consent": { "marketing": true, "how": "at the counter", "text": "v7" }, "person": { "id": "ann" } });
    reader.shop.put("c", "consent.changed", again.clone()).await;
    reader.shop.settle().await;
    reader.shop.put("c", "consent.changed", again).await;
    reader.shop.put("o", "order.completed", json!({ "person": { "id": "ann" }, "order": { "total": 5 } })).await;
    reader.shop.settle().await;
    let entries = ledger(&reader).await;
    assert_eq!(
        ways(&entries),
        [("-", "shop"), ("preferences-page", "rekindle"), ("one-click", "rekindle"), ("at the counter", "shop")]
    );
    // Which words were read, and in which mail.
    assert!(entries[1].text.as_deref().is_some_and(|text| text.contains("Han River Coffee")), "{:?}", entries[1].text);
    assert!(entries[1..3].iter().all(|entry| entry.mail.as_ref().is_some_and(|mail| mail.0 == "welcome")));
    assert_eq!(entries[3].text.as_deref(), Some("v7"));
}

#[tokio::test]
async fn a_crash_anywhere_loses_and_repeats_no_entry() {
    for polls in (0..).step_by(7) {
        let reader = Reader::welcomed("ko").await;
        reader.post(&one_click(&reader.mail()), "").await;
        let ended = kill_after(polls, reader.shop.settle()).await;
        reader.shop.settle().await;
        reader.shop.pass_to("2026-03-02T02:00:00Z".parse().unwrap()).await;
        assert_eq!(ways(&ledger(&reader).await), [("-", "shop"), ("one-click", "rekindle")], "killed after {polls}");
        if ended {
            assert!(polls > 0, "nothing was killed");
            break;
        }
    }
}
