//! Mails that have to wait come again as new messages, and no chain of those is endless.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::messages::PlannedSend;
use rekindle_send::{Answer, Grant, LONGEST_CHAIN, Mailer, Pace, Request};
use rekindle_store::{Keyed, Memory, Shards, StoreError};

use crate::shop::{Shop, after, batch, clock, put_off};

/// Lets nobody go before the quarter of an hour that the queue holds a message back for at most.
struct Later;

impl Pace for Later {
    fn take(&self, _: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        let wait = SignedDuration::from_mins(15);
        async move { Ok(Grant { granted: 0, wait, apart: SignedDuration::ZERO }) }.boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}

/// Lets everybody go.
struct Now;

impl Pace for Now {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        async move { Ok(Grant { granted: wanted, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO }) }.boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}

/// SES takes or refuses everything.
struct Ses(Answer);

impl Mailer for Ses {
    fn send(&self, _: Request) -> BoxFuture<'_, Answer> {
        let answer = self.0.clone();
        async move { answer }.boxed()
    }
}

fn taking() -> Arc<Ses> {
    Arc::new(Ses(Answer::Accepted("0100".to_owned())))
}

fn refusing() -> Arc<Ses> {
    Arc::new(Ses(Answer::Refused("AccountSendingPaused".to_owned())))
}

async fn open() -> Shop<Memory> {
    Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await
}

#[tokio::test]
async fn a_chain_of_one_mail_ends_and_the_mail_stays_planned() {
    let shop = open().await;
    let mut messages = shop.orders("ann", 1).await;
    let send = || shop.send(taking()).with_pace(Arc::new(Later), shop.queue());
    let hop = |message: &String| serde_json::from_str::<PlannedSend>(message).unwrap().hop;
    for turn in 0..LONGEST_CHAIN {
        // Far apart enough to see that each counts, and few enough for a test.
        if turn == 40 {
            messages = vec![after(&messages[0], LONGEST_CHAIN - 3)];
        }
        let before = hop(&messages[0]);
        let failed = send().handle(batch(&messages), Deadline::NONE).await.batch_item_failures;
        let again = shop.again.take();
        if before == LONGEST_CHAIN {
            assert_eq!((failed.len(), again.len()), (1, 0), "it is left to the dead letters");
            assert_eq!(turn, 43);
            break;
        }
        assert!(failed.is_empty());
        messages = again.into_iter().map(|(message, _)| message).collect();
        assert_eq!(messages.iter().map(hop).collect::<Vec<_>>(), [before + 1]);
    }
    assert_eq!(shop.outbox("ann").await.len(), 1);
}

#[tokio::test]
async fn a_refusal_counts_as_well_and_at_the_end_of_a_chain_a_mail_may_still_go() {
    let shop = open().await;
    let first = shop.orders("ann", 1).await;
    let last = [after(&first[0], LONGEST_CHAIN)];
    let refused = shop.send(refusing()).with_pace(Arc::new(Now), shop.queue());
    assert!(refused.handle(batch(&first), Deadline::NONE).await.batch_item_failures.is_empty());
    let [(next, _)] = <[_; 1]>::try_from(shop.again.take()).unwrap();
    assert_eq!(next, put_off(&first[0]));
    assert_eq!(refused.handle(batch(&last), Deadline::NONE).await.batch_item_failures.len(), 1);
    assert!(shop.again.take().is_empty());
    // As the audit queues it: the same mail, and a new chain.
    assert!(!first[0].contains("hop"));
    let taken = shop.send(taking()).with_pace(Arc::new(Now), shop.queue());
    assert!(taken.handle(batch(&last), Deadline::NONE).await.batch_item_failures.is_empty());
    assert!(shop.outbox("ann").await.is_empty());
}
