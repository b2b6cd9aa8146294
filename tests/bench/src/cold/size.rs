//! How large a function's zip is.
//!
//! What counts is the arm64 zip that is deployed, which `make artifacts` leaves in `target/lambda`. Where there is none, the
//! host's bootstrap is compressed in the same way, and never judged by the budget: it is another build of it.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Bytes that a zip with the one entry `bootstrap` has beside what is compressed.
const AROUND: usize = 30 + 46 + 22 + 2 * "bootstrap".len();

/// A size, and whether it is that of what is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Of the arm64 zip.
    Deployed(u64),
    /// Of the host's bootstrap, if it were zipped.
    Host(u64),
}

/// The size of a function's zip.
///
/// # Panics
/// Where there is no such bootstrap.
pub fn of(name: &str, bootstrap: &Path) -> Size {
    let zip = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/lambda").join(name).join("bootstrap.zip");
    if let Ok(found) = std::fs::metadata(&zip) {
        return Size::Deployed(found.len());
    }
    let program = std::fs::read(bootstrap).unwrap_or_else(|error| panic!("{}: {error}", bootstrap.display()));
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&program).expect("memory takes everything");
    Size::Host((encoder.finish().expect("memory takes everything").len() + AROUND) as u64)
}
