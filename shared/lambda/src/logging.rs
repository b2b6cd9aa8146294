//! Logs: one JSON object a line, a message plus fields; at a terminal, a plain line on standard error.
//!
//! A log never holds an address, a name or a body: people are named by their id's hash (see [`person_tag`]), and errors
//! of SDKs by their code.

use std::io::IsTerminal;

use sha2::{Digest, Sha256};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{MakeWriter, layer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::environment;

/// Starts logging to standard output; `RUST_LOG` (`debug`, `rekindle_send=debug,info`) may widen it.
pub fn start() {
    start_into(std::io::stdout);
}

/// Starts logging for somebody at a terminal: plain lines on standard error, so that what a command prints can be piped.
/// Only warnings and errors, unless `RUST_LOG` asks for more.
pub fn start_on_terminal() {
    let asked = environment().optional("RUST_LOG").and_then(|asked| asked.parse::<Targets>().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    let lines = layer().compact().with_target(false).without_time().with_writer(std::io::stderr);
    let lines = lines.with_ansi(std::io::stderr().is_terminal() && environment().optional("NO_COLOR").is_none());
    let _already_started = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}

/// Starts logging, as to standard output, into something else, such as a counter of what is billed.
pub fn start_into(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) {
    // By targets and levels only: what else `EnvFilter` could do would bring a library for regular expressions along.
    let asked = environment().optional("RUST_LOG").and_then(|asked| asked.parse::<Targets>().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = layer().json().flatten_event(true).with_current_span(false).with_span_list(false).without_time();
    // A second start, as in tests, changes nothing.
    let _already_started =
        tracing_subscriber::registry().with(lines.with_writer(writer).with_filter(filter)).try_init();
}

/// A short tag by which log lines about one person can be put together without naming them.
#[must_use]
pub fn person_tag(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
