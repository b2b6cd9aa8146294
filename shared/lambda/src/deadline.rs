//! When an invocation ends: Lambda stops a function at its time-out, wherever it is.
//!
//! A handler is told the instant and begins nothing that could still run then: what is stopped halfway leaves doubt, and
//! what was never begun leaves none. It reads no clock of its own; the handler's clock says what time it is.

use jiff::{SignedDuration, Timestamp};

/// The instant after which nothing runs any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Timestamp);

impl Deadline {
    /// Nobody stops the handler: it runs in this process, as on a laptop and in tests.
    pub const NONE: Self = Self(Timestamp::MAX);

    /// Everything stops at `end`.
    #[must_use]
    pub const fn at(end: Timestamp) -> Self {
        Self(end)
    }

    /// From milliseconds since 1970, as Lambda says it (header `Lambda-Runtime-Deadline-Ms` of the runtime API,
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next>). 0, which the runtime says where
    /// it was told nothing, is no deadline.
    #[must_use]
    pub fn from_millis(millis: u64) -> Self {
        let end = i64::try_from(millis).ok().filter(|millis| *millis > 0);
        end.and_then(|end| Timestamp::from_millisecond(end).ok()).map_or(Self::NONE, Self)
    }

    /// Whether work that is begun at `now` and takes at most `longest` is over by then.
    #[must_use]
    pub fn allows(self, longest: SignedDuration, now: Timestamp) -> bool {
        now.checked_add(longest).is_ok_and(|end| end <= self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_allowed_as_long_as_it_ends_in_time() {
        let start: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let deadline = Deadline::from_millis(u64::try_from(start.as_millisecond()).unwrap() + 60_000);
        assert_eq!(deadline, Deadline::at(start + SignedDuration::from_secs(60)));
        assert!(deadline.allows(SignedDuration::from_secs(60), start));
        assert!(!deadline.allows(SignedDuration::from_millis(60_001), start));
        assert!(!deadline.allows(SignedDuration::from_secs(20), start + SignedDuration::from_secs(41)));
        assert!(!deadline.allows(SignedDuration::ZERO, start + SignedDuration::from_secs(61)));
    }

    #[test]
    fn without_a_deadline_everything_is_allowed() {
        let now: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        assert_eq!((Deadline::from_millis(0), Deadline::from_millis(u64::MAX)), (Deadline::NONE, Deadline::NONE));
        assert!(Deadline::NONE.allows(SignedDuration::from_hours(24), now));
    }
}
