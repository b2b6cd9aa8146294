//! Everything that is written of a person, once: who adds a field has to fill it in here, and finds `form.txt` wanting.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::date;
use rekindle_engine::person::{
    Answer, Applied, Consent, ConsentEntry, Counter, Enrolment, HeldCode, IssuedOffer, LastEntry, LateLapse, MailFlags,
    Occasion, Orders, Outgoing, OwnYear, Person, Place, Profile, SendState, Stage, Standing, Standings, Statement,
    Suppressed, Used,
};
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::{Kind, PlannedSend, ShardIsDue, SweepRequest};
use rekindle_store::{
    AddressFact, AddressNote, PendingLedger, Record, RedemptionDoubt, RedemptionRow, SendRow, SendStage,
    SuppressedAddress,
};
use serde_json::{Map, Value, json};

fn at() -> Instant {
    Instant::from_seconds(1_772_413_200)
}

/// What is written, part by part.
pub fn parts() -> Vec<(&'static str, Value)> {
    let name = "x".to_owned();
    let publish = Kind::Publish { end: BTreeSet::from([name.clone()]) };
    let campaigns = BTreeSet::from([name.clone()]);
    let send = PlannedSend { person: name.clone(), send_id: name.clone(), hop: 1, chain: Some(at()) };
    let sweep = SweepRequest { pass: name, kind: publish, campaigns, since: at(), hop: 1 };
    let value = |part: Result<Value, serde_json::Error>| part.unwrap();
    let records =
        [AddressFact::Bounced, AddressFact::Complained, AddressFact::Refused, AddressFact::Erased { hard: true }];
    let mut parts = vec![
        ("p", value(serde_json::to_value(person()))),
        (
            "u",
            value(serde_json::to_value(PendingLedger {
                lines: lines(),
                sends: vec![row(SendStage::Accepted)],
                consents: vec![said()],
            })),
        ),
        ("w", json!(true)),
        ("send", value(serde_json::to_value(send))),
        ("sweep", value(serde_json::to_value(sweep))),
        ("shard", value(serde_json::to_value(ShardIsDue { shard: 1 }))),
    ];
    parts.extend(records.map(|fact| ("r", value(serde_json::to_value(record(fact))))));
    parts
}

fn lines() -> Vec<String> {
    vec!["{}".to_owned()]
}

fn shop_own() -> Arc<Map<String, Value>> {
    Arc::new(Map::from_iter([("thing".to_owned(), json!({ "of": "theirs" }))]))
}

fn person() -> Person {
    let states = [
        SendState::Planned { attempt: 1 },
        SendState::Armed { attempt: 1, lease: at() },
        SendState::Unknown { attempt: 1, since: at() },
    ];
    let mut standings = Standings::default();
    standings.change(&Arc::from("welcome"), |own| *own = standing());
    Person {
        id: "ann".into(),
        clock: Some(at()),
        profile: profile(),
        applied: vec![Applied { event: 1, at: at() }],
        standings,
        recent_sends: vec![at()],
        outbox: (0..).zip(states).map(|(number, state)| (format!("send-{number}"), outgoing(state))).collect(),
        codes: vec![HeldCode {
            campaign: "welcome".into(),
            offer: "treat".into(),
            entry: 1,
            issued: issued(),
            used: Some(Used { at: at(), order: Some("o".to_owned()) }),
        }],
        confirm_at: Some(at()),
        notices: 1,
        lines: 1,
        erased_at: Some(at()),
    }
}

fn profile() -> Profile {
    let name = || Some("x".to_owned());
    let occasion = Some(Occasion { campaign: "ask".to_owned(), entry: 1 });
    let consent = Consent {
        marketing: Some(Statement { agreed: true, at: at() }),
        topics: BTreeMap::from([("news".to_owned(), Statement { agreed: true, at: at() })]),
    };
    Profile {
        created_at: Some(at()),
        email: name(),
        locale: name(),
        timezone: name(),
        attributes: Map::clone(&shop_own()),
        consent,
        orders: Orders { count: 1, total: 12.5, first_at: Some(at()), last_at: Some(at()) },
        events: BTreeMap::from([("order.completed".into(), Counter { count: 1, first_at: at(), last_at: at() })]),
        answers: BTreeMap::from([("how".to_owned(), Answer { score: json!(1), comment: json!("x"), occasion })]),
        suppressed_at: Some(at()),
        suppressed: vec![Suppressed { address: 1, since: at() }],
    }
}

