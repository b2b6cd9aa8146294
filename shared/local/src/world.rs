//! What all services share: state, tables, clock and bells.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rekindle_clock::Clock;
use tokio::sync::watch;

use crate::error::AwsError;
use crate::events::Rules;
use crate::faults::Faults;
use crate::ses::{Rate, Topic};
use crate::sqs::next_visible;
use crate::state::State;
use crate::tables::Tables;
use crate::usage::Usage;
use crate::wake::Wakes;

/// The inside of the local AWS.
pub(crate) struct World {
    /// Region in ARNs and events.
    pub region: String,
    /// Account in ARNs and events.
    pub account: String,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// Queues, rules, mails, stream positions.
    pub state: State,
    /// DynamoDB.
    pub tables: Tables,
    /// The rules of the state, compiled.
    pub rules: Rules,
    /// Limits how fast mails are accepted.
    pub rate: Rate,
    /// Hears of bounces, complaints and rejections.
    pub topic: Topic,
    /// Wakes those who wait for arrivals.
    pub wakes: Wakes,
    /// Faults on demand.
    pub faults: Faults,
    /// Counts what is asked.
    pub usage: Usage,
}

/// Shortest and longest sleep between two looks at the clock.
const NAP: (Duration, Duration) = (Duration::from_millis(5), Duration::from_secs(1));

impl World {
    /// The present instant in epoch milliseconds, the unit of the whole state.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// The ARN of a queue.
    pub(crate) fn queue_arn(&self, name: &str) -> String {
        format!("arn:aws:sqs:{}:{}:{name}", self.region, self.account)
    }

    /// Waits until something arrives in the queue or the clock gets to where one of its hidden
    /// messages becomes visible.
    pub(crate) async fn arrival_or_next_visible(
        &self,
        arrivals: &mut watch::Receiver<()>,
        queue: i64,
    ) -> Result<(), AwsError> {
        let now = self.now();
        let next = self.state.read(|db| next_visible(db, Some(queue), now))?;
        self.arrival_or(arrivals, next).await;
        Ok(())
    }

    /// Waits until something arrives or the clock gets to `at` (epoch milliseconds).
    pub(crate) async fn arrival_or(&self, arrivals: &mut watch::Receiver<()>, at: Option<i64>) {
        // The bells live as long as the world, so `changed` cannot fail.
        match at {
            None => drop(arrivals.changed().await),
            Some(at) => tokio::select! {
                _ = arrivals.changed() => {}
                () = self.clock_reaches(at) => {}
            },
        }
    }

    /// Waits until the clock shows `at`, whatever its speed: sleeps in slices whose length follows
    /// from how far the clock went during the last one.
    async fn clock_reaches(&self, at: i64) {
        let (shortest, longest) = NAP;
        let mut nap = shortest;
        loop {
            let before = self.now();
            if before >= at {
                return;
            }
            tokio::time::sleep(nap).await;
            let now = self.now();
            let passed = u32::try_from(now - before).unwrap_or(u32::MAX);
            let left = u32::try_from((at - now).max(0)).unwrap_or(u32::MAX);
            nap = if passed == 0 {
                longest
            } else {
                // At most twice as long as before: a clock that goes slower while work is under way goes faster after it.
                nap.mul_f64((f64::from(left) / f64::from(passed)).min(2.0)).clamp(shortest, longest)
            };
        }
    }
}

/// An instant of the state as the outside knows it.
pub(crate) fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}
