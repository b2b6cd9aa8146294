//! What a reader sees of a mail in a whole system, as `send` writes it and the page shows it: dates, languages, values that
//! do not fit, and what a transactional mail says of consent.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_mail::LinkKind;
use rekindle_store::statistics::{recount, totals};
use rekindle_store::{Ledger, SendStage};
use rekindle_system::{Start, System};
use rekindle_workbench::publish;
use serde_json::{Value, json};

use crate::pages::{Reader, link};
use crate::support::{START, Shop};

/// Where nobody's day is UTC's: START is still Sunday afternoon there.
const WORKSPACE: &str = "name: Shop\ntimezone: America/Los_Angeles\nlocales: [en, ko, pt-BR, zh-Hant]\ncurrency: USD\nsenders: [ { id: s, name: Shop, email: s@example.com, address: 1 Road } ]\n";

/// A shop with one campaign, which sends `m` to whoever signs up; mails by the ends of their names.
async fn shop(purpose: &str, offer: &str, mails: &[(&str, &str)]) -> Reader {
    let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
    let start = Start { folder: None, clock: Arc::clone(&clock) as Arc<dyn Clock>, speed: 1 };
    let system = System::open(start).await.unwrap();
    let folder: PathBuf = std::env::temp_dir().join(format!("rekindle-reading-{}-{:p}", std::process::id(), &clock));
    std::fs::create_dir_all(folder.join("c")).unwrap();
    std::fs::write(folder.join("workspace.yaml"), WORKSPACE).unwrap();
    let yaml = format!(
        "name: C\npurpose: {purpose}\ntrigger: {{ event: customer.signed_up }}\nsteps: [ {offer}{{ send: m, id: m }}, {{ wait: 30d, id: later }} ]\n"
    );
    std::fs::write(folder.join("c/campaign.yaml"), yaml).unwrap();
    for (end, (subject, body)) in mails.iter().map(|(end, text)| (end, text.split_once(" ¦ ").unwrap())) {
        let mail = format!(
            "---\nsubject: \"{subject}\"\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section></mj-body></mjml>\n"
        );
        std::fs::write(folder.join(format!("c/m{end}.mjml")), mail).unwrap();
    }
    let publication = publish::compiled(&folder, &[]).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    publish::publish(&system.store, &publication, clock.now()).await.unwrap();
    let router = system.pages().unwrap().router();
    Reader { shop: Shop { system, clock }, router }
}

/// Somebody signs up with these fields of theirs.
async fn sign_up(reader: &Reader, id: &str, fields: Value) {
    let mut person = json!({ "id": id, "email": format!("{id}@example.com"), "consent": { "marketing": true } });
    person.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    reader.shop.put(&format!("s-{id}"), "customer.signed_up", json!({ "person": person })).await;
    reader.shop.settle().await;
}

/// The subject of each person's mail.
fn subjects(reader: &Reader) -> BTreeMap<String, String> {
    let mails = reader.mails().into_iter();
    mails.map(|mail| (mail.summary.to[0].split('@').next().unwrap().to_owned(), mail.summary.subject)).collect()
}

#[tokio::test]
async fn dates_are_those_of_the_readers_zone_or_the_workspaces() {
    let offer = "{ offer: { id: gift, percent_off: 5, expires: 2d16h } }, ";
    let mail = "Until {{ offers['gift'].expires_at | date }}, {{ person.attributes.until | date }} ¦ x {{ offers['gift'].expires_at | date }} <a href='{{ view_url }}'>view</a>";
    let reader = shop("marketing", offer, &[("", mail)]).await;
    // 2026-12-02, 17:59 in Los Angeles.
    let until = json!({ "until": "2026-12-03T01:59:00Z" });
    for (id, zone) in [
        ("none", json!(null)),
        ("no-such", json!("Mars/Base")),
        ("la", json!("America/Los_Angeles")),
        ("seoul", json!("Asia/Seoul")),
    ] {
        sign_up(&reader, id, json!({ "timezone": zone, "attributes": until })).await;
    }
    // Issued on Sunday, 1 March, 17:00 there: 64 hours later it is Wednesday morning, in UTC and in Seoul Wednesday evening.
    let there = "Until 4 March 2026, 2 December 2026";
    let expected =
        [("la", there), ("no-such", there), ("none", there), ("seoul", "Until 5 March 2026, 3 December 2026")];
    let subjects = subjects(&reader);
    assert_eq!(subjects.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect::<Vec<_>>(), expected);
    let mail = reader.mails().into_iter().find(|mail| mail.summary.to[0].starts_with("none")).unwrap();
    let page = reader.get(&link(&mail, LinkKind::View)).await;
    assert!(page.body.contains("x 4 March 2026"), "{}", page.body);
}

