//! A mail that waits for its turn is one message, and a write of its person now and then.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_send::{Answer, Grant, Mailer, Pace, Request};
use rekindle_store::{Keyed, Memory, People, Shards, StoreError};

use crate::shop::{Shop, batch, clock};

/// Today's quota is used up, until it is not.
struct Quota(Mutex<bool>);

impl Pace for Quota {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        let granted = if *self.0.lock().unwrap() { wanted } else { 0 };
        async move { Ok(Grant { granted, wait: SignedDuration::from_mins(15), apart: SignedDuration::ZERO }) }.boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}

/// SES takes everything.
struct Willing;

impl Mailer for Willing {
    fn send(&self, _: Request) -> BoxFuture<'_, Answer> {
        async { Answer::Accepted("0100".to_owned()) }.boxed()
    }
}

#[tokio::test]
async fn a_mail_that_waits_for_the_quota_is_written_after_half_an_hour_and_then_once_an_hour() {
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await;
    let mut messages = shop.orders("ann", 1).await;
    let quota = Arc::new(Quota(Mutex::new(false)));
    let send = shop.send(Arc::new(Willing)).with_pace(Arc::clone(&quota) as _, shop.queue());
    let version = async || shop.store.load("ann").await.unwrap().version;
    let begin = shop.clock.now();
    let mut written = Vec::new();
    for quarter in 0..=3 * 4 {
        shop.clock.advance_to(begin + SignedDuration::from_mins(quarter * 15));
        let before = version().await;
        assert!(send.handle(batch(&messages), Deadline::NONE).await.batch_item_failures.is_empty());
        messages = shop.again.take().into_iter().map(|(message, _)| message).collect();
        assert_eq!(messages.len(), 1, "it comes again once");
        if version().await > before {
            let seen = shop.store.load("ann").await.unwrap().person.outbox.into_values().map(|own| own.seen_at);
            assert_eq!(Vec::from_iter(seen), [Some(Instant::from(shop.clock.now()))]);
            written.push(quarter * 15);
        }
    }
    assert_eq!(written, [30, 90, 150]);
    *quota.0.lock().unwrap() = true;
    assert!(send.handle(batch(&messages), Deadline::NONE).await.batch_item_failures.is_empty());
    assert!(shop.outbox("ann").await.is_empty() && shop.again.take().is_empty());
}

#[tokio::test]
async fn two_mails_of_one_person_are_both_noted() {
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await;
    // Two mails of one person: the batch sees her before the first is noted, and the second is noted of her as she is then.
    let messages = shop.orders("ann", 2).await;
    let quota = Arc::new(Quota(Mutex::new(false)));
    let send = shop.send(Arc::new(Willing)).with_pace(quota, shop.queue());
    shop.clock.advance_to(shop.clock.now() + SignedDuration::from_hours(1));
    assert!(send.handle(batch(&messages), Deadline::NONE).await.batch_item_failures.is_empty());
    let outbox = shop.store.load("ann").await.unwrap().person.outbox;
    assert_eq!((outbox.values().filter(|own| own.seen_at.is_some()).count(), shop.again.take().len()), (2, 2));
}

#[tokio::test]
async fn a_message_that_a_release_without_chains_put_off_goes_on() {
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await;
    let mut messages = shop.orders("ann", 1).await;
    let quota = Arc::new(Quota(Mutex::new(false)));
    let send = shop.send(Arc::new(Willing)).with_pace(Arc::clone(&quota) as _, shop.queue());
    let begin = shop.clock.now();
    for quarter in 0..=4 * 3 {
        shop.clock.advance_to(begin + SignedDuration::from_mins(quarter * 15));
        assert!(send.handle(batch(&messages), Deadline::NONE).await.batch_item_failures.is_empty());
        let again = shop.again.take().into_iter().map(|(message, _)| message);
        // A worker of that release takes the message and puts it off as it reads it.
        let without = |message: String| {
            let mut fields: serde_json::Value = serde_json::from_str(&message).unwrap();
            assert!(fields.as_object_mut().unwrap().remove("chain").is_some() && fields["hop"] != 0, "{message}");
            fields.to_string()
        };
        messages = again.map(without).collect();
        assert_eq!(messages.len(), 1, "the mail is never without a message");
    }
    *quota.0.lock().unwrap() = true;
    assert!(send.handle(batch(&messages), Deadline::NONE).await.batch_item_failures.is_empty());
    assert!(shop.outbox("ann").await.is_empty() && shop.again.take().is_empty());
}

#[tokio::test]
async fn copies_of_a_waiting_mails_message_end_and_one_goes_on() {
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await;
    let mut messages = shop.orders("ann", 1).await;
    let quota = Arc::new(Quota(Mutex::new(false)));
    let send = shop.send(Arc::new(Willing)).with_pace(Arc::clone(&quota) as _, shop.queue());
    let begin = shop.clock.now();
    for quarter in 0..=4 * 12 {
        shop.clock.advance_to(begin + SignedDuration::from_mins(quarter * 15));
        // The queue delivers each message twice, every time.
        let twice: Vec<_> = messages.iter().flat_map(|message| [message.clone(), message.clone()]).collect();
        for copy in twice {
            assert!(send.handle(batch(&[copy]), Deadline::NONE).await.batch_item_failures.is_empty());
        }
        messages = shop.again.take().into_iter().map(|(message, _)| message).collect();
        assert!(!messages.is_empty(), "the mail is never without a message");
        assert!(messages.len() <= 64, "{} copies after {quarter} quarters of an hour", messages.len());
    }
    *quota.0.lock().unwrap() = true;
    for message in messages {
        assert!(send.handle(batch(&[message]), Deadline::NONE).await.batch_item_failures.is_empty());
    }
    assert!(shop.outbox("ann").await.is_empty() && shop.again.take().is_empty());
}
