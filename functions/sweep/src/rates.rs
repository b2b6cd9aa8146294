//! Whether readers and their servers still want a campaign's mail: complaints and bounces of the last seven days against
//! the mails that SES took in them.
//!
//! At a first limit an alarm says so, at a second the campaign is paused, as an operator would pause it: everybody keeps their
//! place, and only an operator lets it run again. The limits stay below those at which SES reviews an account (complaints
//! 0.1 %, bounces 5 %; "Amazon SES enforcement FAQ") and Gmail and Yahoo refuse bulk mail (complaints 0.3 %). What is
//! counted are the statistics, in which each report counts once however often it came, so that the rates are exact. Only
//! bounces for good count, and those of SES's own list of the account do not, as in SES's own rates.

use rekindle_engine::catalog::RunState;
use rekindle_engine::lang::Purpose;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::metrics::{self, Unit};
use rekindle_store::Note;
use rekindle_store::statistics::{Day, Totals, by_day};
use tracing::warn;

use super::{Sweep, SweepError};

/// Days that are looked at, today included (UTC).
const WINDOW: i64 = 7;
/// Campaigns whose mails are not wanted, as the alarm counts them.
const METRIC: &str = "CampaignsUnwanted";
/// Who pauses, as `rekindle history` names it.
const BY: &str = "rekindle";

/// Limits of one rate, in ten-thousandths.
struct Limits {
    what: &'static str,
    warn: u64,
    pause: u64,
}

const COMPLAINTS: Limits = Limits { what: "complaints", warn: 8, pause: 25 };
const BOUNCES: Limits = Limits { what: "bounces", warn: 400, pause: 800 };

/// How many mails of the window are enough for a rate; fewer say nothing, as one reader would be a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough {
    /// For that of complaints.
    pub complaints: u64,
    /// For that of bounces.
    pub bounces: u64,
}

impl Default for Enough {
    /// A thousand and a hundred: then at least three readers complain, and eight addresses are dead, before a pause.
    fn default() -> Self {
        Self { complaints: 1_000, bounces: 100 }
    }
}

/// What became of a campaign's mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// SES took them.
    pub accepted: u64,
    /// They came back for good.
    pub bounced: u64,
    /// They were reported as spam.
    pub complained: u64,
}

/// What the rates say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All is well, or there are too few mails to tell.
    Fine,
    /// A rate has come to its first limit.
    Warn(String),
    /// A rate has come to its second limit.
    Pause(String),
}

/// Holds counts against the limits.
#[must_use]
pub fn judge(counts: Counts, enough: Enough) -> Verdict {
    let mut warning = Verdict::Fine;
    let rates = [(COMPLAINTS, enough.complaints, counts.complained), (BOUNCES, enough.bounces, counts.bounced)];
    for (Limits { what, warn, pause }, enough, bad) in rates {
        if counts.accepted < enough {
            continue;
        }
        let share = bad.saturating_mul(10_000);
        let told = || format!("{bad} {what} in {} mails of {WINDOW} days", counts.accepted);
        if share >= counts.accepted.saturating_mul(pause) {
            return Verdict::Pause(told());
        }
        if share >= counts.accepted.saturating_mul(warn) && warning == Verdict::Fine {
            warning = Verdict::Warn(told());
        }
    }
    warning
}

