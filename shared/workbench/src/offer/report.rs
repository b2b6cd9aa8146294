//! What the codes of one offer came to, and until when they last.

use rekindle_engine::lang::Offer;
use rekindle_engine::time::Instant;
use rekindle_insight::{Estimate, Share, wilson};
use rekindle_store::statistics::{Day, Totals};
use rekindle_store::{RedemptionDoubt, RedemptionRow};

/// The days that say at which rate codes go out.
const RATE_DAYS: i64 = 28;
/// Nobody plans further ahead than ten years.
const FARTHEST: i64 = 3_650;

/// What the store knows of an offer.
pub struct Found {
    /// Codes that were issued.
    pub issued: u64,
    /// Codes of its pool that nobody has yet, where it has one.
    pub in_pool: Option<u64>,
    /// The uses of its codes.
    pub redemptions: Vec<RedemptionRow>,
    /// What happened each day.
    pub days: Vec<(Day, Totals)>,
}

/// One offer.
#[derive(Debug, PartialEq)]
pub struct Report {
    /// The campaign's id.
    pub campaign: String,
    /// The offer's id.
    pub offer: String,
    /// Codes that were issued.
    pub issued: u64,
    /// Codes that can still be issued; `None`: any number.
    pub left: Option<u64>,
    /// Codes that were used.
    pub redeemed: u64,
    /// Used of issued.
    pub share: Option<Estimate>,
    /// What the orders came to whose total the shop said, in parts of one.
    pub revenue: i64,
    /// How many redemptions said a total.
    pub with_total: u64,
    /// Redemptions of codes that their person did not have.
    pub not_theirs: u64,
    /// Redemptions of codes that were used before.
    pub again: u64,
    /// Codes issued over the last days, and over how many days.
    pub of_late: (u64, i64),
    /// When the last code goes out at that rate; `None` where it never does, or in more than ten years.
    pub empty_on: Option<Instant>,
}

impl Report {
    /// Counts.
    #[must_use]
    pub fn new(campaign: &str, id: &str, offer: &Offer, found: &Found, now: Instant) -> Self {
        let counts: Vec<&RedemptionRow> = found.redemptions.iter().filter(|row| row.doubt.is_none()).collect();
        let doubtful = |doubt| count(found.redemptions.iter().filter(|row| row.doubt == Some(doubt)).count());
        let redeemed = count(counts.len());
        let in_budget = offer.budget.map(|budget| budget.saturating_sub(found.issued));
        let left = in_budget.into_iter().chain(found.in_pool).min();
        let of_late = of_late(campaign, id, found, now);
        Self {
            campaign: campaign.to_owned(),
            offer: id.to_owned(),
            issued: found.issued,
            left,
            redeemed,
            share: wilson(Share { part: redeemed.min(found.issued), whole: found.issued }),
            revenue: counts.iter().filter_map(|row| row.total).sum(),
            with_total: count(counts.iter().filter(|row| row.total.is_some()).count()),
            not_theirs: doubtful(RedemptionDoubt::NotTheirs),
            again: doubtful(RedemptionDoubt::Again),
            of_late,
            empty_on: left.and_then(|left| empty_on(left, of_late, now)),
        }
    }
}

/// How many codes went out over the last days, since the first where that is later.
fn of_late(campaign: &str, offer: &str, found: &Found, now: Instant) -> (u64, i64) {
    let today = Day::of(now).0;
    let issued = |totals: &Totals| -> u64 {
        let offered = totals.0.iter().filter(|(fact, _)| {
            fact.kind == "offered" && fact.campaign == campaign && fact.step == offer && !fact.held_out
        });
        offered.map(|(_, tally)| tally.count).sum()
    };
    let days: Vec<(i64, u64)> =
        found.days.iter().map(|(day, totals)| (day.0, issued(totals))).filter(|(_, issued)| *issued > 0).collect();
    let since = days.first().map_or(today, |(first, _)| (*first).max(today - RATE_DAYS + 1));
    (days.iter().filter(|(day, _)| *day >= since).map(|(_, issued)| issued).sum(), (today - since + 1).max(1))
}

/// When so many codes are gone at a rate of so many in so many days.
fn empty_on(left: u64, (issued, days): (u64, i64), now: Instant) -> Option<Instant> {
    const DAY: i64 = 86_400;
    let (left, issued) = (i128::from(left), i128::from(issued));
    if issued == 0 {
        return None;
    }
    let seconds = i64::try_from((left * i128::from(days * DAY)).div_euclid(issued)).ok()?;
    (seconds <= FARTHEST * DAY).then(|| now.plus_seconds(seconds))
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
