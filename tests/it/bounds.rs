//! Whoever stands at a bound can leave, by every way there is (SPEC.md section 11, **Bounds**), in a whole system.

use std::sync::Arc;

use axum::http::StatusCode;
use rekindle_engine::ids;
use rekindle_engine::person::{Applied, Counter, Enrolment, HeldCode, LastEntry, Person, Place, bounds};
use rekindle_engine::time::Instant;
use rekindle_mail::{Claim, LinkKind};
use rekindle_store::{Commit, PendingLedger, People, Record};
use serde_json::{Value, json};

use crate::pages::Reader;
use crate::support::START;

/// Ways to leave, and whether each suppresses the address.
const WAYS: [(&str, bool); 8] = [
    ("one-click", false),
    ("button", false),
    ("preferences", false),
    ("bus-consent", false),
    ("bus-complaint", true),
    ("bus-bounce", true),
    ("ses-complaint", true),
    ("ses-bounce", true),
];

/// Brings somebody to a bound.
type Fill = fn(&mut Person, Instant);

const BOUNDS: [(&str, Fill); 8] = [
    ("types", |person, at| {
        let counter = Counter { count: 1, first_at: at, last_at: at };
        person.profile.events =
            (0..bounds::EVENT_TYPES).map(|n| (Arc::from(format!("viewed.sku-{n}")), counter)).collect();
    }),
    ("day", |person, at| {
        person.applied = (0..bounds::EVENTS_IN_A_DAY as u64).map(|n| Applied { event: n << 32 | 1, at }).collect();
    }),
    ("attributes", |person, _| {
        let text = "x".repeat(bounds::ATTRIBUTE_BYTES - 100);
        person.profile.attributes.insert("note".to_owned(), json!(text));
    }),
    ("codes", |person, _| {
        let code = |n| json!({ "k": "welcome", "f": "gift", "n": 1, "i": { "c": format!("GIFT-{n}") } });
        let codes = (0..bounds::CODES).map(|n| serde_json::from_value::<HeldCode>(code(n)).unwrap());
        person.codes = codes.collect();
    }),
    ("keys", |person, at| {
        person.standings.change(&"welcome".into(), |own| {
            own.last_entries = (0..bounds::KEYS).map(|n| LastEntry { key: json!(n), at }).collect();
        });
    }),
    // With the policy of Korea, a statement by a page owes its writer a notice, for which there is no room.
    ("outbox", |person, at| {
        let mail = |n| json!({ "c": "welcome", "v": 1, "s": "hello", "n": n, "m": "hello", "p": at, "st": { "p": { "a": 0 } } });
        let send_id = |n: usize| ids::send_id("welcome", "hello", &person.id, n as u32 + 2);
        let mails = (0..bounds::OUTBOX).map(|n| (send_id(n), serde_json::from_value(mail(n + 2)).unwrap()));
        person.outbox = mails.collect();
    }),
    ("enrolments", |person, at| enrol(person, at, true)),
    ("goals", |person, at| enrol(person, at, false)),
];

fn enrol(person: &mut Person, at: Instant, active: bool) {
    let enrolment = |n: usize| {
        let own: Enrolment = serde_json::from_value(json!({ "n": n, "s": at })).unwrap();
        let place = active.then(|| Place::waiting(&"a-day".into(), at.plus_seconds(86_400 * 300)));
        Enrolment { place, key: json!(n), goal_until: Some(at.plus_seconds(86_400 * 300)), ..own }
    };
    person.standings.change(&"welcome".into(), |own| {
        own.entries = bounds::ENROLMENTS as u32;
        own.enrolments = (1..=bounds::ENROLMENTS).map(enrolment).collect();
    });
}

#[tokio::test]
async fn no_bound_keeps_anybody_from_leaving_by_any_way() {
    let reader = Reader::of(&["welcome"]).await;
    let at = Instant::from(START.parse::<jiff::Timestamp>().unwrap());
    for (bound, fill) in BOUNDS {
        for (way, suppresses) in WAYS {
            let id = format!("{bound}-{way}");
            let mut person = Person::new(&id);
            person.clock = Some(at);
            person.profile.created_at = Some(at);
            person.profile.email = Some(format!("{id}@example.com"));
            person.profile.consent.say_marketing(true, at.plus_seconds(-60));
            fill(&mut person, at);
            put(&reader, &person).await;
            leave(&reader, way, &id).await;
            let person = reader.person(&id).await;
            assert_eq!(person.profile.suppressed_at.is_some(), suppresses, "{id}");
            assert_eq!(person.profile.consent.allows_marketing(), suppresses, "{id}");
        }
    }
    let queues = reader.shop.system.aws.queues().unwrap();
    // That a notice was delivered is an event like others, which a full day does not take.
    let dead: u64 = queues.iter().filter(|queue| queue.name == "intake-dead").map(|queue| queue.visible).sum();
    assert_eq!(dead, 0, "nothing that was said from outside was refused");
}

async fn put(reader: &Reader, person: &Person) {
    let store = &reader.shop.system.store;
    let (unwritten, record, token) = (PendingLedger::default(), Record::default(), store.token());
    store.commit(Commit { person, expected: 0, unwritten, due: None, record, token }).await.unwrap();
}

async fn leave(reader: &Reader, way: &str, id: &str) {
    let claim = Claim { person: id.to_owned(), campaign: "welcome".into(), step: "hello".into(), ..Claim::default() };
    let page = match way {
        "one-click" => Some(LinkKind::OneClick),
        "button" => Some(LinkKind::Unsubscribe),
        "preferences" => Some(LinkKind::Preferences),
        _ => None,
    };
    if let Some(purpose) = page {
        let answer = reader.post(&reader.link(purpose, &claim), "").await;
        return assert_eq!(answer.status, StatusCode::OK, "{id}");
    }
    let about = json!({ "id": id });
    match way {
        "bus-consent" => {
            let detail = json!({ "person": about, "consent": { "marketing": false } });
            reader.shop.put(id, "consent.changed", detail).await;
        }
        "bus-complaint" => reader.shop.put(id, "email.complained", json!({ "person": about })).await,
        "bus-bounce" => {
            reader.shop.put(id, "email.bounced", json!({ "person": about, "bounce": "hard" })).await;
        }
        _ => reader.shop.system.queue("feedback").send_all(&[report(reader, way, id)]).await.unwrap(),
    }
    reader.shop.settle().await;
}

/// What SES reports of a first mail to them.
fn report(reader: &Reader, way: &str, id: &str) -> Value {
    let at = "2026-03-02T00:59:00.000Z";
    let send_id = ids::send_id("welcome", "hello", id, 1);
    let tags = json!({
        "send_id": [send_id], "attempt": ["1"], "campaign": ["welcome"], "version": ["1"], "step": ["hello"],
        "entry": ["1"], "mail": ["hello"], "ses:configuration-set": ["rekindle"],
        "person": [reader.shop.system.store.pseudonym(id)],
    });
    let kind = if way == "ses-bounce" { "Bounce" } else { "Complaint" };
    json!({ "source": "aws.ses", "detail-type": "Email", "detail": {
        "eventType": kind,
        "mail": { "timestamp": at, "messageId": "0100-1", "destination": [format!("{id}@example.com")], "tags": tags },
        "bounce": { "timestamp": at, "bounceType": "Permanent", "bounceSubType": "General" },
        "complaint": { "timestamp": at, "complaintFeedbackType": "abuse" },
    } })
}
