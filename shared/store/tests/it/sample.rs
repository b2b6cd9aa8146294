//! People and records for the tests.

use rekindle_engine::person::{Applied, Person};
use rekindle_engine::time::Instant;
use rekindle_store::{Record, SendRow, SendStage};
use serde_json::json;

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A customer of three orders who is in two campaigns and waits for a third.
pub fn typical() -> Person {
    let person = json!({
        "id": "cust-0018427", "clk": "2026-04-10T09:13:09Z", "jn": 14,
        "pro": {
            "at": "2026-03-01T09:12:44Z", "e": "minji.kim.1987@example.com", "l": "ko-KR", "z": "Asia/Seoul",
            "a": { "name": "김민지", "tier": "gold", "birthday": "1987-05-12" },
            "c": { "m": [true, "2026-03-01T09:12:44Z"], "t": { "offers": [true, "2026-03-01T09:12:44Z"] } },
            "o": { "n": 3, "t": 187_000.0, "f": "2026-03-01T10:02:11Z", "l": "2026-04-10T09:13:07Z" },
            "n": {
                "customer.signed_up": { "n": 1, "f": "2026-03-01T09:12:44Z", "l": "2026-03-01T09:12:44Z" },
                "order.completed": { "n": 3, "f": "2026-03-01T10:02:11Z", "l": "2026-04-10T09:13:07Z" },
                "email.delivered": { "n": 4, "f": "2026-03-01T10:02:15Z", "l": "2026-04-02T00:00:09Z" }
            }
        },
        "in": {
            "welcome": { "n": 1, "l": [[null, "2026-03-01T09:12:44Z"]], "e": [{
                "n": 1, "v": 1, "d": { "source": "web" }, "s": "2026-03-01T09:12:44Z", "g": "2026-03-15T00:12:44Z",
                "at": { "s": "wait-2", "u": "2026-04-17T00:00:00Z" },
                "m": { "hello": { "s": true, "d": true, "o": true, "c": false }, "beans": { "s": true, "d": false, "o": false, "c": false } }
            }] },
            "after-purchase": { "n": 3, "l": [[null, "2026-04-10T09:13:09Z"]], "e": [{
                "n": 3, "v": 2, "s": "2026-04-10T09:13:09Z", "g": "2026-04-24T09:13:09Z",
                "d": { "order": { "id": "o-10231", "total": 62000, "items": [{ "sku": "beans-1kg", "quantity": 2 }] } },
                "at": { "s": "wait-1", "u": "2026-04-13T00:00:00Z" },
                "m": { "thanks": { "s": true, "d": false, "o": false, "c": false } }
            }] },
            "win-back": { "n": 0, "d": "2026-06-09T09:13:07Z" }
        },
        "cap": ["2026-03-01T09:12:44Z", "2026-03-04T00:00:00Z", "2026-04-02T00:00:00Z", "2026-04-10T09:13:09Z"],
        "out": { "zynxgscgsmbqt7p5z6sbazrbuuqqdb5p": {
            "c": "after-purchase", "v": 2, "s": "thanks", "n": 3, "m": "thanks", "p": "2026-04-10T09:13:09Z", "st": { "p": { "a": 0 } }
        } }
    });
    let mut person: Person = serde_json::from_value(person).unwrap();
    let hash = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    person.applied = (1..=9)
        .map(|n| Applied {
            event: hash(n),
            at: at("2026-03-01T09:12:44Z").plus_seconds(i64::from(u32::try_from(n).unwrap()) * 380_021),
        })
        .collect();
    person
}

/// What the decision about that customer's third order hands on.
pub fn record() -> Record {
    let line = |rest: &str| {
        format!(
            r#"{{"at":"2026-04-10T09:13:09Z","person":"cust-0018427","campaign":"after-purchase","entry":3,{rest}}}"#
        )
    };
    let event = json!({
        "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "order.completed", "source": "shop",
        "account": "123456789012", "time": "2026-04-10T09:13:07Z", "region": "ap-northeast-2", "resources": [],
        "received_at": "2026-04-10T09:13:09Z",
        "detail": {
            "person": { "id": "cust-0018427", "email": "minji.kim.1987@example.com" },
            "order": { "id": "o-10231", "total": 62000, "items": [{ "sku": "beans-1kg", "quantity": 2 }] }
        }
    });
    Record {
        lines: vec![
            line(r#""kind":"entered""#),
            line(r#""step":"thanks","kind":"sent","mail":"thanks","send_id":"zynxgscgsmbqt7p5z6sbazrbuuqqdb5p""#),
            line(r#""step":"wait-1","kind":"waiting","until":"2026-04-13T00:00:00Z""#),
        ],
        versions: vec![2, 2, 2],
        sends: vec![SendRow {
            person: "cust-0018427".to_owned(),
            send_id: "zynxgscgsmbqt7p5z6sbazrbuuqqdb5p".to_owned(),
            campaign: "after-purchase".to_owned(),
            version: 2,
            step: "thanks".to_owned(),
            entry: 3,
            mail: "thanks".to_owned(),
            stage: SendStage::Planned { attempt: 0 },
            at: at("2026-04-10T09:13:09Z"),
            message_id: None,
            reason: None,
            was_unknown: false,
        }],
        released: Vec::new(),
        redeemed: Vec::new(),
        emitted: Vec::new(),
        consents: Vec::new(),
        addresses: Vec::new(),
        new_address: false,
        left: None,
        event: Some(event.to_string()),
        leaving: false,
    }
}
