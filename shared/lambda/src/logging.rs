//! Logs: one JSON object a line, a message plus fields.
//!
//! A log never holds an address, a name or a body: people are named by their id's hash (see [`person_tag`]), and errors
//! of SDKs by their code.

use sha2::{Digest, Sha256};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard output; `RUST_LOG` may widen it.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // A second start, as in tests, changes nothing.
    let _already_started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .without_time()
        .try_init();
}

/// A short tag by which log lines about one person can be put together without naming them.
#[must_use]
pub fn person_tag(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
