//! The preferences: topics, coming back, and not being counted.

use axum::http::StatusCode;
use rekindle_mail::LinkKind;
use rekindle_store::Ledger;

use super::{Reader, link, links, one_click};

#[tokio::test]
async fn topics_stand_in_the_readers_language_as_they_are() {
    let reader = Reader::welcomed("ko").await;
    let page = reader.get(&link(&reader.mail(), LinkKind::Preferences)).await.body;
    assert!(page.contains("할인과 혜택") && page.contains("소식"), "{page}");
    assert_eq!(page.matches(" checked").count(), 2, "both topics are kept, and nobody is untracked: {page}");
}

#[tokio::test]
async fn a_topic_that_is_not_ticked_is_left_and_the_others_stay() {
    let reader = Reader::welcomed("en").await;
    let path = link(&reader.mail(), LinkKind::Preferences);
    let answer = reader.post(&path, "keep=news").await;
    assert!(answer.status == StatusCode::OK && answer.body.contains("Saved."), "{}", answer.body);
    let consent = reader.person("ann").await.profile.consent;
    assert!(consent.allows_marketing() && consent.has_left("offers") && !consent.has_left("news"));
    let version = reader.version("ann").await;
    reader.post(&path, "keep=news").await;
    assert_eq!(reader.version("ann").await, version, "saving it again changes nothing");
}

#[tokio::test]
async fn ticking_nothing_leaves_everything_and_ticking_again_agrees_anew() {
    let reader = Reader::welcomed("en").await;
    let path = link(&reader.mail(), LinkKind::Preferences);
    assert!(reader.post(&path, "").await.body.contains("no more marketing mail"));
    assert!(!reader.person("ann").await.profile.consent.allows_marketing());
    let page = reader.get(&path).await.body;
    assert!(page.contains("you agree to receive marketing mail") && !page.contains(" checked"), "{page}");
    reader.post(&path, "keep=offers").await;
    let consent = reader.person("ann").await.profile.consent;
    assert!(consent.allows_marketing() && consent.has_left("news") && !consent.has_left("offers"));
}

#[tokio::test]
async fn who_has_left_by_one_click_sees_nothing_ticked() {
    let reader = Reader::welcomed("en").await;
    let mail = reader.mail();
    reader.post(&one_click(&mail), "").await;
    assert!(!reader.get(&link(&mail, LinkKind::Preferences)).await.body.contains(" checked"));
}

#[tokio::test]
async fn who_does_not_want_to_be_counted_is_led_straight_on_and_gets_plain_links() {
    let reader = Reader::welcomed("en").await;
    let mail = reader.mail();
    let counted = links(&mail, LinkKind::Click);
    assert!(!counted.is_empty());
    reader.post(&link(&mail, LinkKind::Preferences), "keep=news&keep=offers&keep=%40tracking").await;
    assert!(reader.person("ann").await.profile.consent.allows_marketing());
    for link in counted {
        let answer = reader.get(&link).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "the old mail's links lead straight on");
        assert!(answer.headers["location"].to_str().unwrap().starts_with("https://shop.example.com"));
    }
    reader.shop.pass_to("2026-03-20T00:00:00Z".parse().unwrap()).await;
    let later = reader.mail();
    assert_ne!(later.summary.id, mail.summary.id);
    assert_eq!(links(&later, LinkKind::Click), Vec::<String>::new());
    assert!(later.html.unwrap().contains("https://shop.example.com"));
}

impl Reader {
    pub async fn journal(&self, id: &str) -> String {
        self.shop.system.store.read(id).await.unwrap().join("\n")
    }
}
