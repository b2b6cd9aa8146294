//! Logs: one JSON object a line, a message plus fields; at a terminal, a plain line on standard error.
//!
//! A log never holds an address, a name or a body: people are named by their id's keyed hash (see [`person_tag`]), and errors
//! of SDKs by their code.

use std::io::IsTerminal;
use std::sync::OnceLock;

use rekindle_store::Keyed;
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

/// By whose hashes people are named in this process's log, which is one as the process is.
static NAMES: OnceLock<Keyed> = OnceLock::new();

/// Names people in the log by hashes under the stack's secret from now on. Where that was done before, nothing changes.
pub fn name_people(keyed: &Keyed) {
    let _named_already = NAMES.set(keyed.clone());
}

/// A short tag by which log lines about one person can be put together without naming them: who does not have the secret
/// cannot find it by trying ids. Before [`name_people`] everybody has the same one.
#[must_use]
pub fn person_tag(id: &str) -> String {
    NAMES.get().map_or_else(|| "unnamed".to_owned(), |keyed| keyed.log_tag(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_people_by_what_nobody_finds_by_trying_ids() {
        let keyed = Keyed::new(b"secret");
        name_people(&keyed);
        let tag = person_tag("ann");
        assert_eq!(tag, keyed.log_tag("ann"));
        assert_ne!(tag, Keyed::new(b"other").log_tag("ann"));
        assert_ne!(tag, keyed.log_tag("bob"));
        // SHA-256 of the id, as anybody can calculate it.
        assert_ne!(tag, "49915e0d7d4b");
    }
}
