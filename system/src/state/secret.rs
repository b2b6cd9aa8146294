//! The local secret that signs links and keys hashes, made once and kept beside the state.
//!
//! In AWS the stack makes it; here it comes from the operating system. It must never be replaced beside tables that were
//! written under another one: nobody in them would be found again, to be written to or to be erased.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use rekindle_engine::ids::short_hash;

/// Bytes of a secret.
const LENGTH: usize = 32;
/// Letters of a system's name.
const NAME_LENGTH: usize = 20;

/// The secret of a folder, made where there is no state yet.
///
/// # Errors
/// Where it is missing beside tables, or not whole.
pub fn of(folder: &Path) -> Result<Vec<u8>> {
    let path = folder.join("secret");
    let remedy = "bring it back from a copy, or begin anew in another folder with --state: under another secret nobody \
                  in the tables beside it would be found again";
    match fs::read(&path) {
        Ok(secret) if secret.len() == LENGTH => return Ok(secret),
        Ok(cut) => bail!("{} has {} bytes where {LENGTH} belong; {remedy}", path.display(), cut.len()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    if folder.join("tables.db").exists() {
        bail!("{} is missing; {remedy}", path.display());
    }
    let secret = fresh()?;
    super::write(&path, &secret)?;
    Ok(secret)
}

/// By what commands tell one local system from another; it says nothing of the secret.
#[must_use]
pub fn system_name(secret: &[u8]) -> String {
    let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    short_hash(&format!("system/{secret}"), NAME_LENGTH)
}

/// A secret that nobody else has.
///
/// # Errors
/// Where the operating system gives no random bytes.
pub fn fresh() -> Result<Vec<u8>> {
    let mut secret = vec![0; LENGTH];
    let source = "/dev/urandom";
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut secret))
        .with_context(|| format!("cannot read {source}"))?;
    Ok(secret)
}
