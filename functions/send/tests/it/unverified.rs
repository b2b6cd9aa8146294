//! A sender that is not verified any more: SES refuses every mail, and none is lost by it.

use std::sync::Arc;

use rekindle_engine::person::SendState;
use rekindle_lambda::deadline::Deadline;
use rekindle_local::{Fault, LocalAws, Options};
use rekindle_send::{Grant, Pace, Ses};
use rekindle_store::{Keyed, Memory, Shards, StoreError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;

use crate::shop::{Shop, batch, clock};

/// As fast as anybody wants.
struct Unbounded;

impl Pace for Unbounded {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        async move { Ok(Grant { granted: wanted, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO }) }.boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}

#[tokio::test]
async fn mails_wait_until_the_identity_is_verified() {
    let clock = clock();
    let shop = Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), Arc::clone(&clock)).await;
    let aws = LocalAws::open(Options::in_memory(clock)).unwrap();
    aws.fail_next("SendEmail", &Fault::NotVerified("s@example.com".to_owned()), 2);
    let ses = Arc::new(Ses::new(aws_sdk_sesv2::config::Builder::from(&aws.sdk_config()), None));
    let send = shop.send(ses).with_pace(Arc::new(Unbounded), shop.queue());
    let mut bodies = shop.orders("ann", 1).await;
    for attempt in [1, 2] {
        assert!(send.handle(batch(&bodies), Deadline::NONE).await.batch_item_failures.is_empty());
        assert_eq!(shop.outbox("ann").await, [SendState::Planned { attempt }], "it is kept");
        bodies = shop.again.take().into_iter().map(|(body, _)| body).collect();
        assert_eq!(bodies.len(), 1, "and comes again");
    }
    assert!(send.handle(batch(&bodies), Deadline::NONE).await.batch_item_failures.is_empty());
    assert_eq!((shop.outbox("ann").await.len(), aws.mail_count().unwrap()), (0, 1));
}
