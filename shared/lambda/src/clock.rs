//! The one place that knows what time it is.
//!
//! Every handler asks a `Clock`; production gives the system's, the local system and the tests give
//! a manual or a scaled one, so that months pass in seconds. Nothing else in the project may read
//! the wall clock (a lint in `clippy.toml` holds that).

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// Tells the present instant.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. Never earlier than an answer given before.
    fn now(&self) -> Timestamp;
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
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = (*now).max(to);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A clock that runs `factor` times as fast as another one, from `start`.
pub struct ScaledClock<C> {
    inner: C,
    origin: Timestamp,
    start: Timestamp,
    factor: i64,
}

impl<C: Clock> ScaledClock<C> {
    /// A clock that shows `start` now and passes `factor` seconds for each second of `inner`.
    #[must_use]
    pub fn new(inner: C, start: Timestamp, factor: i64) -> Self {
        let origin = inner.now();
        Self { inner, origin, start, factor }
    }
}

impl<C: Clock> Clock for ScaledClock<C> {
    fn now(&self) -> Timestamp {
        let passed = self.inner.now().duration_since(self.origin);
        let millis = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        let scaled = SignedDuration::from_millis(millis.saturating_mul(self.factor));
        self.start.checked_add(scaled).unwrap_or(Timestamp::MAX)
    }
}
