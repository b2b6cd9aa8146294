//! One bootstrap as a process of its own, and what the kernel says that it used.
//!
//! It is started with no environment but the one given, so that whoever runs the bench, and what they may do in AWS, does
//! not reach it; and it never outlives the one who started it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a process may take to come to rest, in steps of [`STEP`].
const STEPS: u32 = 200;
const STEP: Duration = Duration::from_millis(1);

/// A running bootstrap. Dropping it ends it.
pub struct Child {
    process: std::process::Child,
    log: PathBuf,
}

/// Memory of a process, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// What it has in memory: `VmRSS`.
    pub resident: f64,
    /// The most that it ever had: `VmHWM`.
    pub peak: f64,
    /// What of it is its own and not pages of its program and of libraries: `RssAnon`.
    pub own: f64,
}

impl Child {
    /// Starts a program; what it says goes into a file.
    ///
    /// # Panics
    /// Where there is no such program.
    pub fn start(program: &Path, environment: &[(String, String)], log: &Path) -> Self {
        let out = File::create(log).expect("a file for what it says");
        let err = out.try_clone().expect("the same file");
        let process = Command::new(program)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; `make bench` builds it", program.display()));
        Self { process, log: log.to_owned() }
    }

    /// Whether it has ended, which no function does of its own accord.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// The end of what it said.
    pub fn said(&self) -> String {
        let all = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = all.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Seconds of processor time from its start, once all of its threads are at rest: their sum, as the scheduler counts it
    /// in nanoseconds. It is what `getrusage` gives as user and system time together, but for threads that have ended; a
    /// function has none of those in its first seconds.
    pub async fn seconds(&self) -> f64 {
        let mut before = self.used();
        for _ in 0..STEPS {
            tokio::time::sleep(STEP).await;
            let now = self.used();
            if now == before {
                break;
            }
            before = now;
        }
        before as f64 / 1e9
    }

    fn used(&self) -> u64 {
        let tasks = std::fs::read_dir(self.place("task")).expect("Linux tells of the process");
        let stat = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let used = |stat: String| stat.split_whitespace().next().and_then(|used| used.parse::<u64>().ok()).unwrap_or(0);
        tasks.flatten().map(|task| used(stat(task))).sum()
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        std::fs::read_dir(self.place("task")).map_or(0, Iterator::count)
    }

    /// Its memory now.
    pub fn memory(&self) -> Memory {
        let status = std::fs::read_to_string(self.place("status")).expect("Linux tells of the process");
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
            let number =
                line.trim_start_matches(':').split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
            number.unwrap_or_else(|| panic!("{name}: {line}")) * 1024.0
        };
        Memory { resident: kilobytes("VmRSS"), peak: kilobytes("VmHWM"), own: kilobytes("RssAnon") }
    }

    fn place(&self, what: &str) -> PathBuf {
        Path::new("/proc").join(self.process.id().to_string()).join(what)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // One that has ended already is only waited for.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}
