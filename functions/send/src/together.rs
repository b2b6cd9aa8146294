//! The mails of a batch that are at SES at the same time are settled together: their commits become one request.
//!
//! Whoever has an answer waits until all have theirs, which is as long as a request may take at the most. That is part of
//! what a lease allows for; and whoever dies meanwhile leaves what SES itself will report on.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many mails of the batch are at SES.
#[derive(Default)]
pub(crate) struct Asking {
    open: AtomicUsize,
    all_answered: Notify,
}

/// One of them; it is over when this is dropped, however that comes.
struct One<'a>(&'a Asking);

impl Asking {
    /// Asks, and gives the answer once nobody is asking.
    pub(crate) async fn until_all_are_answered<T>(&self, asking: impl Future<Output = T>) -> T {
        self.open.fetch_add(1, Ordering::Relaxed);
        let one = One(self);
        let answer = asking.await;
        let told = self.all_answered.notified();
        tokio::pin!(told);
        // From here on it hears of it, also when it is told in the very next line.
        told.as_mut().enable();
        drop(one);
        if self.open.load(Ordering::Relaxed) > 0 {
            told.await;
        }
        answer
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
        let (asking, seen) = (Asking::default(), RefCell::new(Vec::new()));
        let (first, second, never) = (Notify::new(), Notify::new(), Notify::new());
        let ask = async |name: u8, ready: &Notify| {
            asking.until_all_are_answered(ready.notified()).await;
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
}
