//! The processor time of this thread, and figures of several runs.

/// Seconds of processor time that this thread has used, as Linux counts them in nanoseconds.
///
/// # Panics
/// Where there is no Linux.
#[must_use]
pub fn seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells a thread's processor time");
    let used = stat.split_whitespace().next().and_then(|used| used.parse::<f64>().ok());
    used.expect("nanoseconds come first") / 1e9
}

/// Several measurements of the same thing.
#[derive(Debug, Clone, Default)]
pub struct Runs(Vec<f64>);

impl Runs {
    /// One more.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    /// The one in the middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The least and the most.
    #[must_use]
    pub fn spread(&self) -> (f64, f64) {
        (self.0.first().copied().unwrap_or(f64::NAN), self.0.last().copied().unwrap_or(f64::NAN))
    }
}

/// Seconds of one call, `runs` times measured over so many calls.
pub fn each(runs: u32, calls: u32, mut work: impl FnMut()) -> Runs {
    let mut all = Runs::default();
    for _ in 0..runs {
        let before = seconds();
        (0..calls).for_each(|_| work());
        all.push((seconds() - before) / f64::from(calls));
    }
    all
}
