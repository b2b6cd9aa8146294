//! What comes of a batch that takes longer than the invocation may: Lambda stops the function at its deadline, and no mail
//! is left in doubt by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use jiff::{SignedDuration, Timestamp};
use rekindle_engine::person::SendState;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deadline::Deadline;
use rekindle_send::{Answer, Grant, LONGEST, Mailer, Pace, Request};
use rekindle_store::{Keyed, Memory, Shards, StoreError};

use crate::shop::{Shop, after, batch, clock, put_off};

/// Something that takes its time, and is stopped by Lambda at the deadline.
struct Slow {
    clock: Arc<ManualClock>,
    takes: SignedDuration,
    deadline: Timestamp,
    asked: AtomicUsize,
}

impl Slow {
    fn new(clock: &Arc<ManualClock>, takes: i64, deadline: Timestamp) -> Arc<Self> {
        let (clock, takes) = (Arc::clone(clock), SignedDuration::from_secs(takes));
        Arc::new(Self { clock, takes, deadline, asked: AtomicUsize::new(0) })
    }

    async fn pass(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.clock.advance_to(self.clock.now() + self.takes);
        if self.clock.now() > self.deadline {
            pending().await
        }
    }
}

impl Mailer for Slow {
    fn send(&self, _: Request) -> BoxFuture<'_, Answer> {
        async {
            self.pass().await;
            Answer::Accepted("0100".to_owned())
        }
        .boxed()
    }
}

impl Pace for Slow {
    fn take(&self, wanted: u32) -> BoxFuture<'_, Result<Grant, StoreError>> {
        async move {
            self.pass().await;
            Ok(Grant { granted: wanted, wait: SignedDuration::ZERO, apart: SignedDuration::ZERO })
        }
        .boxed()
    }

    fn slow_down(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}

async fn shop() -> (Shop<Memory>, Timestamp) {
    let clock = clock();
    let deadline = clock.now() + SignedDuration::from_secs(60);
    (Shop::open(Memory::new(Keyed::new(b"a secret of the tests"), Shards::new(1)), clock).await, deadline)
}

#[tokio::test]
async fn no_mail_is_armed_that_could_not_be_settled_in_time() {
    let (shop, deadline) = shop().await;
    let mails = shop.orders("ann", 4).await;
    // Armed after 0, 16 and 32 seconds; the fourth would be after 48, and be at SES when Lambda stops the function.
    let ses = Slow::new(&shop.clock, 16, deadline);
    let send = shop.send(Arc::clone(&ses) as _);
    let send = send.with_pace(Slow::new(&shop.clock, 0, deadline), shop.queue());
    let response = send.handle(batch(&mails), Deadline::at(deadline)).now_or_never().expect("Lambda does not stop it");
    assert_eq!((response.batch_item_failures.len(), ses.asked.load(Ordering::Relaxed)), (0, 3));
    assert_eq!(shop.outbox("ann").await, [SendState::Planned { attempt: 0 }]);
    // The fourth comes at once, as a new message.
    let again = shop.again.take();
    assert_eq!(again, [(after(mails.last().unwrap(), 1), SignedDuration::ZERO)]);
    let bodies: Vec<String> = again.into_iter().map(|(body, _)| body).collect();
    let later = Deadline::at(deadline + SignedDuration::from_secs(60));
    let ses = Slow::new(&shop.clock, 16, Timestamp::MAX);
    let response = shop.send(Arc::clone(&ses) as _).handle(batch(&bodies), later).await;
    assert_eq!((response.batch_item_failures.len(), shop.outbox("ann").await.len()), (0, 0));
}

#[tokio::test]
async fn without_a_queue_to_come_again_by_the_rest_stays_where_it_is() {
    let (shop, deadline) = shop().await;
    let mails = shop.orders("ann", 4).await;
    let ses = Slow::new(&shop.clock, 16, deadline);
    let handled = shop.send(ses).handle(batch(&mails), Deadline::at(deadline)).now_or_never();
    let failed: Vec<_> = handled.unwrap().batch_item_failures.into_iter().map(|one| one.item_identifier).collect();
    assert_eq!(failed, ["3"]);
    assert_eq!(shop.outbox("ann").await, [SendState::Planned { attempt: 0 }]);
}

#[tokio::test]
async fn what_was_armed_too_late_to_ask_is_handed_back_unasked() {
    let (shop, deadline) = shop().await;
    let mails = shop.orders("ann", 1).await;
    let ses = Slow::new(&shop.clock, 1, deadline);
    // There is time to begin; and none to ask when the turn has come.
    shop.clock.advance_to(deadline - LONGEST);
    let send = shop.send(Arc::clone(&ses) as _);
    let send = send.with_pace(Slow::new(&shop.clock, 10, deadline), shop.queue());
    let response = send.handle(batch(&mails), Deadline::at(deadline)).now_or_never().expect("Lambda does not stop it");
    assert_eq!((response.batch_item_failures.len(), ses.asked.load(Ordering::Relaxed)), (0, 0));
    assert_eq!(shop.outbox("ann").await, [SendState::Planned { attempt: 1 }]);
    assert_eq!(shop.again.take(), [(put_off(mails.first().unwrap()), SignedDuration::from_secs(30))]);
}

#[test]
fn an_invocation_has_time_for_more_than_one_mail() {
    let template = include_str!("../../../../infra/template.yaml");
    let function = template.split("\n  SendFunction:\n").nth(1).expect("the function");
    let function = function.split("\n\n").next().unwrap_or(function);
    let timeout = function.lines().find_map(|line| line.trim().strip_prefix("Timeout: ")).expect("its time-out");
    assert!(timeout.parse::<i64>().unwrap() >= 2 * LONGEST.as_secs(), "{timeout} s");
}
