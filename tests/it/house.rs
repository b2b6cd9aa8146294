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

/// The paths that a text names in backticks below the root.
fn named_paths(text: &str) -> Vec<&str> {
    let roots = ["shared/", "functions/", "cli/", "system/", "infra/", "tests/", "docs/"];
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|path| roots.iter().any(|root| path.starts_with(root)) && !path.contains(['*', '<', ' '])).collect()
}

/// The guides below a folder: its Markdown files.
fn guides(folder: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

#[test]
fn what_the_guides_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut named, mut missing) = (0, Vec::new());
    for guide in ["", "tests", "docs", "docs/runbook", "events"].iter().flat_map(|folder| guides(&root.join(folder))) {
        let text = std::fs::read_to_string(&guide).unwrap();
        let paths = named_paths(&text);
        named += paths.len();
        missing.extend(
            paths
                .iter()
                .filter(|path| !root.join(path.split_once("::").map_or(**path, |(file, _)| file)).exists())
                .map(|path| format!("{}: {path}", guide.display())),
        );
    }
    assert!(named > 60, "{named} paths are named");
    assert_eq!(missing, Vec::<String>::new());
}
