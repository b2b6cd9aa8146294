use jiff::tz::TimeZone;

use super::*;

fn orders(file: &str) -> Orders {
    Orders::read(file.as_bytes(), &TimeZone::UTC).unwrap()
}

fn details(file: &str) -> Vec<(&'static str, Value)> {
    planned(&orders(file), "EUR").map(|event| (event.detail_type, event.detail)).collect()
}

#[test]
fn a_first_order_is_a_sign_up_too_and_the_order_after_it_says_only_itself() {
    let file = "customer_id,date,amount,email,locale,timezone,consent,vip\n\
                c-1,2026-03-01,12.5,a@example.com,en,Europe/Berlin,no,1\n";
    let person = json!({
        "id": "c-1", "email": "a@example.com", "locale": "en", "timezone": "Europe/Berlin", "consent": { "marketing": false },
        "attributes": { "vip": 1 },
    });
    let order = json!({ "id": "line-2", "total": 12.5, "currency": "EUR" });
    assert_eq!(
        details(file),
        [
            ("customer.signed_up", json!({ "person": person, "event_id": "signup-c-1" })),
            ("order.completed", json!({ "person": { "id": "c-1" }, "event_id": "line-2-paid", "order": order })),
        ]
    );
}

#[test]
fn the_first_order_is_the_earliest_wherever_it_stands() {
    let events: Vec<Planned> =
        planned(&orders("customer_id,date,amount\nc,2026-03-09,1\nc,2026-03-01,1\n"), "EUR").collect();
    let played: Vec<(String, &str, &str)> = events
        .iter()
        .map(|event| (event.at.to_string(), event.detail_type, event.detail["person"]["id"].as_str().unwrap()))
        .collect();
    let (first, second) = ("2026-03-01T12:00:00Z".to_owned(), "2026-03-09T12:00:00Z".to_owned());
    assert_eq!(
        played,
        [(first.clone(), "customer.signed_up", "c"), (first, "order.completed", "c"), (second, "order.completed", "c")]
    );
}

#[test]
fn later_orders_tell_what_is_new_and_an_empty_cell_changes_nothing() {
    let file = "customer_id,date,amount,locale,consent,points,city\n\
                c,2026-03-01,1,ko,yes,10,Seoul\n\
                c,2026-03-02,1,ko,yes,20,Seoul\n\
                c,2026-03-03,1,,,20,\n\
                c,2026-03-04,1,en,no,20,\n";
    let people: Vec<Value> = details(file).into_iter().skip(2).map(|event| event.1["person"].clone()).collect();
    assert_eq!(
        people,
        [
            json!({ "id": "c", "attributes": { "points": 20 } }),
            json!({ "id": "c" }),
            json!({ "id": "c", "locale": "en", "consent": { "marketing": false } }),
        ]
    );
}

#[test]
fn consent_and_addresses_are_assumed_only_where_the_file_has_no_column_for_them() {
    let without = &details("customer_id,date,amount\nc,2026-03-01,1\n")[0].1["person"];
    assert_eq!(*without, json!({ "id": "c", "consent": { "marketing": true }, "email": "customer-c@example.com" }));
    let with = &details("customer_id,date,amount,email,consent\nc,2026-03-01,1,,\n")[0].1["person"];
    assert_eq!(*with, json!({ "id": "c" }));
}

#[test]
fn invented_addresses_are_plain_short_and_different() {
    let ids = [
        "12346",
        "A-1",
        "a-1",
        "고객 1",
        "고객",
        "a@b\"c",
        "x.2",
        "-",
        ".",
        &"z".repeat(900),
        &format!("{}y", "z".repeat(899)),
    ];
    let addresses: Vec<String> = (0..).zip(ids).map(|(place, id)| invented_address(id, place)).collect();
    assert_eq!(
        addresses[..5],
        [
            "customer-12346@example.com",
            "customer-a-1.2@example.com",
            "customer-a-1@example.com",
            "customer-1.4@example.com",
            "customer.5@example.com",
        ]
    );
    let different: std::collections::BTreeSet<&String> = addresses.iter().collect();
    assert_eq!(different.len(), ids.len());
    for address in &addresses {
        let (local, _) = address.split_once("@example.com").unwrap();
        assert!(
            local.len() <= 64 && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)),
            "{address}"
        );
    }
}

#[test]
fn the_same_file_gives_the_same_events_and_no_id_twice() {
    let file = crate::demo::shop::csv().unwrap();
    let orders = orders(&file);
    let events: Vec<Planned> = planned(&orders, "KRW").collect();
    assert_eq!(events, planned(&orders, "KRW").collect::<Vec<_>>());
    let ids: std::collections::BTreeSet<String> =
        events.iter().map(|event| event.detail["event_id"].to_string()).collect();
    assert_eq!(ids.len(), orders.people.len() + orders.rows.len());
    assert!(events.is_sorted_by_key(|event| event.at));
}
