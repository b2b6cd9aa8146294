//! What a running system tells the commands of its own folder, on the port for AWS and beside it: which system it is, what time
//! it has, and that what was deleted is out of its files.
//!
//! The port takes nothing that a page of another site sends (`rekindle_local::guard`), and nothing here says who is in the
//! system.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use rekindle_local::http;
use serde::{Deserialize, Serialize};

use super::System;

const ABOUT: &str = "/rekindle";
const SCRUB: &str = "/rekindle/scrub";
/// For how long an answer may take, and for how long a scrub, which waits for what is under way.
const PATIENCE: Duration = Duration::from_secs(5);
const SCRUBBED: Duration = Duration::from_secs(60);

/// What a running system says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its name, which only the holder of its secret can tell.
    pub system: String,
    /// The time that it has.
    pub at: Timestamp,
    /// How many seconds pass there in one of ours; 0 where time stands still.
    pub speed: i64,
}

/// The routes of a system.
pub(super) fn routes(system: &System) -> Router {
    let (name, clock, speed) = (system.name(), Arc::clone(&system.clock), system.speed);
    let about = move || {
        let answer = Answer { system: name.clone(), at: clock.now(), speed };
        async move { Json(answer) }
    };
    let scrubs = Arc::clone(&system.scrubs);
    let scrub = move || {
        let scrubs = Arc::clone(&scrubs);
        async move {
            match scrubs.scrubbed().await {
                Ok(()) => StatusCode::NO_CONTENT,
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    };
    Router::new().route(ABOUT, get(about)).route(SCRUB, post(scrub))
}

/// Asks who answers at an address.
///
/// # Errors
/// Where nobody of ours does. A retry helps while one is about to begin.
pub async fn ask(endpoint: &str) -> Result<Answer> {
    let (status, body) = http::ask(Method::GET, endpoint, ABOUT, PATIENCE).await?;
    if status != StatusCode::OK {
        bail!("it is another program ({status})");
    }
    serde_json::from_slice(&body).context("it is another program")
}

/// Waits until what was deleted is out of a running system's files.
///
/// # Errors
/// Where it does not come to that in time. A retry helps.
pub async fn scrub(endpoint: &str) -> Result<()> {
    let (status, _) = http::ask(Method::POST, endpoint, SCRUB, SCRUBBED).await?;
    if status.is_success() { Ok(()) } else { bail!("it answered {status}") }
}
