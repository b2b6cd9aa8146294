//! What came of a minute: how fast it was drained, and how late each mail was.

use jiff::Timestamp;
use rekindle_store::{Memory, People};

use crate::shop;
use crate::sink::Sent;

/// A minute that is over.
#[derive(Debug, Clone)]
pub struct Minute {
    /// Mails that were made.
    pub mails: f64,
    /// Seconds from the tick until nothing was left to do.
    pub drained: f64,
    /// Seconds of them after the rate would have allowed the last mail, had all stood in line at the tick.
    pub behind_the_rate: f64,
    /// Seconds from the instant at which somebody was due until SES was asked: in the middle, and for all but one in a
    /// hundred. Both contain the wait for the tick.
    pub late: [f64; 2],
    /// The same since the tick.
    pub late_since_tick: [f64; 2],
    /// Processor seconds of everything, for each mail.
    pub seconds_a_mail: f64,
    /// How often the message of a mail was handed to a worker.
    pub receipts: f64,
    /// Processors that were busy, on average.
    pub busy: f64,
    /// Writes of one person's item, at most.
    pub writes: f64,
}

/// Lateness of each mail: since its person was due, and since the tick.
pub struct Late {
    due: Vec<f64>,
    tick: Vec<f64>,
    writes: u64,
}

/// Holds what was sent against who was due.
///
/// # Panics
/// Where somebody got no mail or two, or somebody else got one.
#[must_use]
pub async fn judge(store: &Memory, sent: Vec<Sent>, people: u64, due_at: impl Fn(u64) -> i64, tick: Timestamp) -> Late {
    let mut seen = vec![false; usize::try_from(people).unwrap_or(0)];
    let mut late = Late { due: Vec::new(), tick: Vec::new(), writes: 0 };
    for Sent { person, at, .. } in sent {
        let id = store.behind(&person).expect("a pseudonym of this store");
        let number: u64 = id.rsplit('-').next().and_then(|digits| digits.parse().ok()).expect("a number");
        assert_eq!(id, shop::id(number));
        assert!(!std::mem::replace(&mut seen[number as usize], true), "{id} got one mail");
        // Everybody was written once before.
        late.writes = late.writes.max(store.load(&id).await.expect("they are there").version - 1);
        let asked = at.as_microsecond() as f64 / 1e6;
        late.due.push(asked - due_at(number) as f64);
        late.tick.push(asked - tick.as_microsecond() as f64 / 1e6);
    }
    assert!(seen.iter().all(|seen| *seen), "everybody got their mail");
    late.due.sort_by(f64::total_cmp);
    late.tick.sort_by(f64::total_cmp);
    late
}

impl Minute {
    /// From the lateness of each mail.
    #[must_use]
    pub fn new(
        late: Late,
        per_second: f64,
        (begun, drained): (Timestamp, Timestamp),
        seconds: f64,
        received: u64,
    ) -> Self {
        let mails = late.due.len() as f64;
        let drained = drained.duration_since(begun).as_secs_f64();
        // A second's worth may go at once.
        let allowed = ((mails - per_second) / per_second).max(0.0);
        Self {
            mails,
            drained,
            behind_the_rate: drained - allowed,
            late: [at(&late.due, 0.5), at(&late.due, 0.99)],
            late_since_tick: [at(&late.tick, 0.5), at(&late.tick, 0.99)],
            seconds_a_mail: seconds / mails,
            receipts: received as f64 / mails,
            busy: seconds / drained,
            writes: late.writes as f64,
        }
    }
}

/// The value below which that part of a sorted list lies.
#[must_use]
pub fn at(sorted: &[f64], part: f64) -> f64 {
    let place = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