fn enrolment(stage: Stage) -> Enrolment {
    Enrolment {
        entry: 1,
        version: 1,
        key: json!("key"),
        detail: shop_own(),
        place: Some(Place { step: "hello".into(), until: at(), stage }),
        held_out: true,
        started: at(),
        goal_until: Some(at()),
        late_shift: 3_600,
        mails: BTreeMap::from([(
            "hello".into(),
            MailFlags { sent: true, delivered: true, opened: true, clicked: true },
        )]),
        offers: BTreeMap::from([("treat".into(), issued())]),
    }
}

fn standing() -> Standing {
    let day = Some(date(2026, 3, 2));
    Standing {
        entries: 1,
        last_entries: vec![LastEntry { key: json!("key"), at: at() }],
        former_keys: vec![1],
        enrolments: vec![enrolment(Stage::Before), enrolment(Stage::Delayed { reached: at() })],
        trigger_due: Some(at()),
        lapse_fired: Some(at()),
        occurrence: day,
        occurrence_fired: day,
        late_lapse: Some(LateLapse { last_at: at(), known_at: at(), due: Some(at()) }),
        own_year: Some(OwnYear { year: 2026, month: 3, day: 2 }),
    }
}

fn issued() -> IssuedOffer {
    let (percent_off, amount_off) = (Some(5.0), Some(5.0));
    IssuedOffer { code: "CODE".to_owned(), redeemed: true, runs_out_at: Some(at()), percent_off, amount_off }
}

fn outgoing(state: SendState) -> Outgoing {
    Outgoing {
        campaign: "welcome".into(),
        version: 1,
        step: "hello".into(),
        entry: 1,
        mail: "hello".into(),
        planned_at: at(),
        detail: shop_own(),
        offers: BTreeMap::from([("treat".into(), issued())]),
        released: true,
        seen_at: Some(at()),
        chain: Some(at()),
        state,
    }
}

fn record(fact: AddressFact) -> Record {
    let stages = [
        SendStage::Planned { attempt: 1 },
        SendStage::Armed { attempt: 1 },
        SendStage::Unknown { attempt: 1 },
        SendStage::Withdrawn,
    ];
    let name = || Some("x".to_owned());
    Record {
        lines: lines(),
        versions: vec![1],
        sends: stages.map(row).to_vec(),
        released: vec!["send-0".to_owned()],
        emitted: lines(),
        consents: vec![said()],
        redeemed: vec![RedemptionRow {
            name: "x".to_owned(),
            campaign: "welcome".to_owned(),
            offer: "treat".to_owned(),
            code: name(),
            order: name(),
            total: Some(1),
            at: at(),
            doubt: Some(RedemptionDoubt::Again),
        }],
        addresses: vec![AddressNote { hash: "x".to_owned(), fact, at: at() }],
        new_address: true,
        left: Some(Box::new(SuppressedAddress { hash: "x".to_owned(), hard: true })),
        event: name(),
        leaving: false,
    }
}

fn row(stage: SendStage) -> SendRow {
    let name = || "x".to_owned();
    SendRow {
        person: name(),
        send_id: name(),
        campaign: name(),
        version: 1,
        step: name(),
        entry: 1,
        mail: name(),
        stage,
        at: at(),
        message_id: Some(name()),
        reason: Some(name()),
        was_unknown: true,
    }
}

fn said() -> ConsentEntry {
    let name = || "x".to_owned();
    ConsentEntry {
        said_at: at(),
        recorded_at: at(),
        marketing: Some(true),
        topics: BTreeMap::from([("news".to_owned(), true)]),
        source: name(),
        how: Some(name()),
        text: Some(name()),
        mail: Some((name(), name())),
        kind: "x".into(),
        event: name(),
    }
}
