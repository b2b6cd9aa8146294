//! What strangers, scanners and forgers can do on the public pages: nothing (FACTS of mail and of threats).

use axum::http::{Method, StatusCode};
use rekindle_mail::{Claim, LinkKind};

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
    for path in [one_click(&mail), link(&mail, LinkKind::Unsubscribe)] {
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
    for signed in LinkKind::ALL {
        let link = reader.link(signed, &claim);
        let token = link.rsplit('/').next().unwrap();
        for used in LinkKind::ALL.into_iter().filter(|used| *used != signed) {
            let answer = reader.post(&format!("/{}/{token}", used.path()), "").await;
            assert_eq!(told(&answer), told(&nothing), "{signed:?} as {used:?}");
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
        link(&mail, LinkKind::Unsubscribe),
        link(&mail, LinkKind::Preferences),
        link(&mail, LinkKind::Click),
        link(&mail, LinkKind::View),
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
    for purpose in [LinkKind::OneClick, LinkKind::Unsubscribe, LinkKind::Preferences] {
        let answer = reader.post(&reader.link(purpose, &claim), "keep=news").await;
        assert!(
            answer.status == StatusCode::OK && answer.body.contains("수신거부가 완료되었습니다"),
            "{}",
            answer.body
        );
    }
    assert_eq!(reader.table().await, table, "and is nobody afterwards");
}

#[tokio::test]
async fn what_a_shop_or_a_reader_writes_is_text_on_every_page() {
    let reader = Reader::asked("en").await;
    let evil = "</textarea><script>alert(1)</script>\"'";
    let answer = super::links(&reader.mail(), LinkKind::Answer).swap_remove(3);
    let form = "score=3&comment=%3C%2Ftextarea%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27";
    for page in [reader.post(&answer, form).await.body, reader.get(&answer).await.body] {
        assert!(!page.contains(evil) && page.contains("&lt;script&gt;"), "{page}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_bad_tokens_cause_no_read_of_the_table() {
    let reader = Reader::welcomed("en").await;
    let links = reader.shop.system.links().unwrap();
    let claim = Claim { person: "ann".into(), campaign: "welcome".into(), ..Claim::default() };
    let good: Vec<String> = LinkKind::ALL.into_iter().map(|purpose| links.sign(purpose, &claim)).collect();
    let nothing = reader.get("/nothing").await;
    // Pages over a table that is not there: whatever reads cannot be answered.
    let router = Reader::without_a_table(&reader).routes();
    let ask = async |method: Method, path: String| {
        let request = axum::http::Request::builder().method(method).uri(path).body(axum::body::Body::empty()).unwrap();
        tower::ServiceExt::oneshot(router.clone(), request).await.unwrap()
    };
    for n in 0..100_000_usize {
        let purpose = LinkKind::ALL[n % 6];
        let token = &good[(n / 6) % 6];
        let forged = match n % 4 {
            // Good for another purpose, lengthened, made up, or with a byte changed.
            0 if n % 6 != (n / 6) % 6 => token.clone(),
            1 => format!("{token}{n}"),
            2 => format!("{n:x}"),
            _ => {
                let (at, n) = (n % token.len(), n as u8);
                let other = if token.as_bytes()[at] == b'A' + n % 26 { b'_' } else { b'A' + n % 26 };
                let mut changed = token.clone().into_bytes();
                changed[at] = other;
                String::from_utf8(changed).unwrap()
            }
        };
        let method = if n % 2 == 0 { Method::GET } else { Method::POST };
        let answer = ask(method, format!("/{}/{forged}", purpose.path())).await;
        assert_eq!(answer.status(), nothing.status, "{purpose:?} {forged}");
    }
    for (purpose, token) in LinkKind::ALL.into_iter().zip(good) {
        let answer = ask(Method::GET, format!("/{}/{token}", purpose.path())).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "a good one does read: {purpose:?}");
    }
}

#[tokio::test]
async fn getting_every_link_of_every_mail_leaves_the_table_as_it_was() {
    let campaigns = ["after-purchase", "csat-after-delivery", "nps", "welcome", "win-back", "win-back-offer"];
    let reader = Reader::of(&campaigns).await;
    for (id, locale) in [("ann", "ko"), ("bob", "en"), ("cat", "ko-KR")] {
        reader.sign_up(id, locale).await;
        for kind in ["order.completed", "order.delivered"] {
            let detail = serde_json::json!({ "person": { "id": id }, "order": { "id": "o1", "total": 9_000 } });
            reader.shop.put(&format!("{kind}-{id}"), kind, detail).await;
        }
    }
    reader.shop.pass_to("2026-07-01T00:00:00Z".parse().unwrap()).await;
    let mails = reader.mails();
    let mut paths: Vec<String> =
        mails.iter().flat_map(|mail| LinkKind::ALL.map(|purpose| super::links(mail, purpose))).flatten().collect();
    paths.extend(mails.iter().filter(is_marketing).map(one_click));
    for purpose in LinkKind::ALL {
        let start = format!("/{}/", purpose.path());
        assert!(paths.iter().any(|path| path.starts_with(&start)), "no mail has a link for {purpose:?}");
    }
    let table = reader.table().await;
    for path in &paths {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = reader.ask(method, path, "en", "", "").await;
            assert!(!answer.status.is_server_error(), "{path}");
        }
    }
    reader.shop.settle().await;
    let after = reader.table().await;
    let changed: Vec<_> = after.symmetric_difference(&table).collect();
    assert!(changed.is_empty(), "{} links of {} mails: {changed:#?}", paths.len(), mails.len());
    // The comparison can fail: one button pressed is seen.
    reader.post(&one_click(mails.iter().find(is_marketing).unwrap()), "").await;
    assert_ne!(reader.table().await, table);
}

fn is_marketing(mail: &&rekindle_local::Mail) -> bool {
    mail.headers.iter().any(|header| header.name == "List-Unsubscribe")
}

impl Reader {
    /// The same pages with the same keys, whose table is not there.
    fn without_a_table(&self) -> rekindle_pages::Pages<rekindle_store::Dynamo> {
        use rekindle_store::{Dynamo, Keyed, Settings, Shards};
        let settings = Settings { table: "missing".to_owned(), keyed: Keyed::new(b"any"), shards: Shards::new(1) };
        let store = Dynamo::new(aws_sdk_dynamodb::Client::new(&self.shop.system.aws.sdk_config()), settings).unwrap();
        let clock = || std::sync::Arc::clone(&self.shop.system.clock);
        let campaigns = rekindle_lambda::campaigns::Campaigns::new(store.clone());
        let deciding = rekindle_lambda::deciding::Deciding::new(store, std::sync::Arc::new(campaigns), clock());
        rekindle_pages::Pages::new(deciding, self.shop.system.links().unwrap(), clock())
    }
}
