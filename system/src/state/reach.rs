//! Finds the system of a folder: in this process where nobody uses the folder, else the process that does.
//!
//! It must never give another system than the folder's. Whoever answers at an address has to name the system by its secret,
//! as an address may be of a process that is no more, and its port somebody else's.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use rekindle_local::LocalError;

use super::{LocalState, address, secret};
use crate::answering::{self, Answer};

/// The folders that the commands use by themselves.
const FOLDERS: [&str; 2] = [".rekindle/dev", ".rekindle/demo"];
/// Looks at a folder that is in use and does not say where it answers: another command that ends in a moment, or a `dev`
/// that is about to begin.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// The system of a folder.
pub enum Reached {
    /// Nobody uses the folder.
    Here(LocalState),
    /// A process does, and answers.
    There(Running),
}

/// A process that uses a folder.
pub struct Running {
    /// Where it answers.
    pub endpoint: String,
    /// What it said of itself.
    pub answer: Answer,
    /// The folder's secret.
    pub secret: Vec<u8>,
}

/// The folder that a `dev` or a `demo` used last.
#[must_use]
pub fn newest_state() -> Option<PathBuf> {
    let changed = |folder: &&str| Path::new(folder).join("clock").metadata().and_then(|file| file.modified()).ok();
    FOLDERS.iter().filter(|folder| changed(folder).is_some()).max_by_key(|folder| changed(folder)).map(PathBuf::from)
}

/// The system of a folder. `endpoint` is where it must answer if it is used; without one its own address is taken.
///
/// # Errors
/// Where there is none, it does not answer, or another one answers at `endpoint`.
pub async fn reach(folder: &Path, endpoint: Option<&str>) -> Result<Reached> {
    let mut problem = "it does not say where it answers".to_owned();
    for _ in 0..LOOKS {
        match LocalState::existing(folder) {
            Ok(state) => return Ok(Reached::Here(state)),
            Err(error) if !is_in_use(&error) => return Err(error),
            Err(_) => {}
        }
        let secret = fs::read(folder.join("secret")).unwrap_or_default();
        let own = address::of(folder).map(|address| address.aws);
        if let Some(at) = endpoint.map(str::to_owned).or(own) {
            match answering::ask(&at).await {
                Ok(answer) if answer.system == secret::system_name(&secret) => {
                    return Ok(Reached::There(Running { endpoint: at, answer, secret }));
                }
                Ok(_) if endpoint.is_some() => {
                    bail!(
                        "what answers on {at} is another system than that of {}; leave --endpoint out",
                        folder.display()
                    )
                }
                Ok(_) => problem = format!("what answers on {at} is another system"),
                Err(error) => problem = format!("nothing of ours answers on {at}: {error:#}"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("{} is in use by another `rekindle`, and {problem}; try again when that has ended", folder.display())
}

/// Whether another process holds the folder.
fn is_in_use(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref::<LocalError>(), Some(LocalError::InUse(_))))
}
