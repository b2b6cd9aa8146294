//! What the policy `kr` adds in a whole system: the label, the refusal link, and notices about consent.

use std::collections::BTreeSet;

use rekindle_local::Mail;
use rekindle_mail::LinkKind;
use rekindle_store::Ledger;
use serde_json::json;

use crate::pages::{Reader, link, one_click};

impl Reader {
    /// Ann has signed up and says no, or yes, to marketing.
    async fn ann_says(locale: &str, marketing: bool) -> Self {
        let reader = Self::of(&["welcome"]).await;
        let person = json!({
            "id": "ann", "email": "ann@example.com", "locale": locale, "consent": { "marketing": marketing },
        });
        reader.shop.put("s-ann", "customer.signed_up", json!({ "person": person })).await;
        reader.shop.settle().await;
        reader
    }

    async fn say(&self, id: &str, consent: serde_json::Value) {
        let detail = json!({ "person": { "id": "ann" }, "consent": consent });
        self.shop.put(id, "consent.changed", detail).await;
        self.shop.settle().await;
    }
}

fn holds(mail: &Mail, parts: &[&str]) {
    for part in parts {
        for body in [mail.html.as_deref().unwrap(), mail.text.as_deref().unwrap()] {
            assert!(body.contains(part), "{part} in {body}");
        }
    }
}

#[tokio::test]
async fn who_consents_refuses_or_withdraws_is_told_who_what_when_and_what_came_of_it() {
    let agreed = ["전송자", "Han River Coffee", "광고성 정보 수신동의", "2026년 3월 2일", "처리 결과", "무료 수신거부"];
    let reader = Reader::ann_says("ko", true).await;
    let notice = reader.notices().remove(0);
    assert_eq!(notice.summary.subject, "[Han River Coffee] 수신 의사 처리 결과 안내");
    holds(&notice, &agreed);
    holds(&notice, &["1 Teheran-ro, Gangnam-gu, Seoul", "+82-2-555-0100", "hello@example.com"]);
    // It advertises nothing, so it has neither label nor list header.
    assert!(notice.headers.iter().all(|header| header.name != "List-Unsubscribe"));
    reader.post(&link(&notice, LinkKind::Unsubscribe), "").await;
    reader.shop.settle().await;
    let notice = reader.notices().remove(0);
    holds(&notice, &["광고성 정보 수신동의 철회", "더 이상 광고성 정보를 보내지 않습니다"]);
    assert_eq!(reader.notices().len(), 2, "to somebody without consent, too");
    let reader = Reader::ann_says("en-GB", false).await;
    holds(&reader.notices()[0], &["You refused marketing mail", "2 March 2026", "Recorded."]);
    assert!(reader.mails().is_empty());
}

#[tokio::test]
async fn a_notice_goes_once_for_each_change_and_writes_no_journal_line() {
    let reader = Reader::ann_says("ko", true).await;
    let journal = reader.shop.system.store.read("ann").await.unwrap();
    // Said again it is nothing new, whether it is the same event or another one.
    for (id, marketing) in [("c1", true), ("c1", true), ("c2", true)] {
        reader.say(id, json!({ "marketing": marketing })).await;
    }
    assert_eq!(reader.notices().len(), 1);
    reader.say("c3", json!({ "marketing": true, "topics": { "offers": false, "unheard-of": false } })).await;
    holds(&reader.notices()[0], &["할인과 혜택: 받지 않음", "변경하신 대로 처리되었습니다"]);
    assert!(!reader.notices()[0].text.as_deref().unwrap().contains("unheard-of"));
    for (id, marketing) in [("c4", false), ("c5", true), ("c6", false)] {
        reader.say(id, json!({ "marketing": marketing })).await;
    }
    let ids: BTreeSet<String> =
        reader.shop.system.store.sends("ann").await.unwrap().into_iter().map(|row| row.send_id).collect();
    assert_eq!((reader.notices().len(), ids.len()), (5, 5 + reader.mails().len()));
    let after = reader.shop.system.store.read("ann").await.unwrap();
    assert!(after.iter().all(|line| !line.contains("notice")) && after.starts_with(&journal), "{after:?}");
}

#[tokio::test]
async fn nothing_is_said_to_nobody_nor_about_long_ago() {
    let reader = Reader::of(&["welcome"]).await;
    // No address.
    let detail = json!({ "person": { "id": "ann", "consent": { "marketing": true } } });
    reader.shop.put("s1", "customer.signed_up", detail).await;
    reader.shop.settle().await;
    assert!(reader.notices().is_empty());
    // A statement of more than fourteen days ago, as lists that are taken in have them.
    let event = json!({
        "id": "old", "source": "shop", "detail-type": "customer.imported", "time": "2026-02-16T01:00:00Z",
        "detail": { "person": { "id": "bob", "email": "bob@example.com", "consent": { "marketing": true } } },
    });
    let old = rekindle_engine::event::Event::from_value(event).unwrap();
    let now = rekindle_engine::time::Instant::parse(crate::support::START).unwrap();
    let input = rekindle_engine::decide::Input::Event(&old);
    reader.shop.system.deciding.decide("bob", &input, now, None).await.unwrap();
    reader.shop.settle().await;
    assert!(reader.notices().is_empty());
    assert!(reader.person("bob").await.profile.consent.allows_marketing());
}

#[tokio::test]
async fn a_consent_is_confirmed_before_the_same_date_of_the_second_year_and_every_two_years_after() {
    let reader = Reader::ann_says("ko", true).await;
    let bob = json!({ "id": "bob", "email": "bob@example.com", "consent": { "marketing": true } });
    reader.shop.put("s-bob", "customer.signed_up", json!({ "person": bob })).await;
    reader.shop.settle().await;
    let detail = json!({ "person": { "id": "bob" }, "consent": { "marketing": false } });
    reader.shop.put("bob-leaves", "consent.changed", detail).await;
    let reminders =
        || reader.notices().into_iter().filter(|mail| mail.summary.subject.contains("확인 안내")).collect::<Vec<_>>();
    reader.shop.pass_to("2028-02-01T00:59:59Z".parse().unwrap()).await;
    assert!(reminders().is_empty());
    reader.shop.pass_to("2028-02-01T01:00:00Z".parse().unwrap()).await;
    let reminder = reminders().remove(0);
    assert_eq!(reminder.summary.to, ["ann@example.com"]);
    holds(&reminder, &["2026년 3월 2일", "계속 받으시려면 따로 하실 일이 없습니다", "무료 수신거부"]);
    reader.shop.pass_to("2030-02-01T00:59:59Z".parse().unwrap()).await;
    assert_eq!(reminders().len(), 1, "once, and not to who has left");
    reader.shop.pass_to("2030-02-01T01:00:00Z".parse().unwrap()).await;
    assert_eq!(reminders().len(), 2);
}

#[tokio::test]
async fn advertising_begins_with_the_label_and_can_be_refused_for_nothing_in_korean() {
    for locale in ["ko", "en"] {
        let reader = Reader::ann_says(locale, true).await;
        let mail = reader.mail();
        assert!(mail.summary.subject.starts_with("(광고) "), "{}", mail.summary.subject);
        holds(&mail, &["무료 수신거부", "Han River Coffee", "+82-2-555-0100", "hello@example.com", "1 Teheran-ro"]);
        assert!(one_click(&mail).starts_with("/o/"));
    }
}
