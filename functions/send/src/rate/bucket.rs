//! The leaky bucket as a meter (the generic cell rate algorithm, ITU-T I.371): a level rises by an even share of a second
//! with each mail, and may be ahead of time by one second's worth. So in any span of T seconds at most rate × (T + 1)
//! mails go, which is what a bucket of one second's permits takes.

use jiff::SignedDuration;
use rekindle_store::{Allowance, Reserve, ReserveFrom};

/// Microseconds of a second.
const SECOND: f64 = 1_000_000.0;
/// The queue's longest delay: whoever is told to come later than that comes then.
const LONGEST: i64 = 15 * 60 * 1_000_000;

/// What was granted, and when the others may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// So many may go now.
    pub granted: u32,
    /// When the first that may not should come back, from now.
    pub wait: SignedDuration,
    /// How long after it each further one should.
    pub apart: SignedDuration,
}

impl Grant {
    /// Nothing, because others were faster again and again.
    pub(super) fn nothing() -> Self {
        Self { granted: 0, wait: SignedDuration::from_secs(1), apart: SignedDuration::ZERO }
    }
}

/// Takes up to `wanted` turns at `now`, in microseconds. Those that are not granted get places one after another behind
/// all who wait already.
#[expect(clippy::cast_possible_truncation, reason = "spans are far below 2^63 microseconds, counts are small")]
pub fn take(allowance: &mut Allowance, now: i64, wanted: u32) -> Grant {
    let rate = allowance.per_second;
    if rate <= 0.0 || allowance.left.is_some_and(|left| left <= 0) {
        // The quota is a sliding sum of 24 hours, so some of it comes back again and again.
        let wait = SignedDuration::from_micros(LONGEST);
        return Grant { granted: 0, wait, apart: SignedDuration::ZERO };
    }
    let share = SECOND / rate;
    // Slower than one a second, one at a time may go.
    let burst = share.max(SECOND);
    let level = allowance.level.max(now);
    let room = ((now - level) as f64 + burst) / share;
    // A level is kept in whole microseconds: the loss of a fraction must not cost a mail.
    let room = (room + 1e-3).floor().clamp(0.0, f64::from(u32::MAX)) as u32;
    let left = allowance.left.map_or(u32::MAX, |left| u32::try_from(left).unwrap_or(u32::MAX));
    let granted = wanted.min(room).min(left);
    allowance.level = level + (f64::from(granted) * share).ceil() as i64;
    allowance.left = allowance.left.map(|left| left - i64::from(granted));
    let free = allowance.level + (share - burst).ceil() as i64;
    let first = allowance.promised.max(free).max(now);
    if granted < wanted {
        let behind = f64::from(wanted - granted) * share;
        allowance.promised = first.saturating_add(behind.ceil() as i64).min(now + LONGEST);
    }
    Grant {
        granted,
        wait: SignedDuration::from_micros(first - now),
        apart: SignedDuration::from_micros(share.ceil() as i64),
    }
}

/// The grant of everything that is wanted at `now`, as far as `known` is what is there: whatever level there is within its
/// bounds, [`take`] would grant as much and leave the same. `None` where there can be no room for it.
#[expect(clippy::cast_possible_truncation, reason = "spans are far below 2^63 microseconds, counts are small")]
pub(super) fn whole(known: &Allowance, now: i64, wanted: u32) -> Option<Reserve> {
    let mails = i64::from(wanted);
    if known.per_second <= 0.0 || known.left.is_some_and(|left| left < mails) {
        return None;
    }
    let share = SECOND / known.per_second;
    let room = share.max(SECOND) - (f64::from(wanted) - 1e-3) * share;
    if room < 0.0 {
        return None;
    }
    let most = now + room.floor() as i64;
    let from = if known.level < now { ReserveFrom::Now(now) } else { ReserveFrom::Level { least: now, most } };
    let by = (f64::from(wanted) * share).ceil() as i64;
    (known.level <= most).then_some(Reserve {
        asked_at: known.asked_at,
        mails,
        has_quota: known.left.is_some(),
        from,
        by,
    })
}

