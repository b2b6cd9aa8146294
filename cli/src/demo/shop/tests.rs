use jiff::tz::TimeZone;

use super::*;
use crate::demo::orders::{Order, Orders};

fn read() -> Orders {
    Orders::read(csv().unwrap().as_bytes(), &TimeZone::UTC).unwrap()
}

#[test]
fn the_shop_is_the_same_for_ever() {
    // FNV-1a.
    let hash = csv()
        .unwrap()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    assert_eq!(hash, 9_536_378_421_118_401_879);
}

#[test]
fn the_demo_reads_all_of_it() {
    let orders = read();
    assert_eq!((orders.people.len(), orders.bad_count, orders.consent_assumed), (500, 0, false));
    let days: Vec<Date> =
        orders.rows.iter().map(|order| order.at.to_zoned(TimeZone::get(SEOUL).unwrap()).date()).collect();
    assert!(days.first().unwrap() <= &date(2026, 3, 3) && days.last().unwrap() >= &date(2026, 8, 25));
    assert!(days.iter().all(|day| (OPENING..=date(2026, 8, 29)).contains(day)));
}

#[test]
fn it_has_enough_of_everything_that_a_campaign_can_meet() {
    const DAY: i64 = 24 * 60 * 60;
    let orders = read();
    let mut visits: Vec<Vec<&Order>> = vec![Vec::new(); orders.people.len()];
    for order in &orders.rows {
        visits[order.customer as usize].push(order);
    }
    let end = orders.rows.last().unwrap().at;
    let pause = |one: &Order, next: Timestamp| next.duration_since(one.at).as_secs() > 60 * DAY;
    let people = |holds: &dyn Fn(&[&Order]) -> bool| visits.iter().filter(|visits| holds(visits)).count();
    let total = |visits: &[&Order]| visits.iter().filter_map(|order| order.amount.as_u64()).sum::<u64>();
    let figures = [
        ("orders", orders.rows.len()),
        ("ordered once", people(&|visits| visits.len() == 1)),
        ("lapsed for 60 days at some time", {
            people(&|visits| {
                visits.windows(2).any(|two| pause(two[0], two[1].at)) || pause(visits.last().unwrap(), end)
            })
        }),
        ("came back after that", people(&|visits| visits.windows(2).any(|two| pause(two[0], two[1].at)))),
        ("ordered for 300,000 won", people(&|visits| total(visits) >= 300_000)),
        ("never agreed", people(&|visits| visits[0].said.consent == Some(false))),
        ("withdrew", people(&|visits| visits[0].said.consent != visits.last().unwrap().said.consent)),
        ("have no address", people(&|visits| visits[0].said.email.is_none())),
        ("read English", people(&|visits| visits[0].said.locale.as_deref() == Some("en"))),
        ("live elsewhere", people(&|visits| visits[0].said.timezone.as_deref() != Some(SEOUL))),
    ];
    insta::assert_debug_snapshot!(figures);
}