#[tokio::test]
async fn a_reader_gets_the_nearest_translation_whatever_the_letter_case_and_the_lines() {
    let mails = [(".en", "en ¦ x"), (".ko", "ko ¦ x"), (".pt-BR", "pt-BR ¦ x"), (".zh-Hant", "zh-Hant ¦ x")];
    let reader = shop("marketing", "", &mails).await;
    let locales = [
        ("KO", "ko"),
        ("Ko-kr", "ko"),
        (" ko ", "ko"),
        ("ko_KR", "ko"),
        ("pt_BR", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("pt", "en"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh_Hant_TW", "zh-Hant"),
        ("zh-TW", "en"),
        ("en_ZA", "en"),
        ("", "en"),
        ("fr", "en"),
    ];
    for (index, (locale, _)) in locales.iter().enumerate() {
        sign_up(&reader, &format!("p{index:02}"), json!({ "locale": locale })).await;
    }
    let got: Vec<(&str, String)> =
        locales.iter().map(|(locale, _)| *locale).zip(subjects(&reader).into_values()).collect();
    let expected: Vec<(&str, String)> = locales.iter().map(|(locale, mail)| (*locale, (*mail).to_owned())).collect();
    assert_eq!(got, expected);
}

#[tokio::test]
async fn a_mail_in_no_language_that_fits_goes_in_any() {
    let reader = shop("marketing", "", &[(".ko", "ko ¦ x")]).await;
    sign_up(&reader, "ann", json!({ "locale": "de" })).await;
    assert_eq!(subjects(&reader), [("ann".to_owned(), "ko".to_owned())].into());
}

#[tokio::test]
async fn a_transactional_mail_has_no_link_to_leave_marketing_even_where_its_author_wrote_one() {
    let mail = "m ¦ a <a href='{{ unsubscribe_url }}'>stop</a> <a href='{{ view_url }}'>view</a>";
    for (purpose, leaves) in [("transactional", false), ("marketing", true)] {
        let reader = shop(purpose, "", &[("", mail)]).await;
        sign_up(&reader, "ann", json!({})).await;
        let mail = reader.mail();
        let html = mail.html.as_deref().unwrap();
        assert!(html.contains(">stop</a>") && html.contains(">view</a>"), "{html}");
        let prefix = format!("{}/{}/", rekindle_system::MAILBOX, LinkKind::Unsubscribe.path());
        assert_eq!((html.contains(&prefix), mail.text.unwrap().contains(&prefix)), (leaves, leaves), "{purpose}");
    }
}

#[tokio::test]
async fn one_unforeseen_value_does_not_cost_the_mail() {
    let mail = "Hello {{ person.attributes.name | default('there') }} ¦ x <a href='{{ person.attributes.site }}'>site</a> <a href='https://shop.example.com/{{ person.attributes.cart }}'>cart</a> {{ person.attributes.until | date | default('-') }}";
    let reader = shop("marketing", "", &[("", mail)]).await;
    let people = [
        ("a", json!("null"), "Hello there"),
        ("b", json!(["Kim"]), "Hello Kim"),
        ("c", json!(["Kim", "Min"]), "Hello Kim, Min"),
        ("d", json!({ "given": "Kim" }), "Hello there"),
        ("e", json!([]), "Hello there"),
        ("f", json!(7), "Hello 7"),
    ];
    for (id, name, _) in &people {
        let attributes = json!({ "name": name, "site": "javascript:alert(1)", "until": "some day" });
        sign_up(&reader, id, json!({ "attributes": attributes })).await;
    }
    sign_up(&reader, "g", json!({ "attributes": { "name": "강".repeat(600), "until": "x" } })).await;
    let mut subjects = subjects(&reader);
    let long = subjects.remove("g").unwrap();
    assert!(long.starts_with("Hello 강") && long.ends_with('…'), "{long}");
    let expected: BTreeMap<String, String> =
        people.iter().map(|(id, _, subject)| ((*id).to_owned(), (*subject).to_owned())).collect();
    assert_eq!(subjects, expected);
    let html = reader.mail().html.unwrap();
    assert!(html.contains("<a>site</a>") && html.contains("<a>cart</a>"), "{html}");
}

#[tokio::test]
async fn what_is_withdrawn_all_the_same_is_counted_by_its_reason() {
    let reader = shop("marketing", "", &[("", "{{ person.attributes.name }} ¦ x")]).await;
    sign_up(&reader, "ann", json!({})).await;
    sign_up(&reader, "bob", json!({ "attributes": { "name": { "given": "Bob" } } })).await;
    let rows = reader.shop.system.store.sends("ann").await.unwrap();
    assert_eq!(rows[0].stage, SendStage::Withdrawn);
    let expected = [
        "subject: `person.attributes.name` is an object, or a list of them, and cannot be printed; name one of its fields, or add `| default(\"…\")`",
        "subject: `person.attributes.name` is missing; write `person.attributes.name | default(\"…\")` for people who lack it",
    ];
    let store = &reader.shop.system.store;
    for statistics in [totals(store).await.unwrap(), recount(store, |_| {}).await.unwrap()] {
        let withdrawn = statistics.0.iter().filter(|(fact, _)| fact.kind == "withdrawn");
        let reasons: Vec<(&str, u64)> = withdrawn.map(|(fact, tally)| (fact.detail.as_str(), tally.count)).collect();
        assert_eq!(reasons, expected.map(|reason| (reason, 1)));
    }
}
