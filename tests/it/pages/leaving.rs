//! Unsubscribing, by a mail client's POST and by a person's button.

use axum::http::{Method, StatusCode};
use rekindle_engine::notices::{CAMPAIGN, is_notice};
use rekindle_engine::person::{Outgoing, SendState};
use rekindle_mail::LinkKind;
use serde_json::json;

use super::{Reader, link, one_click};
use crate::support::Shop;

/// RFC 8058, section 3.2: multipart SHOULD be sent, urlencoded MAY be.
const BODIES: [(&str, &str); 3] = [
    ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
    (
        "multipart/form-data; boundary=---FormBoundaryjWmhtjORrn",
        "-----FormBoundaryjWmhtjORrn\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n\
         -----FormBoundaryjWmhtjORrn--\r\n",
    ),
    ("", ""),
];

#[tokio::test]
async fn a_mail_clients_post_leaves_and_is_answered_with_200_without_redirect_or_cookie() {
    for (kind, body) in BODIES {
        let reader = Reader::welcomed("ko").await;
        let path = one_click(&reader.mail());
        let answer = reader.ask(Method::POST, &path, "", kind, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}");
        assert!(!answer.headers.contains_key("location") && !answer.headers.contains_key("set-cookie"), "{kind}");
        assert!(!reader.person("ann").await.profile.consent.allows_marketing(), "{kind}");
        reader.shop.settle().await;
        let journal = reader.journal("ann").await;
        assert!(journal.contains(r#""kind":"exited","reason":"unsubscribed""#), "{journal}");
    }
}

#[tokio::test]
async fn the_header_is_the_only_place_of_the_one_click_address() {
    let reader = Reader::welcomed("en").await;
    let (mail, token) = (reader.mail(), one_click(&reader.mail()));
    let token = token.trim_start_matches("/o/");
    assert!(!mail.html.unwrap().contains(token) && !mail.text.unwrap().contains(token));
}

#[tokio::test]
async fn a_person_sees_one_button_and_leaves_with_it() {
    for (locale, question, done) in [
        ("ko", "메일을 그만 받으시겠어요?", "수신거부가 완료되었습니다"),
        ("en", "Stop these mails?", "You're unsubscribed"),
    ] {
        let reader = Reader::welcomed(locale).await;
        let path = link(&reader.mail(), LinkKind::Unsubscribe);
        let asked = reader.get(&path).await.body;
        assert!(asked.contains(question) && asked.matches("<button").count() == 1, "{asked}");
        assert!(asked.contains(&format!("<html lang=\"{locale}\"")) && asked.contains("Han River Coffee"), "{asked}");
        assert!(reader.person("ann").await.profile.consent.allows_marketing(), "looking changes nothing");
        let answer = reader.post(&path, "").await;
        assert!(answer.status == StatusCode::OK && answer.body.contains(done), "{}", answer.body);
        assert!(!reader.person("ann").await.profile.consent.allows_marketing());
        assert!(reader.get(&path).await.body.contains(done), "and coming back shows it");
    }
}

#[tokio::test]
async fn a_repeat_changes_nothing_and_leaving_again_after_coming_back_works() {
    let reader = Reader::welcomed("en").await;
    let mail = reader.mail();
    let (leave, choose) = (one_click(&mail), link(&mail, LinkKind::Preferences));
    reader.post(&leave, "").await;
    let version = reader.version("ann").await;
    assert_eq!(reader.post(&leave, "").await.status, StatusCode::OK);
    assert_eq!(reader.version("ann").await, version, "nothing is left to do");
    // All within one second of the clock.
    reader.post(&choose, "keep=offers").await;
    assert!(reader.person("ann").await.profile.consent.allows_marketing());
    reader.post(&leave, "").await;
    assert!(!reader.person("ann").await.profile.consent.allows_marketing());
}

#[tokio::test]
async fn it_holds_against_consent_that_the_shop_dated_into_the_future() {
    let reader = Reader::welcomed("en").await;
    let future = json!({
        "id": "f", "detail-type": "consent.changed", "source": "shop", "time": "2027-01-01T00:00:00Z",
        "detail": { "person": { "id": "ann" }, "consent": { "marketing": true } },
    });
    let event = rekindle_engine::event::Event::from_value(future).unwrap();
    let now = rekindle_engine::time::Instant::from(rekindle_lambda::clock::Clock::now(&*reader.shop.clock));
    let input = rekindle_engine::decide::Input::Event(&event);
    reader.shop.system.deciding.decide("ann", &input, now, None).await.unwrap();
    reader.post(&one_click(&reader.mail()), "").await;
    assert!(!reader.person("ann").await.profile.consent.allows_marketing());
}

#[tokio::test]
async fn requests_at_the_same_time_make_one_statement() {
    let reader = Reader::welcomed("en").await;
    let leave = one_click(&reader.mail());
    let before = reader.person("ann").await.profile.events.get("consent.changed").map_or(0, |counter| counter.count);
    tokio::join!(reader.post(&leave, ""), reader.post(&leave, ""), reader.post(&leave, ""));
    let after = reader.person("ann").await.profile.events["consent.changed"].count;
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn nothing_is_armed_after_its_commit_in_the_running_system() {
    const PEOPLE: usize = 60;
    let reader = Reader::of(&["welcome"]).await;
    for n in 0..PEOPLE {
        reader.sign_up(&format!("p{n}"), "en").await;
    }
    let work = async { reader.shop.settle().await };
    let leaving = async {
        let mut allowed = Vec::new();
        for n in 0..PEOPLE {
            let id = format!("p{n}");
            let claim = rekindle_mail::Claim { person: id.clone(), campaign: "welcome".into(), ..Default::default() };
            // Until they are known there is nobody who could leave.
            while !reader.person(&id).await.is_known() {
                tokio::task::yield_now().await;
            }
            let answer = reader.post(&reader.link(LinkKind::OneClick, &claim), "").await;
            assert_eq!(answer.status, StatusCode::OK);
            // What is armed now was armed before the commit; what was made is in the mailbox.
            let person = reader.person(&id).await;
            let armed = |send: &&Outgoing| !is_notice(send) && matches!(send.state, SendState::Armed { .. });
            let armed = person.outbox.values().filter(armed).count();
            let made = reader.shop.mails_to(&id);
            allowed.push((id, made + armed));
        }
        allowed
    };
    let ((), allowed) = tokio::join!(work, leaving);
    reader.shop.settle().await;
    reader.shop.pass_to("2026-04-10T00:00:00Z".parse().unwrap()).await;
    for (id, most) in &allowed {
        assert!(reader.shop.mails_to(id) <= *most, "{id} got a mail that was armed after they had left");
    }
    let kept: usize = allowed.iter().map(|(_, most)| most).sum();
    assert!(kept < PEOPLE, "somebody left before their mail was armed, or nothing was tested");
}

impl Shop {
    /// The advertising that somebody got; notices about their consent go to them in any case.
    fn mails_to(&self, id: &str) -> usize {
        let mails = self.system.aws.search_mails(&format!("\"{id}@example.com\""), None, 100).unwrap();
        let is_notice = |mail: &rekindle_local::MailSummary| mail.tags.iter().any(|tag| tag.value == CAMPAIGN);
        mails.into_iter().filter(|mail| !is_notice(mail)).count()
    }
}
