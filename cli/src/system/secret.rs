//! The local secret that signs links and keys hashes, made once and kept beside the state.
//!
//! In AWS the stack makes it; here it comes from the operating system.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// Bytes of a secret.
const LENGTH: usize = 32;

/// The secret of a folder, made where it is missing; a fresh one in memory.
pub fn of(folder: Option<&Path>) -> Result<Vec<u8>> {
    let Some(folder) = folder else { return random() };
    let path = folder.join("secret");
    if let Ok(known) = fs::read(&path)
        && known.len() == LENGTH
    {
        return Ok(known);
    }
    let secret = random()?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(&secret).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(secret)
}

fn random() -> Result<Vec<u8>> {
    let mut secret = vec![0; LENGTH];
    let source = "/dev/urandom";
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut secret))
        .with_context(|| format!("cannot read {source}"))?;
    Ok(secret)
}
