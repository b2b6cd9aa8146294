//! How far something is that takes long, on standard error.
//!
//! On a terminal a line appears after two seconds and is written over again and again; elsewhere, as in a log of CI, a line
//! comes each half minute. The work is never held up: a thread of its own counts pauses, and asks no clock.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::words::Words;

/// How often a line is written over.
const ON_A_TERMINAL: Duration = Duration::from_millis(250);
/// What takes less than this on a terminal needs no line.
const AT_FIRST: Duration = Duration::from_secs(2);
/// How often a line is written where none can be written over.
const ELSEWHERE: Duration = Duration::from_secs(30);
/// Back to the beginning of the line, which is cleared.
const OVER: &str = "\r\u{1b}[2K";

/// Something under way; it is over when this is dropped.
#[derive(Debug)]
pub struct Progress {
    done: Arc<AtomicU64>,
    at_work: Option<(Sender<()>, JoinHandle<()>)>,
}

/// What a line says.
struct Line {
    words: Words,
    what: String,
    of: Option<u64>,
    done: Arc<AtomicU64>,
}

impl Progress {
    /// Of which nothing is shown.
    pub fn hidden() -> Self {
        Self { done: Arc::default(), at_work: None }
    }

    /// `what` is under way, of so many things where that is known.
    pub(super) fn begin(words: Words, what: &str, of: Option<u64>, is_terminal: bool) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let line = Line { words, what: what.to_owned(), of, done: Arc::clone(&done) };
        let (at_work, worked_on) = channel();
        let thread = std::thread::spawn(move || show(&line, &worked_on, is_terminal));
        Self { done, at_work: Some((at_work, thread)) }
    }

    /// So many more are done.
    pub fn inc(&self, more: u64) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    /// So many are done.
    pub fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((at_work, thread)) = self.at_work.take() {
            drop(at_work);
            let _ended = thread.join();
        }
    }
}

fn show(line: &Line, worked_on: &Receiver<()>, is_terminal: bool) {
    let error = io::stderr();
    let pause = if is_terminal { ON_A_TERMINAL } else { ELSEWHERE };
    let (mut elapsed, mut shown) = (Duration::ZERO, false);
    while worked_on.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        elapsed += pause;
        if is_terminal && elapsed < AT_FIRST {
            continue;
        }
        let (before, after) = if is_terminal { (OVER, "") } else { ("", "\n") };
        let text = line.text(elapsed.as_secs());
        let _unseen = write!(&error, "{before}{text}{after}").and_then(|()| (&error).flush());
        shown = true;
    }
    if is_terminal && shown {
        let _unseen = write!(&error, "{OVER}").and_then(|()| (&error).flush());
    }
}

impl Line {
    /// `simulating: 1,200 of 4,338, some 20 s more`.
    fn text(&self, elapsed: u64) -> String {
        let done = self.done.load(Ordering::Relaxed);
        let left = self.of.filter(|_| done > 0).map(|of| of.saturating_sub(done) * elapsed / done);
        self.words.progress(&self.what, done, self.of, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::View;

    #[test]
    fn a_line_says_how_far_it_is_and_how_long_it_will_go_on() {
        let line = |words, of| Line { words, what: "simulating".to_owned(), of, done: Arc::new(AtomicU64::new(1_200)) };
        let english = View::english().words;
        assert_eq!(line(english, Some(4_800)).text(10), "simulating: 1,200 of 4,800, some 30 s more");
        assert_eq!(line(english, None).text(10), "simulating: 1,200");
        assert_eq!(line(View::korean().words, Some(4_800)).text(10), "simulating: 1,200/4,800, 약 30초 남음");
        let progress = Progress::begin(english, "x", None, false);
        progress.inc(2);
        drop(progress);
    }
}
