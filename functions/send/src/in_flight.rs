//! The mails of a batch that are at SES at the same time are settled together: their commits become one request.
//!
//! Whoever has an answer waits until all have theirs. While further mails of the batch begin, that may take several requests,
//! one after another. So nobody waits any more once no mail begins because the invocation ends: what SES answered is
//! settled before the invocation does. Whoever dies meanwhile leaves what SES itself will report on.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many mails of the batch are at SES.
#[derive(Default)]
pub(crate) struct InFlight {
    open: AtomicUsize,
    /// Nobody waits any more.
    is_over: AtomicBool,
    all_answered: Notify,
}

/// One of them; it is over when this is dropped, however that comes.
struct One<'a>(&'a InFlight);

impl InFlight {
    /// Asks, and gives the answer once nobody is asking, or nobody may wait: `may_wait` is asked when the answer is there.
    pub(crate) async fn wait_for_batch<T>(
        &self,
        asking: impl Future<Output = T>,
        may_wait: impl FnOnce() -> bool,
    ) -> T {
        self.open.fetch_add(1, Ordering::Relaxed);
        let one = One(self);
        let answer = asking.await;
        if !may_wait() {
            self.end();
        }
        let told = self.all_answered.notified();
        tokio::pin!(told);
        // From here on it hears of it, also when it is told in the very next line.
        told.as_mut().enable();
        drop(one);
        if self.open.load(Ordering::Relaxed) > 0 && !self.is_over.load(Ordering::Relaxed) {
            told.await;
        }
        answer
    }

    /// From now on nobody waits for others.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.all_answered.notify_waiters();
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.all_answered.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn answers_are_given_when_the_last_one_is_there_or_has_died() {
        let (asking, seen) = (InFlight::default(), RefCell::new(Vec::new()));
        let (first, second, never) = (Notify::new(), Notify::new(), Notify::new());
        let ask = async |name: u8, ready: &Notify| {
            asking.wait_for_batch(ready.notified(), || true).await;
            seen.borrow_mut().push(name);
        };
        let mut dying = Box::pin(ask(3, &never));
        let mut others = Box::pin(async { futures_util::future::join(ask(1, &first), ask(2, &second)).await });
        assert!(dying.as_mut().now_or_never().is_none() && others.as_mut().now_or_never().is_none());
        first.notify_one();
        second.notify_one();
        assert!(others.as_mut().now_or_never().is_none(), "the third is still asking");
        assert!(seen.borrow().is_empty());
        drop(dying);
        assert!(others.as_mut().now_or_never().is_some());
        assert_eq!(*seen.borrow(), [1, 2]);
    }

    #[test]
    fn nobody_waits_for_others_when_it_is_over() {
        let asking = InFlight::default();
        let (first, second) = (Notify::new(), Notify::new());
        let mut never = Box::pin(asking.wait_for_batch(std::future::pending::<()>(), || true));
        let mut early = Box::pin(asking.wait_for_batch(first.notified(), || true));
        let mut late = Box::pin(asking.wait_for_batch(second.notified(), || false));
        assert!(never.as_mut().now_or_never().is_none() && late.as_mut().now_or_never().is_none());
        first.notify_one();
        assert!(early.as_mut().now_or_never().is_none(), "the others are still asking");
        second.notify_one();
        assert!(late.as_mut().now_or_never().is_some(), "it is over");
        assert!(early.as_mut().now_or_never().is_some(), "and whoever waited is told");
        assert!(asking.wait_for_batch(async {}, || true).now_or_never().is_some());
    }
}