/// SES was asked too fast: the level goes to where nothing is granted for a second. Doing it again at once changes nothing.
pub fn slow_down(allowance: &mut Allowance, now: i64) {
    allowance.level = allowance.level.max(now + 2_000_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(per_second: f64) -> Allowance {
        Allowance { per_second, ..Allowance::default() }
    }

    /// A bucket of one second's permits, as SES's own: whether it takes a mail at that instant.
    struct Bucket {
        rate: f64,
        full: f64,
        at: i64,
    }

    impl Bucket {
        fn takes(&mut self, now: i64) -> bool {
            let capacity = self.rate.max(1.0);
            let filled = (now - self.at) as f64 * self.rate / SECOND;
            (self.full, self.at) = ((self.full + filled).min(capacity), now);
            self.full -= 1.0;
            self.full >= -1e-3
        }
    }

    #[test]
    fn a_bucket_of_one_seconds_permits_takes_whatever_is_granted() {
        for rate in [0.2, 1.0, 14.0, 13.7, 200.0] {
            let mut allowance = allowance(rate);
            let mut bucket = Bucket { rate, full: 0.0, at: -10_000_000 };
            let (mut now, mut sent, mut seed) = (0_i64, 0_u32, 7_i64);
            while now < 120_000_000 {
                // Workers come at odd moments and want odd numbers, now and then after a pause.
                seed = (seed * 48_271) % 0x7fff_ffff;
                now += if seed % 50 == 0 { 3_000_000 } else { seed % 90_000 };
                let wanted = u32::try_from(seed % (12 + rate as i64 / 4)).unwrap_or(0);
                let granted = take(&mut allowance, now, wanted).granted;
                assert!((0..granted).all(|_| bucket.takes(now)), "{rate} a second, at {now}");
                sent += granted;
            }
            // It grants nearly all that the account allows, too.
            let busy = f64::from(sent) / (rate * 120.0);
            assert!(busy > 0.35, "{rate}: {busy}");
        }
    }

    #[test]
    fn what_is_granted_whole_is_what_would_be_taken() {
        let mut seed = 11_i64;
        let mut whole_ones = 0;
        for _ in 0..20_000 {
            seed = (seed * 48_271) % 0x7fff_ffff;
            let now = 1_000_000_000 + seed % 1_000;
            let level = now - 500_000 + seed % 2_000_000;
            let per_second = [0.2, 1.0, 13.7, 14.0, 200.0, 3_000.0][usize::try_from(seed % 6).unwrap()];
            let wanted = u32::try_from(seed % 30 + 1).unwrap();
            let left = (seed % 3 == 0).then_some(seed % 40);
            let before = Allowance { per_second, left, asked_at: 7, level, promised: 0 };
            let mut after = before;
            let granted = take(&mut after, now, wanted).granted;
            let reserve = whole(&before, now, wanted);
            assert_eq!(reserve.is_some(), granted == wanted, "{before:?} at {now}: {wanted}");
            let Some(reserve) = reserve else { continue };
            whole_ones += 1;
            let from = match reserve.from {
                ReserveFrom::Now(now) => now,
                ReserveFrom::Level { least, most } => {
                    assert!((least..=most).contains(&level));
                    // One further and there is no room any more.
                    let full = &mut Allowance { level: most + 1, ..before };
                    assert!(take(full, now, wanted).granted < wanted, "{before:?} at {now}: {wanted}");
                    level
                }
            };
            assert_eq!((from + reserve.by, before.left.map(|left| left - reserve.mails)), (after.level, after.left));
        }
        assert!(whole_ones > 2_000, "{whole_ones}");
    }

    #[test]
    fn those_who_find_nothing_come_one_after_another_when_there_is_room() {
        let mut allowance = allowance(10.0);
        let seconds = SignedDuration::from_millis;
        let first = take(&mut allowance, 0, 25);
        assert_eq!(first, Grant { granted: 10, wait: seconds(100), apart: seconds(100) });
        // Behind the fifteen who wait already.
        let second = take(&mut allowance, 0, 10);
        assert_eq!(second, Grant { granted: 0, wait: seconds(1_600), apart: seconds(100) });
        assert_eq!(take(&mut allowance, 100_000, 1).granted, 1);
        assert_eq!(take(&mut allowance, 1_100_000, 99).granted, 10);
        // Nobody waits longer than the queue can hold back.
        take(&mut allowance, 1_100_000, 1_000_000);
        assert_eq!(take(&mut allowance, 1_100_000, 1).wait, seconds(15 * 60 * 1_000));
    }

    #[test]
    fn a_used_up_quota_grants_nothing_and_throttling_nothing_for_a_second() {
        let mut quota = Allowance { left: Some(3), ..allowance(10.0) };
        assert_eq!(take(&mut quota, 0, 5).granted, 3);
        assert_eq!(
            take(&mut quota, 5_000_000, 5),
            Grant { granted: 0, wait: SignedDuration::from_mins(15), apart: SignedDuration::ZERO }
        );
        let mut throttled = allowance(10.0);
        for _ in 0..3 {
            slow_down(&mut throttled, 0);
        }
        assert_eq!([0, 999_999, 1_100_000, 2_000_000].map(|now| take(&mut throttled, now, 99).granted), [0, 0, 1, 9]);
    }
}
