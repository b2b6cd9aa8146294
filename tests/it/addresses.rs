//! What is said about an address holds for everybody who has it or gets it, in any letter case (SPEC.md section 11,
//! **Addresses**), in a whole system.

use axum::http::StatusCode;
use jiff::SignedDuration;
use rekindle_engine::person::Person;
use rekindle_engine::time::Instant;
use rekindle_lambda::addresses::for_others;
use rekindle_lambda::clock::Clock;
use rekindle_mail::LinkKind;
use rekindle_store::{AddressFact, AddressNote, Addresses, Ledger, SendStage};
use serde_json::json;

use crate::pages::{Reader, link, one_click};

/// The address of all of them, and how somebody else's shop writes it.
const ADDRESS: &str = "same@example.com";
const OTHERWISE: &str = "Same@Example.COM";

async fn sign_up(reader: &Reader, id: &str, address: &str) {
    let person = json!({ "id": id, "email": address, "locale": "en", "consent": { "marketing": true } });
    reader.shop.put(&format!("s-{id}"), "customer.signed_up", json!({ "person": person })).await;
    reader.shop.settle().await;
}

/// Two ids of one mailbox, each welcomed.
async fn two_ids() -> Reader {
    let reader = Reader::of(&["welcome"]).await;
    sign_up(&reader, "ann", ADDRESS).await;
    sign_up(&reader, "shop-7", OTHERWISE).await;
    assert_eq!(mails(&reader), 2);
    reader
}

/// How many mails of campaigns went to the address, under any id.
fn mails(reader: &Reader) -> usize {
    reader.mails().iter().filter(|mail| mail.summary.to.iter().any(|to| to.eq_ignore_ascii_case(ADDRESS))).count()
}

async fn pass_days(reader: &Reader, days: i64) {
    let until = reader.shop.clock.now() + SignedDuration::from_hours(24 * days);
    reader.shop.pass_to(until).await;
}

fn counted(person: &Person, kind: &str) -> u64 {
    person.profile.events.get(kind).map_or(0, |counter| counter.count)
}

/// A way by which somebody leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    OneClick,
    Button,
    Preferences,
    Bounce,
    Complaint,
}

impl Way {
    /// Somebody takes it with the newest mail, or what the shop's bus says of it.
    async fn take(self, reader: &Reader, id: &str) {
        let claim = rekindle_mail::Claim {
            person: id.to_owned(),
            campaign: "welcome".to_owned(),
            step: "hello".to_owned(),
            ..Default::default()
        };
        let (purpose, kind, fields) = match self {
            Self::OneClick => (Some(LinkKind::OneClick), "", json!({})),
            Self::Button => (Some(LinkKind::Unsubscribe), "", json!({})),
            Self::Preferences => (Some(LinkKind::Preferences), "", json!({})),
            Self::Bounce => (None, "email.bounced", json!({ "bounce": "hard" })),
            Self::Complaint => (None, "email.complained", json!({})),
        };
        match purpose {
            Some(purpose) => {
                let answer = reader.post(&reader.link(purpose, &claim), "").await;
                assert_eq!(answer.status, StatusCode::OK, "{self:?}");
            }
            None => {
                let mut detail = fields;
                detail["person"] = json!({ "id": id });
                reader.shop.put(&format!("{kind}-{id}"), kind, detail).await;
            }
        }
        reader.shop.settle().await;
    }

    fn suppresses(self) -> bool {
        matches!(self, Self::Bounce | Self::Complaint)
    }

    /// The event by which somebody else learns it.
    fn event(self) -> &'static str {
        match self {
            Self::OneClick | Self::Button | Self::Preferences => "consent.changed",
            Self::Bounce => "email.bounced",
            Self::Complaint => "email.complained",
        }
    }
}

#[tokio::test]
async fn whoever_leaves_by_one_id_has_left_by_all_and_no_mail_goes_there_any_more() {
    for way in [Way::OneClick, Way::Button, Way::Preferences, Way::Bounce, Way::Complaint] {
        has_left_by_all(way, if way.suppresses() { "ann" } else { "shop-7" }).await;
    }
}