impl<S: Store> Sweep<S> {
    /// Judges every marketing campaign that runs.
    ///
    /// # Errors
    /// Where the store does not answer; judging again changes nothing.
    pub(super) async fn judge_all(&self) -> Result<(), SweepError> {
        let now = self.now();
        let store = self.deciding.store();
        let catalog = self.deciding.whole_catalog().await?;
        // What every function may know late must be known here: nobody is paused again who was just let go.
        let runs = store.live().await?.map(|live| live.runs).unwrap_or_default();
        let days = by_day(store, first_day(now, None)).await?;
        for (campaign, live) in catalog.campaigns() {
            let run = runs.get(&**campaign).map_or(RunState::RUNNING, |run| run.state);
            let RunState::Running { resumed_at } = run else { continue };
            if live.program.campaign.purpose != Purpose::Marketing {
                continue;
            }
            // What happened before an operator let it run again was known to them: it counts no more from the next day.
            let first = first_day(now, resumed_at);
            let counted = days.iter().filter(|(day, _)| *day >= first).map(|(_, totals)| totals);
            match judge(counts(counted, campaign), self.pace.enough) {
                Verdict::Fine => {}
                Verdict::Warn(why) => {
                    metrics::emit(METRIC, Unit::Count, 1, self.clock.now());
                    warn!(%campaign, why, "a campaign's mails are not wanted");
                }
                Verdict::Pause(why) => {
                    if store.pause(campaign, &why, BY, now).await? {
                        store.note(&note(campaign, &why, now)).await?;
                        metrics::emit(METRIC, Unit::Count, 1, self.clock.now());
                        warn!(%campaign, why, "a campaign was paused because its mails are not wanted");
                    }
                }
            }
        }
        Ok(())
    }
}

/// What `rekindle history` shows of a pause.
fn note(campaign: &str, why: &str, at: Instant) -> Note {
    let [act, campaign, by, reason] = ["pause", campaign, BY, why].map(str::to_owned);
    Note { at, act, campaign, person: None, send_id: None, by, reason }
}

/// The first day that counts.
fn first_day(now: Instant, resumed_at: Option<Instant>) -> Day {
    let window = Day(Day::of(now).0 - WINDOW + 1);
    resumed_at.map_or(window, |at| window.max(Day(Day::of(at).0 + 1)))
}

fn counts<'t>(days: impl Iterator<Item = &'t Totals>, campaign: &str) -> Counts {
    let mut counts = Counts::default();
    for (fact, tally) in days.flat_map(|totals| &totals.0).filter(|(fact, _)| fact.campaign == campaign) {
        match fact.kind.as_str() {
            "accepted" => counts.accepted += tally.count,
            "bounced" => counts.bounced += tally.count,
            "complained" => counts.complained += tally.count,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(accepted: u64, bounced: u64, complained: u64) -> &'static str {
        match judge(Counts { accepted, bounced, complained }, Enough::default()) {
            Verdict::Fine => "fine",
            Verdict::Warn(_) => "warn",
            Verdict::Pause(_) => "pause",
        }
    }

    #[test]
    fn limits_are_exact() {
        let complaints = [(0, "fine"), (7, "fine"), (8, "warn"), (24, "warn"), (25, "pause")];
        for (complained, expected) in complaints {
            assert_eq!(verdict(10_000, 0, complained), expected, "{complained} complaints");
        }
        for (bounced, expected) in [(399, "fine"), (400, "warn"), (799, "warn"), (800, "pause")] {
            assert_eq!(verdict(10_000, bounced, 0), expected, "{bounced} bounces");
        }
        assert_eq!(verdict(10_000, 400, 25), "pause", "the worse of both");
        assert_eq!(verdict(10_000, 800, 8), "pause");
    }

    #[test]
    fn a_few_mails_say_nothing() {
        assert_eq!((verdict(999, 0, 999), verdict(1_000, 0, 3)), ("fine", "pause"));
        assert_eq!((verdict(99, 99, 0), verdict(100, 8, 0)), ("fine", "pause"));
        assert_eq!(verdict(0, 0, 0), "fine");
    }

    #[test]
    fn the_window_is_seven_days_and_begins_anew_after_a_resumption() {
        let day = |n: i64| Instant::from_seconds(n * 86_400 + 5);
        assert_eq!(first_day(day(100), None), Day(94));
        assert_eq!(first_day(day(100), Some(day(50))), Day(94));
        assert_eq!(first_day(day(100), Some(day(97))), Day(98));
        assert_eq!(first_day(day(100), Some(day(100))), Day(101), "nothing of today");
    }
}
