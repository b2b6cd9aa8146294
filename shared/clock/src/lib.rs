//! The one place that knows what time it is.
//!
//! Every handler asks a `Clock`; production gives the system's, the local system and the tests give
//! a manual or a scaled one, so that months pass in seconds. Nothing else in the project may read
//! the wall clock (a lint in `clippy.toml` holds that).

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the present instant.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. Never earlier than an answer given before.
    fn now(&self) -> Timestamp;

    /// Work begins that takes real time. Only a clock that runs ahead of the wall's has to know.
    fn work_begins(&self) {}

    /// As much work has ended.
    fn work_ends(&self) {}
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn work_begins(&self) {
        (**self).work_begins();
    }

    fn work_ends(&self) {
        (**self).work_ends();
    }
}

/// A piece of work under way; it ends when this is dropped.
pub struct AtWork(Arc<dyn Clock>);

impl AtWork {
    /// It begins.
    #[must_use]
    pub fn begin(clock: &Arc<dyn Clock>) -> Self {
        clock.work_begins();
        Self(Arc::clone(clock))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.work_ends();
    }
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that moves only when it is told to, and only forwards.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves to `to`; an instant in the past changes nothing.
    pub fn advance_to(&self, to: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now).max(to);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that runs `factor` times as fast as another one, from `start`, and only as fast as that one while work is under
/// way: what takes a second of this machine takes a second here too. So no lease and no visibility time-out runs out
/// because the machine is slow and the clock is fast; the clock goes slower instead.
pub struct ScaledClock<C> {
    inner: C,
    factor: i32,
    shown: Mutex<Shown>,
}

/// What a scaled clock showed last.
struct Shown {
    now: Timestamp,
    /// When that was, by the other clock.
    at: Timestamp,
    /// Pieces of work under way.
    at_work: usize,
}

impl<C: Clock> ScaledClock<C> {
    /// A clock that shows `start` now and passes `factor` seconds for each second of `inner`.
    #[must_use]
    pub fn new(inner: C, start: Timestamp, factor: i64) -> Self {
        let shown = Shown { now: start, at: inner.now(), at_work: 0 };
        Self { inner, factor: i32::try_from(factor).unwrap_or(i32::MAX), shown: Mutex::new(shown) }
    }

    /// Goes on to the present, and then changes what is at work.
    fn go_on(&self, change: impl FnOnce(&mut usize)) -> Timestamp {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.inner.now();
        let passed = at.duration_since(shown.at).max(SignedDuration::ZERO);
        let factor = if shown.at_work > 0 { 1 } else { self.factor };
        let scaled = passed.checked_mul(factor).unwrap_or(SignedDuration::MAX);
        shown.now = shown.now.checked_add(scaled).unwrap_or(Timestamp::MAX);
        shown.at = at;
        change(&mut shown.at_work);
        shown.now
    }
}

impl<C: Clock> Clock for ScaledClock<C> {
    fn now(&self) -> Timestamp {
        self.go_on(|_| {})
    }

    fn work_begins(&self) {
        self.go_on(|at_work| *at_work += 1);
    }

    fn work_ends(&self) {
        self.go_on(|at_work| *at_work = at_work.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_gives_work_the_time_that_it_takes() {
        let wall = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let start: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let fast: Arc<dyn Clock> = Arc::new(ScaledClock::new(Arc::clone(&wall), start, 86_400));
        let pass = |seconds| wall.advance_to(wall.now() + SignedDuration::from_secs(seconds));
        pass(2);
        assert_eq!(fast.now(), start + SignedDuration::from_hours(48));
        let before = fast.now();
        let (one, other) = (AtWork::begin(&fast), AtWork::begin(&fast));
        pass(10);
        drop(one);
        pass(10);
        assert_eq!(fast.now(), before + SignedDuration::from_secs(20), "somebody works all the time");
        drop(other);
        assert_eq!(fast.now(), before + SignedDuration::from_secs(20));
        pass(1);
        assert_eq!(fast.now(), before + SignedDuration::from_secs(20 + 86_400));
    }

    #[test]
    fn a_scaled_clock_never_goes_back() {
        struct Back(Mutex<i64>);
        impl Clock for Back {
            fn now(&self) -> Timestamp {
                let mut left = self.0.lock().unwrap();
                *left -= 1;
                Timestamp::from_second(*left).unwrap()
            }
        }
        let clock = ScaledClock::new(Back(Mutex::new(100)), Timestamp::UNIX_EPOCH, 10);
        assert_eq!((clock.now(), clock.now()), (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH));
    }
}
