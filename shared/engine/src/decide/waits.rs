//! Until when a `wait` step waits (SPEC.md sections 5 and 11). What it waits for is fixed when the wait begins.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::Decider;
use crate::expr::{Dated, Expr};
use crate::lang::{Moment, Until, Wait, WaitSpan, WaitUntil};
use crate::person::Enrolment;
use crate::program::{Node, Program};
use crate::time::{Instant, Weekdays, local_instant, local_of, read_local};

impl Decider<'_> {
    /// The instant that lies ahead, `None` where there is nothing to wait for.
    pub(super) fn wait_until(
        &mut self,
        program: &Program,
        own: &Enrolment,
        node: &Node,
        wait: &Wait,
    ) -> Option<Instant> {
        let (start, at, on) = match wait {
            Wait::For(WaitSpan { span, at, on }) => (span.after(self.now, &self.zone), at, on),
            Wait::Until(WaitUntil { until, offset, at, on }) => {
                let base = match until {
                    Until::Literal(moment) => instant_of(*moment, &self.zone),
                    Until::Expr(expr) => {
                        let dated = self.look(program, own.entry, Some(&node.id), Some(own), expr, Expr::dated)?;
                        instant_of(moment_of(&dated)?, &self.zone)
                    }
                };
                (offset.after(base, &self.zone), at, on)
            }
        };
        Some(first_at(start, *at, *on, &self.zone)).filter(|until| *until > self.now)
    }
}

/// The point in time that a `wait.until` gave.
fn moment_of(dated: &Dated) -> Option<Moment> {
    match dated {
        Dated::Instant(at) => Some(Moment::Instant(*at)),
        Dated::Text(text) => read_local(text).map(|(date, time, instant)| match instant {
            Some(at) => Moment::Instant(at),
            None => Moment::Local(date, time),
        }),
        Dated::Number(_) | Dated::Nothing => None,
    }
}

fn instant_of(moment: Moment, zone: &TimeZone) -> Instant {
    match moment {
        Moment::Instant(at) => at,
        Moment::Local(date, time) => local_instant(date.to_datetime(time.unwrap_or_default()), zone),
    }
}

/// The first local `at` on an allowed weekday that is not earlier than `start`. Without `at`: `start` itself where its day
/// is allowed, else 00:00 of the next allowed day.
fn first_at(start: Instant, at: Option<Time>, on: Option<Weekdays>, zone: &TimeZone) -> Instant {
    let on = on.unwrap_or(Weekdays::ALL);
    let mut date = local_of(start, zone).date();
    if at.is_none() && on.has(date.weekday()) {
        return start;
    }
    // A week holds an allowed day; one day more covers that today's time has passed.
    for _ in 0..9 {
        let candidate = local_instant(date.to_datetime(at.unwrap_or_default()), zone);
        if on.has(date.weekday()) && candidate >= start {
            return candidate;
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{read_time, weekday};
    use rstest::rstest;

    #[rstest]
    #[case("2026-03-02T10:00:00Z", Some("09:00"), None, "2026-03-03T09:00:00Z")]
    #[case("2026-03-02T09:00:00Z", Some("09:00"), None, "2026-03-02T09:00:00Z")]
    #[case("2026-03-02T10:00:00Z", Some("09:00"), Some("thu"), "2026-03-05T09:00:00Z")]
    #[case("2026-03-05T10:00:00Z", Some("09:00"), Some("thu"), "2026-03-12T09:00:00Z")]
    #[case("2026-03-05T10:00:00Z", None, Some("thu"), "2026-03-05T10:00:00Z")]
    #[case("2026-03-05T10:00:00Z", None, Some("fri"), "2026-03-06T00:00:00Z")]
    #[case("2026-03-05T10:00:00Z", None, None, "2026-03-05T10:00:00Z")]
    fn the_first_allowed_time_that_is_not_earlier(
        #[case] start: &str,
        #[case] at: Option<&str>,
        #[case] on: Option<&str>,
        #[case] expected: &str,
    ) {
        let start = Instant::parse(start).unwrap();
        let on = on.map(|day| Weekdays::of(weekday(day)).unwrap());
        let found = first_at(start, at.map(|at| read_time(at).unwrap()), on, &TimeZone::UTC);
        assert_eq!(found.to_string(), expected);
    }
}
