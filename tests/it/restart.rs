//! Killed at any moment and started again, the system sends no mail twice and forgets none that was decided.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::Clock;
use rekindle_engine::person::SendState;
use rekindle_store::{Ledger, People};
use serde_json::{Value, json};

use crate::support::{START, Shop, kill_after};

const PEOPLE: usize = 6;

#[tokio::test]
async fn a_kill_at_any_moment_neither_repeats_nor_loses_a_mail() {
    let (mut kills, mut unknown, mut mails) = (0, 0, 0);
    for polls in (0..400).step_by(13) {
        let folder = std::env::temp_dir().join(format!("rekindle-restart-{}-{polls}", std::process::id()));
        let start: Timestamp = START.parse().unwrap();
        let shop = Shop::open(Some(&folder), &["welcome"], start).await;
        for number in 0..PEOPLE {
            let person = json!({ "id": format!("p{number}"), "email": format!("p{number}@example.com"), "consent": { "marketing": true } });
            shop.put(&format!("e{number}"), "customer.signed_up", json!({ "person": person })).await;
        }
        kills += usize::from(!kill_after(polls, shop.settle()).await);
        let killed_at = shop.clock.now();
        drop(shop);

        let shop = Shop::open(Some(&folder), &["welcome"], killed_at + SignedDuration::from_secs(1)).await;
        shop.pass(10).await;

        let mut at_the_sink: BTreeMap<(String, String), usize> = BTreeMap::new();
        for mail in shop.system.aws.mails(None, 1_000).unwrap() {
            *at_the_sink.entry((mail.to.join(","), mail.subject)).or_default() += 1;
        }
        assert!(at_the_sink.values().all(|times| *times == 1), "twice after {polls} polls: {at_the_sink:?}");
        let (mut decided, mut held) = (0, 0);
        for number in 0..PEOPLE {
            let id = format!("p{number}");
            let lines = shop.system.store.read(&id).await.unwrap();
            let kinds = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
            decided += kinds.filter(|line| line["kind"] == "sent").count();
            let person = shop.system.store.load(&id).await.unwrap().person;
            assert!(person.outbox.values().all(|send| matches!(send.state, SendState::Unknown { .. })), "{id} waits for ever");
            held += person.outbox.len();
        }
        assert_eq!(decided, PEOPLE * 3, "after {polls} polls");
        // A mail whose worker died between SES and the confirmation is at the sink and held as unknown.
        let sink = at_the_sink.len();
        assert!(sink <= decided && decided <= sink + held, "after {polls} polls: {decided} decided, {sink} at the sink, {held} held");
        unknown += held;
        mails += sink;
        drop(shop);
        std::fs::remove_dir_all(&folder).unwrap();
    }
    println!("{kills} kills, {mails} mails at the sink, {unknown} held as unknown, none twice, none lost");
    assert!(kills > 10, "the kills must hit work under way");
}
