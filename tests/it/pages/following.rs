//! Links of mails that are counted, and the mail in a browser.

use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, USER_AGENT};
use axum::http::{Method, StatusCode};
use rekindle_mail::{Claim, LinkKind};

use super::{Reader, link};

const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

/// What a browser that calls itself `agent` does with the page's form.
async fn follow(reader: &Reader, link: &str, agent: &str, purpose: &str) -> axum::response::Response {
    let request = axum::http::Request::post(link).header(USER_AGENT, agent).header("sec-purpose", purpose);
    let request = request.body(axum::body::Body::empty()).unwrap();
    tower::ServiceExt::oneshot(reader.router.clone(), request).await.unwrap()
}

/// Time enough for a person to have read the mail.
fn read(reader: &Reader) {
    reader.shop.clock.advance_to("2026-03-02T01:05:00Z".parse().unwrap());
}

#[tokio::test]
async fn following_a_link_counts_by_the_forms_post_once() {
    let reader = Reader::welcomed("en").await;
    let link = link(&reader.mail(), LinkKind::Click);
    let page = reader.get(&link).await;
    assert!(page.status == StatusCode::OK && page.body.contains("shop.example.com"), "{}", page.body);
    let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://shop.example.com;"), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    read(&reader);
    for _ in 0..3 {
        let answer = follow(&reader, &link, PHONE, "").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(answer.headers()[LOCATION].to_str().unwrap().starts_with("https://shop.example.com/"));
    }
    let person = reader.person("ann").await;
    assert_eq!(person.profile.events["email.clicked"].count, 1);
    let standing = person.standings.get("welcome").unwrap();
    assert!(standing.enrolments[0].mails.values().any(|flags| flags.clicked));
}

#[tokio::test]
async fn looking_and_programs_count_for_nothing() {
    let reader = Reader::welcomed("en").await;
    let link = link(&reader.mail(), LinkKind::Click);
    let too_soon = follow(&reader, &link, PHONE, "").await;
    read(&reader);
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        reader.ask(method, &link, "", "", "").await;
    }
    let ahead = follow(&reader, &link, PHONE, "prefetch;prerender").await;
    let scanner = follow(&reader, &link, "BarracudaSentinel (EE)", "").await;
    for answer in [too_soon, ahead, scanner] {
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "it is led on all the same");
    }
    assert!(!reader.person("ann").await.profile.events.contains_key("email.clicked"));
}

#[tokio::test]
async fn who_follows_a_link_just_after_the_mail_was_opened_is_a_person() {
    let reader = Reader::welcomed("en").await;
    let link = link(&reader.mail(), LinkKind::Click);
    read(&reader);
    // SES reports the open, and three seconds later the reader goes on.
    let detail = serde_json::json!({ "person": { "id": "ann" }, "campaign": "welcome", "step": "hello", "entry": 1 });
    let send_id = rekindle_engine::ids::send_id("welcome", "hello", "ann", 1);
    let sends = || async { rekindle_store::Ledger::sends(&reader.shop.system.store, "ann").await.unwrap() };
    reader.shop.put("opened", "email.opened", detail).await;
    let row = sends().await.into_iter().find(|row| row.send_id == send_id).unwrap();
    let at = rekindle_engine::time::Instant::from(rekindle_lambda::clock::Clock::now(&*reader.shop.clock));
    let opened = rekindle_store::SendRow { stage: rekindle_store::SendStage::Opened, at, ..row };
    rekindle_store::Ledger::put_send(&reader.shop.system.store, &opened, 9).await.unwrap();
    reader.shop.clock.advance_to("2026-03-02T01:05:03Z".parse().unwrap());
    follow(&reader, &link, PHONE, "").await;
    assert_eq!(reader.person("ann").await.profile.events["email.clicked"].count, 1);
}

#[tokio::test]
async fn a_link_leads_nowhere_but_to_https() {
    let reader = Reader::welcomed("en").await;
    for target in ["http://shop.example.com", "javascript:alert(1)", "//evil.example", "/cart", ""] {
        let claim = Claim { person: "ann".into(), value: target.into(), ..Claim::default() };
        let path = reader.link(LinkKind::Click, &claim);
        for answer in [reader.get(&path).await, reader.post(&path, "").await] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
        }
    }
}

#[tokio::test]
async fn a_transactional_mails_links_are_not_counted() {
    let reader = Reader::of(&["csat-after-delivery"]).await;
    reader.sign_up("ann", "en").await;
    let detail = serde_json::json!({ "person": { "id": "ann" }, "order": { "id": "o1" } });
    reader.shop.put("d1", "order.delivered", detail).await;
    reader.shop.pass_to("2026-03-05T00:00:00Z".parse().unwrap()).await;
    assert!(!reader.mail().html.unwrap().contains("/c/"));
}

#[tokio::test]
async fn the_mail_can_be_read_in_a_browser_where_it_runs_nothing() {
    let reader = Reader::welcomed("ko").await;
    let mail = reader.mail();
    let path = link(&mail, LinkKind::View);
    let shown = reader.get(&path).await;
    let policy = shown.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("sandbox ") && !policy.contains("allow-scripts"), "{policy}");
    let title = "안녕하세요";
    assert_eq!(shown.body.contains(title), mail.html.unwrap().contains(title));
    assert!(
        shown.body.contains("Han River Coffee") && shown.body.contains("https:&#x2f;&#x2f;shop.example.com")
            || shown.body.contains("https://shop.example.com")
    );
    let other = Claim { person: "ann".into(), campaign: "welcome".into(), step: "never".into(), ..Claim::default() };
    assert_eq!(reader.get(&reader.link(LinkKind::View, &other)).await.status, StatusCode::GONE);
}
