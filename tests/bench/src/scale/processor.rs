//! Processor time as Linux counts it: of the calling thread, and of the whole process.

/// Seconds that this thread has used.
///
/// # Panics
/// Where there is no Linux.
#[must_use]
pub fn of_thread() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells a thread's processor time");
    let nanoseconds: Option<f64> = stat.split(' ').next().and_then(|used| used.parse().ok());
    nanoseconds.expect("nanoseconds come first") / 1e9
}

/// Seconds that all threads have used, those that have ended included.
///
/// # Panics
/// Where there is no Linux.
#[must_use]
pub fn of_process() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells a process's processor time");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // `utime` and `stime`, in hundredths of a second.
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
