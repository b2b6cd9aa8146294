//! Logs: one JSON object a line, a message plus fields.
//!
//! A log never holds an address, a name or a body: people are named by their id's hash (see [`person_tag`]), and errors
//! of SDKs by their code.

use sha2::{Digest, Sha256};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging to standard output; `RUST_LOG` may widen it.
pub fn start() {
    start_into(std::io::stdout);
}

/// Starts logging, as to standard output, into something else, such as a counter of what is billed.
pub fn start_into(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // A second start, as in tests, changes nothing.
    let _already_started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .without_time()
        .with_writer(writer)
        .try_init();
}

/// A short tag by which log lines about one person can be put together without naming them.
#[must_use]
pub fn person_tag(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
