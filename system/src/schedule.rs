//! What EventBridge Scheduler does in AWS, by the pace of a clock that runs by itself: see `infra/template.yaml`.
//!
//! What fails is logged, and made up for by the next turn.

use std::time::Duration;

use anyhow::Result;
use rekindle_lambda::messages::SweepRequest;

use crate::{SWEEP, System};

/// The shortest pause between two ticks of a fast clock.
const FASTEST_TICK: Duration = Duration::from_millis(100);
/// Seconds between two ticks.
const MINUTE: i64 = 60;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Seconds between two looks at rates.
const RATES: i64 = 600;

/// Ticks once a minute of the system's own time, asks for the day's audit and for looks at rates, and notes where that time is;
/// until it is dropped.
///
/// # Errors
/// Where the folder cannot be written.
pub async fn keep(system: &System) -> Result<()> {
    let tick = system.tick();
    let pause = Duration::from_millis(u64::try_from(MINUTE * 1_000 / system.speed.max(1))?).max(FASTEST_TICK);
    let mut pauses = tokio::time::interval(pause);
    pauses.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut audited = system.clock.now().as_second().div_euclid(DAY);
    let mut judged = system.clock.now().as_second().div_euclid(RATES);
    loop {
        pauses.tick().await;
        if let Err(error) = tick.handle().await {
            tracing::warn!(%error, "a tick failed; the next one does its work");
        }
        let now = system.clock.now();
        if now.as_second().div_euclid(DAY) > audited {
            audited = now.as_second().div_euclid(DAY);
            let request = SweepRequest::audit(now.into());
            if let Err(error) = system.queue(SWEEP).send_all(&[request]).await {
                tracing::warn!(%error, "the day's audit was not queued; the next day's finds the same");
            }
        }
        if now.as_second().div_euclid(RATES) > judged {
            judged = now.as_second().div_euclid(RATES);
            if let Err(error) = system.queue(SWEEP).send_all(&[SweepRequest::rates(now.into())]).await {
                tracing::warn!(%error, "a look at rates was not queued; the next finds the same");
            }
        }
        if let Some(state) = system.state() {
            state.leave_at(system.clock.now())?;
        }
    }
}
