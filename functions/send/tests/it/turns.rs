//! For how many mails a batch asks for turns: those that nobody uses are lost to everybody else of the account.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_lambda::deadline::Deadline;
use rekindle_send::{Answer, Grant, Mailer, Pace, Request};
use rekindle_store::{Keyed, Memory, Shards, StoreError};

use crate::shop::{Shop, batch, clock};

/// Grants what is wanted, and keeps how much that was.
#[derive(Default)]
struct Generous(Mutex<Vec<u32>>);

impl Pace for Generous {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        self.0.lock().unwrap().push(wanted);
        async move { Ok(Grant { granted: wanted, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO }) }.boxed()
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
async fn turns_are_asked_for_mails_that_are_still_to_go_and_for_each_once() {
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock()).await;
    let (mut ann, bob) = (shop.orders("ann", 3).await, shop.orders("bob", 2).await);
    let pace = Arc::new(Generous::default());
    let send = || shop.send(Arc::new(Willing)).with_pace(Arc::clone(&pace) as _, shop.queue());
    assert!(send().handle(batch(&ann), Deadline::NONE).await.batch_item_failures.is_empty());
    // The queue repeats all of hers, which are settled, and one of his twice.
    ann.extend(bob.iter().chain(&bob[..1]).cloned());
    assert!(send().handle(batch(&ann), Deadline::NONE).await.batch_item_failures.is_empty());
    assert_eq!(*pace.0.lock().unwrap(), [3, 2]);
    assert!(shop.outbox("bob").await.is_empty());
}
