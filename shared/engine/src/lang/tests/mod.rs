//! Files in, definitions and diagnostics out.

mod bombs;
mod broken;
mod examples;
mod formatting;
mod meaning;
mod schemas;
mod told_once;

use std::path::Path;

use super::{Files, Loaded, load};

/// The files of a folder, as the command line collects them.
fn read_folder(root: &Path) -> Files {
    fn collect(folder: &Path, prefix: &str, files: &mut Files) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{path}/"), files);
            } else {
                files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut files = Files::new();
    collect(root, "", &mut files);
    files
}

/// The repository's root.
fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Diagnostics as a person reads them, a line each.
fn shown(loaded: &Loaded) -> String {
    loaded.diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}
