//! How far the proof is, on standard error: its longest part takes half an hour on a slow machine, and prints nothing before
//! it is over.
//!
//! On a terminal one line is written over again and again; elsewhere a line comes each half minute at most. No run sees any
//! of it: the clock is looked at between runs, so that a seed does the same however fast the machine is.
//!
//! Invariant: each number below `of` is handed out once, in order, so that what was done is known by how many there were.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often a line is written over.
const ON_A_TERMINAL: Duration = Duration::from_millis(250);
/// How often a line is written where none can be written over.
const ELSEWHERE: Duration = Duration::from_secs(30);
/// Back to the beginning of the line, which is cleared.
const OVER: &str = "\r\u{1b}[2K";

/// A part of the proof under way.
#[derive(Debug)]
pub struct Part {
    name: &'static str,
    what: &'static str,
    of: OnceLock<u64>,
    next: AtomicU64,
    done: AtomicU64,
    begun: Instant,
    until: Option<Instant>,
    is_shown: bool,
}

impl Part {
    /// A part by its name, and what it consists of (empty where that is not counted), which begins now and has so much time;
    /// as much as it needs without.
    #[must_use]
    pub fn new(name: &'static str, what: &'static str, time: Option<Duration>) -> Self {
        let begun = now();
        let until = time.map(|time| begun + time);
        let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { name, what, of: OnceLock::new(), next, done, begun, until, is_shown: true }
    }

    /// A part of which nothing is shown, and which has all the time that it needs.
    #[must_use]
    pub fn silent() -> Self {
        Self { is_shown: false, ..Self::new("", "", None) }
    }

    /// A share of the time that is left, by what it is divided by; `None` where as much as is needed may be taken.
    #[must_use]
    pub fn share_of_rest(&self, by: u32) -> Option<Duration> {
        Some(self.until?.saturating_duration_since(now()) / by)
    }

    /// Says how many there are to be done.
    pub(crate) fn consists_of(&self, of: u64) {
        let _known_before = self.of.set(of);
    }

    /// The number of the next to be done; `None` where all are, or the time is over.
    pub(crate) fn next(&self) -> Option<u64> {
        if self.until.is_some_and(|until| now() >= until) {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.known()).then_some(number)
    }

    /// One more is done.
    pub(crate) fn is_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// What was covered, in words: `12 of 400 calls`.
    #[must_use]
    pub fn covered(&self) -> String {
        let (done, what) = (self.done.load(Ordering::Relaxed), self.what);
        match self.known() {
            u64::MAX => format!("{done} {what}"),
            of => format!("{done} of {of} {what}"),
        }
    }

    /// Does the part's work, and shows how far it is meanwhile.
    pub fn watched<T>(&self, work: impl FnOnce() -> T) -> T {
        std::thread::scope(|scope| {
            let (at_work, worked_on) = std::sync::mpsc::channel();
            if self.is_shown {
                scope.spawn(move || self.show(&worked_on));
            }
            let result = work();
            drop::<std::sync::mpsc::Sender<()>>(at_work);
            result
        })
    }

    fn show(&self, worked_on: &Receiver<()>) {
        let error = std::io::stderr();
        let is_terminal = error.is_terminal();
        let pause = if is_terminal { ON_A_TERMINAL } else { ELSEWHERE };
        while worked_on.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let (before, after) = if is_terminal { (OVER, "") } else { ("", "\n") };
            let _unseen = write!(&error, "{before}{}{after}", self.line(now())).and_then(|()| (&error).flush());
        }
        if is_terminal {
            let _unseen = write!(&error, "{OVER}").and_then(|()| (&error).flush());
        }
    }

    fn known(&self) -> u64 {
        self.of.get().copied().unwrap_or(u64::MAX)
    }

    /// `NAME: 12 of 400 calls, 3 min 20 s, some 5 min more`.
    fn line(&self, at: Instant) -> String {
        let elapsed = length(at.duration_since(self.begun));
        let mut line = match self.what {
            "" => format!("{}: {elapsed}", self.name),
            _ => format!("{}: {}, {elapsed}", self.name, self.covered()),
        };
        if let Some(left) = self.left(at) {
            let _infallible = write!(line, ", some {} more", length(left));
        }
        line
    }

    /// How long it will go on, by what was done so far and by the time that it has.
    fn left(&self, at: Instant) -> Option<Duration> {
        let (done, of) = (self.done.load(Ordering::Relaxed), self.known());
        let to_end = (done > 0 && of < u64::MAX)
            .then(|| at.duration_since(self.begun).mul_f64(of.saturating_sub(done) as f64 / done as f64));
        let to_limit = self.until.map(|until| until.saturating_duration_since(at));
        to_end.into_iter().chain(to_limit).min()
    }
}

/// A length of time in words, of two units at most.
#[must_use]
pub fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[expect(clippy::disallowed_methods, reason = "people wait for it in their own time, and no run sees it")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(part: &Part, times: u64) {
        (0..times).filter(|_| part.next().is_some()).for_each(|_| part.is_done());
    }

    #[test]
    fn a_line_says_how_far_a_part_is_and_how_long_it_will_go_on() {
        let part = Part::new("A crash at every pair of calls", "first crashes", None);
        let at = |seconds| part.begun + Duration::from_secs(seconds);
        assert_eq!(part.line(at(3)), "A crash at every pair of calls: 0 first crashes, 3 s");
        part.consists_of(400);
        done(&part, 100);
        let line = "A crash at every pair of calls: 100 of 400 first crashes, 3 min 20 s, some 10 min 0 s more";
        assert_eq!(part.line(at(200)), line);
        assert_eq!(length(Duration::from_secs(2 * 3600 + 61)), "2 h 1 min");
    }

    #[test]
    fn a_part_ends_with_its_numbers_or_with_its_time() {
        let part = Part::silent();
        part.consists_of(3);
        done(&part, 5);
        assert_eq!((part.next(), part.covered().as_str()), (None, "3 of 3 "));
        let part = Part::new("By chance", "runs", Some(Duration::ZERO));
        assert_eq!((part.next(), part.covered().as_str()), (None, "0 runs"));
        let part = Part::new("By chance", "runs", Some(Duration::from_secs(3600)));
        part.consists_of(1_000_000);
        done(&part, 10);
        // The time ends before the numbers do.
        let line = part.line(part.begun + Duration::from_secs(1800));
        assert_eq!(line, "By chance: 10 of 1000000 runs, 30 min 0 s, some 30 min 0 s more");
    }

    #[test]
    fn what_is_watched_ends_with_its_work() {
        let model = Part::new("The model", "", None);
        assert_eq!(model.watched(|| 7), 7);
        assert_eq!(model.line(model.begun + Duration::from_secs(90)), "The model: 1 min 30 s");
    }
}
