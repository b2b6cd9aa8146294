//! Files stay small enough to be read at once. How long a function may be is clippy's to hold (`clippy.toml`).

use std::path::{Path, PathBuf};

/// Beyond this, a file has more than one idea.
const MOST_LINES: usize = 400;

/// Every source file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if name != "target" && !name.to_string_lossy().starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The lines of a text beyond what a file may have.
fn too_many(text: &str) -> Option<usize> {
    let lines = text.lines().count();
    (lines > MOST_LINES).then_some(lines)
}

#[test]
fn no_source_file_is_too_long_to_be_read_at_once() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut files);
    assert!(files.len() > 500, "{} files were found", files.len());
    let long: Vec<String> = files
        .iter()
        .filter_map(|file| Some(format!("{}: {}", file.display(), too_many(&std::fs::read_to_string(file).unwrap())?)))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn a_line_more_than_may_be_is_found() {
    assert_eq!((too_many(&"x\n".repeat(400)), too_many(&"x\n".repeat(401))), (None, Some(401)));
}