async fn has_left_by_all(way: Way, by: &str) {
    let reader = two_ids().await;
    let other = if by == "ann" { "shop-7" } else { "ann" };
    let before = counted(&reader.person(other).await, way.event());
    way.take(&reader, by).await;
    for id in [by, other] {
        let person = reader.person(id).await;
        assert_eq!(person.profile.suppressed_at.is_some(), way.suppresses(), "{id}");
        assert_eq!(person.profile.consent.allows_marketing(), way.suppresses(), "{id}");
        let journal = reader.journal(id).await;
        let reason = if way.suppresses() { "suppressed" } else { "unsubscribed" };
        assert!(journal.contains(&format!(r#""kind":"exited","reason":"{reason}""#)), "{journal}");
    }
    assert_eq!(counted(&reader.person(other).await, way.event()), before + 1, "as an event of their own, once");
    pass_days(&reader, 30).await;
    assert_eq!(mails(&reader), 2, "nothing further went there");
    if !way.suppresses() {
        let ledger = reader.shop.system.store.consents(other).await.unwrap();
        let said = ledger.last().unwrap();
        let told = (said.source.as_str(), said.how.as_deref(), said.marketing);
        assert_eq!(told, ("rekindle.address", Some("refused-at-this-address"), Some(false)));
    }
}

#[tokio::test]
async fn whoever_gets_the_address_later_learns_it_too_and_gets_nothing_in_between() {
    for (way, erased) in [(Way::OneClick, false), (Way::Bounce, true), (Way::Complaint, false)] {
        learns_it_later(way, erased).await;
    }
}

async fn learns_it_later(way: Way, erased: bool) {
    let reader = Reader::of(&["welcome"]).await;
    sign_up(&reader, "ann", ADDRESS).await;
    way.take(&reader, "ann").await;
    if erased {
        reader.shop.put("gone", "customer.deleted", json!({ "person": { "id": "ann" } })).await;
        reader.shop.settle().await;
    }
    pass_days(&reader, 1).await;
    // By an old list, whose consent was given before all that.
    let person = json!({ "id": "import-1", "email": OTHERWISE, "locale": "en", "consent": { "marketing": true } });
    let then = "2026-02-01T00:00:00Z".parse().unwrap();
    reader.shop.put_at(then, "late", "customer.signed_up", json!({ "person": person })).await;
    reader.shop.settle().await;
    pass_days(&reader, 30).await;
    // Ann's first one, which goes from the mailbox with her.
    assert_eq!(mails(&reader), usize::from(!erased), "nothing further went there");
    let late = reader.person("import-1").await;
    assert!(late.is_known());
    assert_eq!(late.profile.suppressed_at.is_some(), way.suppresses());
    assert_eq!(late.profile.consent.allows_marketing(), way.suppresses());
    assert_eq!(counted(&late, way.event()), 1);
    if way.suppresses() {
        let journal = reader.journal("import-1").await;
        assert!(journal.contains(r#""kind":"entered""#), "before it was known: {journal}");
        assert!(!journal.contains(r#""kind":"exited""#), "nobody exits by an address that comes back: {journal}");
    }
    let sends = reader.shop.system.store.sends("import-1").await.unwrap();
    let mut sends = sends.iter().filter(|row| row.campaign == "welcome");
    assert!(sends.all(|row| row.stage == SendStage::Withdrawn));
}

/// Who had the address when it was said, was erased meanwhile and came back with it.
#[tokio::test]
async fn whoever_comes_back_while_a_complaint_is_on_its_way_learns_it_too() {
    for way in [Way::Bounce, Way::Complaint] {
        let reader = two_ids().await;
        let system = &reader.shop.system;
        let hash = system.store.address_hash(ADDRESS);
        let fact = if way == Way::Bounce { AddressFact::Bounced } else { AddressFact::Complained };
        let said = AddressNote { hash, fact, at: Instant::from(reader.shop.clock.now()) };
        reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_mins(10));
        reader.shop.put("gone", "customer.deleted", json!({ "person": { "id": "shop-7" } })).await;
        reader.shop.settle().await;
        reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_mins(10));
        sign_up(&reader, "shop-7", OTHERWISE).await;
        // The stream hands the complaint on only now.
        let now = Instant::from(reader.shop.clock.now());
        let told = for_others(&system.store, &said, "ann", now).await.unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        for event in told {
            let time = event["time"].as_str().unwrap().parse().unwrap();
            reader.shop.put_at(time, event["id"].as_str().unwrap(), way.event(), event["detail"].clone()).await;
        }
        reader.shop.settle().await;
        assert!(reader.person("shop-7").await.profile.suppressed_at.is_some(), "{way:?}");
    }
}

#[tokio::test]
async fn consent_given_after_a_refusal_counts_and_a_refusal_after_it_again() {
    let reader = two_ids().await;
    Way::OneClick.take(&reader, "ann").await;
    reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_hours(1));
    let yes = json!({ "person": { "id": "shop-7" }, "consent": { "marketing": true } });
    reader.shop.put("yes", "consent.changed", yes).await;
    reader.shop.settle().await;
    assert!(reader.person("shop-7").await.profile.consent.allows_marketing());
    reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_hours(1));
    // By the first one's old mail, although that one has left already.
    Way::OneClick.take(&reader, "ann").await;
    assert!(!reader.person("shop-7").await.profile.consent.allows_marketing());
    let statements = counted(&reader.person("ann").await, "consent.changed");
    Way::OneClick.take(&reader, "ann").await;
    pass_days(&reader, 1).await;
    Way::OneClick.take(&reader, "ann").await;
    assert_eq!(counted(&reader.person("ann").await, "consent.changed"), statements, "nobody is left to be told");
}

#[tokio::test]
async fn what_the_shop_says_is_about_one_id_and_what_its_reader_says_about_the_address() {
    let reader = two_ids().await;
    let no = json!({ "person": { "id": "ann" }, "consent": { "marketing": false } });
    reader.shop.put("no", "consent.changed", no).await;
    reader.shop.settle().await;
    assert!(reader.person("shop-7").await.profile.consent.allows_marketing(), "a shop's statement is about an id");
    reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_hours(1));
    Way::Button.take(&reader, "ann").await;
    assert!(!reader.person("shop-7").await.profile.consent.allows_marketing(), "though Ann had left before");
}

#[tokio::test]
async fn the_audit_tells_whom_the_stream_left_out() {
    let reader = two_ids().await;
    let store = &reader.shop.system.store;
    let hash = store.address_hash(ADDRESS);
    // As if the batch of the stream that had this to tell had been lost after its first write.
    let then = rekindle_engine::time::Instant::from(reader.shop.clock.now());
    store.note_address(&hash, rekindle_store::AddressFact::Complained, then).await.unwrap();
    pass_days(&reader, 1).await;
    assert_eq!(mails(&reader), 2, "the sender looks at the address itself");
    reader.audit().await;
    for id in ["ann", "shop-7"] {
        assert!(reader.person(id).await.profile.suppressed_at.is_some(), "{id}");
    }
}

#[tokio::test]
async fn a_link_of_an_old_mail_only_takes_consent_back_and_says_so() {
    for (locale, joins, leaves) in
        [("en", "can also use this link", "can only stop"), ("ko", "더 고르실 수도", "그만 받으실 수만")]
    {
        let reader = Reader::welcomed(locale).await;
        let (mail, choose) = (reader.mail(), link(&reader.mail(), LinkKind::Preferences));
        assert!(reader.get(&choose).await.body.contains(joins));
        reader.post(&one_click(&mail), "").await;
        assert!(reader.get(&one_click(&mail)).await.body.contains("/p/"), "whoever slipped may come back");
        // Thirteen days and 23 hours later it still gives, a day later it only takes.
        let hours = |hours| reader.shop.clock.now() + SignedDuration::from_hours(hours);
        reader.shop.clock.advance_to(hours(13 * 24 + 23));
        reader.post(&choose, "keep=offers&keep=news").await;
        assert!(reader.person("ann").await.profile.consent.allows_marketing());
        reader.shop.clock.advance_to(hours(24));
        let page = reader.get(&choose).await.body;
        assert!(page.contains(leaves) && !page.contains(joins), "{page}");
        reader.post(&choose, "keep=news").await;
        let consent = reader.person("ann").await.profile.consent;
        assert!(consent.allows_marketing() && consent.has_left("offers"), "leaving always works");
        reader.post(&choose, "keep=offers&keep=news").await;
        assert!(reader.person("ann").await.profile.consent.has_left("offers"), "a topic is not given back");
        reader.post(&one_click(&mail), "").await;
        let page = reader.get(&choose).await.body;
        assert_eq!(page.matches(" disabled").count(), 2, "{page}");
        let saved = reader.post(&choose, "keep=offers&keep=news").await;
        assert_eq!(saved.status, StatusCode::OK);
        assert!(!reader.person("ann").await.profile.consent.allows_marketing());
        for path in [one_click(&mail), link(&mail, LinkKind::Unsubscribe)] {
            let left = reader.get(&path).await.body;
            assert!(!left.contains("/p/"), "and no page offers what would not work: {left}");
        }
    }
}

#[tokio::test]
async fn the_mail_in_a_browser_gives_no_more_than_the_mail_itself() {
    let reader = Reader::welcomed("en").await;
    let view = link(&reader.mail(), LinkKind::View);
    reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_hours(15 * 24));
    let html = reader.get(&view).await.body;
    let at = html.find("/p/").expect("the mail links to the preferences");
    let token: String = html[at..].chars().take_while(|letter| !"\"?&<".contains(*letter)).collect();
    assert!(reader.get(&token).await.body.contains("can only stop"));
}

#[tokio::test]
async fn a_flood_of_answers_by_one_link_leave_everything_else_working() {
    let reader = Reader::asked("en").await;
    let mail = reader.mail();
    let answers = crate::pages::links(&mail, LinkKind::Answer);
    let mut statuses = std::collections::BTreeMap::new();
    for n in 0..600 {
        let answer = reader.post(&answers[n % answers.len()], &format!("score={}&comment=c{n}", n % 11)).await;
        *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [(200, 20), (429, 580)]);
    assert_eq!(reader.person("ann").await.profile.answers["nps"].comment, json!("c19"), "the last that was taken");
    let choose = link(&mail, LinkKind::Preferences);
    let mut joins = std::collections::BTreeMap::new();
    for n in 0..100 {
        let keep = if n % 2 == 0 { "" } else { "keep=news&keep=offers" };
        *joins.entry(reader.post(&choose, keep).await.status.as_u16()).or_insert(0) += 1;
    }
    assert_eq!(joins.keys().collect::<Vec<_>>(), [&200, &429]);
    let person = reader.person("ann").await;
    assert!(person.applied.len() < 100, "{}", person.applied.len());
    let order = json!({ "person": { "id": "ann" }, "order": { "id": "o2", "total": 5 } });
    reader.shop.put("o2", "order.completed", order).await;
    reader.shop.settle().await;
    assert_eq!(reader.person("ann").await.profile.orders.count, 1);
    // However much was changed today, leaving works, by every address.
    let said = json!({ "person": { "id": "ann" }, "consent": { "marketing": true } });
    for (n, path) in [one_click(&mail), link(&mail, LinkKind::Unsubscribe), choose].iter().enumerate() {
        reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_secs(60));
        reader.shop.put(&format!("yes-{n}"), "consent.changed", said.clone()).await;
        reader.shop.settle().await;
        assert!(reader.person("ann").await.profile.consent.allows_marketing());
        assert_eq!(reader.post(path, "").await.status, StatusCode::OK, "{path}");
        assert!(!reader.person("ann").await.profile.consent.allows_marketing(), "{path}");
    }
    // Tomorrow an answer may be changed again.
    reader.shop.clock.advance_to(reader.shop.clock.now() + SignedDuration::from_hours(24));
    assert_eq!(reader.post(&answers[3], "score=3").await.status, StatusCode::OK);
}

impl Reader {
    async fn audit(&self) {
        let now = rekindle_engine::time::Instant::from(self.shop.clock.now());
        self.shop.system.sweep().go_on(&rekindle_lambda::messages::SweepRequest::audit(now)).await.unwrap();
        self.shop.settle().await;
    }
}
