//! Folders that a test owns and leaves behind clean.

use std::path::{Path, PathBuf};

/// A fresh folder of that name.
pub fn fresh(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rekindle-{name}-{}", std::process::id()));
    let _left_by_an_earlier_run = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The repository's workspace with these campaigns alone.
pub fn campaigns(folder: &Path, campaigns: &[&str]) -> PathBuf {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns"), folder.join("campaigns"));
    for part in campaigns.iter().chain(&["layouts"]) {
        std::fs::create_dir_all(to.join(part)).unwrap();
        for file in std::fs::read_dir(from.join(part)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(part).join(file.file_name())).unwrap();
        }
    }
    std::fs::copy(from.join("workspace.yaml"), to.join("workspace.yaml")).unwrap();
    to
}
