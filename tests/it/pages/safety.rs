//! What strangers, scanners and forgers can do on the public pages: nothing (FACTS of mail and of threats).

use axum::http::{Method, StatusCode};
use rekindle_mail::{Claim, Purpose};

use super::{Answer, Reader, link, one_click};

/// Everything by which two answers could be told apart.
fn told(answer: &Answer) -> (StatusCode, Vec<(String, String)>, &str) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, headers.collect(), &answer.body)
}

#[tokio::test]
async fn every_single_byte_change_of_a_link_is_the_same_404_as_any_other_address() {
    let reader = Reader::welcomed("en").await;
    let nothing = reader.get("/nothing").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let mail = reader.mail();
    let (mut tried, table) = (0, reader.table().await);
    for path in [one_click(&mail), link(&mail, Purpose::Unsubscribe)] {
        for at in 1..path.len() {
            for byte in 0..=255_u8 {
                let mut changed = path.clone().into_bytes();
                if std::mem::replace(&mut changed[at], byte) == byte {
                    continue;
                }
                // What is no address at all is refused by whatever reads HTTP, before it could come here.
                let Ok(changed) = axum::http::Uri::try_from(changed) else { continue };
                for method in [Method::GET, Method::POST] {
                    let answer = reader.ask(method, &changed.to_string(), "ko", "", "").await;
                    assert_eq!(told(&answer), told(&nothing), "{changed}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 20_000, "{tried}");
    assert_eq!(reader.table().await, table);
}

#[tokio::test]
async fn a_token_is_good_for_its_own_purpose_only() {
    let reader = Reader::welcomed("en").await;
    let claim = Claim { person: "ann".into(), campaign: "welcome".into(), ..Claim::default() };
    let nothing = reader.get("/nothing").await;
    for signed in Purpose::ALL {
        let link = reader.link(signed, &claim);
        let token = link.rsplit('/').next().unwrap();
        for used in Purpose::ALL.into_iter().filter(|used| *used != signed) {
            let answer = reader.post(&format!("/{}/{token}", used.path()), "").await;
            assert!(answer.status == StatusCode::NOT_FOUND || answer.status == StatusCode::METHOD_NOT_ALLOWED);
            let answer = reader.get(&format!("/{}/{token}", used.path())).await;
            assert_eq!(told(&answer), told(&nothing), "{signed:?} as {used:?}");
        }
    }
}

#[tokio::test]
async fn answers_are_private_and_may_do_nothing_but_show_themselves() {
    let reader = Reader::welcomed("en").await;
    let mail = reader.mail();
    for path in [
        one_click(&mail),
        link(&mail, Purpose::Unsubscribe),
        link(&mail, Purpose::Preferences),
        link(&mail, Purpose::Click),
        link(&mail, Purpose::View),
        "/nothing".to_owned(),
        "/u/forged".to_owned(),
    ] {
        let answer = reader.get(&path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    }
}

#[tokio::test]
async fn somebody_unknown_looks_like_somebody_who_has_left_and_is_not_written() {
    let reader = Reader::welcomed("en").await;
    let claim = Claim { person: "nobody".into(), campaign: "welcome".into(), ..Claim::default() };
    let table = reader.table().await;
    for purpose in [Purpose::OneClick, Purpose::Unsubscribe, Purpose::Preferences] {
        let answer = reader.post(&reader.link(purpose, &claim), "keep=news").await;
        assert!(answer.status == StatusCode::OK && answer.body.contains("수신거부가 완료되었습니다"), "{}", answer.body);
    }
    assert_eq!(reader.table().await, table, "and is nobody afterwards");
}

#[tokio::test]
async fn what_a_shop_or_a_reader_writes_is_text_on_every_page() {
    let reader = Reader::asked("en").await;
    let evil = "</textarea><script>alert(1)</script>\"'";
    let answer = super::links(&reader.mail(), Purpose::Answer).swap_remove(3);
    let form = "score=3&comment=%3C%2Ftextarea%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27";
    for page in [reader.post(&answer, form).await.body, reader.get(&answer).await.body] {
        assert!(!page.contains(evil) && page.contains("&lt;script&gt;"), "{page}");
    }
}
